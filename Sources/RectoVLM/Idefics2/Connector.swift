/// From patch states to image features: the modality projection, then the perceiver resampler.
struct Connector: Sendable {
    private let modalityProjection: GatedMLP
    private let resampler: PerceiverResampler

    init(_ name: String, in store: WeightStore, _ configuration: Idefics2Configuration) throws(VLMError) {
        modalityProjection = try GatedMLP(
            "\(name).modality_projection",
            in: store,
            inputs: configuration.vision.hiddenSize,
            intermediate: configuration.text.intermediateSize,
            outputs: configuration.text.hiddenSize
        )
        resampler = try PerceiverResampler("\(name).perceiver_resampler", in: store, configuration.perceiver)
    }

    /// Pools the patches of each view into latents.
    ///
    /// - Parameters:
    ///   - states: Patch states of all views.
    ///   - views: The rows of each.
    /// - Returns: The latents of all views, one view after the other.
    /// - Throws: `CancellationError` when the task was cancelled.
    func callAsFunction(_ states: Tensor, views: [Range<Int>]) throws -> Tensor {
        try resampler(modalityProjection(states), views: views)
    }
}

/// Learned latents that attend to the projected patches and to themselves: any number of patches becomes a fixed number.
struct PerceiverResampler: Sendable {
    private let latents: Tensor
    private let layers: [PerceiverLayer]
    private let norm: RMSNorm

    init(_ name: String, in store: WeightStore, _ configuration: Idefics2Configuration.Perceiver) throws(VLMError) {
        latents = try store.tensor(
            "\(name).latents",
            shape: [configuration.latentCount, configuration.hiddenSize]
        )
        var layers: [PerceiverLayer] = []
        for index in 0..<configuration.depth {
            layers.append(try PerceiverLayer("\(name).layers.\(index)", in: store, configuration))
        }
        self.layers = layers
        norm = try RMSNorm("\(name).norm", in: store, size: configuration.hiddenSize, epsilon: configuration.epsilon)
    }

    func callAsFunction(_ context: Tensor, views: [Range<Int>]) throws -> Tensor {
        var state = latents.gathered(views.map { _ in 0..<latents.rows })
        for layer in layers {
            try Task.checkCancellation()
            layer(&state, context: context, views: views)
        }
        return norm(state)
    }
}

/// One layer of the resampler.
private struct PerceiverLayer: Sendable {
    private let latentsNorm: RMSNorm
    private let contextNorm: RMSNorm
    private let attention: PerceiverAttention
    private let postAttentionNorm: RMSNorm
    private let mlp: GatedMLP

    init(_ name: String, in store: WeightStore, _ configuration: Idefics2Configuration.Perceiver) throws(VLMError) {
        let (hidden, epsilon) = (configuration.hiddenSize, configuration.epsilon)
        latentsNorm = try RMSNorm("\(name).input_latents_norm", in: store, size: hidden, epsilon: epsilon)
        contextNorm = try RMSNorm("\(name).input_context_norm", in: store, size: hidden, epsilon: epsilon)
        let heads = AttentionKernel(
            headCount: configuration.headCount,
            keyValueHeadCount: configuration.keyValueHeadCount,
            headDimension: configuration.headDimension
        )
        attention = try PerceiverAttention(
            "\(name).self_attn",
            in: store,
            hiddenSize: hidden,
            heads: heads,
            outputName: "o_proj"
        )
        postAttentionNorm = try RMSNorm(
            "\(name).post_attention_layernorm",
            in: store,
            size: hidden,
            epsilon: epsilon
        )
        mlp = try GatedMLP("\(name).mlp", in: store, inputs: hidden, intermediate: hidden * 4, outputs: hidden)
    }

    func callAsFunction(_ state: inout Tensor, context: Tensor, views: [Range<Int>]) {
        attention.add(to: &state, latents: latentsNorm(state), patches: contextNorm(context), views: views)
        state.add(mlp(postAttentionNorm(state)))
    }
}
