/// What tensors were called in older releases of a family.
package struct WeightAliases: Sendable {
    private let prefixes: [(String, String)]

    /// No older names.
    package static let none = WeightAliases(prefixes: [])

    /// Text models that were saved without their head: the decoder's names then lack `model.`.
    package static let text = WeightAliases(prefixes: [
        ("layers.", "model.layers."),
        ("embed_tokens.", "model.embed_tokens."),
        ("norm.", "model.norm."),
    ])

    /// Idefics2: its pre-release checkpoints, which came with code of their own, and models that were saved without their
    /// head.
    package static let idefics2 = WeightAliases(
        prefixes: [("model.perceiver_resampler.", "model.connector.perceiver_resampler.")] + afterIdefics2
    )

    /// Idefics3 and SmolVLM, whose pre-release checkpoints followed those of Idefics2.
    package static let idefics3 = WeightAliases(prefixes: afterIdefics2)

    private static let afterIdefics2 = [
        ("model.layers.", "model.text_model.layers."),
        ("model.embed_tokens.", "model.text_model.embed_tokens."),
        ("model.norm.", "model.text_model.norm."),
        ("model.modality_projection.", "model.connector.modality_projection."),
        ("text_model.", "model.text_model."),
        ("vision_model.", "model.vision_model."),
        ("connector.", "model.connector."),
        ("additional_fc.", "lm_head.additional_fc."),
    ]

    /// Idefics, the first of the name: models that were saved without their head.
    package static let idefics = WeightAliases(
        prefixes: ["vision_model", "perceiver_resampler", "gated_cross_attn_layers", "layers", "embed_tokens", "norm"]
            .map { ("\($0).", "model.\($0).") }
    )

    /// LLaVA and Mantis: the names of the published checkpoints, and of those saved by transformers 4.52 and later, which put
    /// `model.` before them; release 5 leaves out `vision_model`, too.
    package static let llava = WeightAliases(prefixes: [
        ("vision_tower.vision_model.", "model.vision_tower."),
        ("vision_tower.", "model.vision_tower."),
        ("model.vision_tower.vision_model.", "model.vision_tower."),
        ("multi_modal_projector.", "model.multi_modal_projector."),
        ("language_model.model.", "model.language_model."),
        ("language_model.lm_head.", "lm_head."),
    ])

    /// Tensors whose rows follow those of another: tokens that were added to a vocabulary, in Idefics and in pre-release checkpoints
    /// of Idefics2.
    static let additions = [
        "model.embed_tokens.weight": "model.embed_tokens.additional_embedding.weight",
        "model.text_model.embed_tokens.weight": "model.text_model.embed_tokens.additional_embedding.weight",
        "lm_head.weight": "lm_head.additional_fc.weight",
    ]

    /// Finds the name that Recto knows a tensor by.
    ///
    /// - Parameter name: The name in the file.
    /// - Returns: The canonical name; nil for a tensor that is computed and not learned.
    package func canonicalName(of name: String) -> String? {
        if name.hasSuffix(".inv_freq") { return nil }
        for (old, new) in prefixes where name.hasPrefix(old) {
            return new + name.dropFirst(old.count)
        }
        return name
    }
}
