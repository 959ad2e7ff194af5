/// A linear layer: `x · weightᵀ + bias`.
package struct Linear: Sendable {
    /// Shape (output features, input features).
    package let weight: WeightMatrix
    /// One summand per output feature.
    package let bias: Tensor?

    /// Makes a layer of weights that are there already.
    ///
    /// - Parameters:
    ///   - weight: The weights.
    ///   - bias: One summand per output feature.
    package init(weight: WeightMatrix, bias: Tensor? = nil) {
        self.weight = weight
        self.bias = bias
    }

    /// Loads a layer.
    ///
    /// - Parameters:
    ///   - name: Its name in the checkpoint, without `.weight`.
    ///   - store: The checkpoint's tensors.
    ///   - outputs: Number of output features.
    ///   - inputs: Number of input features.
    ///   - hasBias: Whether there is a bias.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(_ name: String, in store: WeightStore, outputs: Int, inputs: Int, hasBias: Bool = false) throws(VLMError) {
        weight = try store.matrix("\(name).weight", rows: outputs, columns: inputs)
        bias = hasBias ? try store.tensor("\(name).bias", shape: [outputs]) : nil
    }

    /// Sends rows through the layer.
    ///
    /// - Parameter x: Rows of input features.
    /// - Returns: Rows of output features.
    package func callAsFunction(_ x: Tensor) -> Tensor {
        var result = MatrixMultiply.product(x, weight)
        if let bias { result.addBias(bias) }
        return result
    }
}
