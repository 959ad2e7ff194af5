/// Brings the rows of a matrix into one measure.
protocol RowNorm: Sendable {
    func callAsFunction(_ x: Tensor) -> Tensor
}

extension Tensor {
    /// Sends each head of each row through a norm of its own.
    ///
    /// - Parameters:
    ///   - dimension: Features of one head.
    ///   - norm: The norm, the same for all heads; nil changes nothing.
    /// - Returns: The heads side by side as before.
    func eachHead(of dimension: Int, _ norm: (any RowNorm)?) -> Tensor {
        guard let norm else { return self }
        return norm(reshaped(rows: count / dimension, columns: dimension)).reshaped(rows: rows, columns: columns)
    }
}

/// Divides each row by its root mean square and scales it.
struct RMSNorm: RowNorm {
    private let weight: Tensor
    private let epsilon: Float

    init(_ name: String, in store: WeightStore, size: Int, epsilon: Float) throws(VLMError) {
        weight = try store.tensor("\(name).weight", shape: [size])
        self.epsilon = epsilon
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.rmsNormalized(weight: weight, epsilon: epsilon) }
}

/// Brings each row to mean 0 and variance 1, scales and shifts it.
struct LayerNorm: RowNorm {
    /// What torch adds to the variance where no configuration says.
    static let defaultEpsilon: Float = 1e-5

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
