/// Idefics3 and SmolVLM: square tiles of an image and the whole of it through the SigLIP tower; blocks of patches become one
/// image token each, which take their places in what a Llama decoder reads.
struct Idefics3: LanguageNetwork {
    let configuration: Idefics3Configuration
    let decoder: TextDecoder
    private let visionEncoder: VisionEncoder
    private let connector: PixelShuffleConnector

    /// Loads the network.
    ///
    /// - Parameters:
    ///   - configuration: What `config.json` says.
    ///   - store: The checkpoint's tensors.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ configuration: Idefics3Configuration, in store: WeightStore) throws(VLMError) {
        self.configuration = configuration
        visionEncoder = try VisionEncoder("model.vision_model", in: store, configuration.vision)
        connector = try PixelShuffleConnector("model.connector", in: store, configuration)
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
        try visionEncoder.encode(views, keepsVisionOutput: keepsVisionOutput) { try connector($0) }
    }
}

/// Lays the patches of a block side by side into one row, and projects the rows to the decoder's width.
struct PixelShuffleConnector: Sendable {
    /// Patches along a side of a block.
    private let scaleFactor: Int
    private let projection: Linear

    init(_ name: String, in store: WeightStore, _ configuration: Idefics3Configuration) throws(VLMError) {
        scaleFactor = configuration.scaleFactor
        projection = try Linear(
            "\(name).modality_projection.proj",
            in: store,
            outputs: configuration.text.hiddenSize,
            inputs: configuration.vision.hiddenSize * scaleFactor * scaleFactor
        )
    }

    /// Turns patches into image tokens.
    ///
    /// - Parameter states: Patch states of views; blocks must divide their patches.
    /// - Returns: One row for each block, row by row of a view, one view after the other.
    /// - Throws: `VLMError.patchGrid`.
    func callAsFunction(_ states: PatchStates) throws(VLMError) -> Tensor {
        var places: [Range<Int>] = []
        for (rows, grid) in zip(states.rows, states.grids) {
            guard grid.rows % scaleFactor == 0, grid.columns % scaleFactor == 0 else {
                throw .patchGrid(rows: grid.rows, columns: grid.columns, scaleFactor: scaleFactor)
            }
            for top in stride(from: 0, to: grid.rows, by: scaleFactor) {
                for left in stride(from: 0, to: grid.columns, by: scaleFactor) {
                    for row in top..<top + scaleFactor {
                        let first = rows.lowerBound + row * grid.columns + left
                        places.append(first..<first + scaleFactor)
                    }
                }
            }
        }
        let patchesPerBlock = scaleFactor * scaleFactor
        let blocks = states.tensor.gathered(places).reshaped(
            rows: states.tensor.rows / patchesPerBlock,
            columns: states.tensor.columns * patchesPerBlock
        )
        return projection(blocks)
    }
}
