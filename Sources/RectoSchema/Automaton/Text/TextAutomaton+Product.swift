extension TextAutomaton {
    /// Accepts the texts of at least some length.
    ///
    /// - Parameter count: The fewest scalars.
    /// - Returns: The automaton.
    static func longerOrEqual(_ count: Int) -> TextAutomaton {
        TextAutomaton(
            trimming: .one,
            transitions: (0...count).map { min($0 + 1, count) },
            accepted: (0...count).map { $0 == count ? 1 : 0 }
        )
    }

    /// Accepts some texts and no other.
    ///
    /// - Parameter texts: The texts; at least one.
    /// - Returns: The automaton.
    static func only(_ texts: [String]) -> TextAutomaton {
        let scalars = Set(texts.flatMap(\.unicodeScalars)).sorted()
        let (classes, members) = ScalarClasses.separating(scalars.map { CodePointSet($0) })
        let columns = Dictionary(uniqueKeysWithValues: zip(scalars, members.map { $0[0] }))
        var transitions = [Int](repeating: -1, count: classes.count)
        var accepted: [UInt64] = [0]
        for text in texts {
            var state = 0
            for scalar in text.unicodeScalars {
                let place = state * classes.count + (columns[scalar] ?? 0)
                if transitions[place] < 0 {
                    transitions[place] = accepted.count
                    accepted.append(0)
                    transitions += [Int](repeating: -1, count: classes.count)
                }
                state = transitions[place]
            }
            accepted[state] = 1
        }
        return TextAutomaton(trimming: classes, transitions: transitions, accepted: accepted)
    }

    /// Accepts what all of several automata accept.
    ///
    /// - Parameters:
    ///   - parts: The automata; at least one.
    ///   - limit: The most states.
    /// - Returns: The automaton with 1 as its only bits, or nil when it has more states than allowed.
    static func intersection(_ parts: [TextAutomaton], limit: Int) -> TextAutomaton? {
        let parts = parts.contains { !$0.isUniversal } ? parts.filter { !$0.isUniversal } : [.universal]
        guard parts.count > 1 else { return parts[0] }
        return product(parts, limit: limit, isLive: { !$0.contains(-1) }) { states in
            zip(parts, states).allSatisfy { $0.accepted[$1] != 0 } ? 1 : 0
        }
    }

    /// Tells which of several automata accept a text.
    ///
    /// - Parameters:
    ///   - parts: The automata, at most 63.
    ///   - limit: The most states.
    ///   - isKept: Whether texts with these bits count; bit i belongs to part i.
    /// - Returns: The automaton, which accepts the texts that count, each with the bits of the parts and bit 63, so that
    ///   a text that no part accepts has bits too; nil when it has more states than allowed.
    static func classification(
        _ parts: [TextAutomaton],
        limit: Int,
        isKept: (UInt64) -> Bool
    ) -> TextAutomaton? {
        product(parts, limit: limit, isLive: { _ in true }) { states in
            var bits: UInt64 = 0
            for (index, state) in states.enumerated() where state >= 0 && parts[index].accepted[state] != 0 {
                bits |= 1 << UInt64(index)
            }
            return isKept(bits) ? bits | 1 << 63 : 0
        }
    }

    private static func product(
        _ parts: [TextAutomaton],
        limit: Int,
        isLive: ([Int]) -> Bool,
        bits: ([Int]) -> UInt64
    ) -> TextAutomaton? {
        let (classes, origins) = ScalarClasses.refining(parts.map(\.classes) + (parts.isEmpty ? [.one] : []))
        let first = parts.map { $0.isEmpty ? -1 : Self.start }
        var numbers = [first: 0]
        var order = [first]
        var transitions: [Int] = []
        var accepted: [UInt64] = []
        var next = 0
        while next < order.count {
            let states = order[next]
            accepted.append(isLive(states) ? bits(states) : 0)
            for column in 0..<classes.count {
                var target = states
                for part in parts.indices where states[part] >= 0 {
                    let automaton = parts[part]
                    target[part] = automaton.transitions[states[part] * automaton.classes.count + origins[column][part]]
                }
                guard isLive(target) else {
                    transitions.append(-1)
                    continue
                }
                if let number = numbers[target] {
                    transitions.append(number)
                } else {
                    guard order.count < limit else { return nil }
                    numbers[target] = order.count
                    transitions.append(order.count)
                    order.append(target)
                }
            }
            next += 1
        }
        return TextAutomaton(trimming: classes, transitions: transitions, accepted: accepted)
    }
}
