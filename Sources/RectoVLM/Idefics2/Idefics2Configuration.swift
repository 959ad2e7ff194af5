/// `config.json` of an Idefics2 checkpoint; absent values are the defaults of the classes in transformers.
package struct Idefics2Configuration: Sendable, Decodable {
    /// The perceiver resampler.
    package struct Perceiver: Sendable, Decodable {
        package var hiddenSize = 4096
        package var epsilon: Float = 1e-6
        package var latentCount = 64
        package var depth = 3
        package var headCount = 16
        package var headDimension = 96
        package var keyValueHeadCount = 4
        package var activation = "silu"

        private enum CodingKeys: String, CodingKey {
            case hiddenSize = "hidden_size"
            case epsilon = "rms_norm_eps"
            case latentCount = "resampler_n_latents"
            case depth = "resampler_depth"
            case headCount = "resampler_n_heads"
            case headDimension = "resampler_head_dim"
            case keyValueHeadCount = "num_key_value_heads"
            case activation = "hidden_act"
        }

        init() {}

        /// Reads the resampler's part of a configuration.
        ///
        /// - Parameter decoder: Where to read from.
        /// - Throws: `DecodingError` when a value is of another type.
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            hiddenSize = try values.decodeIfPresent(Int.self, forKey: .hiddenSize) ?? hiddenSize
            epsilon = try values.decodeIfPresent(Double.self, forKey: .epsilon).map { Float($0) } ?? epsilon
            latentCount = try values.decodeIfPresent(Int.self, forKey: .latentCount) ?? latentCount
            depth = try values.decodeIfPresent(Int.self, forKey: .depth) ?? depth
            headCount = try values.decodeIfPresent(Int.self, forKey: .headCount) ?? headCount
            headDimension = try values.decodeIfPresent(Int.self, forKey: .headDimension) ?? headDimension
            keyValueHeadCount = try values.decodeIfPresent(Int.self, forKey: .keyValueHeadCount) ?? keyValueHeadCount
            activation = try values.decodeIfPresent(String.self, forKey: .activation) ?? activation
        }
    }

    package let imageTokenID: Int
    package let tiesEmbeddings: Bool
    package let vision: VisionConfiguration
    package let perceiver: Perceiver
    package let text: TextConfiguration

    private enum CodingKeys: String, CodingKey {
        case imageTokenID = "image_token_id"
        case tiesEmbeddings = "tie_word_embeddings"
        case vision = "vision_config"
        case perceiver = "perceiver_config"
        case text = "text_config"
    }

    /// Reads a configuration.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when a value is missing or of another type.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        imageTokenID = try values.decodeIfPresent(Int.self, forKey: .imageTokenID) ?? 32001
        tiesEmbeddings = try values.decodeIfPresent(Bool.self, forKey: .tiesEmbeddings) ?? false
        vision = try VisionConfiguration(from: values, forKey: .vision, defaults: .idefics2)
        text = try values.decode(TextConfiguration.self, forKey: .text)
        var perceiver = try values.decodeIfPresent(Perceiver.self, forKey: .perceiver) ?? Perceiver()
        if perceiver.hiddenSize != text.hiddenSize {
            // transformers takes both from the text model then.
            perceiver.hiddenSize = text.hiddenSize
            perceiver.epsilon = text.epsilon
        }
        self.perceiver = perceiver
    }

    /// Checks that the numbers make a network.
    ///
    /// - Parameter path: The file, for the message.
    /// - Throws: `VLMError` when they do not, or when something is asked for that Recto does not do.
    package func validate(path: String) throws(VLMError) {
        try text.validate(path: path)
        try vision.validate(path: path)
        try ConfigurationFile.checkSizes(
            [
                ("perceiver_config.resampler_n_latents", perceiver.latentCount),
                ("perceiver_config.resampler_depth", perceiver.depth),
                ("perceiver_config.resampler_n_heads", perceiver.headCount),
                ("perceiver_config.resampler_head_dim", perceiver.headDimension),
                ("perceiver_config.num_key_value_heads", perceiver.keyValueHeadCount),
            ],
            path: path
        )
        if perceiver.activation != "silu" && perceiver.activation != "swish" {
            throw .unsupportedSetting(path: path, setting: "perceiver_config.hidden_act \(perceiver.activation)")
        }
        let problems = [
            (
                perceiver.headCount % perceiver.keyValueHeadCount != 0,
                "the resampler's key and value heads do not divide its heads"
            ),
            (imageTokenID < 0 || imageTokenID >= text.vocabularySize, "image_token_id is outside the vocabulary"),
        ]
        if let (_, problem) = problems.first(where: \.0) { throw .malformedConfiguration(path: path, problem: problem) }
    }
}
