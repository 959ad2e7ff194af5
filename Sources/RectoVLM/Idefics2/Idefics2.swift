/// Idefics2: each view through the SigLIP tower at its own aspect ratio, pooled to a fixed number of latents, which take the
/// places of the image tokens in what a Mistral decoder reads.
struct Idefics2: LanguageNetwork {
    let configuration: Idefics2Configuration
    let decoder: TextDecoder
    private let visionEncoder: VisionEncoder
    private let connector: Connector

    /// Patches that go through the tower together: enough for efficient products, few enough to stay in the caches.
    private static let patchesPerBatch = 2048
    /// Fewer patches than these are not worth a processor of their own.
    private static let fewestPatchesPerBatch = 256

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
        var encoded: [EncodedView] = []
        for round in try batches(of: views).pieces(of: roundSize(views)) {
            try Task.checkCancellation()
            let batches = Array(round)
            encoded += try Parallel.map(batches.count) { index in
                try encode(batch: Array(views[batches[index]]), keepsVisionOutput: keepsVisionOutput)
            }.joined()
        }
        return encoded
    }

    /// How many batches are worked on at the same time: one, with all processors, when views are large.
    private func roundSize(_ views: [PixelValues]) throws(VLMError) -> Int {
        var largest = 0
        for view in views { largest = max(largest, try visionEncoder.patchCount(of: view)) }
        return largest > Self.patchesPerBatch / 2 ? 1 : MatrixMultiply.threadCount
    }

    private func encode(batch views: [PixelValues], keepsVisionOutput: Bool) throws -> [EncodedView] {
        let (states, rows) = try visionEncoder(views)
        let features = try connector(states, views: rows)
        let latentCount = configuration.perceiver.latentCount
        return rows.enumerated().map { index, range in
            EncodedView(
                visionOutput: keepsVisionOutput ? states.rows(range) : nil,
                features: features.rows(index * latentCount..<(index + 1) * latentCount)
            )
        }
    }

    /// Groups consecutive views into batches, at least as many as there are processors; a large view is a batch of its own.
    private func batches(of views: [PixelValues]) throws(VLMError) -> [Range<Int>] {
        var counts: [Int] = []
        for view in views { counts.append(try visionEncoder.patchCount(of: view)) }
        let share = counts.reduce(0, +) / MatrixMultiply.threadCount
        let limit = min(Self.patchesPerBatch, max(share, Self.fewestPatchesPerBatch))
        var batches: [Range<Int>] = []
        var (start, patches) = (0, 0)
        for (index, count) in counts.enumerated() {
            if index > start, patches + count > limit {
                batches.append(start..<index)
                (start, patches) = (index, 0)
            }
            patches += count
        }
        if start < views.count { batches.append(start..<views.count) }
        return batches
    }
}
