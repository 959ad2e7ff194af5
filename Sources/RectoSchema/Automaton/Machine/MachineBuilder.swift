/// Turns shapes into the states of one machine over bytes, without a state from which no value could be completed.
struct MachineBuilder {
    let shapes: [Shape]
    let options: AutomatonOptions
    let satisfiability: Satisfiability
    private(set) var states: [MachineState] = []
    /// The first states of each goal's values.
    private(set) var starts: [[Int]]
    /// For each state of a key the last place of its row in `completions`.
    private(set) var keyRows: [Int: Int] = [:]
    /// How many keys, at most 255, are completed from a key's state with at most so many further scalars.
    private(set) var completions: [UInt8] = []
    private var keyGroups: [(states: [Int], calls: [Int])] = []
    private var texts: [TextShape: Int] = [:]
    private var numbers: [NumberAutomaton: Int] = [:]

    /// Prepares for some shapes.
    ///
    /// - Parameters:
    ///   - shapes: The shapes of all goals.
    ///   - options: The bounds of what is written.
    init(_ shapes: [Shape], options: AutomatonOptions) {
        self.shapes = shapes
        self.options = options
        satisfiability = Satisfiability(shapes, isWritten: true)
        starts = Array(repeating: [], count: shapes.count)
    }

    /// Builds what the first goal needs; it is satisfiable.
    ///
    /// - Throws: `AutomatonError` when there is no value within the limits.
    mutating func build() throws(AutomatonError) {
        var known: Set<Int> = [0]
        var pending = [0]
        while let goal = pending.popLast() {
            let first = states.count
            starts[goal] = startStates(of: shapes[goal])
            let limit = options.maximumStates * 10
            guard states.count <= limit else {
                throw .tooManyStates(JSONPointer(), keyword: "schema", detail: "as a whole", limit: limit)
            }
            for call in states[first...].flatMap(\.calls) where known.insert(call.goal).inserted {
                pending.append(call.goal)
            }
        }
        measureHeights()
        let needed = starts[0].map { states[$0].height }.min() ?? 0
        guard needed <= options.maximumDepth else {
            throw .tooDeep(needed: needed, limit: options.maximumDepth)
        }
    }

    private mutating func startStates(of shape: Shape) -> [Int] {
        var first: [Int] = []
        let texts = shape.literals.map { JSONWriter().bytes($0.plainNumbers) }
        if !texts.isEmpty { first.append(addLiterals(texts)) }
        for number in shape.numbers where !number.automaton.isEmpty { first.append(addNumber(number.automaton)) }
        for text in shape.texts where !text.isUnwritable { first.append(addString(text)) }
        for array in shape.arrays where satisfiability.isSatisfiable(array) { first.append(addArray(array)) }
        for object in shape.objects where satisfiability.isSatisfiable(object) { first.append(addObject(object)) }
        return first
    }

    /// Adds a state.
    ///
    /// - Parameter role: What it is part of.
    /// - Returns: Its place in `states`.
    mutating func add(_ role: MachineState.Role) -> Int {
        states.append(MachineState(role))
        return states.count - 1
    }

    /// Adds a step.
    ///
    /// - Parameters:
    ///   - byte: The byte.
    ///   - state: Where it begins.
    ///   - target: Where it ends.
    ///   - weight: What it adds to the counter.
    mutating func connect(_ byte: UInt8, from state: Int, to target: Int, weight: Int = 0) {
        states[state].edges.append(.init(bytes: byte...byte, target: target, weight: weight))
    }

    /// Changes a state.
    ///
    /// - Parameters:
    ///   - state: Its place.
    ///   - change: The change.
    mutating func update(_ state: Int, _ change: (inout MachineState) -> Void) { change(&states[state]) }

    /// Remembers the states of a family of keys.
    ///
    /// - Parameters:
    ///   - states: The states of the keys and the gates before them.
    ///   - calls: The states where their values stand.
    mutating func addKeyGroup(states: [Int], calls: [Int]) { keyGroups.append((states, calls)) }

    /// Appends a row to the table of completions.
    ///
    /// - Parameters:
    ///   - row: The counts by the number of further scalars.
    ///   - state: The key's state.
    mutating func addCompletions(_ row: [UInt8], of state: Int) {
        completions += row
        keyRows[state] = completions.count - 1
    }

    private mutating func addLiterals(_ texts: [[UInt8]]) -> Int {
        let start = add(.scalar)
        for text in texts {
            var state = start
            for byte in text {
                if let edge = states[state].edges.first(where: { $0.bytes.contains(byte) }) {
                    state = edge.target
                } else {
                    let next = add(.scalar)
                    connect(byte, from: state, to: next)
                    state = next
                }
            }
            states[state].isAccepting = true
        }
        return start
    }

    private mutating func addNumber(_ automaton: NumberAutomaton) -> Int {
        if let known = numbers[automaton] { return known }
        let first = states.count
        for isAccepting in automaton.isAccepting { states[add(.scalar)].isAccepting = isAccepting }
        let width = NumberAutomaton.alphabet.count
        for (index, target) in automaton.transitions.enumerated() where target >= 0 {
            let byte = NumberAutomaton.alphabet[index % width]
            connect(byte, from: first + index / width, to: first + target)
        }
        numbers[automaton] = first
        return first
    }

    private mutating func addString(_ text: TextShape) -> Int {
        if let known = texts[text] { return known }
        let end = add(.scalar)
        states[end].isAccepting = true
        states[end].least = text.countedMinimum
        let shortest = max(text.countedMinimum, text.written.distances().first ?? 0)
        let most = text.maximum ?? max(options.maximumStringLength, shortest)
        let content = addText(text.written, most: most, role: .scalar) { $0 == 0 ? nil : end }
        let start = add(.scalar)
        connect(UInt8(ascii: "\""), from: start, to: content.start)
        texts[text] = start
        return start
    }

    /// Computes how deeply the least value from each state is nested.
    private mutating func measureHeights() {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for index in states.indices.reversed() {
                let height = height(of: states[index])
                guard height < states[index].height else { continue }
                states[index].height = height
                hasChanged = true
            }
        }
        // Which of the keys are left depends on those that are used, so all of them need room.
        for group in keyGroups {
            let height = group.calls.reduce(0) { max($0, states[$1].height) }
            for state in group.states { states[state].height = height }
        }
    }

    private func height(of state: MachineState) -> Int {
        let own = state.role == .scalar ? 0 : 1
        var best = state.isAccepting ? own : Int(Int32.max)
        for edge in state.edges { best = min(best, states[edge.target].height) }
        for jump in state.jumps { best = min(best, states[jump].height) }
        for call in state.calls {
            guard let inner = starts[call.goal].map({ states[$0].height }).min(), inner < Int(Int32.max) else {
                continue
            }
            best = min(best, max(inner + 1, states[call.next].height))
        }
        return best
    }
}
