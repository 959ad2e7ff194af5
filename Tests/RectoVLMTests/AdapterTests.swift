import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// PEFT adapters merged at load: the logits that PEFT computes, and every refusal by name.
struct AdapterTests {
    private struct Facts: Decodable {
        let base: String
    }

    static let folder = GoldenModel.goldenFolder.appending(path: "adapters")
    static let names = [
        "patterns", "root-of-rank", "magnitudes", "saved-modules", "all-linear", "one-layer", "biases",
        "biases-of-changed", "connector",
    ]
    static let combinations = ["patterns+magnitudes+root-of-rank", "patterns=0.5"]

    private func base(of name: String) throws -> GoldenModel {
        let data = try Data(contentsOf: Self.folder.appending(path: "\(name)/golden.json"))
        return try GoldenModel(JSONDecoder().decode(Facts.self, from: data).base)
    }

    /// The folders of a combination's name, each with its weight.
    private func adapters(_ name: String) throws -> [ModelAdapter] {
        try name.split(separator: "+").map { part in
            try #require(ModelAdapter(Self.folder.path(percentEncoded: false) + "/" + part))
        }
    }

    /// The largest distance between logits and those of PEFT.
    private func distance(_ name: String, weights: WeightType? = nil, without: Bool = false) async throws -> Float {
        let base = try base(of: name)
        let engine = try InferenceEngine(
            folder: base.folder,
            threads: 2,
            weights: weights,
            adapters: without ? [] : adapters(name)
        )
        let trace = try await engine.trace(base.request())
        let expected = try GoldenTensors(Self.folder.appending(path: "\(name)/golden.safetensors")).floats("logits")
        #expect(expected.count == 12 * trace.logits.shape[1])
        return zip(trace.logits.elements.suffix(expected.count), expected).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test(arguments: names + combinations)
    func mergedLogitsEqualThoseOfPEFT(name: String) async throws {
        let found = try await distance(name)
        #expect(found < 1e-4, "\(found)")
        let plain = try await distance(name, without: true)
        #expect(plain > 1, "without the adapter the logits are others")
    }

    /// Changes are made before weights are quantised.
    @Test(arguments: ["patterns", "magnitudes", "connector"])
    func adaptedWeightsCanBeQuantised(name: String) async throws {
        let narrow = try await distance(name, weights: .bfloat16)
        #expect(narrow < 1.5, "\(narrow)")
    }

    /// Layers that stay mapped in 16 bits are widened where an adapter changes them, and only there.
    @Test func adaptersChangeCheckpointsThatStayMapped() async throws {
        let folder = GoldenModel.folder.appending(path: "mistral-window")
        let adapters = try adapters("patterns")
        let golden = try GoldenModel("mistral-window")
        let mapped = try InferenceEngine(folder: folder, threads: 2, widenedBytes: 0, adapters: adapters)
        let expected = try GoldenTensors(Self.folder.appending(path: "patterns/golden.safetensors")).floats("logits")
        let logits = try await mapped.trace(golden.request()).logits.elements.suffix(expected.count)
        #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    /// Weights that were packed before keep their bits: changes stand beside them, or take their place.
    @Test(arguments: names + combinations, [WeightType.bfloat16, .q8Group32])
    func adaptersStandBesideWeightsThatArePacked(name: String, type: WeightType) async throws {
        let base = try base(of: name)
        let folder = try TemporaryFolder()
        let packed = folder.url.appending(path: "packed")
        _ = try ModelQuantizer(folder: base.folder, weights: type, threads: 2).write(to: packed)
        let expected = try GoldenTensors(Self.folder.appending(path: "\(name)/golden.safetensors")).floats("logits")
        func distance(_ folder: URL, _ weights: WeightType?, _ adapters: [ModelAdapter]) async throws -> Float {
            let engine = try InferenceEngine(folder: folder, threads: 2, weights: weights, adapters: adapters)
            let logits = try await engine.trace(base.request()).logits.elements.suffix(expected.count)
            return zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
        }
        let beside = try await distance(packed, nil, adapters(name))
        let merged = try await distance(base.folder, type, adapters(name))
        let plain = try await distance(packed, nil, [])
        // What rounding the weights costs is the measure, not a number: a random network rounds badly.
        #expect(beside < 1.5 * merged && beside < plain / 2, "\(beside), merged first \(merged), without \(plain)")
    }

    @Test func weightZeroChangesNothing() async throws {
        let base = try GoldenModel("mistral-window")
        for name in ["patterns", "magnitudes", "saved-modules"] {
            let adapter = ModelAdapter(folder: Self.folder.appending(path: name), weight: 0)
            let engine = try InferenceEngine(folder: base.folder, threads: 2, adapters: [adapter])
            let logits = try await engine.trace(base.request()).logits.elements
            #expect(zip(logits, base.floats("logits")).allSatisfy { abs($0 - $1) < 1e-4 }, "\(name)")
        }
    }

    /// PEFT saves every module whose name ends in the letters: `norm` is `input_layernorm`, too.
    @Test func savedModulesAreFoundByTheEndOfTheirNames() async throws {
        let base = try GoldenModel("mistral-window")
        let weights = try GoldenTensors(base.folder.appending(path: "model.safetensors"))
        func saved(_ name: String, times factor: Float) -> SafetensorsWriter.Tensor {
            let values = weights.floats(name).map { $0 * factor }
            return .init(name: "base_model.model.\(name)", shape: [values.count], floats: values)
        }
        let tensors = [
            saved("model.layers.0.input_layernorm.weight", times: 1), saved("model.norm.weight", times: 2),
        ]
        let folder = try TemporaryFolder()
        let configuration = #"{"peft_type": "LORA", "r": 2, "target_modules": [], "modules_to_save": ["norm"]}"#
        _ = try folder.write([UInt8](configuration.utf8), as: "adapter_config.json")
        _ = try folder.write([UInt8](SafetensorsWriter.data(of: tensors)), as: "adapter_model.safetensors")
        let adapter = ModelAdapter(folder: folder.url)
        let engine = try InferenceEngine(folder: base.folder, threads: 2, adapters: [adapter])
        let logits = try await engine.trace(base.request()).logits.elements
        // The head has no bias: it doubles what the last norm doubles.
        #expect(zip(logits, base.floats("logits")).allSatisfy { abs($0 - 2 * $1) < 2e-4 })
    }

    @Test func theDigestTellsAdaptersAndTheirWeightsApart() throws {
        let folder = GoldenModel.folder.appending(path: "mistral-window")
        func digest(_ adapters: [ModelAdapter]) throws -> String {
            try InferenceEngine(folder: folder, threads: 1, adapters: adapters).description.digest
        }
        let first = ModelAdapter(folder: Self.folder.appending(path: "patterns"))
        let half = ModelAdapter(folder: first.folder, weight: 0.5)
        let second = ModelAdapter(folder: Self.folder.appending(path: "magnitudes"))
        let lists = [[], [first], [half], [second], [first, second], [second, first]]
        let digests = try lists.map { try digest($0) }
        #expect(Set(digests).count == lists.count)
        #expect(try digest([first]) == digests[1])
    }

    @Test(arguments: [
        ("a/b", "a/b", Float(1)), ("a/b=0.5", "a/b", 0.5), ("b=-1", "b", -1), ("a=1/b", "a=1/b", 1),
        ("a=1=2", "a=1", 2),
    ])
    func optionsAreAFolderAndAWeight(_ text: String, _ folder: String, _ weight: Float) throws {
        let adapter = try #require(ModelAdapter(text))
        #expect(adapter.folder.relativePath == folder && adapter.weight == weight)
    }

    @Test(arguments: ["", "=1", "a=", "a=x", "a=nan", "a=inf"])
    func optionsThatAreNeitherAreRefused(text: String) {
        #expect(ModelAdapter(text) == nil)
    }

    // MARK: Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        /// A part of the message.
        let says: String
        var adapter = "patterns"
        var base: String?
        var configuration: @Sendable (inout [String: Any]) -> Void = { _ in }
        var tensors: @Sendable (inout [String: [Int]]) -> Void = { _ in }

        var testDescription: String { says }
    }

    private static let query = "base_model.model.model.layers.0.self_attn.q_proj"

    static let refusals: [Refusal] = [
        .init(says: "an adapter of the kind IA3") { $0["peft_type"] = "IA3" },
        .init(says: "an adapter of the kind VERA") { $0["peft_type"] = "VERA" },
        .init(says: "asks for lora_bias") { $0["lora_bias"] = true },
        .init(says: "asks for megatron_config") { $0["megatron_config"] = ["a": 1] },
        .init(says: "asks for layer_replication") { $0["layer_replication"] = [[0, 1]] },
        .init(says: "asks for trainable_token_indices") { $0["trainable_token_indices"] = [1] },
        .init(says: "asks for target_parameters") { $0["target_parameters"] = ["x"] },
        .init(says: "asks for use_qalora") { $0["use_qalora"] = true },
        .init(says: "asks for alora_invocation_tokens") { $0["alora_invocation_tokens"] = [1] },
        .init(says: "asks for something_new") { $0["something_new"] = 1 },
        .init(says: "asks for init_lora_weights pissa") { $0["init_lora_weights"] = "pissa" },
        .init(says: "asks for bias some") { $0["bias"] = "some" },
        .init(says: "r is not a whole number") { $0["r"] = 4.5 },
        .init(says: "has the rank 0") { $0["r"] = 0 },
        .init(says: "which is no regex") { $0["target_modules"] = "(" },
        .init(says: "target_modules of adapter_config.json do not name") {
            $0["target_modules"] = ["q_proj", "v_proj"]
        },
        .init(says: "lacks the tensor base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight") {
            $0["target_modules"] = ["q_proj", "k_proj", "v_proj", "down_proj"]
        },
        .init(says: "with shape [4, 32] where its configuration calls for [3, 32]") { $0["r"] = 3 },
        .init(says: "lacks the tensor base_model.model.model.layers.0.mlp.down_proj.lora_magnitude_vector") {
            $0["use_dora"] = true
        },
        .init(says: "lora_magnitude_vector without use_dora", adapter: "magnitudes") { $0["use_dora"] = false },
        .init(says: "names it neither in modules_to_save nor as a bias", adapter: "saved-modules") {
            $0["modules_to_save"] = ["lm_head"]
        },
        .init(says: "use_dora for an embedding", adapter: "saved-modules") { $0["use_dora"] = true },
        .init(says: "lacks the tensor \(query).lora_B.weight", tensors: { $0["\(query).lora_B.weight"] = nil }),
        .init(says: "lacks the tensor \(query).lora_A.weight", tensors: { $0["\(query).lora_A.weight"] = nil }),
        .init(says: "does not begin with base_model.model.", tensors: { $0["x.lora_A.weight"] = [4, 32] }),
        .init(says: "asks for lora_bias (the tensor", tensors: { $0["\(query).lora_B.bias"] = [48] }),
        .init(
            says: "asks for trainable_token_indices (the tensor",
            tensors: { $0["base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta"] = [1, 32] }
        ),
        .init(
            says: "lacks the tensor model.layers.7.self_attn.q_proj.weight",
            tensors: {
                $0["base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight"] = [4, 32]
                $0["base_model.model.model.layers.7.self_attn.q_proj.lora_B.weight"] = [48, 4]
            }
        ),
        .init(
            says: "model.layers.0.self_attn.q_proj.weight with shape [47, 32]",
            tensors: { $0["\(query).lora_B.weight"] = [47, 4] }
        ),
        .init(says: "a change of a convolution", tensors: { $0["\(query).lora_A.weight"] = [4, 32, 1, 1] }),
        .init(
            says: "a change of model.embed_tokens.weight, which this checkpoint uses for its head",
            base: "llama-tied"
        ) {
            $0["modules_to_save"] = ["embed_tokens"]
            $0["target_modules"] = []
        } tensors: {
            $0 = ["base_model.model.model.embed_tokens.weight": [368, 48]]
        },
        .init(
            says: "a change of lm_head.weight, for which this checkpoint uses its embedding",
            base: "llama-tied"
        ) {
            $0["modules_to_save"] = ["lm_head"]
            $0["target_modules"] = []
        } tensors: {
            $0 = ["base_model.model.lm_head.weight": [368, 48]]
        },
    ]

    /// Writes an adapter whose tensors hold ones, with something wrong about it.
    private func write(_ refusal: Refusal) throws -> TemporaryFolder {
        let source = Self.folder.appending(path: refusal.adapter)
        let data = try Data(contentsOf: source.appending(path: "adapter_config.json"))
        var configuration = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        refusal.configuration(&configuration)
        let file = try SafetensorsFile(source.appending(path: "adapter_model.safetensors"))
        var shapes = file.entries.mapValues(\.shape)
        refusal.tensors(&shapes)
        let folder = try TemporaryFolder()
        _ = try folder.write(
            [UInt8](JSONSerialization.data(withJSONObject: configuration)),
            as: "adapter_config.json"
        )
        let tensors = shapes.sorted { $0.key < $1.key }.map { name, shape in
            SafetensorsWriter.Tensor(name: name, shape: shape, floats: .init(repeating: 1, count: shape.reduce(1, *)))
        }
        _ = try folder.write([UInt8](SafetensorsWriter.data(of: tensors)), as: "adapter_model.safetensors")
        return folder
    }

    @Test(arguments: refusals)
    func whatIsWrongOrUnknownIsNamed(_ refusal: Refusal) throws {
        let folder = try write(refusal)
        let error = #expect(throws: (any Error).self) {
            try InferenceEngine(
                folder: GoldenModel.folder.appending(path: refusal.base ?? "mistral-window"),
                threads: 1,
                adapters: [ModelAdapter(folder: folder.url)]
            )
        }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(refusal.says), "\(message)")
    }

    @Test func aFolderWithoutAnAdapterSaysWhichFileIsMissing() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: ModelInputError.self) {
            try InferenceEngine(
                folder: GoldenModel.folder.appending(path: "mistral-window"),
                threads: 1,
                adapters: [ModelAdapter(folder: folder.url)]
            )
        }
        #expect(error.map { "\($0)".contains("adapter_config.json") } ?? false)
    }

}
