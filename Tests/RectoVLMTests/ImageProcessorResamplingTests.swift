import Crypto
import RectoPages
import RectoVLM
import Testing

@Suite struct ImageProcessorResamplingTests {
    struct Resize: Sendable, CustomTestStringConvertible {
        let from: (height: Int, width: Int, seed: Int)
        let to: (height: Int, width: Int)
        let digests: [ResamplingFilter: String]
        var testDescription: String { "\(from.height)×\(from.width) to \(to.height)×\(to.width)" }

        init(_ from: (Int, Int, Int), _ to: (Int, Int), _ digests: String) {
            self.from = from
            self.to = to
            let filters: [ResamplingFilter] = [.box, .bilinear, .hamming, .bicubic, .lanczos]
            let values = digests.split(separator: " ").map(String.init)
            self.digests = Dictionary(uniqueKeysWithValues: zip(filters, values))
        }
    }

    /// First 16 hexadecimal digits of the SHA-256 of the bytes that Pillow 12.3.0 gives for the synthetic image.
    static let resizes = [
        Resize((1, 1, 1), (3, 5), Array(repeating: "973662fba10755ac", count: 5).joined(separator: " ")),
        Resize(
            (7, 9, 2),
            (7, 4),
            "a0cd3d03868dbfc7 2418a0e39c100c89 f82d785a21ce937a f82d785a21ce937a 8fe3b2b0b38868a8"
        ),
        Resize(
            (16, 15, 3),
            (33, 15),
            "feea292ec12bc42e 511df41c5bc69cc4 0093fb95bd263c2a bd1b1b39180724c0 49b6b557cb21be40"
        ),
        Resize(
            (97, 61, 4),
            (20, 130),
            "5b8a4a314b00a1f2 a35522780a4db74f f1e24d34a486a4fd f7d4998fdb3793aa 6fca3ba55aebb021"
        ),
        Resize(
            (301, 203, 5),
            (100, 67),
            "be7e11d76748844a ee3e37352963370e 4fb0a10b75f853cb 5bc8fbd9f98fa21b 625b6c27defa517d"
        ),
        Resize(
            (40, 1000, 6),
            (41, 17),
            "9d96f734d1e42126 8565038386071819 0ff369b7756654fa 10baa81f3f071a14 944332baea6bf37b"
        ),
        // More than a hundred times as high as wide and made lower: the vertical pass comes first.
        Resize(
            (900, 5, 7),
            (98, 35),
            "f8ed18ba1cb15314 8e6ba17d79600671 d963a00a7809a704 21bd95933d62c0fe d277a8924301296b"
        ),
        Resize(
            (700, 3, 8),
            (98, 2),
            "37e6c73c5831d43a 4622d20717f9ee0a 7a985ff5550d139c 149905ff43d99703 e66555808d6e38c4"
        ),
        Resize(
            (501, 5, 11),
            (500, 3),
            "3f13312cca59fb21 012a49209a1b2da5 9226cbc9b3006a94 7ca6d91aa9caf47b 8782074284858ee6"
        ),
        // As high, but made higher; and exactly a hundred times: the horizontal pass comes first.
        Resize(
            (900, 5, 15),
            (1000, 7),
            "dc4678563375d2a5 1603bbcbe28ff2b6 28956d7399f4eced 4885e6aee251e64c e0bfdf842c64e6fc"
        ),
        Resize(
            (500, 5, 13),
            (98, 35),
            "f5c1a2381c60c186 938c322288f09d89 33bcabd80a6e682b 803cb77a528d7c1a 0f8f91e8b2fc53b9"
        ),
    ]

    @Test(arguments: resizes)
    func everyFilterGivesTheBytesOfPillow(_ resize: Resize) throws {
        let image = GoldenModel.synthetic(height: resize.from.height, width: resize.from.width, seed: resize.from.seed)
        for filter in ResamplingFilter.allCases {
            let result = image.resized(width: resize.to.width, height: resize.to.height, filter: filter)
            let digest = SHA256.hash(data: result.pixels).prefix(8)
                .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            #expect(digest == resize.digests[filter], "\(filter)")
        }
    }

    /// Widths and heights of images, what they become, and which part of that; the last two begin with the vertical pass.
    static let parts = [
        (61, 97, 130, 20, 17..<90, 3..<19), (61, 97, 61, 50, 0..<9, 49..<50), (40, 31, 90, 31, 88..<90, 5..<30),
        (9, 7, 9, 7, 2..<8, 1..<7), (5, 901, 35, 98, 10..<30, 40..<41), (3, 700, 3, 98, 1..<2, 0..<98),
    ]

    @Test(arguments: parts)
    func aPartIsCutOutOfTheWhole(
        _ width: Int,
        _ height: Int,
        _ newWidth: Int,
        _ newHeight: Int,
        _ x: Range<Int>,
        _ y: Range<Int>
    ) {
        let image = GoldenModel.synthetic(height: height, width: width, seed: 5)
        for filter in ResamplingFilter.allCases {
            let part = image.resized(width: newWidth, height: newHeight, filter: filter, keepingX: x, keepingY: y)
            let whole = image.resized(width: newWidth, height: newHeight, filter: filter)
            #expect(part == whole.cropped(x: x, y: y), "\(filter)")
        }
    }

    @Test func theSameSizeIsTheSameImage() {
        let image = GoldenModel.synthetic(height: 13, width: 17, seed: 1)
        for filter in ResamplingFilter.allCases {
            #expect(image.resized(width: 17, height: 13, filter: filter) == image)
        }
    }

    @Test(arguments: [1, 7, 8, 15, 16, 17, 1000])
    func aFlatImageStaysFlatAtEverySize(side: Int) {
        let image = PixelImage(width: 31, height: 29, pixels: Array(repeating: 201, count: 31 * 29 * 3))
        for filter in ResamplingFilter.allCases {
            let result = image.resized(width: side, height: 11, filter: filter)
            #expect(result.pixels.allSatisfy { $0 == 201 }, "\(filter)")
            #expect(image.resized(width: 11, height: side, filter: filter).pixels.allSatisfy { $0 == 201 }, "\(filter)")
        }
    }
}
