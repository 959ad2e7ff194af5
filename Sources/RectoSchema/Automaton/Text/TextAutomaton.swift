/// A deterministic automaton over Unicode scalars; it holds no state from which no text could be accepted.
struct TextAutomaton: Sendable, Hashable {
    /// The state before the first scalar, unless no text is accepted.
    static let start = 0

    /// What the transitions tell apart.
    let classes: ScalarClasses
    /// The next state for state × class, −1 when there is none.
    let transitions: [Int]
    /// For each state a bit for each condition that the text so far satisfies; a product keeps the bits of its parts.
    let accepted: [UInt64]

    /// How many states there are; 0 when no text is accepted.
    var count: Int { accepted.count }

    /// Whether no text is accepted.
    var isEmpty: Bool { accepted.isEmpty }

    /// Whether every text is accepted.
    var isUniversal: Bool { count == 1 && accepted[0] != 0 && transitions.allSatisfy { $0 == 0 } }

    /// Accepts every text.
    static let universal = TextAutomaton(classes: .one, transitions: [0], accepted: [1])

    /// Keeps what the start reaches and what can still be accepted, numbered from the start in breadth.
    ///
    /// - Parameters:
    ///   - classes: What the transitions tell apart.
    ///   - transitions: The next state for state × class, −1 when there is none; state 0 is the start.
    ///   - accepted: The bits of each state; a state without bits does not accept.
    init(trimming classes: ScalarClasses, transitions: [Int], accepted: [UInt64]) {
        let width = classes.count
        var sources = [[Int]](repeating: [], count: accepted.count)
        for (index, target) in transitions.enumerated() where target >= 0 { sources[target].append(index / width) }
        var isAlive = accepted.map { $0 != 0 }
        var pending = accepted.indices.filter { isAlive[$0] }
        while let state = pending.popLast() {
            for source in sources[state] where !isAlive[source] {
                isAlive[source] = true
                pending.append(source)
            }
        }
        self.classes = classes
        guard isAlive.first == true else {
            (self.transitions, self.accepted) = ([], [])
            return
        }
        var numbers = [Int](repeating: -1, count: accepted.count)
        numbers[0] = 0
        var order = [0]
        var next = 0
        while next < order.count {
            for target in transitions[(order[next] * width)..<((order[next] + 1) * width)]
            where target >= 0 && isAlive[target] && numbers[target] < 0 {
                numbers[target] = order.count
                order.append(target)
            }
            next += 1
        }
        self.transitions = order.flatMap { state in
            transitions[(state * width)..<((state + 1) * width)].map { $0 >= 0 ? numbers[$0] : -1 }
        }
        self.accepted = order.map { accepted[$0] }
    }

    private init(classes: ScalarClasses, transitions: [Int], accepted: [UInt64]) {
        self.classes = classes
        self.transitions = transitions
        self.accepted = accepted
    }

    /// Finds the next state.
    ///
    /// - Parameters:
    ///   - state: A state.
    ///   - scalar: The next scalar.
    /// - Returns: The state after it, or nil when no accepted text goes on so.
    func next(_ state: Int, _ scalar: Unicode.Scalar) -> Int? {
        let target = transitions[state * classes.count + classes.classIndex(of: scalar)]
        return target < 0 ? nil : target
    }

    /// Reads a whole text.
    ///
    /// - Parameter text: The text.
    /// - Returns: The bits of the state after it; 0 when it is not accepted.
    func accepts(_ text: String) -> UInt64 {
        guard !isEmpty else { return 0 }
        var state = Self.start
        for scalar in text.unicodeScalars {
            guard let target = next(state, scalar) else { return 0 }
            state = target
        }
        return accepted[state]
    }

    /// Counts, for each state, the scalars of the shortest text that leads from it to acceptance.
    ///
    /// - Returns: The counts.
    func distances() -> [Int] {
        let width = classes.count
        var sources = [[Int]](repeating: [], count: count)
        for (index, target) in transitions.enumerated() where target >= 0 { sources[target].append(index / width) }
        var distances = accepted.map { $0 != 0 ? 0 : Int.max }
        var order = accepted.indices.filter { accepted[$0] != 0 }
        var next = 0
        while next < order.count {
            for source in sources[order[next]] where distances[source] == .max {
                distances[source] = distances[order[next]] + 1
                order.append(source)
            }
            next += 1
        }
        return distances
    }
}
