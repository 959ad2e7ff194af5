import CRectoKernels

/// A row-major bfloat16 matrix: what products of reduced precision take in, and what a cache keeps.
@safe
package final class HalfTensor: @unchecked Sendable {
    // @unchecked Sendable: written while it is made or by the one owner of a cache, constant for everyone else.
    let rows: Int
    let columns: Int
    /// Numbers from one row to the next.
    let stride: Int
    let pointer: UnsafeMutablePointer<UInt16>

    /// Makes a matrix whose elements the caller writes.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    ///   - stride: Numbers from one row to the next.
    init(undefinedRows rows: Int, columns: Int, stride: Int) {
        precondition(rows >= 0 && columns >= 0 && stride >= columns, "rows do not overlap")
        (self.rows, self.columns, self.stride) = (rows, columns, stride)
        let size = max(rows * stride * 2, 64)
        let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        unsafe pointer = unsafe raw.bindMemory(to: UInt16.self, capacity: size / 2)
    }

    deinit { unsafe UnsafeMutableRawPointer(pointer).deallocate() }

    /// Rounds a float32 matrix.
    ///
    /// - Parameters:
    ///   - tensor: The matrix.
    ///   - paddedForProducts: Whether rows end on whole pairs and do not fall on the same cache lines.
    convenience init(_ tensor: Tensor, paddedForProducts: Bool) {
        // Rows a multiple of 4096 bytes apart would push each other out of the first cache.
        let stride = paddedForProducts ? (tensor.columns + 31) / 32 * 32 + 32 : tensor.columns
        self.init(undefinedRows: tensor.rows, columns: tensor.columns, stride: stride)
        replaceRows(at: 0, with: tensor, rows: 0..<tensor.rows)
    }

    /// Overwrites rows with rounded rows of a float32 matrix.
    ///
    /// - Parameters:
    ///   - row: First row to overwrite.
    ///   - tensor: Where the new rows come from; as many columns as this.
    ///   - range: Which of its rows.
    func replaceRows(at row: Int, with tensor: Tensor, rows range: Range<Int>) {
        precondition(tensor.columns == columns && range.upperBound <= tensor.rows, "rows of the same length")
        precondition(row >= 0 && row + range.count <= rows, "rows inside the matrix")
        let (out, input) = unsafe (pointer + row * stride, tensor.storage.pointer + range.lowerBound * columns)
        let (columns, stride) = (columns, stride)
        Tensor.rowsInParts(range.count, columns) { part in
            unsafe recto_narrow_bf16(
                out + part.lowerBound * stride,
                input + part.lowerBound * columns,
                part.count,
                columns,
                stride
            )
        }
    }

    /// Copies the rows into a matrix with more room below; the new rows are undefined.
    ///
    /// - Parameter newRows: Rows of the result, at least those of this matrix.
    /// - Returns: The larger matrix.
    func extended(toRows newRows: Int) -> HalfTensor {
        let result = HalfTensor(undefinedRows: newRows, columns: columns, stride: stride)
        unsafe result.pointer.update(from: pointer, count: rows * stride)
        return result
    }

    /// A matrix of no rows.
    static let empty = HalfTensor(undefinedRows: 0, columns: 0, stride: 0)
}
