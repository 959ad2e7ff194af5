/// The SigLIP or CLIP tower: patches, learned positions, pre-norm blocks; every view at its own grid, without padding.
struct VisionEncoder: Sendable {
    private let configuration: VisionConfiguration
    private let embedding: PatchEmbedding
    private let layers: [VisionLayer]
    /// After how many blocks the states are taken; nil takes those after all of them and the last norm.
    private let featureLayers: [Int]?
    private let postNorm: LayerNorm?

    /// Loads a tower.
    ///
    /// - Parameters:
    ///   - name: What its tensors' names begin with.
    ///   - store: The checkpoint's tensors.
    ///   - configuration: Its sizes.
    ///   - featureLayers: After how many blocks the states are wanted, several side by side; blocks behind the last are left
    ///     out. nil takes those after all blocks and the last norm.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(
        _ name: String,
        in store: WeightStore,
        _ configuration: VisionConfiguration,
        featureLayers: [Int]? = nil
    ) throws(VLMError) {
        self.configuration = configuration
        self.featureLayers = featureLayers
        embedding = try PatchEmbedding(name, in: store, configuration)
        let activation = try configuration.activationFunction(path: store.path)
        var layers: [VisionLayer] = []
        for index in 0..<(featureLayers?.max() ?? configuration.layerCount) {
            layers.append(try VisionLayer("\(name).encoder.layers.\(index)", in: store, configuration, activation))
        }
        self.layers = layers
        if featureLayers != nil {
            let blocks = (layers.count..<configuration.layerCount).map { "encoder.layers.\($0)." }
            for part in blocks + ["post_layernorm.", "head."] { store.adapters?.leaveOut("\(name).\(part)") }
        }
        postNorm =
            featureLayers == nil
            ? try LayerNorm(
                "\(name).post_layernorm",
                in: store,
                size: configuration.hiddenSize,
                epsilon: configuration.epsilon
            ) : nil
    }

    /// How the layers keep their weights.
    var weightType: WeightType { layers.first?.weightType ?? .float32 }

    /// Bytes of the weights.
    var weightBytes: Int { layers.reduce(0) { $0 + $1.weightBytes } }

    /// Side in pixels of the largest view that the positions were learned for.
    var nativeSide: Int { configuration.patchesPerSide * configuration.patchSize }

    /// Whether every view must be as large as the positions were learned for.
    var hasOneSize: Bool { configuration.kind != .siglipAnySize }

    /// Multiplications and additions for one view, attention counted.
    ///
    /// - Parameter patchCount: Its patches.
    /// - Returns: The number of operations.
    func operations(patchCount: Int) -> Double {
        let patches = Double(patchCount)
        let weights = layers.reduce(0) { $0 + $1.weightCount } + embedding.weightCount
        let attention = 4 * patches * patches * Double(configuration.hiddenSize * layers.count)
        return 2 * patches * Double(weights) + attention
    }

    /// How many patches a view has.
    ///
    /// - Parameter view: The view.
    /// - Returns: Rows and columns of whole patches; what is left over at the right and at the bottom is not seen.
    /// - Throws: `VLMError` when the view has none, not those that the tower has positions for, or not one value for each
    ///   pixel and channel.
    func grid(of view: PixelValues) throws(VLMError) -> PatchGrid {
        let expected = configuration.channelCount * view.height * view.width
        if view.values.count != expected { throw .pixelCount(expected: expected, found: view.values.count) }
        let size = configuration.patchSize
        let grid = PatchGrid(rows: view.height / size, columns: view.width / size)
        if grid.count < 1 { throw .viewTooSmall(width: view.width, height: view.height, patchSize: size) }
        let side = configuration.patchesPerSide
        if hasOneSize, grid != PatchGrid(rows: side, columns: side) {
            throw .viewSize(width: view.width, height: view.height, expected: configuration.imageSize)
        }
        return grid
    }

    /// Encodes views; the linear layers see the patches of all of them together.
    ///
    /// - Parameter views: The views.
    /// - Returns: The states of all views.
    /// - Throws: `VLMError` for a view that cannot be encoded; `CancellationError` when the task was cancelled.
    func callAsFunction(_ views: [PixelValues]) throws -> PatchStates {
        var rows: [Range<Int>] = []
        var grids: [PatchGrid] = []
        for view in views {
            let first = rows.last?.upperBound ?? 0
            let grid = try grid(of: view)
            grids.append(grid)
            rows.append(first..<first + configuration.classTokenCount + grid.count)
        }
        var hidden = embedding(views, grids: grids)
        var inner: [Int: Tensor] = [:]
        for (index, layer) in layers.enumerated() {
            try Task.checkCancellation()
            if featureLayers?.contains(index) == true { inner[index] = hidden }
            layer(&hidden, views: rows)
        }
        inner[layers.count] = hidden
        let features = featureLayers.map { Tensor(sideBySide: $0.compactMap { inner[$0] }) }
        let states = features ?? postNorm?(hidden) ?? hidden
        return PatchStates(tensor: states, rows: rows, grids: grids)
    }
}

/// The patches of one view.
struct PatchGrid: Sendable, Hashable {
    let rows: Int
    let columns: Int

    /// All patches.
    var count: Int { rows * columns }
}

/// What the tower makes of views: one row for each patch, row by row of the view, after one for the class token where there is
/// one; one view after the other.
struct PatchStates: Sendable {
    let tensor: Tensor
    /// The rows of each view.
    let rows: [Range<Int>]
    /// The patches of each view.
    let grids: [PatchGrid]
}
