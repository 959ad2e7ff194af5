/// The SigLIP tower: patches, learned positions, pre-norm blocks; every view at its own grid, without padding.
struct VisionEncoder: Sendable {
    private let configuration: VisionConfiguration
    private let patchEmbedding: Linear
    private let positionEmbedding: WeightMatrix
    private let layers: [VisionLayer]
    private let postNorm: LayerNorm

    init(_ name: String, in store: WeightStore, _ configuration: VisionConfiguration) throws(VLMError) {
        self.configuration = configuration
        let (hidden, patch) = (configuration.hiddenSize, configuration.patchSize)
        patchEmbedding = Linear(
            weight: WeightMatrix(
                try store.tensor(
                    "\(name).embeddings.patch_embedding.weight",
                    shape: [hidden, configuration.channelCount, patch, patch]
                )
            ),
            bias: try store.tensor("\(name).embeddings.patch_embedding.bias", shape: [hidden])
        )
        positionEmbedding = try store.matrix(
            "\(name).embeddings.position_embedding.weight",
            rows: configuration.patchesPerSide * configuration.patchesPerSide,
            columns: hidden,
            use: .table
        )
        var layers: [VisionLayer] = []
        for index in 0..<configuration.layerCount {
            layers.append(try VisionLayer("\(name).encoder.layers.\(index)", in: store, configuration))
        }
        self.layers = layers
        postNorm = try LayerNorm("\(name).post_layernorm", in: store, size: hidden, epsilon: configuration.epsilon)
    }

    /// How the layers keep their weights.
    var weightType: WeightType { layers.first?.weightType ?? .float32 }

    /// Bytes of the weights.
    var weightBytes: Int { layers.reduce(0) { $0 + $1.weightBytes } }

    /// Side in pixels of the largest view that the positions were learned for.
    var nativeSide: Int { configuration.patchesPerSide * configuration.patchSize }

    /// Multiplications and additions for one view, attention counted.
    ///
    /// - Parameter patchCount: Its patches.
    /// - Returns: The number of operations.
    func operations(patchCount: Int) -> Double {
        let patches = Double(patchCount)
        let weights =
            layers.reduce(0) { $0 + $1.weightCount } + patchEmbedding.weight.rows * patchEmbedding.weight.columns
        let attention = 4 * patches * patches * Double(configuration.hiddenSize * layers.count)
        return 2 * patches * Double(weights) + attention
    }

    /// How many patches a view has.
    ///
    /// - Parameter view: The view.
    /// - Returns: Rows and columns of whole patches; what is left over at the right and at the bottom is not seen.
    /// - Throws: `VLMError` when the view has none, or not one value for each pixel and channel.
    func grid(of view: PixelValues) throws(VLMError) -> PatchGrid {
        let expected = configuration.channelCount * view.height * view.width
        if view.values.count != expected { throw .pixelCount(expected: expected, found: view.values.count) }
        let size = configuration.patchSize
        let grid = PatchGrid(rows: view.height / size, columns: view.width / size)
        if grid.count < 1 { throw .viewTooSmall(width: view.width, height: view.height, patchSize: size) }
        return grid
    }

    /// Encodes views; the linear layers see the patches of all of them together.
    ///
    /// - Parameter views: The views.
    /// - Returns: The patch states of all views.
    /// - Throws: `VLMError` for a view that cannot be encoded; `CancellationError` when the task was cancelled.
    func callAsFunction(_ views: [PixelValues]) throws -> PatchStates {
        var rows: [Range<Int>] = []
        var grids: [PatchGrid] = []
        var pixels: [Float] = []
        var positions: [Int] = []
        for view in views {
            let first = rows.last?.upperBound ?? 0
            let grid = try grid(of: view)
            grids.append(grid)
            rows.append(first..<first + grid.count)
            appendPatches(of: view, to: &pixels)
            positions += PatchPositions.grid(
                rows: grid.rows,
                columns: grid.columns,
                patchesPerSide: configuration.patchesPerSide
            )
        }
        let patchValues = configuration.channelCount * configuration.patchSize * configuration.patchSize
        var hidden = patchEmbedding(Tensor(rows: positions.count, columns: patchValues, elements: pixels))
        hidden.add(positionEmbedding.rows(positions))
        for layer in layers {
            try Task.checkCancellation()
            layer(&hidden, views: rows)
        }
        return PatchStates(tensor: postNorm(hidden), rows: rows, grids: grids)
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

/// The patches of one view.
struct PatchGrid: Sendable, Hashable {
    let rows: Int
    let columns: Int

    /// All patches.
    var count: Int { rows * columns }
}

/// What the tower makes of views: one row for each patch, row by row of the view, one view after the other.
struct PatchStates: Sendable {
    let tensor: Tensor
    /// The rows of each view.
    let rows: [Range<Int>]
    /// The patches of each view.
    let grids: [PatchGrid]
}

/// One block of the tower: bidirectional attention within a view, then an MLP with GELU.
private struct VisionLayer: Sendable {
    private let firstNorm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let attention: AttentionKernel
    private let secondNorm: LayerNorm
    private let widen: Linear
    private let narrow: Linear

    init(_ name: String, in store: WeightStore, _ configuration: VisionConfiguration) throws(VLMError) {
        let (hidden, epsilon) = (configuration.hiddenSize, configuration.epsilon)
        func projection(_ part: String) throws(VLMError) -> Linear {
            try Linear("\(name).self_attn.\(part)_proj", in: store, outputs: hidden, inputs: hidden, hasBias: true)
        }
        firstNorm = try LayerNorm("\(name).layer_norm1", in: store, size: hidden, epsilon: epsilon)
        query = try projection("q")
        key = try projection("k")
        value = try projection("v")
        output = try projection("out")
        attention = AttentionKernel(
            headCount: configuration.headCount,
            keyValueHeadCount: configuration.headCount,
            headDimension: hidden / configuration.headCount
        )
        secondNorm = try LayerNorm("\(name).layer_norm2", in: store, size: hidden, epsilon: epsilon)
        widen = try Linear(
            "\(name).mlp.fc1",
            in: store,
            outputs: configuration.intermediateSize,
            inputs: hidden,
            hasBias: true
        )
        narrow = try Linear(
            "\(name).mlp.fc2",
            in: store,
            outputs: hidden,
            inputs: configuration.intermediateSize,
            hasBias: true
        )
    }

    private var linears: [Linear] { [query, key, value, output, widen, narrow] }

    var weightType: WeightType { query.weight.type }

    var weightCount: Int { linears.reduce(0) { $0 + $1.weight.rows * $1.weight.columns } }

    var weightBytes: Int { linears.reduce(0) { $0 + $1.weight.byteCount } }

    func callAsFunction(_ hidden: inout Tensor, views: [Range<Int>]) {
        let x = query.prepare(firstNorm(hidden))
        let known = AttentionKernel.Memory(keys: key(x), values: value(x), isHalf: attention.canBeHalf(key))
        let spans = views.map { AttentionKernel.Span(queryRows: $0, memory: known, keyRows: $0) }
        output.add(attention(query(x), spans: spans, mask: .none), to: &hidden)
        narrow.add(widen(widen.prepare(secondNorm(hidden)), appliesGELU: true), to: &hidden)
    }
}
