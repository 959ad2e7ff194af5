/// `config.json` of an Idefics checkpoint, the first of the name; absent values are the defaults of the classes in transformers.
package struct IdeficsConfiguration: Sendable, Decodable {
    /// The resampler between tower and decoder.
    package struct Resampler: Sendable, Decodable {
        package var latentCount = 64
        package var depth = 6
        package var headCount = 16
        package var headDimension = 96
        /// Whether each head's queries and keys pass a norm.
        package var normalizesHeads = false

        private enum CodingKeys: String, CodingKey {
            case latentCount = "resampler_n_latents"
            case depth = "resampler_depth"
            case headCount = "resampler_n_heads"
            case headDimension = "resampler_head_dim"
            case normalizesHeads = "qk_layer_norms_perceiver"
        }

        init() {}

        /// Reads the resampler's part of a configuration.
        ///
        /// - Parameter decoder: Where to read from.
        /// - Throws: `DecodingError` when a value is of another type.
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            latentCount = try values.decodeIfPresent(Int.self, forKey: .latentCount) ?? latentCount
            depth = try values.decodeIfPresent(Int.self, forKey: .depth) ?? depth
            headCount = try values.decodeIfPresent(Int.self, forKey: .headCount) ?? headCount
            headDimension = try values.decodeIfPresent(Int.self, forKey: .headDimension) ?? headDimension
            normalizesHeads = try values.decodeIfPresent(Bool.self, forKey: .normalizesHeads) ?? normalizesHeads
        }
    }

    /// The decoder; its vocabulary includes the tokens that were added to it.
    package let text: TextConfiguration
    /// Tokens that were added to the vocabulary; embedding and head keep them in tensors of their own.
    package let additionalTokenCount: Int
    package let tiesEmbeddings: Bool
    package let vision: VisionConfiguration
    /// nil where the decoder looks at the tower's own states.
    package let resampler: Resampler?
    /// Before every so many layers of the decoder stands a block that looks at images.
    package let crossLayerInterval: Int
    /// Whether in these blocks each head's queries and keys pass a norm.
    package let normalizesHeads: Bool
    /// Whether a gate has a value for each feature, and not one for all.
    package let hasVectorGates: Bool
    private let gateKind: String
    private let statedVocabularySize: Int

    private enum CodingKeys: String, CodingKey {
        case additionalTokenCount = "additional_vocab_size"
        case tiesEmbeddings = "tie_word_embeddings"
        case vision = "vision_config"
        case usesResampler = "use_resampler"
        case resampler = "perceiver_config"
        case crossLayerInterval = "cross_layer_interval"
        case normalizesHeads = "qk_layer_norms"
        case gateKind = "alpha_type"
    }

    /// Reads a configuration.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when a value is of another type.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func flag(_ key: CodingKeys) throws -> Bool { try values.decodeIfPresent(Bool.self, forKey: key) ?? false }
        var text = try TextConfiguration(from: decoder, defaultFamily: "llama", namesFamily: false)
        statedVocabularySize = text.vocabularySize
        additionalTokenCount = try values.decodeIfPresent(Int.self, forKey: .additionalTokenCount) ?? 0
        text.vocabularySize = statedVocabularySize.addingReportingOverflow(additionalTokenCount).partialValue
        self.text = text
        tiesEmbeddings = try flag(.tiesEmbeddings)
        vision = try VisionConfiguration(from: values, forKey: .vision, defaults: .idefics)
        let resampler = try values.decodeIfPresent(Resampler.self, forKey: .resampler) ?? Resampler()
        self.resampler = try flag(.usesResampler) ? resampler : nil
        crossLayerInterval = try values.decodeIfPresent(Int.self, forKey: .crossLayerInterval) ?? 1
        normalizesHeads = try flag(.normalizesHeads)
        gateKind = try values.decodeIfPresent(String.self, forKey: .gateKind) ?? "float"
        hasVectorGates = gateKind == "vector"
    }

    /// Checks that the numbers make a network.
    ///
    /// - Parameter path: The file, for the message.
    /// - Throws: `VLMError` when they do not, or when something is asked for that Recto does not do.
    package func validate(path: String) throws(VLMError) {
        // None may be added.
        let added = additionalTokenCount == 0 ? 1 : additionalTokenCount
        try ConfigurationFile.checkSizes(
            [
                ("vocab_size", statedVocabularySize), ("additional_vocab_size", added),
                ("cross_layer_interval", crossLayerInterval),
            ],
            path: path
        )
        try text.validate(path: path)
        try vision.validate(path: path)
        if let resampler { try resampler.validate(path: path) }
        if gateKind != "float" && gateKind != "vector" {
            throw .unsupportedSetting(path: path, setting: "alpha_type \(gateKind)")
        }
        let problems = [
            (
                text.layerCount % crossLayerInterval != 0,
                "num_hidden_layers \(text.layerCount) is no multiple of cross_layer_interval \(crossLayerInterval)"
            ),
            (
                text.headCount * text.headDimension != text.hiddenSize,
                "num_attention_heads \(text.headCount) does not divide hidden_size \(text.hiddenSize)"
            ),
        ]
        if let (_, problem) = problems.first(where: \.0) { throw .malformedConfiguration(path: path, problem: problem) }
    }

    /// States of one image that the decoder looks at.
    package var statesPerImage: Int {
        resampler?.latentCount ?? vision.classTokenCount + vision.patchesPerSide * vision.patchesPerSide
    }
}

extension IdeficsConfiguration.Resampler {
    fileprivate func validate(path: String) throws(VLMError) {
        try ConfigurationFile.checkSizes(
            [
                ("perceiver_config.resampler_n_latents", latentCount), ("perceiver_config.resampler_depth", depth),
                ("perceiver_config.resampler_n_heads", headCount),
                ("perceiver_config.resampler_head_dim", headDimension),
            ],
            path: path
        )
    }
}
