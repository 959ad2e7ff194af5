/// Turns views into the first states of a tower: patches through one product, learned positions added; for CLIP with a class
/// token before the patches of each view, and a norm.
struct PatchEmbedding: Sendable {
    private let configuration: VisionConfiguration
    private let projection: Linear
    private let classToken: Tensor?
    private let positions: WeightMatrix
    private let norm: LayerNorm?

    /// Loads the embedding.
    ///
    /// - Parameters:
    ///   - name: What the tower's tensors' names begin with.
    ///   - store: The checkpoint's tensors.
    ///   - configuration: The tower's sizes.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ name: String, in store: WeightStore, _ configuration: VisionConfiguration) throws(VLMError) {
        self.configuration = configuration
        let (hidden, patch) = (configuration.hiddenSize, configuration.patchSize)
        let isCLIP = configuration.kind == .clip
        let convolution = "\(name).embeddings.patch_embedding"
        projection = Linear(
            weight: WeightMatrix(
                try store.tensor("\(convolution).weight", shape: [hidden, configuration.channelCount, patch, patch])
            ),
            bias: isCLIP ? nil : try store.tensor("\(convolution).bias", shape: [hidden])
        )
        classToken = isCLIP ? try store.tensor("\(name).embeddings.class_embedding", shape: [hidden]) : nil
        positions = try store.matrix(
            "\(name).embeddings.position_embedding.weight",
            rows: configuration.classTokenCount + configuration.patchesPerSide * configuration.patchesPerSide,
            columns: hidden,
            use: .table
        )
        // Spelled so in every checkpoint.
        norm =
            isCLIP
            ? try LayerNorm("\(name).pre_layrnorm", in: store, size: hidden, epsilon: configuration.epsilon) : nil
    }

    /// How many weights take part in the product.
    var weightCount: Int { projection.weight.rows * projection.weight.columns }

    /// Makes the first states.
    ///
    /// - Parameters:
    ///   - views: The views.
    ///   - grids: The patches of each.
    /// - Returns: One row for each state, one view after the other.
    func callAsFunction(_ views: [PixelValues], grids: [PatchGrid]) -> Tensor {
        var pixels: [Float] = []
        for view in views { appendPatches(of: view, to: &pixels) }
        let patchValues = configuration.channelCount * configuration.patchSize * configuration.patchSize
        let count = grids.reduce(0) { $0 + $1.count }
        let patches = projection(Tensor(rows: count, columns: patchValues, elements: pixels))
        var states = withClassTokens(patches, grids)
        states.add(positions.rows(grids.flatMap(places)))
        return norm?(states) ?? states
    }

    /// Puts the class token before the patches of each view.
    private func withClassTokens(_ patches: Tensor, _ grids: [PatchGrid]) -> Tensor {
        guard let classToken else { return patches }
        var states = Tensor(undefinedRows: patches.rows + grids.count, columns: patches.columns)
        var next = 0
        for (index, grid) in grids.enumerated() {
            states.replaceRows(at: next + index, with: classToken)
            states.replaceRows(at: next + index + 1, with: patches, rows: next..<next + grid.count)
            next += grid.count
        }
        return states
    }

    /// The rows of the position embedding for the states of a view.
    private func places(_ grid: PatchGrid) -> [Int] {
        switch configuration.kind {
        case .siglipAnySize:
            PatchPositions.grid(
                rows: grid.rows,
                columns: grid.columns,
                patchesPerSide: configuration.patchesPerSide
            )
        case .siglip, .clip: Array(0..<configuration.classTokenCount + grid.count)
        }
    }

    /// Lays each patch out as a row: channel by channel, line by line, like the convolution's weights.
    private func appendPatches(of view: PixelValues, to pixels: inout [Float]) {
        let size = configuration.patchSize
        for top in 0..<view.height / size {
            for left in 0..<view.width / size {
                for channel in 0..<configuration.channelCount {
                    for line in 0..<size {
                        let start = (channel * view.height + top * size + line) * view.width + left * size
                        pixels.append(contentsOf: view.values[start..<start + size])
                    }
                }
            }
        }
    }
}
