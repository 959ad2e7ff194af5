/// The states of all values of a schema as flat tables, made for reading one byte after another.
struct Machine: Sendable {
    /// What a state is, as bits.
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt8
        /// The value may end here.
        static let accepting = Traits(rawValue: 1)
        /// Some byte may follow inside the value.
        static let moving = Traits(rawValue: 2)
        /// It may be taken for other states, or other values may stand here.
        static let branching = Traits(rawValue: 4)
        /// Part of a string, a number or a literal.
        static let scalar = Traits(rawValue: 8)
        /// Before a key that is not named.
        static let keyGate = Traits(rawValue: 16)
        /// Inside such a key.
        static let key = Traits(rawValue: 32)
    }

    /// A step: the next state times two plus what it adds to the counter; negative when there is none.
    typealias Step = Int32

    /// The column of each byte.
    let columns: [UInt8]
    /// How many columns there are.
    let width: Int
    /// The steps for state × column.
    let steps: [Step]
    /// The columns of the bytes that each state can read, one bit each.
    let readable: [SIMD4<UInt64>]
    /// What each state is.
    let traits: [Traits]
    /// The smallest counter with which each state may be entered.
    let least: [Int32]
    /// The largest counter with which each state may be entered.
    let most: [Int32]
    /// How many levels each state needs.
    let heights: [Int32]
    /// What branching states may be taken for.
    let jumps: [Int: [Int32]]
    /// The values that may stand at branching states.
    let calls: [Int: [MachineState.Call]]
    /// The first states of each goal.
    let starts: [[Int32]]
    /// The last place of the row of each key's state in `completions`.
    let keyRows: [Int: Int]
    /// See `MachineBuilder.completions`.
    let completions: [UInt8]
    /// The group of states that shares its counter, for each state.
    let counters: [Int32]
    /// The bounds of each group's counter.
    let counterBounds: [CounterBounds]
    /// The bounds of what is written.
    let options: AutomatonOptions

    /// Flattens the states of a builder.
    ///
    /// - Parameter builder: The builder, done.
    init(_ builder: MachineBuilder) {
        let states = builder.states
        var isBoundary = [Bool](repeating: false, count: 257)
        for edge in states.flatMap(\.edges) {
            isBoundary[Int(edge.bytes.lowerBound)] = true
            isBoundary[Int(edge.bytes.upperBound) + 1] = true
        }
        var intervals = [UInt8](repeating: 0, count: 256)
        for byte in 1..<256 { intervals[byte] = intervals[byte - 1] + (isBoundary[byte] ? 1 : 0) }
        let count = Int(intervals[255]) + 1
        var table = [Step](repeating: -1, count: states.count * count)
        for (index, state) in states.enumerated() {
            for edge in state.edges {
                for column in intervals[Int(edge.bytes.lowerBound)]...intervals[Int(edge.bytes.upperBound)] {
                    table[index * count + Int(column)] = Step(edge.target * 2 + edge.weight)
                }
            }
        }
        // Most intervals of bytes are never told apart; merging them makes the table small enough for the caches.
        var merged: [[Step]: UInt8] = [:]
        var origins: [Int] = []
        let renamed = (0..<count).map { column in
            let steps = states.indices.map { table[$0 * count + column] }
            if let known = merged[steps] { return known }
            merged[steps] = UInt8(origins.count)
            origins.append(column)
            return UInt8(origins.count - 1)
        }
        columns = intervals.map { renamed[Int($0)] }
        width = origins.count
        self.steps = states.indices.flatMap { state in origins.map { table[state * count + $0] } }
        readable = states.indices.map { state in
            var columns = SIMD4<UInt64>()
            for (column, origin) in origins.enumerated() where table[state * count + origin] >= 0 {
                columns[column / 64] |= 1 << UInt64(column % 64)
            }
            return columns
        }
        traits = states.map(Self.traits)
        least = states.map { Int32(clamping: $0.least) }
        most = states.map { Int32(clamping: $0.most) }
        heights = states.map { Int32(clamping: $0.height) }
        let places = Array(states.enumerated())
        jumps = Dictionary(
            uniqueKeysWithValues: places.filter { !$1.jumps.isEmpty }.map { ($0, $1.jumps.map(Int32.init)) }
        )
        calls = Dictionary(uniqueKeysWithValues: places.filter { !$1.calls.isEmpty }.map { ($0, $1.calls) })
        starts = builder.starts.map { $0.map(Int32.init) }
        (counters, counterBounds) = Self.counterGroups(of: states)
        keyRows = builder.keyRows
        completions = builder.completions
        options = builder.options
    }

    private static func traits(_ state: MachineState) -> Traits {
        var traits: Traits = []
        if state.isAccepting { traits.insert(.accepting) }
        if !state.edges.isEmpty { traits.insert(.moving) }
        if !state.jumps.isEmpty || !state.calls.isEmpty { traits.insert(.branching) }
        switch state.role {
        case .scalar: traits.insert(.scalar)
        case .container: break
        case .keyGate: traits.insert(.keyGate)
        case .key: traits.insert(.key)
        }
        return traits
    }
}
