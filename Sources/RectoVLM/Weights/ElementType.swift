/// How a number is stored in a weights file, as far as Recto computes with it.
package enum ElementType: String, Sendable {
    /// IEEE single precision.
    case float32 = "F32"
    /// IEEE half precision.
    case float16 = "F16"
    /// The upper half of single precision.
    case bfloat16 = "BF16"

    /// Bytes of one number.
    package var size: Int { self == .float32 ? 4 : 2 }

    /// The name that records use.
    package var name: String {
        switch self {
        case .float32: "float32"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        }
    }
}
