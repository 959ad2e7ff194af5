import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// LLaVA and Mantis in the engine: batches, edges of images, ends of answers, names of tensors, folders that cannot be run.
struct LlavaEngineTests {
    private static let families = [
        "llava-clip", "llava-clip-full-layers", "mantis-clip-images", "mantis-siglip-dropped",
    ]

    @Test(arguments: families)
    func aBatchGivesEveryRequestTheAnswerThatItGetsAlone(_ name: String) async throws {
        let golden = try GoldenModel(name)
        let image = GoldenModel.synthetic(height: 60, width: 41, seed: 7)
        var requests: [GenerationRequest] = [try golden.request()]
        for text in ["the", "the in the", "hat", ""] {
            let picture = GenerationRequest.Part.image(image)
            var request = GenerationRequest(parts: [picture, .text("What is in it? " + text), picture])
            request.template = .raw
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

    @Test func theEdgesOfAnImageAreKeptWhereTheyAreWanted() async throws {
        let folder = GoldenModel.folder.appending(path: "llava-clip")
        let engine = try InferenceEngine(folder: folder, threads: 1)
        let image = GoldenModel.synthetic(height: 90, width: 40, seed: 2)
        let processor = try LlavaImageProcessor(folder: folder)
        var request = GenerationRequest(parts: [.image(image), .text("What")])
        request.template = .raw
        let cropped = try await engine.trace(request)
        #expect(cropped.pixelValues[0].elements == processor.view(of: image).values)
        request.keepsImageEdges = true
        let padded = try await engine.trace(request)
        #expect(padded.pixelValues[0].elements == processor.view(of: image, keepsEdges: true).values)
        #expect(padded.imageFeatures != cropped.imageFeatures && padded.inputIDs == cropped.inputIDs)
    }

    /// The same image as the checkpoint crops it and with its edges: two images to the cache of features.
    @Test func anImageWithItsEdgesIsNotTakenForTheCroppedOne() async throws {
        let golden = try GoldenModel("llava-clip")
        let image = GoldenModel.synthetic(height: 90, width: 20, seed: 2)
        var requests = [GenerationRequest](
            repeating: GenerationRequest(parts: [.image(image), .text("What is in it?")]),
            count: 2
        )
        for index in requests.indices {
            requests[index].template = .raw
            requests[index].maximumTokens = 16
        }
        requests[1].keepsImageEdges = true
        let engine = try InferenceEngine(folder: golden.folder, threads: 1)
        let answers = try await engine.generate(requests)
        let alone = try await InferenceEngine(folder: golden.folder, threads: 1).generate([requests[1]])[0]
        #expect(answers[1].tokenIDs == alone.tokenIDs && answers[1].tokenIDs != answers[0].tokenIDs)
    }

    @Test func imagesAreNotSplit() async throws {
        let golden = try GoldenModel("llava-clip")
        let engine = try InferenceEngine(folder: golden.folder, threads: 1)
        #expect(engine.description.family == "llava" && !engine.description.cutsImages)
        var request = try golden.request()
        request.splitsImages = nil
        #expect(try await engine.trace(request).pixelValues.map(\.shape) == [[3, 21, 21]])
        request.splitsImages = true
        await #expect(throws: ModelInputError.splittingNotSupported(model: "llava-clip")) {
            try await engine.generate([request])
        }
    }

    @Test func viewsOfAnotherSizeAreRefused() async throws {
        let engine = try InferenceEngine(folder: GoldenModel.folder.appending(path: "llava-clip"), threads: 1)
        let view = PixelValues(height: 21, width: 28, values: [Float](repeating: 0, count: 3 * 21 * 28))
        await #expect(throws: VLMError.viewSize(width: 28, height: 21, expected: 21)) {
            try await engine.trace(inputIDs: [1, 2], pixelValues: [view])
        }
    }

    /// `generation_config.json` of the tiny checkpoint names another token, which Mantis' own code would not look at either.
    @Test func mantisStopsWhereItsTextsEnd() async throws {
        let golden = try GoldenModel("mantis-siglip-dropped")
        let greedy = golden.integers("greedy")
        let place = try #require(greedy.indices.first { $0 > 3 && !greedy[..<$0].contains(greedy[$0]) })
        let folder = try copy(of: golden)
        let token = try #require(try Tokenizer(folder: golden.folder).token(of: greedy[place]))
        let settings = try JSONEncoder().encode(["eos_token": token])
        _ = try folder.write([UInt8](settings), as: "tokenizer_config.json")
        var request = try golden.request()
        request.maximumTokens = 64
        let answer = try await InferenceEngine(folder: folder.url, threads: 1).generate([request])[0]
        #expect(answer.stopReason == .endOfSequence && answer.tokenIDs == Array(greedy[...place]))
    }

    /// PEFT changes the tower's last block, too, whose output LLaVA does not look at.
    @Test(arguments: [(1, true), (2, false)])
    func anAdapterMayChangeBlocksThatPlayNoPart(_ block: Int, _ playsPart: Bool) async throws {
        let golden = try GoldenModel("llava-clip")
        let folder = try TemporaryFolder()
        let settings =
            #"{"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ".*layers.\#(block).mlp.fc1"}"#
        _ = try folder.write(Array(settings.utf8), as: "adapter_config.json")
        let module = "base_model.model.vision_tower.vision_model.encoder.layers.\(block).mlp.fc1"
        let data = SafetensorsWriter.data(of: [
            .init(name: "\(module).lora_A.weight", shape: [1, 18], floats: [Float](repeating: 1, count: 18)),
            .init(name: "\(module).lora_B.weight", shape: [22, 1], floats: [Float](repeating: 1, count: 22)),
        ])
        _ = try folder.write([UInt8](data), as: "adapter_model.safetensors")
        let adapters = [ModelAdapter(folder: folder.url)]
        let changed = try await InferenceEngine(folder: golden.folder, threads: 1, adapters: adapters)
            .trace(golden.request())
        let plain = try await InferenceEngine(folder: golden.folder, threads: 1).trace(golden.request())
        #expect((changed.logits != plain.logits) == playsPart)
    }

    @Test func namesOfEveryReleaseAreRead() {
        let layer = "model.vision_tower.encoder.layers.3.mlp.fc1.weight"
        let names = [
            "vision_tower.vision_model.encoder.layers.3.mlp.fc1.weight": layer,
            "model.vision_tower.vision_model.encoder.layers.3.mlp.fc1.weight": layer,
            "vision_tower.encoder.layers.3.mlp.fc1.weight": layer, layer: layer,
            "multi_modal_projector.linear_1.bias": "model.multi_modal_projector.linear_1.bias",
            "language_model.model.layers.0.mlp.up_proj.weight": "model.language_model.layers.0.mlp.up_proj.weight",
            "model.language_model.norm.weight": "model.language_model.norm.weight",
            "language_model.lm_head.weight": "lm_head.weight", "lm_head.weight": "lm_head.weight",
        ]
        for (old, new) in names { #expect(WeightAliases.llava.canonicalName(of: old) == new, "\(old)") }
    }

    @Test(arguments: [
        ("preprocessor_config.json", #""width": 21"#, #""width": 28"#, "crop_size makes views of 28×21"),
        ("preprocessor_config.json", "CLIPImageProcessor", "ViTImageProcessor", "ViTImageProcessor"),
        ("processor_config.json", #""patch_size": 7"#, #""patch_size": 8"#, "patch_size is 8"),
        ("config.json", #""hidden_act": "quick_gelu""#, #""hidden_act": "relu""#, "vision_config.hidden_act relu"),
        ("config.json", #""projector_hidden_act": "gelu""#, #""projector_hidden_act": "mish""#, "mish"),
        ("config.json", #""vision_feature_layer": -2"#, #""vision_feature_layer": -9"#, "vision_feature_layer -9"),
        ("config.json", #""model_type": "clip_vision_model""#, #""model_type": "pixtral""#, "pixtral"),
        (
            "config.json", #""model_type": "clip_vision_model""#, #""model_type": "siglip_vision_model""#,
            "patch_embedding"
        ),
        ("config.json", #""intermediate_size": 22"#, #""intermediate_size": 23"#, "mlp.fc1.weight"),
        ("config.json", #""model_type": "llama""#, #""model_type": "qwen2""#, "text_config.model_type qwen2"),
        ("config.json", #""model_type": "llava","#, #""model_type": "llava_next","#, "llava_next"),
    ])
    func foldersThatCannotBeRunSayWhy(_ file: String, _ old: String, _ new: String, _ words: String) throws {
        let folder = try copy(of: GoldenModel("llava-clip"))
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

    private func copy(of golden: GoldenModel) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: golden.folder.path) {
            try FileManager.default.copyItem(
                at: golden.folder.appending(path: name),
                to: folder.url.appending(path: name)
            )
        }
        return folder
    }
}
