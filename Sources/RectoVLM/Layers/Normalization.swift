/// Divides each row by its root mean square and scales it.
struct RMSNorm: Sendable {
    private let weight: Tensor
    private let epsilon: Float

    init(_ name: String, in store: WeightStore, size: Int, epsilon: Float) throws(VLMError) {
        weight = try store.tensor("\(name).weight", shape: [size])
        self.epsilon = epsilon
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.rmsNormalized(weight: weight, epsilon: epsilon) }
}

/// Brings each row to mean 0 and variance 1, scales and shifts it.
struct LayerNorm: Sendable {
    private let weight: Tensor
    private let bias: Tensor
    private let epsilon: Float

    init(_ name: String, in store: WeightStore, size: Int, epsilon: Float) throws(VLMError) {
        weight = try store.tensor("\(name).weight", shape: [size])
        bias = try store.tensor("\(name).bias", shape: [size])
        self.epsilon = epsilon
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.layerNormalized(weight: weight, bias: bias, epsilon: epsilon) }
}
