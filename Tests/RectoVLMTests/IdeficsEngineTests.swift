import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// The first Idefics in the engine: what its gates let in, batches, keys and values of images, ends of answers, folders that
/// cannot be run.
struct IdeficsEngineTests {
    private static let families = [
        "idefics-no-image", "idefics-one-image", "idefics-resampler", "idefics-vector-gates",
    ]

    private static func picture(_ seed: Int) -> GenerationRequest.Part {
        .image(GoldenModel.synthetic(height: 40, width: 33, seed: seed))
    }

    private static func raw(_ parts: [GenerationRequest.Part], tokens: Int = 12) -> GenerationRequest {
        var request = GenerationRequest(parts: parts)
        request.template = .raw
        request.maximumTokens = tokens
        request.ignoresEndTokens = true
        return request
    }

    @Test(arguments: families)
    func aBatchGivesEveryRequestTheAnswerThatItGetsAlone(_ name: String) async throws {
        let golden = try GoldenModel(name)
        let long = String(repeating: "What is it? ", count: 8)
        let requests = [
            try golden.request(), Self.raw([Self.picture(1), .text("What"), Self.picture(2), .text("and")]),
            Self.raw([.text("Which one is wide?")], tokens: 20), Self.raw([Self.picture(2), .text("What")]),
            // Beginnings in common, with an image and with another one.
            Self.raw([Self.picture(1), .text(long), Self.picture(2), .text("and")]),
            Self.raw([Self.picture(1), .text(long), Self.picture(3), .text("and")], tokens: 15),
            Self.raw([Self.picture(1), .text(long + "</s> one")]),
            Self.raw([Self.picture(1), .text(long + "</s> Two")]),
        ]
        let engine = try InferenceEngine(folder: golden.folder, threads: 2)
        let together = try await engine.generate(requests)
        #expect(together[5].reusedPromptTokenCount > 32)
        for (request, answer) in zip(requests, together) {
            let alone = try await engine.generate([request])[0]
            #expect(answer.tokenIDs == alone.tokenIDs && alone.reusedPromptTokenCount == 0)
        }
    }

    @Test(arguments: families.dropFirst())
    func anotherImageGivesOtherLogitsFromItsMarkerOn(_ name: String) async throws {
        let engine = try InferenceEngine(folder: GoldenModel.folder.appending(path: name), threads: 1)
        func trace(_ seed: Int) async throws -> ModelTrace {
            try await engine.trace(
                Self.raw([.text("What"), Self.picture(1), .text("is it?"), Self.picture(seed), .text("Which")])
            )
        }
        let (first, second) = (try await trace(2), try await trace(3))
        let tokenizer = try Tokenizer(folder: GoldenModel.folder.appending(path: name))
        let marker = try #require(first.inputIDs.lastIndex { $0 == tokenizer.id(of: imageMarker) })
        let width = first.logits.shape[1]
        for row in first.inputIDs.indices {
            let range = row * width..<(row + 1) * width
            let change =
                zip(first.logits.elements[range], second.logits.elements[range]).map { abs($0 - $1) }.max() ?? 0
            #expect(row < marker ? change == 0 : change > 1e-3, "row \(row), marker at \(marker): \(change)")
        }
    }

    /// Sixty-four steps, eight questions and a shared beginning need no more of an image than one step does.
    @Test func keysAndValuesOfAnImageAreMadeOnce() async throws {
        let golden = try GoldenModel("idefics-resampler")
        let engine = try InferenceEngine(folder: golden.folder, threads: 2)
        _ = try await engine.generate([Self.raw([Self.picture(1), .text("What"), Self.picture(2)], tokens: 64)])
        #expect(await engine.imageMemoryCount == 2)
        let long = String(repeating: "Which one is wide? ", count: 4)
        let questions = (0..<8).map { index in
            Self.raw([Self.picture(1), .text(long + String(repeating: "and ", count: index)), Self.picture(1)])
        }
        let answers = try await engine.generate(questions + [Self.raw([Self.picture(3)])])
        #expect(answers[7].reusedPromptTokenCount > 0)
        #expect(await engine.imageMemoryCount == 2 + 2)
        _ = try await engine.generate([Self.raw([.text("and")], tokens: 64)])
        #expect(await engine.imageMemoryCount == 4)
    }

    @Test func imagesAreNotSplit() async throws {
        let golden = try GoldenModel("idefics-resampler")
        let engine = try InferenceEngine(folder: golden.folder, threads: 1)
        #expect(engine.description.family == "idefics" && !engine.description.cutsImages)
        var request = try golden.request()
        request.splitsImages = true
        await #expect(throws: ModelInputError.splittingNotSupported(model: "idefics-resampler")) {
            try await engine.generate([request])
        }
    }

    /// What `generate` of transformers does not know of: the model cards' own code stops a chat there.
    @Test func aChatEndsWithTheUtteranceAndRawTextDoesNot() async throws {
        let folder = GoldenModel.folder.appending(path: "idefics-one-image")
        let engine = try InferenceEngine(folder: folder, threads: 1)
        let end = try #require(try Tokenizer(folder: folder).id(of: "<end_of_utterance>"))
        var found = 0
        for seed in 0..<40 where found == 0 {
            // The same tokens, once as the parts stand and once from the chat template; the sampler rolls them alike.
            let (picture, question) = (Self.picture(1), "Which one is wide?")
            var raw = GenerationRequest(parts: [
                .text("User:"), picture, .text(question + "<end_of_utterance>\nAssistant:"),
            ])
            raw.template = .raw
            var chat = GenerationRequest(parts: [picture, .text(question)])
            #expect(try await engine.trace(chat).inputIDs == engine.trace(raw).inputIDs)
            (raw.maximumTokens, raw.temperature, raw.seed) = (48, 2, UInt64(seed))
            (chat.maximumTokens, chat.temperature, chat.seed) = (48, 2, UInt64(seed))
            let whole = try await engine.generate([raw])[0]
            guard let place = whole.tokenIDs.firstIndex(of: end), place + 1 < whole.tokenIDs.count else { continue }
            found += 1
            let answer = try await engine.generate([chat])[0]
            #expect(answer.stopReason == .endOfSequence && answer.tokenIDs == Array(whole.tokenIDs[...place]))
        }
        #expect(found == 1)
    }

    @Test func namesWithoutTheHeadAreRead() {
        for part in [
            "vision_model", "perceiver_resampler", "gated_cross_attn_layers", "layers", "embed_tokens", "norm",
        ] {
            #expect(WeightAliases.idefics.canonicalName(of: "\(part).x") == "model.\(part).x")
            #expect(WeightAliases.idefics.canonicalName(of: "model.\(part).x") == "model.\(part).x")
        }
        #expect(WeightAliases.idefics.canonicalName(of: "lm_head.weight") == "lm_head.weight")
        #expect(WeightAliases.idefics2.canonicalName(of: "additional_fc.weight") == "lm_head.additional_fc.weight")
    }

    @Test(arguments: [
        ("config.json", #""alpha_type": "vector""#, #""alpha_type": "matrix""#, "alpha_type matrix"),
        ("config.json", #""alpha_type": "vector""#, #""alpha_type": "float""#, "alpha_cross_attn"),
        (
            "config.json", #""cross_layer_interval": 1"#, #""cross_layer_interval": 2"#,
            "no multiple of cross_layer_interval 2"
        ),
        ("config.json", #""cross_layer_interval": 1"#, #""cross_layer_interval": 0"#, "cross_layer_interval is 0"),
        ("config.json", #""num_attention_heads": 2"#, #""num_attention_heads": 3"#, "num_attention_heads 3"),
        ("config.json", #""resampler_depth": 1"#, #""resampler_depth": 2"#, "perceiver_resampler.blocks.1.0"),
        (
            "config.json", #""resampler_head_dim": 5"#, #""resampler_head_dim": 4"#,
            "perceiver_resampler.blocks.0.0.q_proj"
        ),
        ("config.json", #""qk_layer_norms_perceiver": false"#, #""qk_layer_norms_perceiver": true"#, "q_layer_norm"),
        ("config.json", #""additional_vocab_size": 3"#, #""additional_vocab_size": 4"#, "embed_tokens.weight"),
        ("config.json", #""additional_vocab_size": 3"#, #""additional_vocab_size": -1"#, "additional_vocab_size is -1"),
        ("config.json", #""hidden_act": "silu""#, #""hidden_act": "gelu""#, "hidden_act gelu"),
        ("tokenizer.json", "<image>", "<picture>", "no token <image>"),
        ("tokenizer.json", "<fake_token_around_image>", "<fake>", "no token <fake_token_around_image>"),
        ("tokenizer_config.json", #""content": "</s>""#, #""content": 7"#, "eos_token"),
        ("processor_config.json", #""image_size": 21"#, #""image_size": 28"#, "image_size makes views of 28×28"),
        ("processor_config.json", "IdeficsImageProcessor", "Idefics2ImageProcessor", "Idefics2ImageProcessor"),
    ])
    func foldersThatCannotBeRunSayWhy(_ file: String, _ old: String, _ new: String, _ words: String) throws {
        let copy = try CheckpointCopy(of: "idefics-one-image")
        let text = try String(contentsOf: copy.url(file), encoding: .utf8)
        #expect(text.contains(old))
        try copy.write(text.replacing(old, with: new), as: file)
        #expect { try InferenceEngine(folder: copy.folder, threads: 1) } throws: { error in
            let sentence = "\(error)"
            return (error is VLMError || error is ModelInputError) && sentence.contains(words)
                && sentence.contains("checkpoint/")
        }
    }

    /// A tensor less of each kind that no other family has.
    @Test(arguments: [
        "gated_cross_attn_layers.0.cross_attn.k_proj.weight", "gated_cross_attn_layers.2.alpha_dense",
        "gated_cross_attn_layers.1.cross_attn.q_layer_norm.weight", "perceiver_resampler.latents",
        "perceiver_resampler.blocks.0.1.c_proj.weight", "perceiver_resampler.layer_norm.bias",
        "vision_model.embeddings.class_embedding",
    ])
    func aMissingTensorIsNamed(_ suffix: String) throws {
        let copy = try CheckpointCopy(of: "idefics-one-image")
        let name = try #require(try copy.place(ofTensorEnding: suffix)).name
        try copy.rename { $0 == name ? "elsewhere" : $0 }
        let path = copy.url("model.safetensors").path
        #expect(throws: VLMError.missingTensor(path: path, tensor: name)) {
            try InferenceEngine(folder: copy.folder, threads: 1)
        }
    }
}
