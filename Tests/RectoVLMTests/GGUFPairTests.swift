import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Text model and vision tower (`mmproj`) in two GGUF files; `Golden/make_gguf_mmproj_golden.py` wrote them.
struct GGUFPairTests {
    static let models = ["smolvlm-mixed", "smolvlm-plain-linear", "smolvlm-whole-float16"]
    private static let mixed = folder("smolvlm-mixed")

    private static func folder(_ name: String) -> URL { GGUFModelTests.folder.appending(path: name) }

    /// What transformers computed: for converted checkpoints what it computed with the original.
    private func golden(_ name: String) throws -> GoldenModel {
        try GoldenModel(name, in: name == "smolvlm-mixed" ? GGUFModelTests.folder : GoldenModel.folder)
    }

    private func distance(_ found: [Float], _ expected: [Float]) -> Float {
        guard found.count == expected.count else { return .infinity }
        let largest = expected.map(abs).max() ?? 0
        return (zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity) / largest
    }

    @Test(arguments: models)
    func everythingEqualsTransformersOnTheExpandedWeights(_ name: String) async throws {
        let golden = try golden(name)
        let engine = try InferenceEngine(folder: Self.folder(name), threads: 2, weights: .float32)
        let trace = try await engine.trace(golden.request())
        #expect(trace.inputIDs == golden.integers("input_ids"))
        for (index, pixels) in trace.pixelValues.enumerated() where golden.has("pixel_values.\(index)") {
            #expect(pixels.elements == golden.floats("pixel_values.\(index)"), "pixel values of view \(index)")
        }
        #expect(trace.imageFeatures.count == golden.count(of: "image_features") && !trace.imageFeatures.isEmpty)
        for (index, features) in trace.imageFeatures.enumerated() {
            #expect(distance(features.elements, golden.floats("image_features.\(index)")) <= 1e-4, "view \(index)")
        }
        #expect(distance(trace.logits.elements, golden.floats("logits")) <= 1e-4)
        #expect(engine.description.family == "idefics3" && engine.description.name == name)
    }

    @Test(arguments: models)
    func sixtyFourGreedyTokensEqualTransformers(_ name: String) async throws {
        let golden = try golden(name)
        var request = try golden.request()
        request.maximumTokens = 64
        let engine = try InferenceEngine(folder: Self.folder(name), threads: 2, weights: .float32)
        #expect(try await engine.generate([request])[0].tokenIDs == golden.integers("greedy"))
    }

    /// Blocks as they are and activations in bytes: near the reference, for random networks magnify roundings.
    @Test func weightsStayAsTheyAreStored() async throws {
        let golden = try golden("smolvlm-mixed")
        let engine = try InferenceEngine(folder: Self.mixed, threads: 2)
        let trace = try await engine.trace(golden.request())
        let found = distance(trace.logits.elements, golden.floats("logits"))
        #expect(found > 1e-4 && found < 0.1, "\(found)")
    }

    // MARK: How the files are named

    private func bytes(_ file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

    private var text: [UInt8] { get throws { try bytes(Self.mixed.appending(path: "smolvlm-mixed.gguf")) } }

    private var tower: [UInt8] { get throws { try bytes(Self.mixed.appending(path: "mmproj-smolvlm-mixed.gguf")) } }

    @Test func theFolderTheFileAndBothByNameAreTheSameModel() throws {
        let byFolder = try InferenceEngine(folder: Self.mixed, threads: 1).description
        let byFile = try InferenceEngine(folder: Self.mixed.appending(path: "smolvlm-mixed.gguf"), threads: 1)
        #expect(byFile.description == byFolder && byFolder.cutsImages)
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let model = try one.write(text, as: "smolvlm-mixed.gguf")
        let tower = try other.write(tower, as: "mmproj-smolvlm-mixed.gguf")
        let byBoth = try InferenceEngine(folder: model, visionTower: tower, threads: 1)
        #expect(byBoth.description == byFolder)
        // Alone it is a text model, and other weights of the tower are another model.
        #expect(try InferenceEngine(folder: model, threads: 1).description.family == "llama")
        var changed = try self.tower
        changed[changed.count - 40] ^= 1
        let second = try other.write(changed, as: "mmproj-second.gguf")
        let digest = try InferenceEngine(folder: model, visionTower: second, threads: 1).description.digest
        #expect(digest != byFolder.digest)
    }

    @Test func amongSeveralTowersOneIsToBeNamed() throws {
        let folder = try TemporaryFolder()
        let model = try folder.write(text, as: "model.gguf")
        let tower = try folder.write(tower, as: "mmproj-a.gguf")
        _ = try folder.write(self.tower, as: "mmproj-b.gguf")
        for place in [folder.url, model] {
            #expect(
                throws: VLMError.ambiguousFiles(
                    path: model.path(percentEncoded: false),
                    files: ["mmproj-a.gguf", "mmproj-b.gguf"],
                    option: "--mmproj"
                )
            ) { try InferenceEngine(folder: place, threads: 1) }
            let named = try InferenceEngine(folder: place, visionTower: tower, threads: 1)
            #expect(named.description.family == "idefics3")
        }
        _ = try folder.write(text, as: "other.gguf")
        let error = #expect(throws: VLMError.self) { try InferenceEngine(folder: folder.url, threads: 1) }
        #expect(error?.description.contains("model.gguf, other.gguf") ?? false)
        #expect(error?.description.contains("--model") ?? false)
    }

    @Test func aTowerAloneOrInAnotherPlaceIsRefused() throws {
        let folder = try TemporaryFolder()
        let tower = try folder.write(tower, as: "mmproj-a.gguf")
        for place in [tower, folder.url] {
            let error = #expect(throws: (any Error).self) { try InferenceEngine(folder: place, threads: 1) }
            let message = error.map { "\($0)" } ?? ""
            #expect(message.contains("mmproj-a.gguf") && message.contains("without its text model"), "\(message)")
        }
        let text = Self.mixed.appending(path: "smolvlm-mixed.gguf")
        let swapped = #expect(throws: (any Error).self) {
            try InferenceEngine(folder: text, visionTower: text, threads: 1)
        }
        #expect(swapped.map { "\($0)".contains("architecture being llama and not clip") } ?? false)
        let original = GoldenModel.folder.appending(path: "smolvlm-plain-linear")
        let beside = #expect(throws: VLMError.self) {
            try InferenceEngine(folder: original, visionTower: tower, threads: 1)
        }
        #expect(beside?.code == "model.tower-foreign")
    }

    /// A text model that was not made to see images runs beside any tower, but is no pair with it.
    @Test func aTowerBesideAnotherTextModelIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let plain = try bytes(GGUFModelTests.folder.appending(path: "tiny-bpe.gguf"))
        let model = try folder.write(plain, as: "plain.gguf")
        _ = try folder.write(tower, as: "mmproj-a.gguf")
        let engine = try InferenceEngine(folder: model, threads: 1)
        #expect(engine.description.family == "llama")
        let image = GenerationRequest.Part.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        await #expect(throws: ModelInputError.self) {
            try await engine.generate([GenerationRequest(parts: [image, .text("a")])])
        }
        #expect(throws: VLMError.self) { try InferenceEngine(folder: folder.url, threads: 1) }
    }

    // MARK: What the files say

    @Test func theChatTemplateOfTheFileIsUsedAndTextEndsWhereItSays() async throws {
        let engine = try InferenceEngine(folder: Self.mixed, threads: 1)
        let image = GoldenModel.synthetic(height: 20, width: 20, seed: 3)
        var request = GenerationRequest(parts: [.image(image), .text("Read it.")])
        request.splitsImages = false
        let ids = try await engine.trace(request).inputIDs
        let tokenizer = try Tokenizer(checkpoint: Self.mixed)
        let places = String(repeating: "<image>", count: 9)
        let around = "<fake_token_around_image>"
        #expect(
            tokenizer.decode(ids, skipsSpecialTokens: false)
                == "<|im_start|>User:\(around)<global-img>\(places)\(around)Read it.<end_of_utterance>\nAssistant:"
        )
        #expect(tokenizer.id(of: "<end_of_utterance>") == ids[ids.count - 12])
    }

    /// Older conversions do not say how long the longer side becomes; llama.cpp gives every image in one view then.
    @Test func withoutTheLengthOfTheLongerSideAnImageIsOneView() async throws {
        let folder = try TemporaryFolder()
        let model = try folder.write(text, as: "model.gguf")
        var tower = try tower
        try tower.rename("clip.vision.preproc_image_size", to: "clip.vision.preproc_image_sizx")
        _ = try folder.write(tower, as: "mmproj-old.gguf")
        var request = try golden("smolvlm-mixed").request()
        for splits in [nil, true, false] {
            request.splitsImages = splits
            let trace = try await InferenceEngine(folder: model, threads: 2).trace(request)
            #expect(trace.pixelValues.map(\.shape) == [[3, 48, 48], [3, 48, 48]])
        }
        request.splitsImages = nil
        #expect(try await InferenceEngine(folder: Self.mixed, threads: 2).trace(request).pixelValues.count == 14)
    }

    @Test(arguments: models)
    func aPairIsShownAndChecked(_ name: String) async throws {
        let check = try await ModelCheck(Self.folder(name), threads: 2)
        #expect(check.passed && check.checks.allSatisfy { $0.status == .passed }, "\(check.checks)")
        let overview = try ModelOverview(checkpoint: Self.folder(name), digests: true)
        #expect(overview.format == "gguf" && overview.family == "idefics3" && overview.name == name)
        let files = "GGUF files, \(name).gguf and mmproj-\(name).gguf"
        #expect(overview.unusual.contains { $0.hasPrefix(files) }, "\(overview.unusual)")
        #expect(overview.digest == (try InferenceEngine(folder: Self.folder(name), threads: 1)).description.digest)
        guard name != "smolvlm-mixed" else { return }
        let original = try ModelOverview(checkpoint: GoldenModel.folder.appending(path: name))
        #expect(overview.parameters == original.parameters && overview.parameters.connector > 0)
        #expect(overview.page == original.page && overview.page?.split != nil)
    }

    @Test func aTextModelThatWaitsForItsTowerSaysSo() throws {
        let folder = try TemporaryFolder()
        let overview = try ModelOverview(checkpoint: folder.write(text, as: "model.gguf"))
        #expect(overview.page == nil && overview.unusual.contains { $0.contains("mmproj-*.gguf") })
    }

    // MARK: What does not fit

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The file that the message names.
        var file = "mmproj-a.gguf"
        let change: @Sendable (_ text: inout [UInt8], _ tower: inout [UInt8]) throws -> Void
    }

    /// Each message says what is wrong.
    static let damages: [Damage] = [
        .init(testDescription: "clip.vision.projection_dim gives rows of 48 and llama.embedding_length is 64") {
            try $1.set("clip.vision.projection_dim", to: 48)
        },
        .init(testDescription: "the tensor mm.model.fc.weight gives rows of 32") { _, tower in
            let other = "smolvlm-plain-linear"
            tower = [UInt8](try Data(contentsOf: folder(other).appending(path: "mmproj-\(other).gguf")))
            try tower.rename("clip.vision.projection_dim", to: "clip.vision.projection_dix")
        },
        .init(testDescription: "tokenizer.ggml.tokens has no <image>") { text, _ in
            try text.rename("<image>", to: "<imagf>")
        },
        .init(testDescription: "the image projector ldpv2xxx") { try $1.rename("idefics3", to: "ldpv2xxx") },
        .init(testDescription: "the image projector of no name") {
            try $1.rename("clip.projector_type", to: "clip.projector_typx")
        },
        .init(testDescription: "clip.use_gelu") { try $1.rename("clip.use_gelu", to: "clip.use_silu") },
        .init(testDescription: "lacks clip.vision.patch_size") {
            try $1.rename("clip.vision.patch_size", to: "clip.vision.patch_sizx")
        },
        .init(testDescription: "lacks clip.vision.attention.layer_norm_epsilon") {
            try $1.rename("clip.vision.attention.layer_norm_eps", to: "clip.vision.attention.layer_norm_epx")
        },
        .init(testDescription: "lacks clip.vision.image_mean") {
            try $1.rename("clip.vision.image_mean", to: "clip.vision.image_meax")
        },
        .init(testDescription: "clip.vision.image_std") { try $1.set("clip.vision.image_std", skipping: 12, to: 0) },
        .init(testDescription: "clip.vision.preproc_image_size 0 is not between 1 and 16384") {
            try $1.set("clip.vision.preproc_image_size", to: 0)
        },
        .init(testDescription: "clip.vision.projector.scale_factor 0 does not divide") {
            try $1.set("clip.vision.projector.scale_factor", to: 0)
        },
        .init(testDescription: "clip.vision.image_size 56 makes 7 patches") {
            try $1.set("clip.vision.image_size", to: 56)
        },
        .init(
            testDescription: "position_embedding.weight with shape [36, 64] where its configuration calls for [64, 64]"
        ) {
            try $1.set("clip.vision.image_size", to: 64)
        },
        .init(testDescription: "num_attention_heads 5 does not divide hidden_size 64") {
            try $1.set("clip.vision.attention.head_count", to: 5)
        },
        .init(testDescription: "lacks the tensor v.blk.2.attn_k.weight") {
            try $1.set("clip.vision.block_count", to: 3)
        },
        .init(testDescription: "lacks the tensor v.blk.1.ln2.bias") {
            try $1.rename("v.blk.1.ln2.bias", to: "v.blk.9.ln2.bias")
        },
        .init(testDescription: "lacks the tensor mm.model.fc.weight") {
            try $1.rename("mm.model.fc.weight", to: "mm.model.fd.weight")
        },
        .init(testDescription: "do not fit", change: { $1.removeLast(64) }),
        .init(testDescription: "lacks the tensor model.text_model.layers.1.mlp.up_proj.weight", file: "model.gguf") {
            text,
            _ in try text.rename("blk.1.ffn_up.weight", to: "blk.9.ffn_up.weight")
        },
    ]

    @Test(arguments: damages)
    func whatDoesNotFitIsNamed(_ damage: Damage) throws {
        var (text, tower) = (try text, try tower)
        try damage.change(&text, &tower)
        let folder = try TemporaryFolder()
        _ = try folder.write(text, as: "model.gguf")
        _ = try folder.write(tower, as: "mmproj-a.gguf")
        let error = #expect(throws: (any Error).self) { try InferenceEngine(folder: folder.url, threads: 1) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(damage.testDescription), "\(message)")
        #expect(message.contains(damage.file), "\(message)")
        #expect(!message.dropLast().contains(". "), "one sentence: \(message)")
    }
}

extension [UInt8] {
    private struct NotFound: Error {}

    private func place(of text: String) throws -> Range<Int> {
        guard let range = Data(self).range(of: Data(text.utf8)) else { throw NotFound() }
        return range
    }

    /// Writes another name of the same length over the first of a name.
    fileprivate mutating func rename(_ name: String, to other: String) throws {
        let range = try place(of: name)
        guard range.count == other.utf8.count else { throw NotFound() }
        replaceSubrange(range, with: Array(other.utf8))
    }

    /// Writes four bytes behind a key and the kind of its value.
    fileprivate mutating func set(_ key: String, skipping: Int = 0, to value: UInt32) throws {
        let start = try place(of: key).upperBound + 4 + skipping
        replaceSubrange(start..<start + 4, with: GGUFBuilder.little(value))
    }
}
