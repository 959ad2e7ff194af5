extension MachineBuilder {
    /// Adds the arrays of a shape.
    ///
    /// - Parameter array: The shape; it is satisfiable.
    /// - Returns: The state before the opening bracket.
    mutating func addArray(_ array: ArrayShape) -> Int {
        // The first element that can't exist ends the array.
        let impossible = (0...array.prefix.count).first { !satisfiability.goals[array.goal(at: $0)] }
        let most = min(
            array.maximum ?? max(options.maximumItems, array.minimum),
            impossible ?? .max
        )
        let end = add(.container)
        update(end) { $0.isAccepting = true }
        let start = add(.container)
        var place = add(.container)
        connect(UInt8(ascii: "["), from: start, to: place)
        for index in 0...array.prefix.count {
            let isRest = index == array.prefix.count
            if index >= array.minimum { connect(UInt8(ascii: "]"), from: place, to: end) }
            guard index < most else { return start }
            var entry = place
            if index > 0 {
                entry = add(.container)
                connect(UInt8(ascii: ","), from: place, to: entry)
            }
            let after = add(.container)
            update(entry) { $0.calls.append(.init(goal: array.goal(at: index), next: after)) }
            place = after
            guard isRest else { continue }
            // From here on the counter holds how many commas stand between the remaining elements.
            let counted = add(.container)
            update(counted) { ($0.isAccepting, $0.least) = (true, max(0, array.minimum - index - 1)) }
            connect(UInt8(ascii: "]"), from: after, to: counted)
            guard most > index + 1 else { break }
            let again = add(.container)
            update(again) {
                $0.most = most - index - 1
                $0.calls.append(.init(goal: array.rest, next: after))
            }
            connect(UInt8(ascii: ","), from: after, to: again, weight: 1)
        }
        return start
    }

    /// Adds the objects of a shape: named members in their order, then others.
    ///
    /// - Parameter object: The shape; it is satisfiable.
    /// - Returns: The state before the opening brace.
    mutating func addObject(_ object: ObjectShape) -> Int {
        let members = object.members.filter { satisfiability.goals[$0.goal] }
        let end = add(.container)
        update(end) { $0.isAccepting = true }
        let start = add(.container)
        let opened = add(.container)
        connect(UInt8(ascii: "{"), from: start, to: opened)
        let others = addOthers(object, end: end)
        let after = members.map { _ in add(.container) }
        let values = members.indices.map { index in
            let value = add(.container)
            update(value) { $0.calls.append(.init(goal: members[index].goal, next: after[index])) }
            return value
        }
        for (index, place) in ([opened] + after).enumerated() {
            let required = members.indices.first { $0 >= index && members[$0].isRequired }
            let choices = members.indices.filter { $0 >= index && $0 <= required ?? .max }
            if !choices.isEmpty {
                var entry = place
                if index > 0 {
                    entry = add(.container)
                    connect(UInt8(ascii: ","), from: place, to: entry)
                }
                addKeys(choices.map { (members[$0].key, values[$0]) }, from: entry)
            }
            guard required == nil else { continue }
            if let others { update(place) { $0.jumps.append(index == 0 ? others.first : others.after) } }
            if others == nil || index == 0 { connect(UInt8(ascii: "}"), from: place, to: end) }
        }
        return start
    }

    private mutating func addKeys(_ keys: [(key: String, value: Int)], from entry: Int) {
        let root = add(.container)
        connect(UInt8(ascii: "\""), from: entry, to: root)
        for (key, value) in keys {
            var state = root
            for byte in JSONWriter().bytes(.string(key)).dropFirst() {
                if let edge = states[state].edges.first(where: { $0.bytes.contains(byte) }) {
                    state = edge.target
                } else {
                    let next = add(.container)
                    connect(byte, from: state, to: next)
                    state = next
                }
            }
            connect(UInt8(ascii: ":"), from: state, to: value)
        }
    }

    /// Adds the members that are not named.
    ///
    /// - Returns: The state for the first member of an object and the state after any other.
    private mutating func addOthers(_ object: ObjectShape, end: Int) -> (first: Int, after: Int)? {
        guard let all = object.otherKeys, options.maximumAdditionalProperties > 0 else { return nil }
        let keys = TextAutomaton(
            trimming: all.classes,
            transitions: all.transitions,
            accepted: all.accepted.map { bits in
                object.otherGoals[bits].map { satisfiability.goals[$0] } == true ? bits : 0
            }
        )
        guard let shortest = keys.distances().first else { return nil }
        let after = add(.container)
        let first = add(.keyGate)
        let gate = add(.keyGate)
        connect(UInt8(ascii: "}"), from: after, to: end)
        connect(UInt8(ascii: ","), from: after, to: gate)
        var colons: [UInt64: Int] = [:]
        var values: [Int] = []
        for bits in Set(keys.accepted).sorted() {
            guard let goal = object.otherGoals[bits] else { continue }
            let colon = add(.container)
            let value = add(.container)
            connect(UInt8(ascii: ":"), from: colon, to: value)
            update(value) { $0.calls.append(.init(goal: goal, next: after)) }
            colons[bits] = colon
            values.append(value)
        }
        let most = max(options.maximumKeyLength, shortest)
        let content = addText(keys, most: most, role: .key) { colons[$0] }
        connect(UInt8(ascii: "\""), from: first, to: content.start)
        connect(UInt8(ascii: "\""), from: gate, to: content.start)
        countCompletions(of: content, gates: [first, gate], most: most)
        addKeyGroup(states: [first, gate] + content.states, calls: values)
        return (first, after)
    }

    /// Counts for each state of a key how many keys begin as it does, so that a repeated one is never the only way on.
    private mutating func countCompletions(of content: (start: Int, states: Range<Int>), gates: [Int], most: Int) {
        let first = content.states.lowerBound
        var rows = [[UInt8]](repeating: [], count: content.states.count)
        func count(_ state: Int, _ remaining: Int) -> UInt8 {
            if remaining < rows[state - first].count { return rows[state - first][remaining] }
            var sum = 0
            for edge in states[state].edges {
                guard content.states.contains(edge.target) else {
                    sum += 1
                    continue
                }
                guard edge.weight <= remaining, sum < 255 else { continue }
                sum += edge.bytes.count * Int(count(edge.target, remaining - edge.weight))
            }
            let row = UInt8(min(sum, 255))
            rows[state - first].append(row)
            return row
        }
        for remaining in 0...most { for state in content.states { _ = count(state, remaining) } }
        for state in content.states { addCompletions(rows[state - first], of: state) }
        for gate in gates { addCompletions(rows[content.start - first], of: gate) }
    }
}
