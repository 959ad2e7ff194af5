/// A linear layer: `x · weightᵀ + bias`.
package struct Linear: Sendable {
    /// Shape (output features, input features).
    package let weight: WeightMatrix
    /// One summand per output feature.
    package let bias: Tensor?
    /// What adapters add beside the weights.
    private let beside: LowRankPath?

    /// Makes a layer of weights that are there already.
    ///
    /// - Parameters:
    ///   - weight: The weights.
    ///   - bias: One summand per output feature.
    package init(weight: WeightMatrix, bias: Tensor? = nil) {
        self.weight = weight
        self.bias = bias
        beside = nil
    }

    /// Loads a layer.
    ///
    /// - Parameters:
    ///   - name: Its name in the checkpoint, without `.weight`.
    ///   - store: The checkpoint's tensors.
    ///   - outputs: Number of output features.
    ///   - inputs: Number of input features.
    ///   - hasBias: Whether there is a bias.
    ///   - use: What the weights are for.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    init(
        _ name: String,
        in store: WeightStore,
        outputs: Int,
        inputs: Int,
        hasBias: Bool = false,
        use: WeightUse = .layer
    ) throws(VLMError) {
        (weight, beside) = try store.linear("\(name).weight", rows: outputs, columns: inputs, use: use)
        bias = hasBias ? try store.tensor("\(name).bias", shape: [outputs]) : nil
    }

    /// Prepares rows for this layer and others that keep their weights alike.
    ///
    /// - Parameter x: Rows of input features.
    /// - Returns: The rows in the form that the weights take.
    func prepare(_ x: Tensor) -> LinearInput { LinearInput(x, for: weight.type) }

    /// Sends rows through the layer.
    ///
    /// - Parameters:
    ///   - x: Rows of input features.
    ///   - activation: The function that follows; nil for none.
    /// - Returns: Rows of output features.
    package func callAsFunction(_ x: Tensor, activation: Activation? = nil) -> Tensor {
        self(prepare(x), activation: activation)
    }

    /// Sends prepared rows through the layer.
    ///
    /// - Parameters:
    ///   - x: Rows of input features.
    ///   - activation: The function that follows; nil for none.
    /// - Returns: Rows of output features.
    func callAsFunction(_ x: LinearInput, activation: Activation? = nil) -> Tensor {
        if case .packed(let packed) = weight.storage {
            // Of layers that share their input, some may keep their weights in another form than the first.
            let x = x.suits(packed.type) ? x : prepare(x.tensor)
            var result = Tensor(undefinedRows: x.tensor.rows, columns: weight.rows)
            guard let beside else {
                let finish = ProductFinish(bias: bias, activation: activation?.productCode ?? 0)
                MatrixMultiply.product(x, packed, finish: finish, into: &result, adds: false)
                if let activation, activation.productCode == nil { result.apply(activation) }
                return result
            }
            MatrixMultiply.product(x, packed, finish: ProductFinish(), into: &result, adds: false)
            beside.finish(&result, of: x.tensor)
            if let bias { result.addBias(bias) }
            if let activation { result.apply(activation) }
            return result
        }
        var result = MatrixMultiply.product(x.tensor, weight)
        if let bias { result.addBias(bias) }
        if let activation { result.apply(activation) }
        return result
    }

    /// Sends rows through the layer and adds what comes out to other rows.
    ///
    /// - Parameters:
    ///   - x: Rows of input features.
    ///   - sums: Rows of output features.
    func add(_ x: Tensor, to sums: inout Tensor) {
        if beside == nil, case .packed(let packed) = weight.storage {
            let finish = ProductFinish(bias: bias)
            MatrixMultiply.product(prepare(x), packed, finish: finish, into: &sums, adds: true)
        } else {
            sums.add(self(x))
        }
    }
}
