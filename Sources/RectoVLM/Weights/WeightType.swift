/// How the weights of linear layers are kept while a network computes.
public enum WeightType: String, Sendable, Hashable, Codable, CaseIterable {
    /// Single precision: the reference.
    case float32
    /// The upper half of single precision; products of bfloat16 numbers are summed in single precision.
    case bfloat16
    /// Groups of 32 bytes with a scale each; activations are rounded to bytes with a scale per group, too.
    case q8Group32 = "q8_0"
    /// Groups of 32 half bytes with a scale each, activations as in `q8_0`.
    case q4Group32 = "q4_0"
    /// Groups of 32 half bytes with a scale and a minimum each, half a bit more for each weight than `q4_0`.
    case q4MinimumGroup32 = "q4_1"

    /// Bytes that a packed matrix takes.
    ///
    /// - Parameters:
    ///   - rows: Output features.
    ///   - columns: Input features.
    /// - Returns: Its size with the padding to whole panels and groups.
    package func packedBytes(rows: Int, columns: Int) -> Int {
        (rows + Self.panel - 1) / Self.panel * panelBytes(columns: columns)
    }

    /// Outputs of one panel; see `recto_packed.h`.
    static let panel = 32
    /// Inputs that share a scale.
    static let group = 32

    /// Bytes of 32 outputs.
    func panelBytes(columns: Int) -> Int {
        switch self {
        case .float32: Self.panel * columns * 4
        case .bfloat16: (columns + 1) / 2 * 128
        case .q8Group32: (columns + Self.group - 1) / Self.group * 1088
        case .q4Group32: (columns + Self.group - 1) / Self.group * 576
        case .q4MinimumGroup32: (columns + Self.group - 1) / Self.group * 640
        }
    }
}

/// What weights are for, which decides how few bits they may take.
package enum WeightUse: Sendable {
    /// A linear layer.
    case layer
    /// The embedding of tokens or the head that scores them: half bytes cost more there than they save.
    case vocabulary
    /// A table that is looked up and never multiplied.
    case table

    /// How weights for this are kept.
    ///
    /// - Parameter chosen: How linear layers keep theirs.
    /// - Returns: The same or one of more bits.
    func type(of chosen: WeightType) -> WeightType {
        switch self {
        case .layer: chosen
        case .vocabulary: chosen == .q4Group32 || chosen == .q4MinimumGroup32 ? .q8Group32 : chosen
        case .table: .float32
        }
    }
}
