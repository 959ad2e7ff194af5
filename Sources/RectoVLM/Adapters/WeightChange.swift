import CRectoKernels

/// What an adapter does to one tensor.
struct WeightChange: Sendable {
    enum Kind: Sendable {
        /// Another tensor takes its place.
        case replacement(StoredTensor)
        /// The product of two thin matrices is added.
        case lowRank(LowRank)
    }

    /// `up · down · scale`, and the lengths that rows are brought to afterwards.
    struct LowRank: Sendable {
        /// Shape (rows, rank).
        let up: Tensor
        /// Shape (rank, columns).
        let down: Tensor
        let scale: Float
        /// One length for each row; nil leaves them as they come (LoRA).
        let magnitudes: Tensor?
    }

    let kind: Kind
    /// How much of the change is made.
    let weight: Float
    /// The adapter's file, for messages.
    let path: String

    /// Checks that the change is one of a tensor.
    ///
    /// - Parameters:
    ///   - name: The tensor.
    ///   - shape: Its shape.
    /// - Throws: `VLMError` when the change is of another shape, or of an element type that Recto does not read.
    func check(_ name: String, shape: [Int]) throws(VLMError) {
        let found: [Int]
        switch kind {
        case .replacement(let tensor):
            if tensor.format == nil {
                throw .unsupportedElementType(path: path, tensor: name, elementType: tensor.elementType)
            }
            found = tensor.shape
        case .lowRank(let change):
            found = [change.up.rows, change.down.columns]
            if let magnitudes = change.magnitudes, magnitudes.count != found[0] {
                throw .tensorShape(path: path, tensor: name, expected: [found[0]], found: [magnitudes.count])
            }
        }
        if found != shape { throw .tensorShape(path: path, tensor: name, expected: shape, found: found) }
    }
}

extension [WeightChange] {
    /// Makes all changes of some rows, one after the other.
    ///
    /// - Parameters:
    ///   - values: The rows as float32.
    ///   - rows: Which rows of the tensor they are.
    ///   - columns: Elements of one row.
    func apply(to values: UnsafeMutablePointer<Float>, rows: Range<Int>, columns: Int) {
        let count = rows.count * columns
        // Lengths are measured on the checkpoint's own weights, whatever adapters came before.
        let own = TensorStorage(count: count)
        unsafe own.pointer.update(from: values, count: count)
        let target = TensorStorage(count: count)
        for change in self {
            switch change.kind {
            case .replacement(let tensor):
                unsafe tensor.expand(rows: rows, columns: columns, into: target.pointer)
                unsafe recto_approach_f32(values, target.pointer, 1, change.weight, count)
            case .lowRank(let low):
                guard let magnitudes = low.magnitudes else {
                    unsafe low.add(to: values, rows: rows, columns: columns, share: change.weight)
                    continue
                }
                unsafe target.pointer.update(from: own.pointer, count: count)
                unsafe low.add(to: target.pointer, rows: rows, columns: columns, share: 1)
                let factors = rows.enumerated().map { index, row in
                    let length = unsafe recto_length_f32(target.pointer + index * columns, columns)
                    return unsafe magnitudes.storage.pointer[row] / length
                }
                unsafe target.pointer.update(from: values, count: count)
                unsafe low.add(to: target.pointer, rows: rows, columns: columns, share: 1)
                for (index, factor) in factors.enumerated() {
                    let start = index * columns
                    unsafe recto_approach_f32(
                        values + start,
                        target.pointer + start,
                        factor,
                        change.weight,
                        columns
                    )
                }
            }
        }
    }
}

extension WeightChange.LowRank {
    fileprivate func add(
        to values: UnsafeMutablePointer<Float>,
        rows: Range<Int>,
        columns: Int,
        share: Float
    ) {
        let rank = down.rows
        unsafe recto_add_low_rank(
            values,
            up.storage.pointer + rows.lowerBound * rank,
            down.storage.pointer,
            rows.count,
            rank,
            columns,
            scale * share
        )
    }
}
