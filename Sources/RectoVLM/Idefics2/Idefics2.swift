/// Idefics2: each view through the SigLIP tower at its own aspect ratio, pooled to a fixed number of latents, which take the
/// places of the image tokens in what a Mistral decoder reads.
struct Idefics2: LanguageNetwork {
    let configuration: Idefics2Configuration
    let decoder: TextDecoder
    private let visionEncoder: VisionEncoder
    private let connector: Connector

    /// Patches that go through the tower together: enough for efficient products, few enough to stay in the caches.
    private static let patchesPerBatch = 2048

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

    func encode(_ views: [PixelValues], keepsVisionOutput: Bool) throws -> [EncodedView] {
        var encoded: [EncodedView] = []
        for batch in try batches(of: views) {
            let (states, rows) = try visionEncoder(Array(views[batch]))
            let features = try connector(states, views: rows)
            let latentCount = configuration.perceiver.latentCount
            for (index, range) in rows.enumerated() {
                encoded.append(
                    EncodedView(
                        visionOutput: keepsVisionOutput ? states.rows(range) : nil,
                        features: features.rows(index * latentCount..<(index + 1) * latentCount)
                    )
                )
            }
        }
        return encoded
    }

    /// Groups consecutive views; a large view is a group of its own.
    private func batches(of views: [PixelValues]) throws(VLMError) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var (start, patches) = (0, 0)
        for (index, view) in views.enumerated() {
            let count = try visionEncoder.patchCount(of: view)
            if index > start, patches + count > Self.patchesPerBatch {
                batches.append(start..<index)
                (start, patches) = (index, 0)
            }
            patches += count
        }
        if start < views.count { batches.append(start..<views.count) }
        return batches
    }
}
