/// Idefics2: each view through the SigLIP tower at its own aspect ratio, pooled to a fixed number of latents, which take the
/// places of the image tokens in what a Mistral decoder reads.
struct Idefics2: LanguageNetwork {
    let configuration: Idefics2Configuration
    let decoder: TextDecoder
    private let visionEncoder: VisionEncoder
    private let connector: Connector

    /// Loads the network.
    ///
    /// - Parameters:
    ///   - configuration: What `config.json` says.
    ///   - store: The checkpoint's tensors.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ configuration: Idefics2Configuration, in store: WeightStore) throws(VLMError) {
        self.configuration = configuration
        visionEncoder = try VisionEncoder("model.vision_model", in: store, configuration.vision)
        connector = try Connector("model.connector", in: store, configuration)
        decoder = try TextDecoder(
            "model.text_model",
            in: store,
            configuration: configuration.text,
            tiesEmbeddings: configuration.tiesEmbeddings
        )
    }

    var imageTokenID: Int? { configuration.imageTokenID }

    var vision: VisionEncoder? { visionEncoder }

    func encode(_ views: [PixelValues], keepsVisionOutput: Bool) throws -> [EncodedView] {
        try visionEncoder.encode(views, keepsVisionOutput: keepsVisionOutput) { states in
            try connector(states.tensor, views: states.rows)
        }
    }
}
