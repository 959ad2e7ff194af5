import CRectoKernels

/// Rows on their way into linear layers, in the form that the layers' weights take.
@safe
struct LinearInput {
    /// The rows as they are.
    let tensor: Tensor
    fileprivate let half: HalfTensor?
    fileprivate let quantized: QuantizedRows?

    /// Prepares rows for layers that keep their weights alike.
    ///
    /// - Parameters:
    ///   - tensor: The rows.
    ///   - type: How the layers keep their weights.
    init(_ tensor: Tensor, for type: WeightType) {
        self.tensor = tensor
        half = type == .bfloat16 ? HalfTensor(tensor, paddedForProducts: true) : nil
        let isQuantized = type != .float32 && type != .bfloat16
        quantized = isQuantized ? QuantizedRows(tensor) : nil
    }

    /// Whether weights of a type can take these rows.
    ///
    /// - Parameter type: How the weights are kept.
    /// - Returns: Whether they can.
    func suits(_ type: WeightType) -> Bool {
        switch type {
        case .float32: true
        case .bfloat16: half != nil
        case .q8Group32, .q4Group32, .q4MinimumGroup32: quantized != nil
        }
    }
}

/// Rows as bytes, a scale for each group of 32.
@safe
private final class QuantizedRows: @unchecked Sendable {
    // @unchecked Sendable: written while it is made, constant from then on.
    let values: UnsafeMutablePointer<Int8>
    let scales: UnsafeMutablePointer<Float>
    let starts: UnsafeMutablePointer<Int32>

    init(_ tensor: Tensor) {
        let groups = (tensor.columns + WeightType.group - 1) / WeightType.group
        let count = max(tensor.rows * groups, 1)
        unsafe values = .allocate(capacity: count * WeightType.group)
        unsafe scales = .allocate(capacity: count)
        unsafe starts = .allocate(capacity: count)
        let (values, scales, starts) = unsafe (values, scales, starts)
        let (input, columns) = unsafe (tensor.storage.pointer, tensor.columns)
        Tensor.rowsInParts(tensor.rows, columns) { part in
            unsafe recto_quantize_rows(
                values + part.lowerBound * groups * WeightType.group,
                scales + part.lowerBound * groups,
                starts + part.lowerBound * groups,
                input + part.lowerBound * columns,
                part.count,
                columns
            )
        }
    }

    deinit {
        unsafe values.deallocate()
        unsafe scales.deallocate()
        unsafe starts.deallocate()
    }
}

/// What happens to the rows that come out of a linear layer, while they are still in the caches.
struct ProductFinish {
    /// One summand per output.
    var bias: Tensor?
    /// What follows, as the kernels number it; 0 is nothing.
    var activation: Int32 = 0
}

extension MatrixMultiply {
    /// Sends rows through packed weights.
    ///
    /// - Parameters:
    ///   - x: The rows, prepared for the weights' type.
    ///   - weight: The weights.
    ///   - finish: What follows.
    ///   - result: Where the rows go: added to what it holds when `adds`, else over it.
    ///   - adds: Whether to add.
    static func product(
        _ x: LinearInput,
        _ weight: PackedMatrix,
        finish: ProductFinish,
        into result: inout Tensor,
        adds: Bool
    ) {
        precondition(x.tensor.columns == weight.columns, "as many columns as input features")
        precondition(result.rows == x.tensor.rows && result.columns == weight.rows, "one row for each row")
        precondition(finish.bias.map { $0.count == weight.rows } ?? true, "one bias per output")
        result.makeUnique()
        let (rows, outputs) = (x.tensor.rows, weight.rows)
        let output = unsafe result.storage.pointer
        let groups = (weight.columns + WeightType.group - 1) / WeightType.group
        let panels = (outputs + WeightType.panel - 1) / WeightType.panel
        let bias = unsafe finish.bias.map { unsafe UnsafePointer($0.storage.pointer) }
        let isLong = rows * outputs * weight.columns > 1 << 16
        let parts = isLong ? min(threadCount, panels) : 1
        Parallel.forEach(parts) { part in
            let (first, end) = (panels * part / parts, panels * (part + 1) / parts)
            var last = unsafe recto_finish(bias: bias, activation: finish.activation, adds: adds ? 1 : 0)
            if let half = x.half {
                unsafe recto_product_bf16(
                    output,
                    outputs,
                    half.pointer,
                    half.stride,
                    weight.bytes,
                    rows,
                    (weight.columns + 1) / 2,
                    outputs,
                    first,
                    end,
                    &last
                )
            } else if let bytes = x.quantized, weight.type == .q8Group32 {
                unsafe recto_product_q8(
                    output,
                    outputs,
                    bytes.values,
                    bytes.scales,
                    bytes.starts,
                    weight.bytes,
                    rows,
                    groups,
                    outputs,
                    first,
                    end,
                    &last
                )
            } else if let bytes = x.quantized, weight.type == .q4MinimumGroup32 {
                unsafe recto_product_q4_1(
                    output,
                    outputs,
                    bytes.values,
                    bytes.scales,
                    bytes.starts,
                    weight.bytes,
                    rows,
                    groups,
                    outputs,
                    first,
                    end,
                    &last
                )
            } else if let bytes = x.quantized {
                unsafe recto_product_q4(
                    output,
                    outputs,
                    bytes.values,
                    bytes.scales,
                    bytes.starts,
                    weight.bytes,
                    weight.codes,
                    rows,
                    groups,
                    outputs,
                    first,
                    end,
                    &last
                )
            }
        }
    }
}
