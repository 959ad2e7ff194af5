/// One block of the tower: bidirectional attention within a view, then an MLP.
struct VisionLayer: Sendable {
    private let firstNorm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let attention: AttentionKernel
    private let secondNorm: LayerNorm
    private let widen: Linear
    private let activation: Activation
    private let narrow: Linear

    init(
        _ name: String,
        in store: WeightStore,
        _ configuration: VisionConfiguration,
        _ activation: Activation
    ) throws(VLMError) {
        self.activation = activation
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
        narrow.add(widen(widen.prepare(secondNorm(hidden)), activation: activation), to: &hidden)
    }
}
