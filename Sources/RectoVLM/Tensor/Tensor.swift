/// A row-major float32 matrix with value semantics.
package struct Tensor: Sendable {
    /// Number of rows: tokens, patches or output features.
    package let rows: Int
    /// Number of columns: the features of one row.
    package let columns: Int
    var storage: TensorStorage

    /// Makes a matrix of zeros.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    package init(rows: Int, columns: Int) {
        self.init(undefinedRows: rows, columns: columns)
        unsafe storage.pointer.update(repeating: 0, count: rows * columns)
    }

    /// Makes a matrix of given elements.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    ///   - elements: The elements, row by row.
    package init(rows: Int, columns: Int, elements: [Float]) {
        precondition(elements.count == rows * columns, "one element for each place")
        self.init(undefinedRows: rows, columns: columns)
        unsafe elements.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            unsafe storage.pointer.update(from: base, count: source.count)
        }
    }

    /// Makes a matrix whose elements the caller writes before anyone reads them.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    init(undefinedRows rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "sizes are not negative")
        self.rows = rows
        self.columns = columns
        storage = TensorStorage(count: rows * columns)
    }

    /// Number of elements.
    package var count: Int { rows * columns }

    /// The elements, row by row.
    package var elements: [Float] { values(0..<count) }

    /// The elements of one row.
    package subscript(row: Int) -> [Float] {
        precondition(row >= 0 && row < rows, "row inside the matrix")
        return values(row * columns..<(row + 1) * columns)
    }

    private func values(_ range: Range<Int>) -> [Float] {
        unsafe Array(UnsafeBufferPointer(start: storage.pointer + range.lowerBound, count: range.count))
    }

    /// Gives this matrix memory of its own, if it shares it.
    mutating func makeUnique() {
        if isKnownUniquelyReferenced(&storage) { return }
        let own = TensorStorage(count: count)
        unsafe own.pointer.update(from: storage.pointer, count: count)
        storage = own
    }

    /// Copies some rows into a new matrix.
    ///
    /// - Parameter range: The rows.
    /// - Returns: A matrix of these rows.
    package func rows(_ range: Range<Int>) -> Tensor {
        gathered([range])
    }

    /// Copies ranges of rows, one after the other, into a new matrix.
    ///
    /// - Parameter ranges: The ranges.
    /// - Returns: A matrix of all these rows.
    package func gathered(_ ranges: [Range<Int>]) -> Tensor {
        var result = Tensor(undefinedRows: ranges.reduce(0) { $0 + $1.count }, columns: columns)
        var next = 0
        for range in ranges {
            result.replaceRows(at: next, with: self, rows: range)
            next += range.count
        }
        return result
    }

    /// Overwrites rows with rows of another matrix.
    ///
    /// - Parameters:
    ///   - row: First row to overwrite.
    ///   - other: Where the new rows come from; as many columns as this.
    ///   - range: Which of its rows; nil takes all.
    package mutating func replaceRows(at row: Int, with other: Tensor, rows range: Range<Int>? = nil) {
        let range = range ?? 0..<other.rows
        precondition(other.columns == columns, "rows of the same length")
        precondition(range.lowerBound >= 0 && range.upperBound <= other.rows, "rows inside the source")
        precondition(row >= 0 && row + range.count <= rows, "rows inside the matrix")
        makeUnique()
        unsafe (storage.pointer + row * columns).update(
            from: other.storage.pointer + range.lowerBound * columns,
            count: range.count * columns
        )
    }

    /// Reads the same elements, row by row, as rows of another length.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns; as many elements together as before.
    /// - Returns: A matrix with the same memory.
    func reshaped(rows: Int, columns: Int) -> Tensor {
        precondition(rows >= 0 && columns >= 0 && rows * columns == count, "as many elements as before")
        return Tensor(rows: rows, columns: columns, storage: storage)
    }

    private init(rows: Int, columns: Int, storage: TensorStorage) {
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    /// Lays matrices of the same shape side by side.
    ///
    /// - Parameter parts: The matrices, at least one.
    init(sideBySide parts: [Tensor]) {
        precondition(!parts.isEmpty, "something to lay side by side")
        if parts.count == 1 {
            self = parts[0]
            return
        }
        let (rows, columns) = (parts[0].rows, parts[0].columns)
        var stacked = Tensor(undefinedRows: rows * parts.count, columns: columns)
        for row in 0..<rows {
            for (index, part) in parts.enumerated() {
                stacked.replaceRows(at: row * parts.count + index, with: part, rows: row..<row + 1)
            }
        }
        self = stacked.reshaped(rows: rows, columns: columns * parts.count)
    }

    /// Makes a matrix with more room below; the rows of this one come first, the new ones are zero.
    ///
    /// - Parameter newRows: Rows of the result, at least those of this matrix.
    /// - Returns: The larger matrix.
    func extended(toRows newRows: Int) -> Tensor {
        var result = Tensor(rows: newRows, columns: columns)
        result.replaceRows(at: 0, with: self)
        return result
    }
}
