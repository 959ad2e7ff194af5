import CRectoKernels

/// What adapters add beside weights that were packed before: `factors ⊙ (W · x) + up · (down · x)`.
///
/// Packed weights are not unpacked and packed anew, which would round them twice; thin matrices cost little beside them.
struct LowRankPath: Sendable {
    /// One factor for each output; nil where all are 1.
    private let factors: Tensor?
    /// Shape (outputs, ranks of all adapters).
    private let up: WeightMatrix
    /// Shape (ranks of all adapters, inputs).
    private let down: WeightMatrix

    /// Brings changes that are made one after the other into one.
    ///
    /// - Parameters:
    ///   - changes: The changes, in order; nil comes back when one is more than a product of thin matrices.
    ///   - packed: The weights.
    init?(_ changes: [WeightChange], of packed: PackedMatrix) {
        var parts: [(change: WeightChange.LowRank, share: Float)] = []
        for change in changes {
            guard case .lowRank(let low) = change.kind else { return nil }
            parts.append((low, change.weight))
        }
        var factors = [Float](repeating: 1, count: packed.rows)
        var ups: [[Float]] = []
        for (low, share) in parts {
            let rank = low.down.rows
            var rows = low.up.elements
            for row in 0..<packed.rows {
                let target = low.magnitudes.map { unsafe $0.storage.pointer[row] / low.length(row, of: packed) }
                // The part of the way from the weights as they are to those of the right length.
                let kept = target.map { 1 - share + share * $0 } ?? 1
                factors[row] *= kept
                for index in ups.indices {
                    let count = ups[index].count / packed.rows
                    for place in row * count..<(row + 1) * count { ups[index][place] *= kept }
                }
                for place in row * rank..<(row + 1) * rank { rows[place] *= low.scale * share * (target ?? 1) }
            }
            ups.append(rows)
        }
        let ranks = parts.map(\.change.down.rows)
        let rank = ranks.reduce(0, +)
        self.factors =
            parts.contains { $0.change.magnitudes != nil }
            ? Tensor(rows: 1, columns: packed.rows, elements: factors) : nil
        down = WeightMatrix(
            Tensor(rows: rank, columns: packed.columns, elements: parts.flatMap(\.change.down.elements))
        )
        up = WeightMatrix(
            Tensor(
                rows: packed.rows,
                columns: rank,
                elements: (0..<packed.rows).flatMap { row in
                    zip(ups, ranks).flatMap { $0[row * $1..<(row + 1) * $1] }
                }
            )
        )
    }

    /// Finishes a product with the packed weights, before bias and activation.
    ///
    /// - Parameters:
    ///   - result: Rows of `W · x`.
    ///   - x: The rows that went in.
    func finish(_ result: inout Tensor, of x: Tensor) {
        if let factors {
            result.makeUnique()
            unsafe recto_scale_columns_f32(
                result.storage.pointer,
                factors.storage.pointer,
                result.rows,
                result.columns
            )
        }
        result.add(MatrixMultiply.product(MatrixMultiply.product(x, down), up))
    }
}

extension WeightChange.LowRank {
    /// The length of a row after this change alone.
    fileprivate func length(_ row: Int, of packed: PackedMatrix) -> Float {
        let values = TensorStorage(count: packed.columns)
        unsafe packed.expand(row: row, into: values.pointer)
        unsafe recto_add_low_rank(
            values.pointer,
            up.storage.pointer + row * down.rows,
            down.storage.pointer,
            1,
            down.rows,
            packed.columns,
            scale
        )
        return unsafe recto_length_f32(values.pointer, packed.columns)
    }
}
