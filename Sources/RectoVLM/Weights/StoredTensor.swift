/// A tensor where a mapped file keeps it.
struct StoredTensor: Sendable {
    /// The file's path, for messages.
    let path: String
    /// Element type as the file names it.
    let elementType: String
    /// How its numbers are kept; nil when Recto does not read them.
    let format: StoredFormat?
    /// Size of each dimension, outermost first.
    let shape: [Int]
    /// Its bytes, counted from the start of the file.
    let bytes: Range<Int>
    let mapping: MemoryMappedFile
    /// How its rows are ordered in the file.
    var rowOrder = RowOrder.asIs

    /// Number of elements.
    var count: Int { shape.reduce(1, *) }

    /// Whether its rows lie in the file one after the other as they are computed with, and where numbers may be read.
    var plainType: ElementType? {
        guard case .plain(let type)? = format, rowOrder == .asIs, bytes.lowerBound % type.size == 0 else { return nil }
        return type
    }

    /// The blocks that it is kept in; nil when it is not quantised.
    var blockFormat: BlockFormat? {
        guard case .blocks(let format)? = format else { return nil }
        return format
    }

    /// Expands rows to float32.
    ///
    /// - Parameters:
    ///   - rows: Which rows.
    ///   - columns: Elements of one row.
    ///   - output: Where they go, one after the other.
    func expand(rows: Range<Int>, columns: Int, into output: UnsafeMutablePointer<Float>) {
        guard let format, !rows.isEmpty, columns > 0 else { return }
        precondition(rows.lowerBound >= 0 && rows.upperBound * columns <= count, "rows inside the tensor")
        if rowOrder == .asIs, let source = unsafe source(row: rows.lowerBound, columns) {
            unsafe format.expand(source, count: rows.count * columns, into: output)
            return
        }
        for (index, row) in rows.enumerated() {
            guard let source = unsafe source(row: rowOrder.source(of: row), columns) else { return }
            unsafe format.expand(source, count: columns, into: output + index * columns)
        }
    }

    /// The first element that is an infinity or no number; nil when there is none, or Recto does not read its type.
    ///
    /// The elements are expanded some rows at a time.
    var firstNumberThatIsNotFinite: Int? {
        guard let format, count > 0, case let columns = shape.last ?? 1, columns % format.blockElements == 0 else {
            return nil
        }
        let rowCount = count / columns
        let step = max(1, (1 << 16) / columns)
        let buffer = TensorStorage(count: min(step, rowCount) * columns)
        for first in stride(from: 0, to: rowCount, by: step) {
            let rows = first..<min(first + step, rowCount)
            unsafe expand(rows: rows, columns: columns, into: buffer.pointer)
            let values = unsafe UnsafeBufferPointer(start: buffer.pointer, count: rows.count * columns)
            if let place = unsafe values.firstIndex(where: { !$0.isFinite }) { return first * columns + place }
        }
        return nil
    }

    /// Whether another tensor has the same shape, kind and bytes.
    ///
    /// - Parameter other: The other tensor.
    /// - Returns: Whether nothing tells them apart but their names.
    func holdsSameBytes(as other: StoredTensor) -> Bool {
        guard shape == other.shape, elementType == other.elementType, bytes.count == other.bytes.count else {
            return false
        }
        let (own, others) = (unsafe mapping.bytes[bytes], unsafe other.mapping.bytes[other.bytes])
        return unsafe own.elementsEqual(others)
    }

    /// Where a row of the file begins; all its bytes are inside.
    ///
    /// - Parameters:
    ///   - row: The row as the file counts.
    ///   - columns: Elements of one row; whole blocks.
    /// - Returns: Its first byte; nil in an empty file.
    func source(row: Int, _ columns: Int) -> UnsafeRawPointer? {
        let elements = format?.blockElements ?? 1
        let size = columns / elements * (format?.blockBytes ?? 0)
        precondition(columns % elements == 0 && row >= 0 && (row + 1) * size <= bytes.count, "a row inside the tensor")
        guard let base = unsafe mapping.bytes.baseAddress else { return nil }
        return unsafe base + bytes.lowerBound + row * size
    }
}

/// How the rows of a query or key projection are ordered in a file.
enum RowOrder: Sendable, Hashable {
    /// As transformers has them: of each head the first halves of all pairs, then the second halves.
    case asIs
    /// As llama.cpp has them: of each head pair after pair.
    case pairs(headDimension: Int)

    /// Finds a row in the file.
    ///
    /// - Parameter row: The row as transformers counts.
    /// - Returns: The row as the file counts.
    func source(of row: Int) -> Int {
        guard case .pairs(let size) = self else { return row }
        let (head, place) = row.quotientAndRemainder(dividingBy: size)
        return head * size + place % (size / 2) * 2 + place / (size / 2)
    }
}
