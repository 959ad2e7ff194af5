/// LLaVA and Mantis: an image in one size through a CLIP or SigLIP tower; the states behind one of its inner blocks become image
/// tokens by a projector of two layers, and take their places in what a Llama decoder reads.
struct Llava: LanguageNetwork {
    let configuration: LlavaConfiguration
    let decoder: TextDecoder
    private let visionEncoder: VisionEncoder
    private let projector: MultiModalProjector

    /// Loads the network.
    ///
    /// - Parameters:
    ///   - configuration: What `config.json` says.
    ///   - store: The checkpoint's tensors.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ configuration: LlavaConfiguration, in store: WeightStore) throws(VLMError) {
        self.configuration = configuration
        visionEncoder = try VisionEncoder(
            "model.vision_tower",
            in: store,
            configuration.vision,
            featureLayers: configuration.featureLayers
        )
        projector = try MultiModalProjector("model.multi_modal_projector", in: store, configuration)
        decoder = try TextDecoder(
            "model.language_model",
            in: store,
            configuration: configuration.text,
            tiesEmbeddings: configuration.tiesEmbeddings
        )
    }

    var imageTokenID: Int? { configuration.imageTokenID }

    var vision: VisionEncoder? { visionEncoder }

    func encode(_ views: [PixelValues], keepsVisionOutput: Bool) throws -> [EncodedView] {
        try visionEncoder.encode(views, keepsVisionOutput: keepsVisionOutput) { projector(selected(from: $0)) }
    }

    /// The states that become image tokens: all, or all but the first of each view.
    ///
    /// The first is the class token of CLIP. SigLIP has none, so there the first patch is left out: Mantis was trained so.
    private func selected(from states: PatchStates) -> Tensor {
        if !configuration.dropsFirstState { return states.tensor }
        return states.tensor.gathered(states.rows.map { $0.lowerBound + 1..<$0.upperBound })
    }
}

/// Two layers with a function between them, from the tower's width to the decoder's.
struct MultiModalProjector: Sendable {
    private let first: Linear
    private let activation: Activation
    private let second: Linear

    init(_ name: String, in store: WeightStore, _ configuration: LlavaConfiguration) throws(VLMError) {
        let (width, hasBias) = (configuration.text.hiddenSize, configuration.hasProjectorBias)
        activation = try configuration.projectorFunction(path: store.path)
        first = try Linear(
            "\(name).linear_1",
            in: store,
            outputs: width,
            inputs: configuration.vision.hiddenSize * configuration.featureLayers.count,
            hasBias: hasBias
        )
        second = try Linear("\(name).linear_2", in: store, outputs: width, inputs: width, hasBias: hasBias)
    }

    /// Projects states.
    ///
    /// - Parameter states: One row for each state.
    /// - Returns: One row for each image token.
    func callAsFunction(_ states: Tensor) -> Tensor {
        second(first(states, activation: activation))
    }
}
