/// A state of a machine under construction.
struct MachineState {
    /// What a state is part of.
    enum Role {
        /// A string, a number or a literal: it opens no further level.
        case scalar
        /// An array or an object.
        case container
        /// The place after a comma where a key that is not named must begin.
        case keyGate
        /// Such a key, after its opening quote.
        case key
    }

    /// A step over one byte.
    struct Edge {
        /// The bytes.
        let bytes: ClosedRange<UInt8>
        /// The next state.
        let target: Int
        /// What it adds to the machine's counter.
        let weight: Int
    }

    /// A value that stands here, and where it goes on after it.
    struct Call: Sendable, Hashable {
        /// The value's goal.
        let goal: Int
        /// The state after the value.
        let next: Int
    }

    /// What it is part of.
    let role: Role
    /// The steps; their bytes do not overlap.
    var edges: [Edge] = []
    /// States that it may be taken for.
    var jumps: [Int] = []
    /// Values that may stand here.
    var calls: [Call] = []
    /// Whether the value may end here.
    var isAccepting = false
    /// The smallest counter with which it may be entered.
    var least = 0
    /// The largest counter with which it may be entered.
    var most = Int(Int32.max)
    /// How many levels of arrays and objects the shortest way to the end needs, its own included.
    var height = Int(Int32.max)

    /// Creates a state.
    ///
    /// - Parameter role: What it is part of.
    init(_ role: Role) { self.role = role }
}
