/// The pre-norm decoder of Llama and Mistral: RMSNorm, grouped-query attention with rotary positions, gated MLP; in Idefics with
/// blocks between the layers that look at images.
struct TextDecoder: Sendable {
    /// The rows of one sequence in a batch, and what the sequence has seen before.
    struct Span {
        let rows: Range<Int>
        let cache: KVCache
        /// What of the rows looks at an image, where the decoder has blocks for that.
        var sights: [ImageSight] = []
    }

    let configuration: TextConfiguration
    /// The blocks that look at images; nil where image features stand in the text.
    let crossAttention: CrossAttention?
    private let embedding: WeightMatrix
    private let layers: [DecoderLayer]
    private let norm: RMSNorm
    private let head: Linear
    private let rotary: RotaryEmbedding

    /// Loads a decoder.
    ///
    /// - Parameters:
    ///   - prefix: What its tensors' names begin with.
    ///   - store: The checkpoint's tensors.
    ///   - configuration: Its sizes.
    ///   - tiesEmbeddings: Whether the head uses the embedding's weights, unless the file has other weights for it: those hold, as
    ///     in transformers 5.
    ///   - crossAttention: The blocks that look at images.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(
        _ prefix: String,
        in store: WeightStore,
        configuration: TextConfiguration,
        tiesEmbeddings: Bool,
        crossAttention: CrossAttention? = nil
    ) throws(VLMError) {
        self.configuration = configuration
        self.crossAttention = crossAttention
        let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
        let table = "\(prefix).embed_tokens.weight"
        embedding = try store.matrix(table, rows: vocabulary, columns: hidden, use: .vocabulary)
        var layers: [DecoderLayer] = []
        for index in 0..<configuration.layerCount {
            layers.append(try DecoderLayer("\(prefix).layers.\(index)", in: store, configuration, index: index))
        }
        self.layers = layers
        norm = try RMSNorm("\(prefix).norm", in: store, size: hidden, epsilon: configuration.epsilon)
        head =
            tiesEmbeddings && !store.holdsOtherNumbers("lm_head.weight", than: table)
            ? Linear(weight: embedding)
            : try Linear("lm_head", in: store, outputs: vocabulary, inputs: hidden, use: .vocabulary)
        rotary = RotaryEmbedding(
            headDimension: configuration.headDimension,
            theta: configuration.ropeTheta,
            scaling: configuration.ropeScaling
        )
    }

    /// Looks up the embeddings of tokens.
    ///
    /// - Parameter ids: The token ids, all inside the vocabulary.
    /// - Returns: One row for each.
    func embed(_ ids: [Int]) -> Tensor { embedding.rows(ids) }

    /// Makes an empty cache for one sequence.
    ///
    /// - Parameter capacity: Positions to make room for.
    /// - Returns: The cache.
    func makeCache(capacity: Int) -> KVCache {
        KVCache(
            layerCount: configuration.layerCount,
            width: configuration.keyValueHeadCount * configuration.headDimension,
            capacity: capacity,
            isHalf: isReduced
        )
    }

    /// Describes new tokens of a sequence in a batch.
    ///
    /// - Parameters:
    ///   - ids: The tokens.
    ///   - promptCount: How many of them belong to the prompt; the others were generated.
    ///   - row: The row of the first.
    ///   - images: The images whose markers are among them, for the blocks that look at images.
    ///   - cache: What the sequence has seen before.
    /// - Returns: The rows, and what they look at.
    func span(_ ids: [Int], promptCount: Int, at row: Int, images: [ImageMemory] = [], cache: KVCache) -> Span {
        var span = Span(rows: row..<row + ids.count, cache: cache)
        guard let crossAttention else { return span }
        cache.images.append(images)
        let places = cache.images.read(ids, promptCount: promptCount, crossAttention.rule)
        span.sights = cache.images.sights(places, at: row)
        return span
    }

    /// Keys of sequences up to this length serve longer sequences that begin alike, too.
    var shareableLength: Int { rotary.fixedLength }

    /// Memory that one position of one sequence takes in a cache.
    var cacheBytesPerPosition: Int {
        2 * (isReduced ? 2 : 4) * configuration.layerCount * configuration.keyValueHeadCount
            * configuration.headDimension
    }

    /// Whether products are of reduced precision; then keys and values are kept in 16 bits.
    private var isReduced: Bool { embedding.type != .float32 }

    /// How the layers keep their weights.
    var weightType: WeightType { layers.first?.linears.first?.weight.type ?? .float32 }

    /// Bytes of the weights that one step reads: all layers and the head.
    var weightBytes: Int {
        linears.reduce(head.weight.byteCount) { $0 + $1.weight.byteCount }
    }

    /// The linear layers that every token passes, the head not among them.
    private var linears: [Linear] { layers.flatMap(\.linears) + (crossAttention?.linears ?? []) }

    /// Multiplications and additions for a prompt whose last token alone is scored, attention counted.
    ///
    /// - Parameter tokenCount: Its tokens.
    /// - Returns: The number of operations.
    func operations(tokenCount: Int) -> Double {
        let tokens = Double(tokenCount)
        let weights = linears.reduce(0) { $0 + $1.weight.rows * $1.weight.columns }
        let width = Double(configuration.headCount * configuration.headDimension)
        let looks = crossAttention.map { Double(4 * $0.images.count * $0.blockCount) } ?? 0
        return 2 * tokens * Double(weights) + 2 * tokens * tokens * width * Double(layers.count)
            + tokens * looks * width
            + 2 * Double(head.weight.rows * head.weight.columns)
    }

    /// Sends new positions of several sequences through all layers and adds them to their caches.
    ///
    /// - Parameters:
    ///   - embeddings: The rows of all sequences, one sequence after the other.
    ///   - spans: Which rows belong to which sequence.
    /// - Returns: The hidden states before the last norm.
    /// - Throws: `CancellationError` when the task was cancelled.
    func callAsFunction(_ embeddings: Tensor, spans: [Span]) throws -> Tensor {
        let rotation = rotary.rotation(of: spans.map { $0.cache.count..<$0.cache.count + $0.rows.count })
        let sights = spans.flatMap(\.sights)
        var hidden = embeddings
        for (index, layer) in layers.enumerated() {
            try Task.checkCancellation()
            crossAttention?.apply(before: index, to: &hidden, sights: sights)
            layer(&hidden, rotation: rotation, spans: spans)
        }
        for span in spans { span.cache.advance(by: span.rows.count) }
        return hidden
    }

    /// Scores the vocabulary.
    ///
    /// - Parameter hidden: Hidden states before the last norm.
    /// - Returns: One row of logits for each.
    func logits(_ hidden: Tensor) -> Tensor { head(norm(hidden)) }
}

/// One layer of the decoder.
struct DecoderLayer: Sendable {
    private let index: Int
    private let headDimension: Int
    private let window: Int?
    private let inputNorm: RMSNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let attention: AttentionKernel
    private let postAttentionNorm: RMSNorm
    private let mlp: GatedMLP

    init(_ name: String, in store: WeightStore, _ configuration: TextConfiguration, index: Int) throws(VLMError) {
        self.index = index
        headDimension = configuration.headDimension
        window = configuration.slidingWindow
        let (hidden, epsilon) = (configuration.hiddenSize, configuration.epsilon)
        let queryWidth = configuration.headCount * headDimension
        let keyWidth = configuration.keyValueHeadCount * headDimension
        inputNorm = try RMSNorm("\(name).input_layernorm", in: store, size: hidden, epsilon: epsilon)
        query = try Linear("\(name).self_attn.q_proj", in: store, outputs: queryWidth, inputs: hidden)
        key = try Linear("\(name).self_attn.k_proj", in: store, outputs: keyWidth, inputs: hidden)
        value = try Linear("\(name).self_attn.v_proj", in: store, outputs: keyWidth, inputs: hidden)
        output = try Linear("\(name).self_attn.o_proj", in: store, outputs: hidden, inputs: queryWidth)
        attention = AttentionKernel(
            headCount: configuration.headCount,
            keyValueHeadCount: configuration.keyValueHeadCount,
            headDimension: headDimension
        )
        postAttentionNorm = try RMSNorm(
            "\(name).post_attention_layernorm",
            in: store,
            size: hidden,
            epsilon: epsilon
        )
        mlp = try GatedMLP(
            "\(name).mlp",
            in: store,
            inputs: hidden,
            intermediate: configuration.intermediateSize,
            outputs: hidden
        )
    }

    var linears: [Linear] { [query, key, value, output] + mlp.linears }

    func callAsFunction(_ hidden: inout Tensor, rotation: Rotation, spans: [TextDecoder.Span]) {
        let x = query.prepare(inputNorm(hidden))
        var (queries, keys) = (query(x), key(x))
        let values = value(x)
        queries.rotate(by: rotation, headDimension: headDimension)
        keys.rotate(by: rotation, headDimension: headDimension)
        let attended = spans.map { span in
            AttentionKernel.Span(
                queryRows: span.rows,
                memory: span.cache.store(layer: index, keys: keys, values: values, rows: span.rows),
                keyRows: 0..<span.cache.count + span.rows.count
            )
        }
        output.add(attention(queries, spans: attended, mask: .causal(window: window)), to: &hidden)
        hidden.add(mlp(postAttentionNorm(hidden)))
    }
}
