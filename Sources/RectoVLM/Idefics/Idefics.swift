/// Idefics, the first of the name, built like Flamingo: each image through a CLIP tower and, where there is one, a resampler; its
/// states take no places in the text, but a Llama decoder looks at them from gated blocks before every so many of its layers.
struct Idefics: LanguageNetwork {
    let decoder: TextDecoder
    private let tokens: IdeficsTokens
    private let visionEncoder: VisionEncoder
    private let resampler: LatentResampler?

    /// Loads the network.
    ///
    /// - Parameters:
    ///   - configuration: What `config.json` says.
    ///   - tokens: The tokens that decide which image a token looks at.
    ///   - store: The checkpoint's tensors.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ configuration: IdeficsConfiguration, tokens: IdeficsTokens, in store: WeightStore) throws(VLMError) {
        self.tokens = tokens
        // The last norm is for the class token alone, which nobody asks for.
        visionEncoder = try VisionEncoder(
            "model.vision_model",
            in: store,
            configuration.vision,
            featureLayers: [configuration.vision.layerCount]
        )
        resampler =
            if let sizes = configuration.resampler {
                try LatentResampler(
                    "model.perceiver_resampler",
                    in: store,
                    sizes,
                    hiddenSize: configuration.vision.hiddenSize
                )
            } else {
                nil
            }
        decoder = try TextDecoder(
            "model",
            in: store,
            configuration: configuration.text,
            tiesEmbeddings: configuration.tiesEmbeddings,
            crossAttention: try CrossAttention(
                "model.gated_cross_attn_layers",
                in: store,
                configuration,
                rule: SeenImages.Rule(imageToken: tokens.image, textEnd: tokens.textEnd)
            )
        )
    }

    var imageTokenID: Int? { tokens.image }

    var vision: VisionEncoder? { visionEncoder }

    func encode(_ views: [PixelValues], keepsVisionOutput: Bool) throws -> [EncodedView] {
        try visionEncoder.encode(views, keepsVisionOutput: keepsVisionOutput) { states in
            try resampler?(states) ?? states.tensor
        }
    }
}

extension CrossAttention {
    /// Loads the blocks of Idefics.
    fileprivate init(
        _ name: String,
        in store: WeightStore,
        _ configuration: IdeficsConfiguration,
        rule: SeenImages.Rule
    ) throws(VLMError) {
        try self.init(
            name,
            in: store,
            configuration.text,
            interval: configuration.crossLayerInterval,
            images: ImageStates(count: configuration.statesPerImage, width: configuration.vision.hiddenSize),
            normalizesHeads: configuration.normalizesHeads,
            hasVectorGates: configuration.hasVectorGates,
            rule: rule
        )
    }
}

/// Learned latents that attend to the tower's states of their image and to themselves, at the tower's width.
struct LatentResampler: Sendable {
    private let latents: Tensor
    private let blocks: [Block]
    private let norm: LayerNorm

    init(
        _ name: String,
        in store: WeightStore,
        _ sizes: IdeficsConfiguration.Resampler,
        hiddenSize: Int
    ) throws(VLMError) {
        latents = try store.tensor("\(name).latents", shape: [sizes.latentCount, hiddenSize])
        var blocks: [Block] = []
        for index in 0..<sizes.depth {
            blocks.append(try Block("\(name).blocks.\(index)", in: store, sizes, hiddenSize: hiddenSize))
        }
        self.blocks = blocks
        norm = try LayerNorm("\(name).layer_norm", in: store, size: hiddenSize, epsilon: LayerNorm.defaultEpsilon)
    }

    /// Pools the states of each image into latents.
    ///
    /// - Parameter states: The tower's states.
    /// - Returns: The latents of all images, one image after the other.
    /// - Throws: `CancellationError` when the task was cancelled.
    func callAsFunction(_ states: PatchStates) throws -> Tensor {
        var state = latents.gathered(states.rows.map { _ in 0..<latents.rows })
        for block in blocks {
            try Task.checkCancellation()
            block(&state, context: states)
        }
        return norm(state)
    }

    /// Attention, then an MLP whose function is not the configuration's.
    private struct Block: Sendable {
        private let contextNorm: LayerNorm
        private let latentsNorm: LayerNorm
        private let attention: PerceiverAttention
        private let mlpNorm: LayerNorm
        private let widen: Linear
        private let narrow: Linear

        init(
            _ name: String,
            in store: WeightStore,
            _ sizes: IdeficsConfiguration.Resampler,
            hiddenSize: Int
        ) throws(VLMError) {
            func norm(_ part: String, size: Int) throws(VLMError) -> LayerNorm {
                try LayerNorm("\(name).\(part)", in: store, size: size, epsilon: LayerNorm.defaultEpsilon)
            }
            contextNorm = try norm("0.context_layer_norm", size: hiddenSize)
            latentsNorm = try norm("0.latents_layer_norm", size: hiddenSize)
            let heads = AttentionKernel(
                headCount: sizes.headCount,
                keyValueHeadCount: sizes.headCount,
                headDimension: sizes.headDimension
            )
            attention = try PerceiverAttention(
                "\(name).0",
                in: store,
                hiddenSize: hiddenSize,
                heads: heads,
                outputName: "output_proj",
                normalizesHeads: sizes.normalizesHeads
            )
            mlpNorm = try norm("1.ln", size: hiddenSize)
            widen = try Linear("\(name).1.fc", in: store, outputs: 4 * hiddenSize, inputs: hiddenSize)
            narrow = try Linear("\(name).1.c_proj", in: store, outputs: hiddenSize, inputs: 4 * hiddenSize)
        }

        func callAsFunction(_ state: inout Tensor, context: PatchStates) {
            attention.add(
                to: &state,
                latents: latentsNorm(state),
                patches: contextNorm(context.tensor),
                views: context.rows
            )
            narrow.add(widen(mlpNorm(state), activation: .relu), to: &state)
        }
    }
}
