import CRectoKernels

extension Tensor {
    /// Divides each row by its root mean square.
    ///
    /// - Parameters:
    ///   - weight: One factor per column.
    ///   - epsilon: Added to the mean square.
    /// - Returns: The normalised rows.
    package func rmsNormalized(weight: Tensor, epsilon: Float) -> Tensor {
        precondition(weight.count == columns, "one weight per column")
        let result = Tensor(undefinedRows: rows, columns: columns)
        let (output, input) = unsafe (result.storage.pointer, storage.pointer)
        Self.rowsInParts(rows, columns) { part in
            unsafe recto_rms_norm_f32(
                output + part.lowerBound * columns,
                input + part.lowerBound * columns,
                weight.storage.pointer,
                part.count,
                columns,
                epsilon
            )
        }
        return result
    }

    /// Brings each row to mean 0 and variance 1.
    ///
    /// - Parameters:
    ///   - weight: One factor per column.
    ///   - bias: One summand per column.
    ///   - epsilon: Added to the variance.
    /// - Returns: The normalised rows.
    package func layerNormalized(weight: Tensor, bias: Tensor, epsilon: Float) -> Tensor {
        precondition(weight.count == columns && bias.count == columns, "one weight and one bias per column")
        let result = Tensor(undefinedRows: rows, columns: columns)
        let (output, input) = unsafe (result.storage.pointer, storage.pointer)
        Self.rowsInParts(rows, columns) { part in
            unsafe recto_layer_norm_f32(
                output + part.lowerBound * columns,
                input + part.lowerBound * columns,
                weight.storage.pointer,
                bias.storage.pointer,
                part.count,
                columns,
                epsilon
            )
        }
        return result
    }

    /// Adds another matrix of the same shape.
    ///
    /// - Parameter other: The other matrix.
    package mutating func add(_ other: Tensor) {
        precondition(other.rows == rows && other.columns == columns, "matrices of the same shape")
        makeUnique()
        unsafe recto_add_f32(storage.pointer, other.storage.pointer, count)
    }

    /// Adds the same row to every row.
    ///
    /// - Parameter bias: One summand per column.
    package mutating func addBias(_ bias: Tensor) {
        precondition(bias.count == columns, "one bias per column")
        makeUnique()
        unsafe recto_add_bias_f32(storage.pointer, bias.storage.pointer, rows, columns)
    }

    /// Replaces every element x by `silu(x) · up`.
    ///
    /// - Parameter up: The factors; the same shape.
    package mutating func gateSiLU(by up: Tensor) {
        precondition(up.rows == rows && up.columns == columns, "matrices of the same shape")
        makeUnique()
        let (own, factors) = unsafe (storage.pointer, up.storage.pointer)
        Self.inParts(count) { unsafe recto_silu_multiply_f32(own + $0.lowerBound, factors + $0.lowerBound, $0.count) }
    }

    /// Replaces every element by its GELU in the tanh form.
    package mutating func applyGELUTanh() {
        makeUnique()
        let own = unsafe storage.pointer
        Self.inParts(count) { unsafe recto_gelu_tanh_f32(own + $0.lowerBound, $0.count) }
    }

    /// Replaces every element by its GELU.
    package mutating func applyGELU() {
        makeUnique()
        let own = unsafe storage.pointer
        Self.inParts(count) { unsafe recto_gelu_f32(own + $0.lowerBound, $0.count) }
    }

    /// Replaces every element by its quick GELU.
    package mutating func applyQuickGELU() {
        makeUnique()
        let own = unsafe storage.pointer
        Self.inParts(count) { unsafe recto_quick_gelu_f32(own + $0.lowerBound, $0.count) }
    }

    /// Applies a function to every element.
    ///
    /// - Parameter activation: The function.
    package mutating func apply(_ activation: Activation) {
        switch activation {
        case .gelu: applyGELU()
        case .geluTanh: applyGELUTanh()
        case .quickGELU: applyQuickGELU()
        case .relu: applyReLU()
        }
    }

    /// Replaces every element below zero by zero.
    package mutating func applyReLU() {
        makeUnique()
        let own = unsafe storage.pointer
        Self.inParts(count) { part in
            for index in part { unsafe own[index] = max(own[index], 0) }
        }
    }

    /// Multiplies every row by the same factors.
    ///
    /// - Parameter factors: One factor per column.
    package mutating func scaleColumns(by factors: Tensor) {
        precondition(factors.count == columns, "one factor per column")
        makeUnique()
        let (own, width) = unsafe (storage.pointer, columns)
        let scale = unsafe factors.storage.pointer
        Self.rowsInParts(rows, columns) { part in
            for row in part {
                let first = unsafe own + row * width
                for column in 0..<width { unsafe first[column] *= scale[column] }
            }
        }
    }

    /// Splits a loop over elements among the processors when it is long.
    private static func inParts(_ count: Int, _ body: (Range<Int>) -> Void) {
        let parts = count < 1 << 15 ? 1 : MatrixMultiply.threadCount
        Parallel.forEach(parts) { body(count * $0 / parts..<count * ($0 + 1) / parts) }
    }

    /// Splits a loop over rows among the processors when they are many.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Numbers in a row.
    ///   - body: Works on some of the rows.
    static func rowsInParts(_ rows: Int, _ columns: Int, _ body: (Range<Int>) -> Void) {
        let parts = rows * columns < 1 << 15 ? 1 : min(MatrixMultiply.threadCount, max(rows, 1))
        Parallel.forEach(parts) { body(rows * $0 / parts..<rows * ($0 + 1) / parts) }
    }

    /// Turns the heads of each row by the row's position.
    ///
    /// - Parameters:
    ///   - rotation: Cosines and sines, one row for each row of this matrix.
    ///   - headDimension: Features of one head.
    package mutating func rotate(by rotation: Rotation, headDimension: Int) {
        precondition(rotation.cosines.rows == rows && rotation.sines.rows == rows, "one rotation per row")
        precondition(rotation.cosines.columns * 2 == headDimension && columns % headDimension == 0, "whole heads")
        makeUnique()
        for row in 0..<rows {
            let offset = row * (headDimension / 2)
            unsafe recto_rope_f32(
                storage.pointer + row * columns,
                rotation.cosines.storage.pointer + offset,
                rotation.sines.storage.pointer + offset,
                columns / headDimension,
                headDimension
            )
        }
    }

    /// Replaces a row by the softmax of some of its columns; the others become 0.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - visible: The columns that take part.
    ///   - scale: Factor before the exponential.
    package mutating func softmax(row: Int, visible: Range<Int>, scale: Float) {
        precondition(row >= 0 && row < rows, "row inside the matrix")
        precondition(visible.lowerBound >= 0 && visible.upperBound <= columns, "columns inside the matrix")
        makeUnique()
        unsafe recto_softmax_row_f32(
            storage.pointer + row * columns,
            visible.lowerBound,
            visible.upperBound,
            columns,
            scale
        )
    }

    /// The logarithm of the sum of a row's exponentials; not a number when an element is not finite.
    ///
    /// - Parameter row: The row.
    /// - Returns: The logarithm.
    package func logSumExp(row: Int) -> Float {
        precondition(row >= 0 && row < rows && columns > 0, "row inside the matrix")
        return unsafe recto_log_sum_exp_f32(storage.pointer + row * columns, columns)
    }
}

/// The turn of each row: cosines and sines of position times frequency, half a head wide.
package struct Rotation: Sendable {
    /// One row of cosines for each position.
    package let cosines: Tensor
    /// One row of sines for each position.
    package let sines: Tensor
}
