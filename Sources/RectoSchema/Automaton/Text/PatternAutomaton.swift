/// Thompson's construction of a pattern: states with at most one set of scalars or some empty steps each.
struct PatternAutomaton {
    private struct State {
        var set = -1
        var target = -1
        var empty: [Int] = []
    }

    private var states: [State] = []
    private var sets: [CodePointSet] = []
    private var setNumbers: [CodePointSet: Int] = [:]
    /// Reached when the text matched so far and everything after it will do.
    private let found: Int
    /// Reached when the text matches if it ends here.
    private let ended: Int

    /// Builds the automaton of a search for a pattern.
    ///
    /// - Parameter pattern: The pattern.
    init(_ pattern: Pattern) {
        states = [State(), State(), State()]
        (found, ended) = (1, 2)
        for alternative in pattern.alternatives {
            let begin = add()
            states[0].empty.append(begin)
            if !alternative.isAnchoredAtStart {
                let loop = add()
                states[begin].empty.append(loop)
                move(loop, .all, to: begin)
            }
            let entry = add()
            states[begin].empty.append(entry)
            let exit = add(alternative.expression, from: entry)
            states[exit].empty.append(alternative.isAnchoredAtEnd ? ended : found)
        }
    }

    private mutating func add() -> Int {
        states.append(State())
        return states.count - 1
    }

    private mutating func move(_ state: Int, _ set: CodePointSet, to target: Int) {
        let number = setNumbers[set] ?? sets.count
        if number == sets.count {
            setNumbers[set] = number
            sets.append(set)
        }
        states[state].set = number
        states[state].target = target
    }

    private mutating func add(_ expression: Pattern.Expression, from entry: Int) -> Int {
        switch expression {
        case .scalar(let set):
            let exit = add()
            move(entry, set, to: exit)
            return exit
        case .sequence(let parts):
            return parts.reduce(entry) { add($1, from: $0) }
        case .choice(let parts):
            let exit = add()
            for part in parts {
                let inner = add()
                states[entry].empty.append(inner)
                let end = add(part, from: inner)
                states[end].empty.append(exit)
            }
            return exit
        case .repetition(let part, let minimum, let maximum):
            var place = step(from: entry)
            for _ in 0..<minimum { place = step(from: add(part, from: place)) }
            let exit = add()
            if let maximum {
                for _ in minimum..<max(minimum, maximum) {
                    states[place].empty.append(exit)
                    place = step(from: add(part, from: step(from: place)))
                }
                states[place].empty.append(exit)
            } else {
                let end = add(part, from: step(from: place))
                states[end].empty.append(place)
                states[place].empty.append(exit)
            }
            return exit
        }
    }

    private mutating func step(from state: Int) -> Int {
        let next = add()
        states[state].empty.append(next)
        return next
    }

    /// Most entries in the sets of states that a deterministic state stands for, for each deterministic state allowed.
    private static let subsetLimit = 100

    /// Makes the automaton deterministic by the subset construction.
    ///
    /// - Parameter limit: The most states.
    /// - Returns: The automaton, or nil when it has more states than allowed.
    func determinized(limit: Int) -> TextAutomaton? {
        let (classes, members) = ScalarClasses.separating(sets)
        let first = closure([0])
        var numbers = [first: 0]
        var order = [first]
        var transitions: [Int] = []
        var accepted: [UInt64] = []
        var (next, entries) = (0, 0)
        while next < order.count {
            let subset = order[next]
            entries += subset.count
            guard entries <= limit * Self.subsetLimit else { return nil }
            accepted.append(subset == [found] || subset.contains(ended) ? 1 : 0)
            var targets = [Set<Int>](repeating: [], count: classes.count)
            for state in subset where states[state].set >= 0 {
                for column in members[states[state].set] { targets[column].insert(states[state].target) }
            }
            for column in 0..<classes.count {
                // After a match everything will do, surrogates aside, which no text holds.
                let target = subset == [found] ? subset : closure(targets[column])
                guard !target.isEmpty else {
                    transitions.append(-1)
                    continue
                }
                if numbers[target] == nil {
                    guard order.count < limit else { return nil }
                    numbers[target] = order.count
                    order.append(target)
                }
                transitions.append(numbers[target] ?? -1)
            }
            next += 1
        }
        return TextAutomaton(trimming: classes, transitions: transitions, accepted: accepted)
    }

    private func closure(_ seeds: Set<Int>) -> [Int] {
        var reached = seeds
        var pending = Array(seeds)
        while let state = pending.popLast() {
            if state == found { return [found] }
            for target in states[state].empty where reached.insert(target).inserted { pending.append(target) }
        }
        return reached.filter { states[$0].set >= 0 || $0 == ended }.sorted()
    }
}
