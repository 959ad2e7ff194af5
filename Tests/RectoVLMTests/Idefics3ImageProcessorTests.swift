import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

@Suite struct Idefics3ImageProcessorTests {
    struct Digests: Sendable, CustomTestStringConvertible {
        let height, width, seed, tile: Int
        let rows, columns: Int
        let first, whole: String
        var testDescription: String { "\(height)×\(width) in tiles of \(tile)" }
    }

    /// First 16 hexadecimal digits of the SHA-256 of the first tile and of the whole, little-endian float32, as transformers
    /// and Pillow give them; the longest edge is four tiles.
    static let digests = [
        Digests(1200, 900, 1, 364, 4, 3, "f58829b52ee88fe7 765c65492dd40967"),
        Digests(1200, 900, 1, 384, 4, 3, "110a1631baacb374 93f428cf82ac90ba"),
        Digests(1200, 900, 1, 512, 4, 3, "cab49bdbf1b70f61 4bd645a29eca5852"),
        Digests(400, 600, 2, 364, 3, 4, "ea648ef7df3fffde 716493d69ac304f0"),
        Digests(400, 600, 2, 384, 3, 4, "0ab5bb2cb1c79d86 6ae13c04cc8e5c18"),
        Digests(400, 600, 2, 512, 3, 4, "42c15a841eac1626 0ad6076f485e2014"),
        Digests(777, 1203, 5, 364, 3, 4, "d9525f94e886a9d2 a543acae87df3375"),
        Digests(777, 1203, 5, 384, 3, 4, "7363b361def9ef38 c8978dc5405ddccc"),
        Digests(777, 1203, 5, 512, 3, 4, "92d328b7c59a040e 4952b50530f71629"),
        Digests(2339, 1654, 9, 364, 4, 3, "483ab2a4fabec9b6 6cdca84a2d0ac5f5"),
        Digests(2339, 1654, 9, 384, 4, 3, "4534c0cf455d123f 54a508075aeb1d4d"),
        Digests(2339, 1654, 9, 512, 4, 3, "3d3463ab83e15070 3737dca28392d533"),
        Digests(2000, 300, 4, 512, 4, 1, "a9785b6195b33b6d cf772ecf3fcba301"),
        Digests(300, 2000, 6, 512, 1, 4, "bb1f4e69cb6aba91 19c9d6fdbc51b99a"),
        Digests(1600, 600, 7, 512, 4, 2, "676279d68f588cb9 64963a3dce9aad40"),
    ]

    @Test(arguments: digests)
    func viewsHaveTheBytesOfTransformersAndPillow(_ expected: Digests) throws {
        let image = GoldenModel.synthetic(height: expected.height, width: expected.width, seed: expected.seed)
        let processor = try processor(settings(longest: 4 * expected.tile, tile: expected.tile))
        let views = processor.views(of: image, splits: nil)
        let grid = processor.grid(width: image.width, height: image.height, splits: nil)
        #expect(grid.rows == expected.rows && grid.columns == expected.columns)
        #expect(views.count == expected.rows * expected.columns + 1)
        #expect(views.allSatisfy { $0.height == expected.tile && $0.width == expected.tile })
        #expect(views[0].digest == expected.first)
        #expect(views[views.count - 1].digest == expected.whole)
    }

    @Test(arguments: [
        // A4, Letter, a receipt, a stamp, banners, one pixel, one row of pixels.
        (1754, 1240, 4, 3), (2200, 1700, 4, 4), (1600, 600, 4, 2), (40, 60, 3, 4), (2000, 300, 4, 1), (300, 2000, 1, 4),
        (1, 1, 4, 4), (1, 5000, 1, 4), (5000, 1, 4, 1),
    ])
    func gridsAreThoseOfTransformers(height: Int, width: Int, rows: Int, columns: Int) throws {
        let processor = try processor(settings(longest: 2048, tile: 512))
        let grid = processor.grid(width: width, height: height, splits: nil)
        #expect(grid.rows == rows && grid.columns == columns)
        let whole = processor.grid(width: width, height: height, splits: false)
        #expect(whole.rows == 0 && whole.columns == 0)
    }

    @Test func splittingIsTheCheckpointsChoiceUnlessAsked() throws {
        let image = GoldenModel.synthetic(height: 40, width: 50, seed: 3)
        let splitting = try processor(settings(longest: 24, tile: 12))
        #expect(splitting.views(of: image, splits: nil).count == 5)
        #expect(splitting.views(of: image, splits: false).count == 1)
        let whole = try processor(
            #"{"do_image_splitting": false, "size": {"longest_edge": 24}, "max_image_size": {"longest_edge": 12}}"#
        )
        #expect(whole.views(of: image, splits: nil).count == 1)
        #expect(whole.views(of: image, splits: true) == splitting.views(of: image, splits: true))
    }

    @Test func anImageThatFitsIntoOneTileIsNotSplit() throws {
        let image = GoldenModel.synthetic(height: 40, width: 50, seed: 3)
        let processor = try processor(settings(longest: 12, tile: 12))
        #expect(processor.grid(width: 50, height: 40, splits: true).rows == 0)
        #expect(processor.views(of: image, splits: true).map { [$0.height, $0.width] } == [[12, 12]])
    }

    @Test func withoutResizingAnImageIsCutInItsOwnSize() throws {
        let image = GoldenModel.synthetic(height: 20, width: 30, seed: 1)
        let processor = try processor(
            #"{"do_resize": false, "max_image_size": {"longest_edge": 10}, "do_rescale": false, "do_normalize": false}"#
        )
        let views = processor.views(of: image, splits: nil)
        #expect(views.count == 7)
        #expect(views[4].values[0] == Float(image.pixels[3 * (10 * 30 + 10)]), "second row, second tile, first pixel")
    }

    @Test func noSideIsLongerThan4096() throws {
        let processor = try processor(settings(longest: 8192, tile: 512))
        let grid = processor.grid(width: 1000, height: 500, splits: nil)
        #expect(grid.rows == 4 && grid.columns == 8)
    }

    @Test func classDefaultsFillWhatTheFileLeavesOut() throws {
        let image = GoldenModel.synthetic(height: 400, width: 600, seed: 2)
        #expect(try processor("{}").views(of: image, splits: nil).first.map(\.digest) == "ea648ef7df3fffde")
    }

    @Test func settingsInsideTheProcessorsFileComeFirst() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(settings(longest: 24, tile: 12).utf8), as: "preprocessor_config.json")
        _ = try folder.write(Array(#"{"image_seq_len": 4}"#.utf8), as: "processor_config.json")
        #expect(try Idefics3ImageProcessor(folder: folder.url).tileSize == 12)
        let nested =
            #"{"image_processor": {"image_processor_type": "SmolVLMImageProcessorFast", "max_image_size": "#
            + #"{"longest_edge": 16}}}"#
        _ = try folder.write(Array(nested.utf8), as: "processor_config.json")
        #expect(try Idefics3ImageProcessor(folder: folder.url).tileSize == 16)
    }

    @Test func imageTokensAreTheBlocksOfATile() throws {
        #expect(
            try processor(settings(longest: 2048, tile: 512)).imageTokensPerView(patchSize: 16, scaleFactor: 4) == 64
        )
        #expect(
            try processor(settings(longest: 1536, tile: 384)).imageTokensPerView(patchSize: 14, scaleFactor: 3) == 81
        )
        #expect(
            try processor(settings(longest: 1456, tile: 364)).imageTokensPerView(patchSize: 14, scaleFactor: 2) == 169
        )
        let error = #expect(throws: ModelInputError.self) {
            try processor(settings(longest: 1536, tile: 384)).imageTokensPerView(patchSize: 14, scaleFactor: 2)
        }
        #expect(error?.description.contains("max_image_size.longest_edge 384") == true)
        #expect(throws: ModelInputError.self) {
            try processor(settings(longest: 24, tile: 12)).imageTokensPerView(patchSize: 14, scaleFactor: 1)
        }
    }

    @Test(arguments: [
        (#"{"resample": 0}"#, "resample"), (#"{"size": {"height": 3, "width": 3}}"#, "longest_edge"),
        (#"{"size": {"longest_edge": 0}}"#, "size.longest_edge"), (#"{"max_image_size": 364}"#, "longest_edge"),
        (#"{"max_image_size": {"longest_edge": 1e9}}"#, "max_image_size.longest_edge"),
        (#"{"max_image_size": {"longest_edge": 3}}"#, "size.longest_edge"),
        (#"{"image_processor_type": "CLIPImageProcessor"}"#, "CLIPImageProcessor"),
        (#"{"do_image_splitting": 1}"#, "do_image_splitting"), (#"{"image_mean": [0.5]}"#, "image_mean"),
    ])
    func settingsThatCannotBeHonouredAreRefused(_ json: String, words: String) throws {
        let error = #expect(throws: ModelInputError.self) { try processor(json) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.facts["file"]?.hasSuffix("preprocessor_config.json") == true)
    }

    private func settings(longest: Int, tile: Int) -> String {
        """
        {"do_convert_rgb": true, "do_resize": true, "do_rescale": true, "do_normalize": true, "do_pad": true,
         "do_image_splitting": true, "resample": 1, "rescale_factor": 0.00392156862745098,
         "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "image_processor_type": "Idefics3ImageProcessor",
         "size": {"longest_edge": \(longest)}, "max_image_size": {"longest_edge": \(tile)}}
        """
    }

    private func processor(_ json: String) throws -> Idefics3ImageProcessor {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(json.utf8), as: "preprocessor_config.json")
        return try Idefics3ImageProcessor(folder: folder.url)
    }
}

extension Idefics3ImageProcessorTests.Digests {
    init(_ height: Int, _ width: Int, _ seed: Int, _ tile: Int, _ rows: Int, _ columns: Int, _ digests: String) {
        let parts = digests.split(separator: " ").map(String.init)
        self.init(
            height: height,
            width: width,
            seed: seed,
            tile: tile,
            rows: rows,
            columns: columns,
            first: parts[0],
            whole: parts[1]
        )
    }
}
