/// A linear layer's or an embedding's weights, shape (output features, input features), in some element type.
///
/// Weights of reduced precision are packed. In single precision, large 16-bit checkpoints stay mapped as they are and are
/// widened as they are used; everything else is float32.
package struct WeightMatrix: Sendable {
    enum Storage: Sendable {
        case dense(Tensor)
        case mapped(MemoryMappedFile, offset: Int, type: ElementType)
        case packed(PackedMatrix)
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

    /// Wraps packed weights.
    ///
    /// - Parameter packed: The weights.
    package init(_ packed: PackedMatrix) {
        rows = packed.rows
        columns = packed.columns
        storage = .packed(packed)
    }

    /// Bytes that one product reads.
    var byteCount: Int {
        switch storage {
        case .dense: rows * columns * 4
        case .mapped(_, _, let type): rows * columns * type.size
        case .packed(let packed): packed.type.packedBytes(rows: rows, columns: columns)
        }
    }

    /// Packs weights that are there as float32.
    ///
    /// - Parameter type: How to keep them; not `float32`.
    /// - Returns: The packed weights; weights that are not dense stay as they are.
    package func packed(as type: WeightType) -> WeightMatrix {
        guard case .dense(let tensor) = storage else { return self }
        return WeightMatrix(
            unsafe PackedMatrix(type: type, rows: rows, columns: columns) { range, output in
                unsafe output.update(
                    from: tensor.storage.pointer + range.lowerBound * tensor.columns,
                    count: range.count * tensor.columns
                )
            }
        )
    }

    /// How the weights are kept; `float32` for all that is computed in single precision.
    package var type: WeightType {
        guard case .packed(let packed) = storage else { return .float32 }
        return packed.type
    }

    /// Leaves weights where they are mapped.
    ///
    /// - Parameters:
    ///   - tensor: Where they lie.
    ///   - type: Their element type.
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    init(mapped tensor: StoredTensor, type: ElementType, rows: Int, columns: Int) {
        precondition(tensor.bytes.count == rows * columns * type.size, "the tensor holds its elements")
        self.rows = rows
        self.columns = columns
        storage = .mapped(tensor.mapping, offset: tensor.bytes.lowerBound, type: type)
    }

    /// Stands for weights while it is found out which there are.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    ///   - file: Any file of the checkpoint; nothing of it may be read through this matrix.
    init(unreadRows rows: Int, columns: Int, of file: MemoryMappedFile) {
        self.rows = rows
        self.columns = columns
        storage = .mapped(file, offset: 0, type: .bfloat16)
    }
}
