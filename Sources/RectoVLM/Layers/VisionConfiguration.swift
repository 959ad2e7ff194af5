/// `vision_config` of a checkpoint: the SigLIP tower of Idefics2, Idefics3 and SmolVLM, the CLIP or SigLIP tower of LLaVA, the CLIP
/// tower of Idefics.
package struct VisionConfiguration: Sendable {
    /// How a tower turns patches into its first states; the blocks that follow are alike.
    package enum Kind: Sendable, Hashable {
        /// SigLIP as Idefics2 changed it: views of any size, over which the learned positions are spread.
        case siglipAnySize
        /// SigLIP: views of one size, a position for each patch.
        case siglip
        /// CLIP: as SigLIP, with a class token before the patches, and a norm.
        case clip
    }

    package private(set) var kind = Kind.siglipAnySize
    package private(set) var hiddenSize = 768
    package private(set) var intermediateSize = 3072
    package private(set) var layerCount = 12
    package private(set) var headCount = 12
    package private(set) var channelCount = 3
    package private(set) var imageSize = 224
    package private(set) var patchSize = 32
    package private(set) var activation = "gelu_pytorch_tanh"
    package private(set) var epsilon: Float = 1e-6

    /// The defaults of `Idefics2VisionConfig` in transformers.
    static let idefics2 = VisionConfiguration()

    /// The defaults of `Idefics3VisionConfig` and `SmolVLMVisionConfig` in transformers.
    static let idefics3: VisionConfiguration = {
        var configuration = VisionConfiguration()
        (configuration.hiddenSize, configuration.headCount) = (1152, 16)
        return configuration
    }()

    /// The defaults of `SiglipVisionConfig` in transformers.
    static let siglip: VisionConfiguration = {
        var configuration = VisionConfiguration()
        (configuration.kind, configuration.patchSize) = (.siglip, 16)
        return configuration
    }()

    /// The defaults of `CLIPVisionConfig` in transformers.
    static let clip: VisionConfiguration = {
        var configuration = VisionConfiguration()
        (configuration.kind, configuration.activation, configuration.epsilon) = (.clip, "quick_gelu", 1e-5)
        return configuration
    }()

    /// The tower that LLaVA has where `config.json` describes none.
    static let llava: VisionConfiguration = {
        var configuration = clip
        (configuration.hiddenSize, configuration.intermediateSize) = (1024, 4096)
        (configuration.layerCount, configuration.headCount) = (24, 16)
        (configuration.imageSize, configuration.patchSize) = (336, 14)
        return configuration
    }()

    /// The defaults of the first Idefics' `IdeficsVisionConfig` in transformers.
    static let idefics: VisionConfiguration = {
        var configuration = clip
        (configuration.hiddenSize, configuration.intermediateSize) = (768, 5120)
        (configuration.layerCount, configuration.headCount) = (32, 16)
        (configuration.imageSize, configuration.patchSize) = (224, 14)
        configuration.activation = "gelu"
        return configuration
    }()

    private enum CodingKeys: String, CodingKey {
        case embeddingSize = "embed_dim"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case headCount = "num_attention_heads"
        case channelCount = "num_channels"
        case imageSize = "image_size"
        case patchSize = "patch_size"
        case activation = "hidden_act"
        case epsilon = "layer_norm_eps"
    }

    private init() {}

    /// Reads the tower's part of a configuration.
    ///
    /// - Parameters:
    ///   - container: The configuration.
    ///   - key: The part; absent, all is as by default.
    ///   - defaults: What absent values are.
    /// - Throws: `DecodingError` when a value is of another type.
    init<Key: CodingKey>(
        from container: KeyedDecodingContainer<Key>,
        forKey key: Key,
        defaults: VisionConfiguration
    ) throws {
        self = defaults
        guard try container.contains(key) && !container.decodeNil(forKey: key) else { return }
        let values = try container.nestedContainer(keyedBy: CodingKeys.self, forKey: key)
        // The first Idefics calls it by another name.
        let embeddingSize = try values.decodeIfPresent(Int.self, forKey: .embeddingSize)
        hiddenSize = try values.decodeIfPresent(Int.self, forKey: .hiddenSize) ?? embeddingSize ?? hiddenSize
        intermediateSize = try values.decodeIfPresent(Int.self, forKey: .intermediateSize) ?? intermediateSize
        layerCount = try values.decodeIfPresent(Int.self, forKey: .layerCount) ?? layerCount
        headCount = try values.decodeIfPresent(Int.self, forKey: .headCount) ?? headCount
        channelCount = try values.decodeIfPresent(Int.self, forKey: .channelCount) ?? channelCount
        imageSize = try values.decodeIfPresent(Int.self, forKey: .imageSize) ?? imageSize
        patchSize = try values.decodeIfPresent(Int.self, forKey: .patchSize) ?? patchSize
        activation = try values.decodeIfPresent(String.self, forKey: .activation) ?? activation
        epsilon = try values.decodeIfPresent(Double.self, forKey: .epsilon).map { Float($0) } ?? epsilon
    }

    /// Patches along one side of the largest image; positions are spread over as many steps.
    var patchesPerSide: Int { imageSize / patchSize }

    /// States before those of the patches.
    var classTokenCount: Int { kind == .clip ? 1 : 0 }

    /// The function inside the blocks.
    ///
    /// - Parameter path: The file that names it, for the message.
    /// - Returns: The function.
    /// - Throws: `VLMError` for one that Recto does not do.
    func activationFunction(path: String) throws(VLMError) -> Activation {
        guard let function = Activation(named: activation) else {
            throw .unsupportedSetting(path: path, setting: "vision_config.hidden_act \(activation)")
        }
        return function
    }

    /// Checks that the numbers make a tower.
    ///
    /// - Parameter path: The file, for the message.
    /// - Throws: `VLMError` when they do not, or when something is asked for that Recto does not do.
    func validate(path: String) throws(VLMError) {
        try ConfigurationFile.checkSizes(
            [
                ("vision_config.hidden_size", hiddenSize), ("vision_config.intermediate_size", intermediateSize),
                ("vision_config.num_hidden_layers", layerCount), ("vision_config.num_attention_heads", headCount),
                ("vision_config.patch_size", patchSize), ("vision_config.image_size", imageSize),
            ],
            path: path
        )
        _ = try activationFunction(path: path)
        if channelCount != 3 {
            throw .unsupportedSetting(path: path, setting: "vision_config.num_channels \(channelCount)")
        }
        if hiddenSize % headCount != 0 {
            let problem = "vision_config.num_attention_heads \(headCount) does not divide hidden_size \(hiddenSize)"
            throw .malformedConfiguration(path: path, problem: problem)
        }
        if patchesPerSide < 1 {
            let problem = "vision_config.image_size \(imageSize) is smaller than a patch"
            throw .malformedConfiguration(path: path, problem: problem)
        }
    }
}
