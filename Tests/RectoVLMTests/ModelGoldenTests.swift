import Foundation
import RectoPages
import RectoVLM
import Testing

/// The engine against transformers on tiny random checkpoints; `Golden/make_model_golden.py`, `make_idefics3_golden.py`,
/// `make_llava_golden.py` and `make_idefics_golden.py` made them.
struct ModelGoldenTests {
    static let models = [
        "adjacent-images-patch-16", "full-grid-a4-float16", "glyph-head", "grouped-odd-view", "idefics-no-image",
        "idefics-one-image", "idefics-resampler", "idefics-vector-gates", "idefics3-opened-dynamic",
        "idefics3-places-llama3", "llama-dynamic", "llama-tied", "llava-clip", "llava-clip-full-layers",
        "mantis-clip-images",
        "mantis-siglip-dropped", "mistral-window", "sliding-window-two-images",
        "smolvlm-plain-linear", "smolvlm-whole-float16", "split-two-images-upscaled", "tied-bfloat16-sharded",
        "ungrouped-head-dim-split",
    ]

    /// Everything that Recto promises about float32: a ten-thousandth of the largest absolute value.
    static let tolerance: Float = 1e-4

    @Test func everyGoldenModelIsListed() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: GoldenModel.folder.path)
        #expect(found.sorted() == Self.models)
    }

    @Test(arguments: models)
    func traceEqualsTransformers(_ name: String) async throws {
        let golden = try GoldenModel(name)
        let trace = try await InferenceEngine(folder: golden.folder, threads: 2).trace(golden.request())
        #expect(trace.inputIDs == golden.integers("input_ids"))
        for (index, pixels) in trace.pixelValues.enumerated() where golden.has("pixel_values.\(index)") {
            #expect(pixels.elements == golden.floats("pixel_values.\(index)"), "pixel values of view \(index)")
        }
        for (index, states) in trace.visionOutput.enumerated() where golden.has("vision_output.\(index)") {
            expectClose(states.elements, golden.floats("vision_output.\(index)"), "vision output \(index)")
        }
        #expect(trace.imageFeatures.count == golden.count(of: "image_features"))
        for (index, features) in trace.imageFeatures.enumerated() {
            expectClose(features.elements, golden.floats("image_features.\(index)"), "image features \(index)")
        }
        #expect(trace.glyphScores.count == golden.count(of: "glyph_scores"))
        for (index, scores) in trace.glyphScores.enumerated() {
            expectClose(scores.elements, golden.floats("glyph_scores.\(index)"), "glyph scores \(index)")
        }
        expectClose(trace.logits.elements, golden.floats("logits"), "logits")
    }

    @Test(arguments: models)
    func sixtyFourGreedyTokensEqualTransformers(_ name: String) async throws {
        let golden = try GoldenModel(name)
        var request = try golden.request()
        request.maximumTokens = 64
        let answer = try await InferenceEngine(folder: golden.folder, threads: 2).generate([request])[0]
        #expect(answer.tokenIDs == golden.integers("greedy"))
        #expect(answer.stopReason == .maximumTokens)
    }

    /// transformers 5 ties head and embedding only where the file has no other weights for the head.
    @Test(arguments: ["mistral-window", "smolvlm-plain-linear", "llava-clip", "idefics-no-image", "idefics-resampler"])
    func aHeadOfItsOwnHoldsWhateverTheConfigurationTies(_ name: String) async throws {
        let golden = try GoldenModel(name)
        let copy = try CheckpointCopy(of: name)
        try copy.change("config.json") { members in
            #expect(members["tie_word_embeddings"] as? Bool != true)
            members["tie_word_embeddings"] = true
        }
        let trace = try await InferenceEngine(folder: copy.folder, threads: 2).trace(golden.request())
        expectClose(trace.logits.elements, golden.floats("logits"), "logits")
    }

    private func expectClose(_ found: [Float], _ expected: [Float], _ what: String) {
        #expect(found.count == expected.count, "\(what)")
        let largest = expected.map(abs).max() ?? 0
        let differences = zip(found, expected).map { abs($0 - $1) }
        let worst = differences.enumerated().max { $0.element < $1.element }
        let first = Array(found.prefix(5))
        #expect(
            (worst?.element ?? .infinity) <= Self.tolerance * largest,
            "\(what): worst at \(worst?.offset ?? -1), first five \(first), expected \(Array(expected.prefix(5)))"
        )
    }
}

/// The real 135M language model; its folder is 270 MB, so the test runs where `RECTO_SMOLLM2` names one.
struct SmolLM2GoldenTests {
    struct Case: Decodable {
        let prompt: String
        let inputIDs: [Int]
        let greedy: [Int]

        enum CodingKeys: String, CodingKey {
            case prompt, greedy
            case inputIDs = "input_ids"
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["RECTO_SMOLLM2"] != nil))
    func hundredGreedyTokensEqualTransformers() async throws {
        let folder = try #require(ProcessInfo.processInfo.environment["RECTO_SMOLLM2"])
        let golden = GoldenModel.goldenFolder.appending(path: "smollm2.json")
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: golden))
        #expect(cases.count == 5)
        let engine = try InferenceEngine(folder: URL(filePath: folder), threads: 2)
        for item in cases {
            var request = GenerationRequest(parts: [.text(item.prompt)])
            request.template = .raw
            request.maximumTokens = 100
            request.ignoresEndTokens = true
            let answer = try await engine.generate([request])[0]
            #expect(answer.promptTokenCount == item.inputIDs.count)
            #expect(answer.tokenIDs == item.greedy, "\(item.prompt)")
        }
    }
}
