import CRectoKernels

/// A linear layer's weights in the layout of `recto_packed.h`, in memory of their own or where a file is mapped.
@safe
package final class PackedMatrix: @unchecked Sendable {
    // @unchecked Sendable: written once while it is made, constant from then on.
    package let type: WeightType
    /// Output features.
    package let rows: Int
    /// Input features.
    package let columns: Int
    let bytes: UnsafePointer<UInt8>
    private let owned: UnsafeMutableRawPointer?
    private let file: MemoryMappedFile?

    /// The values that the half bytes of `q4_0` stand for, plus 128: closer together about zero, where most weights are.
    ///
    /// The values are those of llama.cpp's IQ4_NL (ggml-common.h, `kvalues_iq4nl`).
    static let codes: [UInt8] = [1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241]

    /// The values that the half bytes of ggml's Q4_0 stand for, plus 128: even steps from -8 to 7.
    static let evenCodes: [UInt8] = Array(120...135)

    /// The values that this matrix's half bytes stand for, plus 128.
    let codes: [UInt8]

    /// Packs rows that are handed over panel by panel.
    ///
    /// - Parameters:
    ///   - type: How to keep them; not `float32`.
    ///   - rows: Output features.
    ///   - columns: Input features.
    ///   - expand: Writes the rows of a range as float32, one after the other.
    init(
        type: WeightType,
        rows: Int,
        columns: Int,
        expand: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        precondition(type != .float32, "packed weights are not float32")
        (self.type, self.rows, self.columns, codes) = (type, rows, columns, Self.codes)
        let size = type.packedBytes(rows: rows, columns: columns)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
        unsafe owned = memory
        unsafe bytes = unsafe UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
        file = nil
        let panels = (rows + WeightType.panel - 1) / WeightType.panel
        let parts = min(MatrixMultiply.threadCount, panels)
        Parallel.forEach(parts) { part in
            let block = TensorStorage(count: WeightType.panel * columns)
            for panel in panels * part / parts..<panels * (part + 1) / parts {
                let range = panel * WeightType.panel..<min((panel + 1) * WeightType.panel, rows)
                unsafe expand(range, block.pointer)
                let out = unsafe memory.assumingMemoryBound(to: UInt8.self) + panel * type.panelBytes(columns: columns)
                unsafe Self.pack(type, out, block.pointer, range.count, columns)
            }
        }
    }

    /// Leaves packed weights where they are mapped.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - offset: Where they begin, a multiple of 64.
    ///   - type: How they are kept.
    ///   - rows: Output features.
    ///   - columns: Input features.
    init?(file: MemoryMappedFile, offset: Int, type: WeightType, rows: Int, columns: Int) {
        let size = type.packedBytes(rows: rows, columns: columns)
        guard let base = unsafe file.bytes.baseAddress, offset % 64 == 0, offset + size <= file.count else {
            return nil
        }
        (self.type, self.rows, self.columns, codes) = (type, rows, columns, Self.codes)
        unsafe bytes = unsafe (base + offset).assumingMemoryBound(to: UInt8.self)
        unsafe owned = nil
        self.file = file
    }

    /// Packs rows of blocks as they are, without quantising them anew.
    ///
    /// - Parameters:
    ///   - tensor: The rows, in blocks.
    ///   - format: How the blocks are laid out; one that has a packed type.
    ///   - type: The packed type of the format.
    ///   - rows: Output features.
    ///   - columns: Input features, whole blocks.
    init(placing tensor: StoredTensor, format: BlockFormat, as type: WeightType, rows: Int, columns: Int) {
        precondition(format.packedType == type && columns % format.elements == 0, "blocks of the packed type")
        (self.type, self.rows, self.columns) = (type, rows, columns)
        codes = format == .q4Group32 ? Self.evenCodes : Self.codes
        let size = type.packedBytes(rows: rows, columns: columns)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(size, 64))
        unsafe owned = memory
        unsafe bytes = unsafe UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
        file = nil
        let panels = (rows + WeightType.panel - 1) / WeightType.panel
        let parts = min(MatrixMultiply.threadCount, panels)
        let panelBytes = type.panelBytes(columns: columns)
        Parallel.forEach(parts) { part in
            for panel in panels * part / parts..<panels * (part + 1) / parts {
                let out = unsafe memory.assumingMemoryBound(to: UInt8.self) + panel * panelBytes
                for row in panel * WeightType.panel..<min((panel + 1) * WeightType.panel, rows) {
                    let place = tensor.rowOrder.source(of: row)
                    guard let source = unsafe tensor.source(row: place, columns) else { return }
                    let blocks = columns / format.elements
                    unsafe Self.place(format, out, source, row % WeightType.panel, blocks)
                }
            }
        }
    }

    private static func place(
        _ format: BlockFormat,
        _ panel: UnsafeMutablePointer<UInt8>,
        _ source: UnsafeRawPointer,
        _ output: Int,
        _ blocks: Int
    ) {
        let source = unsafe source.assumingMemoryBound(to: UInt8.self)
        switch format {
        case .q8Group32: unsafe recto_place_q8_0(panel, source, output, blocks)
        case .q4Group32, .q4Curved: unsafe recto_place_q4_0(panel, source, output, blocks)
        case .q4MinimumGroup32: unsafe recto_place_q4_1(panel, source, output, blocks)
        case .q4Long: unsafe recto_place_q4_k(panel, source, output, blocks)
        case .q6Long: break
        }
    }

    deinit { unsafe owned?.deallocate() }

    /// Its bytes, as they are written to a file.
    package var buffer: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: bytes, count: type.packedBytes(rows: rows, columns: columns))
    }

    /// Reads one row back as float32.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - output: Where its `columns` numbers go.
    func expand(row: Int, into output: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < rows, "row inside the matrix")
        switch type {
        case .float32: break
        case .bfloat16: unsafe recto_unpack_bf16(output, bytes, row, columns)
        case .q8Group32: unsafe recto_unpack_q8(output, bytes, row, columns)
        case .q4Group32: unsafe recto_unpack_q4(output, bytes, codes, row, columns)
        case .q4MinimumGroup32: unsafe recto_unpack_q4_1(output, bytes, row, columns)
        }
    }

    private static func pack(
        _ type: WeightType,
        _ out: UnsafeMutablePointer<UInt8>,
        _ weights: UnsafePointer<Float>,
        _ outputs: Int,
        _ columns: Int
    ) {
        switch type {
        case .float32: break
        case .bfloat16: unsafe recto_pack_bf16(out, weights, outputs, columns, 0)
        case .q8Group32: unsafe recto_pack_q8(out, weights, outputs, columns, 0)
        case .q4Group32: unsafe recto_pack_q4(out, weights, codes, outputs, columns, 0)
        case .q4MinimumGroup32: unsafe recto_pack_q4_1(out, weights, outputs, columns, 0)
        }
    }
}
