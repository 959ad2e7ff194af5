/// `config.json` of a LLaVA or Mantis checkpoint; absent values are the defaults of `LlavaConfig` in transformers.
package struct LlavaConfiguration: Sendable, Decodable {
    package let imageTokenID: Int
    package let tiesEmbeddings: Bool
    package let vision: VisionConfiguration
    package let text: TextConfiguration
    /// After how many of the tower's blocks its states are taken; several stand side by side.
    package let featureLayers: [Int]
    /// Whether the first state of each view becomes no image token.
    package let dropsFirstState: Bool
    /// Whether the projector's layers have biases.
    package let hasProjectorBias: Bool
    package let endTokens: [Int]
    private let projectorActivation: String
    /// `vision_feature_layer` as it stands: those below zero count from the end.
    private let statedLayers: [Int]
    /// The first setting that cannot be honoured.
    private let refusal: SettingRefusal?

    private enum CodingKeys: String, CodingKey {
        case imageTokenID = "image_token_id"
        case imageTokenIndex = "image_token_index"
        case tiesEmbeddings = "tie_word_embeddings"
        case vision = "vision_config"
        case text = "text_config"
        case featureLayers = "vision_feature_layer"
        case featureSelection = "vision_feature_select_strategy"
        case projectorBias = "multimodal_projector_bias"
        case projectorActivation = "projector_hidden_act"
        case endTokens = "eos_token_id"
        case separateTower = "mm_vision_tower"
    }

    private struct Tower: Decodable {
        let family: String?

        enum CodingKeys: String, CodingKey {
            case family = "model_type"
        }
    }

    /// Reads a configuration.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when a value is missing or of another type.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let identifiers = try [CodingKeys.imageTokenIndex, .imageTokenID].compactMap {
            try values.decodeIfPresent(Int.self, forKey: $0)
        }
        imageTokenID = identifiers.first ?? 32000
        let tower = try values.decodeIfPresent(Tower.self, forKey: .vision)
        let family = tower?.family ?? "clip_vision_model"
        let towers = ["clip_vision_model": VisionConfiguration.clip, "siglip_vision_model": .siglip]
        let defaults = tower == nil ? .llava : towers[family] ?? .clip
        vision = try VisionConfiguration(from: values, forKey: .vision, defaults: defaults)
        if values.contains(.separateTower) {
            let problem = "the vision tower lies elsewhere, use the checkpoint in the form of transformers"
            throw DecodingError.dataCorruptedError(forKey: .separateTower, in: values, debugDescription: problem)
        }
        guard values.contains(.text) else {
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "absent")
            throw DecodingError.keyNotFound(CodingKeys.text, context)
        }
        text = try TextConfiguration(from: values.superDecoder(forKey: .text), defaultFamily: "llama")
        // Older checkpoints say it of the text model alone.
        let tied = try values.decodeIfPresent(Bool.self, forKey: .tiesEmbeddings) ?? false
        tiesEmbeddings = tied || text.tiesEmbeddings ?? false
        statedLayers = try values.decodeIfPresent(TokenList.self, forKey: .featureLayers)?.ids ?? [-2]
        featureLayers = statedLayers.map { [count = vision.layerCount] in $0 < 0 ? count &+ 1 &+ $0 : $0 }
        let selection = try values.decodeIfPresent(String.self, forKey: .featureSelection) ?? "default"
        dropsFirstState = selection == "default"
        hasProjectorBias = try values.decodeIfPresent(Bool.self, forKey: .projectorBias) ?? true
        projectorActivation = try values.decodeIfPresent(String.self, forKey: .projectorActivation) ?? "gelu"
        endTokens = try values.decodeIfPresent(TokenList.self, forKey: .endTokens)?.ids ?? text.endTokens
        let refusals: [(String, Bool)] = [
            ("vision_config.model_type \(family)", towers[family] == nil),
            ("vision_feature_select_strategy \(selection)", selection != "default" && selection != "full"),
        ]
        let contradiction = Set(identifiers).count > 1 ? "image_token_index and image_token_id differ" : nil
        refusal =
            refusals.first(where: \.1).map { .unsupported($0.0) } ?? contradiction.map { .malformed($0) }
    }

    /// The function between the projector's layers.
    ///
    /// - Parameter path: The file that names it, for the message.
    /// - Returns: The function.
    /// - Throws: `VLMError` for one that Recto does not do.
    func projectorFunction(path: String) throws(VLMError) -> Activation {
        guard let function = Activation(named: projectorActivation) else {
            throw .unsupportedSetting(path: path, setting: "projector_hidden_act \(projectorActivation)")
        }
        return function
    }

    /// Checks that the numbers make a network.
    ///
    /// - Parameter path: The file, for the message.
    /// - Throws: `VLMError` when they do not, or when something is asked for that Recto does not do.
    package func validate(path: String) throws(VLMError) {
        if let refusal { throw refusal.error(path: path) }
        try text.validate(path: path)
        try vision.validate(path: path)
        _ = try projectorFunction(path: path)
        let outside = zip(statedLayers, featureLayers).first { $0.1 < 0 || $0.1 > vision.layerCount }?.0
        let problems = [
            (statedLayers.isEmpty, "vision_feature_layer is empty"),
            (
                outside != nil,
                "vision_feature_layer \(outside ?? 0) is none of the tower's \(vision.layerCount) layers"
            ),
            (
                imageTokenID < 0 || imageTokenID >= text.vocabularySize,
                "image_token_index \(imageTokenID) is outside the vocabulary"
            ),
            (views.imageTokenCount < 1, "vision_config and vision_feature_select_strategy leave no image token"),
        ]
        if let (_, problem) = problems.first(where: \.0) { throw .malformedConfiguration(path: path, problem: problem) }
    }

    /// What image processor and prompt must agree on with the tower.
    package var views: LlavaViewForm {
        LlavaViewForm(
            imageSize: vision.imageSize,
            patchSize: vision.patchSize,
            classTokenCount: vision.classTokenCount,
            dropsFirstState: dropsFirstState
        )
    }
}

/// The one form in which a LLaVA tower reads images, and how many image tokens it makes of one.
package struct LlavaViewForm: Sendable, Hashable {
    /// Side of a view in pixels.
    package let imageSize: Int
    /// Side of a patch in pixels.
    package let patchSize: Int
    /// States before those of the patches.
    package let classTokenCount: Int
    /// Whether the first state becomes no image token.
    package let dropsFirstState: Bool

    /// Describes a form.
    ///
    /// - Parameters:
    ///   - imageSize: Side of a view in pixels.
    ///   - patchSize: Side of a patch in pixels.
    ///   - classTokenCount: States before those of the patches.
    ///   - dropsFirstState: Whether the first state becomes no image token.
    package init(imageSize: Int, patchSize: Int, classTokenCount: Int, dropsFirstState: Bool) {
        self.imageSize = imageSize
        self.patchSize = patchSize
        self.classTokenCount = classTokenCount
        self.dropsFirstState = dropsFirstState
    }

    /// Image tokens of one view.
    package var imageTokenCount: Int {
        let side = imageSize / patchSize
        return side * side + classTokenCount - (dropsFirstState ? 1 : 0)
    }
}
