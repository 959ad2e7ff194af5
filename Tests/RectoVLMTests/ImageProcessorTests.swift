import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

@Suite struct ImageProcessorTests {
    /// The settings of the released checkpoints.
    static let released = """
        {"do_convert_rgb": true, "do_resize": true, "do_rescale": true, "do_normalize": true, "do_pad": true,
         "do_image_splitting": true, "resample": 2, "rescale_factor": 0.00392156862745098,
         "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
         "size": {"shortest_edge": 378, "longest_edge": 980}}
        """

    struct Digests: Sendable, CustomTestStringConvertible {
        let height, width, seed: Int
        let sizes: [[Int]]
        let digests: String
        var testDescription: String { "\(height)×\(width)" }
    }

    /// First 16 hexadecimal digits of the SHA-256 of each view, little-endian float32, as transformers and Pillow give it.
    static let digests = [
        Digests(
            height: 1200,
            width: 900,
            seed: 1,
            sizes: [[600, 450], [600, 450], [600, 450], [600, 450], [980, 735]],
            digests: "29daa80afecdafbd 098ce4c9b87e8cb7 25b8acedcd2a5308 fd1cfe136174f86f 8ef1f838d0ef7823"
        ),
        Digests(
            height: 400,
            width: 600,
            seed: 2,
            sizes: [[378, 378], [378, 378], [378, 378], [378, 378], [400, 600]],
            digests: "1f8294cd744ef12f da9feb383e3835c6 ba1351bbf7522164 031fc569f2a831d8 23410e0cceb175bd"
        ),
        Digests(
            height: 777,
            width: 1203,
            seed: 5,
            sizes: [[388, 601], [388, 602], [389, 601], [389, 602], [632, 980]],
            digests: "9225aa5ff3e6b179 2555d8a26dd1c14c 4c008fbe574bf7e8 3fbcfb5a8cb67a55 877a5926134037b2"
        ),
        Digests(
            height: 2339,
            width: 1654,
            seed: 9,
            sizes: [[980, 693], [980, 693], [980, 692], [980, 692], [980, 692]],
            digests: "ec139546e833f042 46a2b87f6cf2d7cd 931572d2acf112f0 c7c1c17e7de04a72 83bc781e4d2cbca2"
        ),
        Digests(height: 2000, width: 300, seed: 4, sizes: [[980, 378]], digests: "2f2f7e41ff77a69c"),
        Digests(height: 300, width: 2000, seed: 6, sizes: [[378, 980]], digests: "bf329d0db9fbff78"),
    ]

    @Test(arguments: digests)
    func viewsHaveTheBytesOfTransformersAndPillow(_ expected: Digests) throws {
        let image = GoldenModel.synthetic(height: expected.height, width: expected.width, seed: expected.seed)
        let views = try processor(Self.released).views(of: image, splits: expected.sizes.count > 1)
        #expect(views.map { [$0.height, $0.width] } == expected.sizes)
        #expect(views.map(\.digest).joined(separator: " ") == expected.digests)
    }

    @Test func splittingIsTheCheckpointsChoiceUnlessAsked() throws {
        let image = GoldenModel.synthetic(height: 40, width: 50, seed: 3)
        let splitting = try processor(
            #"{"do_image_splitting": true, "size": {"shortest_edge": 4, "longest_edge": 40}}"#
        )
        let whole = try processor(#"{"size": {"shortest_edge": 4, "longest_edge": 40}}"#)
        #expect(splitting.views(of: image, splits: nil).count == 5 && splitting.viewCount(splits: nil) == 5)
        #expect(splitting.views(of: image, splits: false).count == 1 && splitting.viewCount(splits: false) == 1)
        #expect(whole.views(of: image, splits: nil).count == 1 && whole.viewCount(splits: nil) == 1)
        #expect(whole.views(of: image, splits: true).count == 5 && whole.viewCount(splits: true) == 5)
        #expect(whole.views(of: image, splits: true).last == whole.views(of: image, splits: false).first)
    }

    @Test(arguments: [1, 2, 3])
    func imagesOfAlmostNothingStillYieldFiveViews(side: Int) throws {
        let image = GoldenModel.synthetic(height: side, width: 1, seed: side)
        let views = try processor(Self.released).views(of: image, splits: true)
        #expect(views.map { [$0.height, $0.width] } == Array(repeating: [378, 378], count: 5))
    }

    @Test func aThinImageIsWidenedWithoutKeepingItsAspectRatio() throws {
        let image = GoldenModel.synthetic(height: 3000, width: 2, seed: 1)
        let view = try processor(Self.released).views(of: image, splits: false)[0]
        #expect(view.height == 980 && view.width == 378)
    }

    @Test func flagsLeaveTheirStepsOut() throws {
        let image = GoldenModel.synthetic(height: 5, width: 7, seed: 1)
        let raw = try processor(#"{"do_resize": false, "do_rescale": false, "do_normalize": false}"#)
        let view = raw.views(of: image, splits: false)[0]
        #expect(view.height == 5 && view.width == 7)
        #expect(view.values == (0..<3).flatMap { c in (0..<35).map { Float(image.pixels[3 * $0 + c]) } })

        let scaled = try processor(#"{"do_resize": false, "do_normalize": false, "rescale_factor": 0.5}"#)
        #expect(scaled.views(of: image, splits: false)[0].values == view.values.map { $0 * 0.5 })

        let normalized = try processor(
            #"{"do_resize": false, "do_rescale": false, "image_mean": [1, 2, 3], "image_std": [2, 4, 8]}"#
        )
        let values = normalized.views(of: image, splits: false)[0].values
        #expect(values[0] == (view.values[0] - 1) / 2)
        #expect(values[35] == (view.values[35] - 2) / 4)
        #expect(values[70] == (view.values[70] - 3) / 8)
    }

    @Test func classDefaultsFillWhatTheFileLeavesOut() throws {
        let image = GoldenModel.synthetic(height: 400, width: 600, seed: 2)
        let view = try processor("{}").views(of: image, splits: nil)
        #expect(view.map(\.digest) == ["23410e0cceb175bd"])
    }

    @Test(arguments: [
        (#"{"resample": 0}"#, "model.setting-unsupported"), (#"{"resample": 9}"#, "model.setting-unsupported"),
        (#"{"resample": "bilinear"}"#, "model.file-malformed"), (#"{"size": {"height": 3}}"#, "model.file-malformed"),
        (#"{"size": {"shortest_edge": 0, "longest_edge": 9}}"#, "model.file-malformed"),
        (#"{"size": {"shortest_edge": 9, "longest_edge": 1e9}}"#, "model.file-malformed"),
        (#"{"image_mean": [0.5]}"#, "model.file-malformed"), (#"{"image_std": [0.5, 0, 0.5]}"#, "model.file-malformed"),
        (#"{"do_resize": 1}"#, "model.file-malformed"), ("{", "model.file-malformed"), ("", "model.file-malformed"),
    ])
    func settingsThatCannotBeHonouredAreRefused(_ json: String, code: String) throws {
        let error = #expect(throws: ModelInputError.self) { try processor(json) }
        #expect(error?.code == code)
        #expect(error?.facts["file"]?.hasSuffix("preprocessor_config.json") == true)
    }

    @Test func aMissingFileIsNamed() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: ModelInputError.self) { try Idefics2ImageProcessor(folder: folder.url) }
        #expect(error?.code == "model.file-unreadable")
    }

    private func processor(_ json: String) throws -> Idefics2ImageProcessor {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(json.utf8), as: "preprocessor_config.json")
        return try Idefics2ImageProcessor(folder: folder.url)
    }
}
