/// What llama.cpp calls the tensors that Recto knows by the names of transformers.
enum GGUFTensorNames {
    private static let outside = [
        "token_embd.weight": "embed_tokens.weight",
        "output_norm.weight": "norm.weight",
    ]

    private static let inLayers = [
        "attn_norm.weight": "input_layernorm.weight",
        "attn_q.weight": "self_attn.q_proj.weight",
        "attn_k.weight": "self_attn.k_proj.weight",
        "attn_v.weight": "self_attn.v_proj.weight",
        "attn_output.weight": "self_attn.o_proj.weight",
        "ffn_norm.weight": "post_attention_layernorm.weight",
        "ffn_gate.weight": "mlp.gate_proj.weight",
        "ffn_up.weight": "mlp.up_proj.weight",
        "ffn_down.weight": "mlp.down_proj.weight",
    ]

    private static let vision = [
        "v.patch_embd": "vision_model.embeddings.patch_embedding",
        "v.position_embd": "vision_model.embeddings.position_embedding",
        "v.post_ln": "vision_model.post_layernorm",
        "mm.model.fc": "connector.modality_projection.proj",
    ]

    private static let inVisionLayers = [
        "ln1": "layer_norm1", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj", "attn_out": "self_attn.out_proj", "ln2": "layer_norm2",
        "ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2",
    ]

    /// Names in the file of all tensors of Idefics3's vision tower and projector outside of the tower's layers.
    static let idefics3Outside = vision.keys.sorted().flatMap { stem in
        [stem + ".weight"] + (unbiased.contains(stem) ? [] : [stem + ".bias"])
    }

    /// Names in the file of the tensors of each of the tower's layers, without `v.blk.N.`.
    static let idefics3InLayers = inVisionLayers.keys.sorted().flatMap { [$0 + ".weight", $0 + ".bias"] }

    private static let unbiased: Set = ["v.position_embd", "mm.model.fc"]

    /// Finds the name that Recto knows a tensor of Idefics3's vision tower or projector by.
    ///
    /// - Parameters:
    ///   - name: The name in the file, for example `v.blk.0.attn_q.weight`.
    ///   - swapsLayers: Whether the file calls the MLP's first layer `ffn_down`, as older conversions do.
    /// - Returns: The name; nil for a tensor that Idefics3 does not have.
    static func idefics3(_ name: String, swapsLayers: Bool) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let kind = parts.last, kind == "weight" || kind == "bias" else { return nil }
        let stem = parts.dropLast().joined(separator: ".")
        if let known = vision[stem] { return "model.\(known).\(kind)" }
        guard parts.count == 5, parts[0] == "v", parts[1] == "blk", let layer = Int(parts[2]),
            String(layer) == parts[2]
        else { return nil }
        var part = parts[3]
        if swapsLayers, part.hasPrefix("ffn_") { part = part == "ffn_up" ? "ffn_down" : "ffn_up" }
        guard let known = inVisionLayers[part] else { return nil }
        return "model.vision_model.encoder.layers.\(layer).\(known).\(kind)"
    }

    /// Finds the name that Recto knows a decoder's tensor by.
    ///
    /// - Parameters:
    ///   - name: The name in the file, for example `blk.0.attn_q.weight`.
    ///   - prefix: What the decoder's names begin with, for example `model`.
    /// - Returns: The name; nil for a tensor that no Llama has.
    static func decoder(_ name: String, prefix: String) -> String? {
        if name == "output.weight" { return "lm_head.weight" }
        if let known = outside[name] { return "\(prefix).\(known)" }
        let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "blk", let layer = Int(parts[1]), String(layer) == parts[1],
            let known = inLayers[String(parts[2])]
        else { return nil }
        return "\(prefix).layers.\(layer).\(known)"
    }
}
