import Foundation

/// A GGUF file's text model of the `llama` architecture, in the terms of a Hugging Face folder.
struct GGUFTextModel {
    let file: GGUFFile

    /// Checks that a file holds such a model.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError` when it holds another model or asks for something that Recto does not do.
    init(_ file: GGUFFile) throws(VLMError) {
        self.file = file
        guard let architecture = try file.string("general.architecture") else {
            throw file.malformed("it lacks general.architecture")
        }
        if GGUFVisionModel.isHeld(by: file) {
            _ = try GGUFVisionModel(file)
            let reason = "it is a vision tower without its text model: --mmproj names the tower, --model the text model"
            throw .notACheckpoint(path: file.path, reason: reason)
        }
        guard architecture == "llama" else { throw .unknownFamily(path: file.path, family: architecture) }
        if let parts = try file.integer("split.count"), parts > 1 {
            throw file.unsupported("\(parts) files that make one model together (split.count); join them first")
        }
        if let experts = try file.integer("llama.expert_count"), experts > 0 {
            throw file.unsupported("a mixture of \(experts) experts (llama.expert_count)")
        }
    }

    /// Its name for itself.
    func name() throws(VLMError) -> String? { try file.string("general.name") }

    /// What `config.json` would say.
    ///
    /// - Returns: Its members.
    /// - Throws: `VLMError` when a number is missing or of another kind.
    func configuration() throws(VLMError) -> [String: Any] {
        let (hidden, heads) = (try required("embedding_length"), try required("attention.head_count"))
        let headSize = try integer("attention.key_length") ?? (heads > 0 ? hidden / heads : 0)
        if let valueSize = try integer("attention.value_length"), valueSize != headSize {
            throw file.unsupported("values of another size than keys (llama.attention.value_length \(valueSize))")
        }
        if let rotated = try integer("rope.dimension_count"), rotated != headSize {
            throw file.unsupported("rotary positions for a part of each head (llama.rope.dimension_count \(rotated))")
        }
        guard let epsilon = try number("attention.layer_norm_rms_epsilon") else {
            throw file.malformed("it lacks llama.attention.layer_norm_rms_epsilon")
        }
        var members: [String: Any] = [
            "model_type": "llama",
            "vocab_size": try vocabularySize(),
            "hidden_size": hidden,
            "intermediate_size": try required("feed_forward_length"),
            "num_hidden_layers": try required("block_count"),
            "num_attention_heads": heads,
            "num_key_value_heads": try integer("attention.head_count_kv") ?? heads,
            "head_dim": headSize,
            "rms_norm_eps": epsilon,
            "rope_theta": try number("rope.freq_base") ?? 10000,
            "max_position_embeddings": try required("context_length"),
            "eos_token_id": try endTokens(),
            "tie_word_embeddings": file.tensors["output.weight"] == nil,
        ]
        members["rope_scaling"] = try ropeScaling()
        return members
    }

    /// The token at whose places image features stand; nil for a model that was not made to see images.
    func imageToken() throws(VLMError) -> Int? {
        try file.strings("tokenizer.ggml.tokens")?.firstIndex(of: Array(imageMarker.utf8))
    }

    /// What `rope_scaling` would say; nil for positions as they are.
    private func ropeScaling() throws(VLMError) -> [String: Any]? {
        if let factor = try number("rope.scaling.attn_factor"), factor != 1 {
            throw file.unsupported("attention scaled for longer texts (llama.rope.scaling.attn_factor \(factor))")
        }
        let kind = try file.string("llama.rope.scaling.type")
        let olderFactor = try number("rope.scale_linear")
        let factor = try number("rope.scaling.factor") ?? olderFactor
        let stated = kind ?? (factor == nil ? nil : "linear")
        let isPlain = stated == nil || stated == "none"
        if let tensor = file.tensors[Self.frequencies] {
            guard isPlain else {
                throw file.unsupported("the tensor \(Self.frequencies) and rope_scaling of type \(stated ?? "")")
            }
            guard tensor.plainType != nil else {
                throw file.unsupported("\(Self.frequencies) in \(tensor.elementType)")
            }
            let divisors = Tensor(expanding: tensor, rows: 1, columns: tensor.count)
            // What is no number at all does not go into JSON; zero is refused as it is.
            return ["rope_type": "rope_freqs", "rope_freqs": divisors.elements.map { $0.isFinite ? Double($0) : 0 }]
        }
        guard !isPlain, let stated else { return nil }
        return ["rope_type": stated, "factor": factor ?? 1]
    }

    /// By what each rotary frequency is divided: how llama.cpp keeps the stretching of Llama 3.1.
    private static let frequencies = "rope_freqs.weight"

    /// Tokens after which text ends: those that the file names, and those that llama.cpp knows by their text.
    func endTokens() throws(VLMError) -> [Int] {
        var ids: Set<Int> = []
        for name in ["eos", "eot", "eom"] {
            if let id = try file.integer("tokenizer.ggml.\(name)_token_id") { ids.insert(id) }
        }
        for (id, token) in (try file.strings("tokenizer.ggml.tokens") ?? []).enumerated()
        where Self.endTexts.contains(token) {
            ids.insert(id)
        }
        return ids.sorted()
    }

    /// From llama.cpp's `llama-vocab.cpp`, where it looks for tokens that end a generation.
    private static let endTexts = Set(
        [
            "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>", "<|endoftext|>",
            "<|eom_id|>", "<EOT>", "_<EOT>", "<|end_of_text|>", "<end_of_utterance>",
        ].map { Array($0.utf8) }
    )

    private func vocabularySize() throws(VLMError) -> Int {
        guard let tokens = try file.strings("tokenizer.ggml.tokens") else {
            throw file.malformed("it lacks tokenizer.ggml.tokens")
        }
        return tokens.count
    }

    private func required(_ key: String) throws(VLMError) -> Int { try file.required("llama.\(key)") }

    private func integer(_ key: String) throws(VLMError) -> Int? { try file.integer("llama.\(key)") }

    private func number(_ key: String) throws(VLMError) -> Double? { try file.number("llama.\(key)") }

    /// The tensors under the names that transformers gives them.
    ///
    /// - Parameters:
    ///   - prefix: What the decoder's names begin with.
    ///   - configuration: The decoder's sizes.
    /// - Returns: The tensors.
    /// - Throws: `VLMError` for a tensor that no Llama has.
    func tensors(
        prefix: String,
        _ configuration: TextConfiguration
    ) throws(VLMError) -> [String: StoredTensor] {
        var result: [String: StoredTensor] = [:]
        for (name, tensor) in file.tensors where name != Self.frequencies {
            guard let known = GGUFTensorNames.decoder(name, prefix: prefix) else {
                throw file.unsupported("the tensor \(name)")
            }
            var tensor = tensor
            if name.hasSuffix(".attn_q.weight") || name.hasSuffix(".attn_k.weight") {
                tensor.rowOrder = .pairs(headDimension: configuration.headDimension)
            }
            result[known] = tensor
        }
        return result
    }
}
