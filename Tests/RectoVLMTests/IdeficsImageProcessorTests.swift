import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// The views of the first Idefics' image processor, byte for byte those of transformers and Pillow
/// (`Golden/make_idefics_golden.py`).
@Suite struct IdeficsImageProcessorTests {
    @Test func viewsHaveTheBytesOfTransformersAndPillow() throws {
        let file = GoldenModel.goldenFolder.appending(path: "idefics-views.json")
        let list = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]])
        #expect(list.count == 20)
        for entry in list {
            let settings = try JSONSerialization.data(withJSONObject: try #require(entry["settings"]))
            let image = try #require(entry["image"] as? [Int])
            let view = try processor([UInt8](settings))
                .view(of: GoldenModel.synthetic(height: image[0], width: image[1], seed: image[2]))
            let what = "\(image) with \(String(decoding: settings, as: UTF8.self))"
            #expect([view.height, view.width] == entry["size"] as? [Int], "\(what)")
            #expect(view.digest == entry["digest"] as? String, "\(what)")
        }
    }

    @Test func withoutANameItIsThatOfTheFamily() throws {
        let image = GoldenModel.synthetic(height: 30, width: 50, seed: 4)
        let unnamed = try processor(Array(#"{"image_size": 20}"#.utf8))
        let named = try processor(
            Array(#"{"image_size": 20, "image_processor_type": "IdeficsImageProcessorFast"}"#.utf8)
        )
        #expect(unnamed.view(of: image) == named.view(of: image) && !unnamed.cropsLongImages)
        let clip = try processor(Array(#"{"image_size": 20, "image_processor_type": "CLIPImageProcessor"}"#.utf8))
        #expect(clip.view(of: image) != named.view(of: image))
    }

    @Test(arguments: [
        (#"{"image_size": 224}"#, nil), (#"{}"#, nil),
        (#"{"image_size": 336}"#, "image_size makes views of 336×336 pixels"),
        (#"{"size": {"height": 224, "width": 225}}"#, "size makes views of 225×224 pixels"),
        (#"{"size": {"shortest_edge": 224}}"#, "size.shortest_edge"),
        (#"{"image_size": 0}"#, "image_size is not between"),
        (#"{"do_resize": false}"#, "do_resize"), (#"{"image_size": "224"}"#, "image_size"),
    ])
    func viewsMustBeOfTheSizeThatTheTowerReads(_ json: String, words: String?) throws {
        guard let words else {
            #expect(throws: Never.self) { try processor(Array(json.utf8)).checkViews(are: 224) }
            return
        }
        let error = #expect(throws: ModelInputError.self) { try processor(Array(json.utf8)).checkViews(are: 224) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.description.contains("preprocessor_config.json") == true)
    }

    private func processor(_ json: [UInt8]) throws -> LlavaImageProcessor {
        let folder = try TemporaryFolder()
        _ = try folder.write(json, as: "preprocessor_config.json")
        return try LlavaImageProcessor(folder: folder.url, defaultFamily: "Idefics")
    }
}
