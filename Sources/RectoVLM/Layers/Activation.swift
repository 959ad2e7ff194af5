/// The function between the two layers of an MLP without a gate.
package enum Activation: Sendable, Hashable {
    /// `x / 2 · (1 + erf(x / √2))`.
    case gelu
    /// The same with a hyperbolic tangent near it.
    case geluTanh
    /// `x · sigmoid(1.702 x)`, as CLIP has it.
    case quickGELU
    /// `max(x, 0)`, in the resampler of Idefics; no configuration names it.
    case relu

    /// Finds a function by the name that transformers gives it.
    ///
    /// - Parameter name: The name, such as `gelu_pytorch_tanh`; nil for a function that Recto does not do.
    init?(named name: String) {
        switch name {
        case "gelu", "gelu_python": self = .gelu
        case "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_new", "gelu_fast": self = .geluTanh
        case "quick_gelu": self = .quickGELU
        default: return nil
        }
    }

    /// What packed products know it by, so that it is computed while the rows are in the caches; nil for one that follows
    /// them.
    var productCode: Int32? {
        switch self {
        case .gelu, .relu: nil
        case .geluTanh: 1
        case .quickGELU: 2
        }
    }
}
