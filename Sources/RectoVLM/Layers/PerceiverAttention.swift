/// Attention of a resampler's latents: keys and values come from the patches of their view and, behind them, from the latents
/// themselves.
struct PerceiverAttention: Sendable {
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let kernel: AttentionKernel
    private let queryNorm: LayerNorm?
    private let keyNorm: LayerNorm?

    /// Loads the attention.
    ///
    /// - Parameters:
    ///   - name: What its tensors' names begin with.
    ///   - store: The checkpoint's tensors.
    ///   - hiddenSize: Width of latents and patches.
    ///   - heads: Its heads.
    ///   - outputName: What the last layer is called.
    ///   - normalizesHeads: Whether each head's queries and keys pass a norm.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(
        _ name: String,
        in store: WeightStore,
        hiddenSize: Int,
        heads: AttentionKernel,
        outputName: String,
        normalizesHeads: Bool = false
    ) throws(VLMError) {
        kernel = heads
        let queryWidth = heads.headCount * heads.headDimension
        let keyWidth = heads.keyValueHeadCount * heads.headDimension
        query = try Linear("\(name).q_proj", in: store, outputs: queryWidth, inputs: hiddenSize)
        key = try Linear("\(name).k_proj", in: store, outputs: keyWidth, inputs: hiddenSize)
        value = try Linear("\(name).v_proj", in: store, outputs: keyWidth, inputs: hiddenSize)
        output = try Linear("\(name).\(outputName)", in: store, outputs: hiddenSize, inputs: queryWidth)
        func norm(_ part: String) throws(VLMError) -> LayerNorm? {
            guard normalizesHeads else { return nil }
            return try LayerNorm(
                "\(name).\(part)_layer_norm",
                in: store,
                size: heads.headDimension,
                epsilon: LayerNorm.defaultEpsilon
            )
        }
        queryNorm = try norm("q")
        keyNorm = try norm("k")
    }

    /// Lets latents attend, and adds what they find.
    ///
    /// - Parameters:
    ///   - state: The latents of all views before the norm; as many for each view.
    ///   - latents: The same behind the norm.
    ///   - patches: The patches of all views behind their norm.
    ///   - views: The rows of each view among the patches.
    func add(to state: inout Tensor, latents: Tensor, patches: Tensor, views: [Range<Int>]) {
        let latentCount = latents.rows / max(views.count, 1)
        var both = Tensor(undefinedRows: patches.rows + latents.rows, columns: latents.columns)
        var places: [Range<Int>] = []
        for (index, view) in views.enumerated() {
            let start = places.last?.upperBound ?? 0
            let own = index * latentCount..<(index + 1) * latentCount
            both.replaceRows(at: start, with: patches, rows: view)
            both.replaceRows(at: start + view.count, with: latents, rows: own)
            places.append(start..<start + view.count + latentCount)
        }
        let input = key.prepare(both)
        let keys = key(input).eachHead(of: kernel.headDimension, keyNorm)
        let known = AttentionKernel.Memory(keys: keys, values: value(input), isHalf: kernel.canBeHalf(key))
        let spans = places.enumerated().map { index, place in
            AttentionKernel.Span(
                queryRows: index * latentCount..<(index + 1) * latentCount,
                memory: known,
                keyRows: place
            )
        }
        let queries = query(latents).eachHead(of: kernel.headDimension, queryNorm)
        output.add(kernel(queries, spans: spans, mask: .none), to: &state)
    }
}
