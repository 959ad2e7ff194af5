import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Idefics3 and SmolVLM in the engine: batches, splitting, folders that cannot be run.
struct Idefics3EngineTests {
    private static let families = [
        "idefics3-opened-dynamic", "idefics3-places-llama3", "smolvlm-plain-linear", "smolvlm-whole-float16",
    ]

    @Test(arguments: families)
    func aBatchGivesEveryRequestTheAnswerThatItGetsAlone(_ name: String) async throws {
        let golden = try GoldenModel(name)
        let image = GoldenModel.synthetic(height: 60, width: 41, seed: 7)
        var requests: [GenerationRequest] = [try golden.request()]
        for (index, text) in ["the", "the in the", "row", ""].enumerated() {
            var request = GenerationRequest(parts: [.image(image), .text("in the row of the col " + text)])
            request.template = .raw
            request.splitsImages = index == 3 ? false : true
            requests.append(request)
        }
        for index in requests.indices { requests[index].maximumTokens = 12 + index }
        let together = try await InferenceEngine(folder: golden.folder, threads: 2).generate(requests)
        let engine = try InferenceEngine(folder: golden.folder, threads: 2)
        for (request, answer) in zip(requests, together) {
            let alone = try await engine.generate([request])[0]
            #expect(answer.tokenIDs == alone.tokenIDs)
        }
    }

    @Test func keysThatTurnWithTheLengthAreNotShared() async throws {
        func reused(_ name: String) async throws -> [Int] {
            let golden = try GoldenModel(name)
            let first = try golden.request()
            var second = first
            second.parts.append(.text("the"))
            return try await InferenceEngine(folder: golden.folder, threads: 2).generate([first, second])
                .map(\.reusedPromptTokenCount)
        }
        #expect(try await reused("idefics3-places-llama3").allSatisfy { $0 > 32 })
        #expect(try await reused("idefics3-opened-dynamic") == [0, 0])
    }

    @Test func splittingIsTheCheckpointsChoiceUnlessAsked() async throws {
        let golden = try GoldenModel("idefics3-places-llama3")
        let engine = try InferenceEngine(folder: golden.folder, threads: 1)
        var request = try golden.request()
        request.splitsImages = nil
        #expect(try await engine.trace(request).pixelValues.count == 7)
        request.splitsImages = false
        let whole = try await engine.trace(request)
        #expect(whole.pixelValues.map(\.shape) == [[3, 28, 28]] && whole.imageFeatures.map(\.shape) == [[4, 32]])
        #expect(engine.description.family == "idefics3" && engine.description.cutsImages)
    }

    @Test func patchesWithoutWholeBlocksAreRefused() async throws {
        let golden = try GoldenModel("idefics3-places-llama3")
        let engine = try InferenceEngine(folder: golden.folder, threads: 1)
        let view = PixelValues(height: 28, width: 21, values: [Float](repeating: 0, count: 3 * 28 * 21))
        await #expect(throws: VLMError.patchGrid(rows: 4, columns: 3, scaleFactor: 2)) {
            try await engine.trace(inputIDs: [1, 2], pixelValues: [view])
        }
    }

    @Test(arguments: [
        ("preprocessor_config.json", #""longest_edge": 28"#, #""longest_edge": 21"#, "max_image_size.longest_edge 21"),
        ("processor_config.json", #""image_seq_len": 4"#, #""image_seq_len": 9"#, "image_seq_len is 9"),
        ("preprocessor_config.json", #""resample": 1"#, #""resample": 0"#, "nearest neighbour"),
        ("preprocessor_config.json", "Idefics3ImageProcessor", "ViTImageProcessor", "ViTImageProcessor"),
        ("config.json", #""scale_factor": 2"#, #""scale_factor": 3"#, "modality_projection.proj.weight"),
        ("config.json", #""rope_type": "llama3""#, #""rope_type": "yarn""#, "text_config.rope_parameters of type yarn"),
        (
            "config.json", #""hidden_act": "gelu_pytorch_tanh""#, #""hidden_act": "relu""#,
            "vision_config.hidden_act relu"
        ),
        ("config.json", #""tie_word_embeddings": true"#, #""tie_word_embeddings": false"#, "lm_head.weight"),
        ("config.json", #""model_type": "idefics3","#, #""model_type": "idefics9","#, "idefics9"),
    ])
    func foldersThatCannotBeRunSayWhy(_ file: String, _ old: String, _ new: String, _ words: String) throws {
        let golden = try GoldenModel("idefics3-places-llama3")
        let folder = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: golden.folder.path) {
            try FileManager.default.copyItem(
                at: golden.folder.appending(path: name),
                to: folder.url.appending(path: name)
            )
        }
        let path = folder.url.appending(path: file)
        let text = try String(contentsOf: path, encoding: .utf8)
        #expect(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: path)
        #expect { try InferenceEngine(folder: folder.url, threads: 1) } throws: { error in
            let sentence = "\(error)"
            return (error is VLMError || error is ModelInputError) && sentence.contains(words)
                && sentence.contains(folder.url.lastPathComponent)
        }
    }

    @Test func preReleaseNamesAreRead() throws {
        let names = [
            "model.layers.3.mlp.up_proj.weight": "model.text_model.layers.3.mlp.up_proj.weight",
            "model.embed_tokens.weight": "model.text_model.embed_tokens.weight",
            "model.norm.weight": "model.text_model.norm.weight",
            "model.modality_projection.proj.weight": "model.connector.modality_projection.proj.weight",
            "model.vision_model.post_layernorm.bias": "model.vision_model.post_layernorm.bias",
        ]
        for (old, new) in names { #expect(WeightAliases.idefics3.canonicalName(of: old) == new) }
    }
}
