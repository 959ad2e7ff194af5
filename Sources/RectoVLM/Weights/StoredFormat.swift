import CRectoKernels

/// How a file keeps the numbers of a tensor, as far as Recto reads them.
package enum StoredFormat: Sendable, Hashable {
    /// One number after the other.
    case plain(ElementType)
    /// Blocks along the rows, as ggml lays them out.
    case blocks(BlockFormat)

    /// Elements of the smallest piece that can be read alone.
    var blockElements: Int {
        switch self {
        case .plain: 1
        case .blocks(let format): format.elements
        }
    }

    /// Bytes of the smallest piece.
    var blockBytes: Int {
        switch self {
        case .plain(let type): type.size
        case .blocks(let format): format.bytes
        }
    }

    /// Expands numbers to float32.
    ///
    /// - Parameters:
    ///   - source: Where they begin.
    ///   - count: How many; whole blocks.
    ///   - output: Where they go.
    func expand(_ source: UnsafeRawPointer, count: Int, into output: UnsafeMutablePointer<Float>) {
        switch self {
        case .plain(.float32): unsafe UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: count * 4)
        case .plain(.float16): unsafe recto_expand_f16(output, source, count)
        case .plain(.bfloat16): unsafe recto_expand_bf16(output, source, count)
        case .blocks(let format):
            let bytes = unsafe source.assumingMemoryBound(to: UInt8.self)
            let blocks = count / format.elements
            switch format {
            case .q8Group32: unsafe recto_expand_q8_0(output, bytes, blocks)
            case .q4Group32: unsafe recto_expand_q4_0(output, bytes, PackedMatrix.evenCodes, blocks)
            case .q4Curved: unsafe recto_expand_q4_0(output, bytes, PackedMatrix.codes, blocks)
            case .q4MinimumGroup32: unsafe recto_expand_q4_1(output, bytes, blocks)
            case .q4Long: unsafe recto_expand_q4_k(output, bytes, blocks)
            case .q6Long: unsafe recto_expand_q6_k(output, bytes, blocks)
            }
        }
    }
}

/// Quantised blocks of GGUF files; see `recto_blocks.h`.
package enum BlockFormat: String, Sendable, Hashable, CaseIterable {
    /// A byte for each of 32 values, and a scale.
    case q8Group32 = "Q8_0"
    /// A half byte for each of 32 values in even steps about zero, and a scale.
    case q4Group32 = "Q4_0"
    /// A half byte for each of 32 values in even steps, a scale and a minimum.
    case q4MinimumGroup32 = "Q4_1"
    /// A half byte for each of 32 values in steps that are closer about zero, and a scale.
    case q4Curved = "IQ4_NL"
    /// Eight groups of 32 half bytes whose scales and minimums are quantised themselves.
    case q4Long = "Q4_K"
    /// Sixteen groups of 16 values of six bits whose scales are quantised themselves.
    case q6Long = "Q6_K"

    /// Values of one block.
    var elements: Int { self == .q4Long || self == .q6Long ? 256 : 32 }

    /// Bytes of one block.
    var bytes: Int {
        switch self {
        case .q8Group32: RECTO_Q8_0_BYTES
        case .q4Group32, .q4Curved: RECTO_Q4_0_BYTES
        case .q4MinimumGroup32: RECTO_Q4_1_BYTES
        case .q4Long: RECTO_Q4_K_BYTES
        case .q6Long: RECTO_Q6_K_BYTES
        }
    }

    /// The packed weights that take these blocks without quantising them anew; nil where there are none.
    var packedType: WeightType? {
        switch self {
        case .q8Group32: .q8Group32
        case .q4Group32, .q4Curved: .q4Group32
        case .q4MinimumGroup32, .q4Long: .q4MinimumGroup32
        case .q6Long: nil
        }
    }

    /// How these weights are kept when nobody says otherwise: as they are, else in the next type of more bits.
    var keptType: WeightType { packedType ?? .q8Group32 }
}
