/// A linear layer's or an embedding's weights, shape (output features, input features), in some element type.
///
/// Large 16-bit checkpoints stay mapped as they are and are widened as they are used; everything else is float32.
package struct WeightMatrix: Sendable {
    enum Storage: Sendable {
        case dense(Tensor)
        case mapped(MemoryMappedFile, offset: Int, type: ElementType)
    }

    /// Number of output features, or of vocabulary entries.
    package let rows: Int
    /// Number of input features.
    package let columns: Int
    let storage: Storage

    /// Wraps float32 weights.
    ///
    /// - Parameter tensor: The weights.
    package init(_ tensor: Tensor) {
        rows = tensor.rows
        columns = tensor.columns
        storage = .dense(tensor)
    }

    /// Leaves weights where they are mapped.
    ///
    /// - Parameters:
    ///   - file: The mapped file.
    ///   - entry: Where the tensor lies in it.
    ///   - type: Its element type.
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    init(file: MemoryMappedFile, entry: SafetensorsFile.Entry, type: ElementType, rows: Int, columns: Int) {
        precondition(entry.bytes.count == rows * columns * type.size, "the tensor holds its elements")
        self.rows = rows
        self.columns = columns
        storage = .mapped(file, offset: entry.bytes.lowerBound, type: type)
    }
}
