extension AttentionKernel {
    /// Keys and values in the precision in which attention is computed; one row per position, all heads side by side.
    package enum Memory: Sendable {
        case single(keys: Tensor, values: Tensor)
        case half(keys: HalfTensor, values: HalfTensor)

        /// Takes over keys and values that were just computed.
        ///
        /// - Parameters:
        ///   - keys: The keys.
        ///   - values: The values.
        ///   - isHalf: Whether they are rounded to bfloat16; heads then have an even number of features.
        package init(keys: Tensor, values: Tensor, isHalf: Bool) {
            precondition(
                keys.rows == values.rows && keys.columns == values.columns,
                "values are laid out like the keys"
            )
            if isHalf {
                self = .half(
                    keys: HalfTensor(keys, paddedForProducts: false),
                    values: HalfTensor(values, paddedForProducts: false)
                )
            } else {
                self = .single(keys: keys, values: values)
            }
        }

        /// Positions that there is room for.
        var rows: Int {
            switch self {
            case .single(let keys, _): keys.rows
            case .half(let keys, _): keys.rows
            }
        }

        /// Features of all key heads together.
        var columns: Int {
            switch self {
            case .single(let keys, _): keys.columns
            case .half(let keys, _): keys.columns
            }
        }

        /// Makes a copy with more room.
        ///
        /// - Parameter newRows: Rows of the copy.
        /// - Returns: The copy; the rows behind those of this one mean nothing.
        func extended(toRows newRows: Int) -> Memory {
            switch self {
            case .single(let keys, let values):
                .single(keys: keys.extended(toRows: newRows), values: values.extended(toRows: newRows))
            case .half(let keys, let values):
                .half(keys: keys.extended(toRows: newRows), values: values.extended(toRows: newRows))
            }
        }

        /// Writes new positions.
        ///
        /// - Parameters:
        ///   - row: The first position.
        ///   - newKeys: Where the keys stand.
        ///   - newValues: Where the values stand.
        ///   - range: Their rows.
        mutating func replaceRows(at row: Int, keys newKeys: Tensor, values newValues: Tensor, rows range: Range<Int>) {
            switch self {
            case .single(var keys, var values):
                // Without this assignment the two would be copied before they are written.
                self = .half(keys: .empty, values: .empty)
                keys.replaceRows(at: row, with: newKeys, rows: range)
                values.replaceRows(at: row, with: newValues, rows: range)
                self = .single(keys: keys, values: values)
            case .half(let keys, let values):
                keys.replaceRows(at: row, with: newKeys, rows: range)
                values.replaceRows(at: row, with: newValues, rows: range)
            }
        }
    }
}
