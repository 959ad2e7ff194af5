import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// The views of CLIP's, SigLIP's and LLaVA's image processors, byte for byte those of transformers and Pillow
/// (`Golden/make_llava_golden.py`).
@Suite struct LlavaImageProcessorTests {
    private struct Case {
        let settings: [UInt8]
        /// Height, width and seed of the synthetic image.
        let image: [Int]
        /// Height and width of the view.
        let size: [Int]
        let digest: String
    }

    private static func cases() throws -> [Case] {
        let file = GoldenModel.goldenFolder.appending(path: "llava-views.json")
        let list = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]]
        return try #require(list).map { entry in
            Case(
                settings: [UInt8](try JSONSerialization.data(withJSONObject: try #require(entry["settings"]))),
                image: try #require(entry["image"] as? [Int]),
                size: try #require(entry["size"] as? [Int]),
                digest: try #require(entry["digest"] as? String)
            )
        }
    }

    @Test func viewsHaveTheBytesOfTransformersAndPillow() throws {
        let cases = try Self.cases()
        #expect(cases.count == 49)
        for entry in cases {
            let image = GoldenModel.synthetic(height: entry.image[0], width: entry.image[1], seed: entry.image[2])
            let view = try processor(entry.settings).view(of: image)
            let what = "\(entry.image) with \(String(decoding: entry.settings, as: UTF8.self))"
            #expect([view.height, view.width] == entry.size, "\(what)")
            #expect(view.digest == entry.digest, "\(what)")
        }
    }

    @Test func aPageThatWouldLoseItsEndsIsPaddedWhereNothingMayBeLost() throws {
        let page = GoldenModel.synthetic(height: 2339, width: 1654, seed: 9)
        let cropping = #""size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}"#
        let clip = try processor(#"{"image_processor_type": "CLIPImageProcessor", "# + cropping)
        let llava = try processor(#"{"image_processor_type": "LlavaImageProcessor", "do_pad": true, "# + cropping)
        #expect(clip.cropsLongImages && !llava.cropsLongImages)
        #expect(clip.view(of: page, keepsEdges: true) == llava.view(of: page))
        #expect(clip.view(of: page) != llava.view(of: page))
        let square = GoldenModel.synthetic(height: 336, width: 336, seed: 8)
        #expect(clip.view(of: square, keepsEdges: true) == clip.view(of: square))
        let siglip = try processor(#"{"image_processor_type": "SiglipImageProcessor"}"#)
        #expect(!siglip.cropsLongImages && siglip.view(of: page, keepsEdges: true) == siglip.view(of: page))
    }

    @Test func ofALongLineTheMiddleAloneIsEnlarged() throws {
        // Its shorter side enlarged to 336 pixels, the whole would have 5.5 million columns, 5.5 GB.
        let line = GoldenModel.synthetic(height: 1, width: 16384, seed: 1)
        let processor = try processor(#"{"size": {"shortest_edge": 336}, "crop_size": 336}"#)
        let middle = line.cropped(x: 8184..<8200, y: 0..<1)
        #expect(processor.view(of: line) == processor.view(of: middle))
    }

    @Test(arguments: [
        (#"{"resample": 0}"#, "resample"), (#"{"size": {"shortest_edge": 9, "longest_edge": 10}}"#, "longest_edge"),
        (#"{"size": {"longest_edge": 9}}"#, "longest_edge"), (#"{"size": {"width": 9}}"#, "height"),
        (#"{"size": 0}"#, "size is not between"), (#"{"crop_size": {"height": 9}}"#, "width"),
        (#"{"crop_size": 99999}"#, "crop_size"), (#"{"image_mean": [1, 2]}"#, "image_mean"),
        (#"{"image_std": 0}"#, "image_std"), (#"{"do_pad": 1}"#, "do_pad"),
        (#"{"image_processor_type": "SiglipImageProcessor", "do_center_crop": true}"#, "crop_size"),
        (#"{"image_processor_type": "LlavaNextImageProcessor"}"#, "LlavaNextImageProcessor"),
        (#"{"image_processor_type": "Idefics3ImageProcessor"}"#, "Idefics3ImageProcessor"),
    ])
    func settingsThatCannotBeHonouredAreRefused(_ json: String, words: String) throws {
        let error = #expect(throws: ModelInputError.self) { try processor(json) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.facts["file"]?.hasSuffix("preprocessor_config.json") == true)
    }

    @Test(arguments: [
        (#"{"crop_size": 336}"#, nil), (#"{"crop_size": 335}"#, "crop_size makes views of 335×335 pixels"),
        (#"{"crop_size": {"height": 336, "width": 335}}"#, "crop_size makes views of 335×336 pixels"),
        (#"{}"#, "crop_size makes views of 224×224 pixels"),
        (#"{"image_processor_type": "SiglipImageProcessor", "size": {"height": 336, "width": 336}}"#, nil),
        (#"{"image_processor_type": "SiglipImageProcessor"}"#, "size makes views of 224×224 pixels"),
        (#"{"do_center_crop": false, "size": 336}"#, "size.shortest_edge"),
        (#"{"do_center_crop": false, "do_resize": false}"#, "do_resize"),
    ])
    func viewsMustBeOfTheSizeThatTheTowerReads(_ json: String, words: String?) throws {
        let form = LlavaViewForm(imageSize: 336, patchSize: 14, classTokenCount: 1, dropsFirstState: true)
        let processor = try processor(json)
        guard let words else {
            #expect(throws: Never.self) { try processor.checkViews(fit: form) }
            return
        }
        let error = #expect(throws: ModelInputError.self) { try processor.checkViews(fit: form) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.description.contains("preprocessor_config.json") == true)
    }

    private func processor(_ json: String) throws -> LlavaImageProcessor { try processor(Array(json.utf8)) }

    private func processor(_ json: [UInt8]) throws -> LlavaImageProcessor {
        let folder = try TemporaryFolder()
        _ = try folder.write(json, as: "preprocessor_config.json")
        return try LlavaImageProcessor(folder: folder.url)
    }
}
