import RectoPages
import RectoTestSupport
import Testing

/// PNG files as documents of one page.
@Suite struct PNGDocumentTests {
    @Test func resolutionBecomesPoints() async throws {
        var png = SyntheticPNG(width: 4, height: 2, rows: Array(repeating: Array(repeating: 0, count: 12), count: 2))
        png.width = 400
        png.height = 200
        png.rows = Array(repeating: Array(repeating: 7, count: 1200), count: 200)
        png.pixelsPerMetre = (x: 11_811, y: 11_811)
        let page = try await Renderer.page(of: png.bytes, dpi: 300)
        // 11,811 pixels a metre are 299.9994 dpi.
        #expect(page.image.width == 400 && page.image.height == 200 && page.image.rgb(399, 199) == [7, 7, 7])
        #expect(abs(page.size.width - 96) < 0.01 && abs(page.size.height - 48) < 0.01 && abs(page.dpi - 300) < 0.01)
        #expect(page.words.isEmpty && page.warnings.isEmpty)
    }

    @Test func withoutResolutionAPixelIsAPoint() async throws {
        let png = SyntheticPNG(width: 30, height: 20, rows: Array(repeating: Array(repeating: 9, count: 90), count: 20))
        let page = try await Renderer.page(of: png.bytes, dpi: 150)
        #expect(page.size == PageSize(width: 30, height: 20) && page.image.width == 30 && page.dpi == 72)
    }

    @Test func lowerDPIAveragesPixels() async throws {
        // Columns of black and white, at 144 dpi: at 72 dpi everything is middle grey.
        let row = (0..<80).flatMap { $0 % 2 == 0 ? [UInt8](repeating: 0, count: 3) : [255, 255, 255] }
        var png = SyntheticPNG(width: 80, height: 40, rows: Array(repeating: row, count: 40))
        png.pixelsPerMetre = (x: 5669, y: 5669)
        let page = try await Renderer.page(of: png.bytes, dpi: 72)
        #expect(page.image.width == 40 && page.image.height == 20)
        #expect(page.image.pixels.allSatisfy { (127...128).contains($0) })
    }

    @Test func resolutionMayDifferAlongTheSides() async throws {
        // A fax: 204 by 98 dpi.
        var png = SyntheticPNG(width: 204, height: 98, bitDepth: 1, colorType: 0, rows: [])
        png.rows = Array(repeating: Array(repeating: 0xFF, count: 26), count: 98)
        png.pixelsPerMetre = (x: 8031, y: 3858)
        let page = try await Renderer.page(of: png.bytes, dpi: 300)
        #expect(abs(page.size.width - 72) < 0.1 && abs(page.size.height - 72) < 0.1)
        #expect(page.image.width == page.image.height)
    }

    @Test func pixelLimitHoldsForImagesToo() async throws {
        let rows = Array(repeating: Array(repeating: UInt8(80), count: 300), count: 100)
        let limits = RasterizerLimits(maximumPixels: 2_500)
        let page = try await Renderer.page(of: SyntheticPNG(width: 100, height: 100, rows: rows).bytes, limits: limits)
        #expect(page.image.width == 50 && page.image.height == 50 && page.dpi == 36)
        #expect(page.image.pixels.allSatisfy { $0 == 80 })
    }

    /// One row of two pixels.
    private static func pair(depth: UInt8 = 8, type: UInt8, _ row: [UInt8]) -> SyntheticPNG {
        SyntheticPNG(width: 2, height: 1, bitDepth: depth, colorType: type, rows: [row])
    }

    private static let paletted: SyntheticPNG = {
        var png = pair(depth: 1, type: 3, [0b0100_0000])
        png.palette = [1, 2, 3, 0, 0, 255]
        png.transparency = [255, 128]
        return png
    }()

    private static let keyed: SyntheticPNG = {
        var png = pair(type: 2, [1, 2, 3, 9, 9, 9])
        png.transparency = [0, 9, 0, 9, 0, 9]
        return png
    }()

    private static let interlaced: SyntheticPNG = {
        var png = SyntheticPNG(width: 2, height: 2, rows: [[1, 2, 3], [127, 127, 255], [0, 0, 0, 0, 0, 0]])
        png.isInterlaced = true
        return png
    }()

    static let kinds: [(name: String, png: SyntheticPNG, expected: [UInt8])] = [
        ("palette over white", paletted, [1, 2, 3, 127, 127, 255]),
        ("colour key", keyed, [1, 2, 3, 255, 255, 255]),
        ("interlaced", interlaced, [1, 2, 3, 127, 127, 255]),
        ("RGB", pair(type: 2, [1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]),
        ("2-bit grey", pair(depth: 2, type: 0, [0b0110_0000]), [85, 85, 85, 170, 170, 170]),
        ("16-bit grey", pair(depth: 16, type: 0, [0x80, 0, 255, 255]), [128, 128, 128, 255, 255, 255]),
        ("grey with alpha", pair(type: 4, [0, 255, 0, 51]), [0, 0, 0, 204, 204, 204]),
        (
            "16-bit RGB with alpha",
            pair(depth: 16, type: 6, [255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]),
            [255, 0, 0, 255, 255, 255]
        ),
    ]

    @Test(arguments: kinds.indices)
    func everyKindBecomesRGBOverWhite(index: Int) async throws {
        let kind = Self.kinds[index]
        let page = try await Renderer.page(of: kind.png.bytes)
        #expect(Array(page.image.pixels.prefix(6)) == kind.expected, "\(kind.name)")
    }

    static let broken: [[UInt8]] = {
        let rows = Array(repeating: [UInt8](repeating: 5, count: 60), count: 20)
        let good = SyntheticPNG(width: 20, height: 20, rows: rows)
        var flipped = good.bytes
        flipped[70] ^= 0x10
        var zero = good
        zero.width = 0
        var giant = good
        giant.width = 0x7FFF_FFFF
        var depth = good
        depth.bitDepth = 3
        let magic = Array(good.bytes.prefix(8))
        return [Array(good.bytes.prefix(100)), flipped, zero.bytes, giant.bytes, depth.bytes, magic]
    }()

    @Test(arguments: broken.indices)
    func brokenImageIsDamaged(index: Int) async throws {
        let error = await #expect(throws: PagesError.self) { try await Renderer.page(of: Self.broken[index]) }
        #expect(error?.code == "page.damaged" && error?.facts["reason"]?.isEmpty == false)
    }

    @Test func imageOfImpossibleSizeIsRefusedBeforeItIsRead() async throws {
        var png = SyntheticPNG(width: 900_000, height: 900_000, rows: [[0, 0, 0]])
        png.isInterlaced = true
        let error = await #expect(throws: PagesError.self) { try await Renderer.page(of: png.bytes) }
        #expect(error?.code == "page.too-large")
    }
}
