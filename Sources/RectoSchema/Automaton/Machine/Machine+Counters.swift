extension Machine {
    /// The bounds of a counter that the states of one value share.
    struct CounterBounds: Sendable {
        /// The smallest of the upper bounds.
        var lowestMost = Int32.max
        /// The largest of the lower bounds.
        var highestLeast: Int32 = 0
        /// The smallest of the lower bounds above zero.
        var lowestLeast = Int32.max
    }

    /// Finds a counter with which a state allows the same texts of some length as with the given one.
    ///
    /// - Parameters:
    ///   - count: The counter.
    ///   - state: The state.
    ///   - reach: The length in bytes.
    /// - Returns: The same for all counters that are too far from the bounds to matter.
    func representative(of count: Int32, in state: Int32, reach: Int) -> Int32 {
        let bounds = counterBounds[Int(counters[Int(state)])]
        guard Int(count) + reach <= Int(bounds.lowestMost) else { return count }
        if count >= bounds.highestLeast { return bounds.highestLeast }
        return Int(count) + reach < Int(bounds.lowestLeast) ? 0 : count
    }

    /// Groups the states that share a counter: those that steps, jumps and the ends of inner values connect.
    ///
    /// - Parameter states: The states.
    /// - Returns: The group of each state and the bounds of each group.
    static func counterGroups(of states: [MachineState]) -> (groups: [Int32], bounds: [CounterBounds]) {
        var parents = Array(states.indices)
        func root(_ state: Int) -> Int {
            var state = state
            while parents[state] != state {
                parents[state] = parents[parents[state]]
                state = parents[state]
            }
            return state
        }
        for (index, state) in states.enumerated() {
            for other in state.edges.map(\.target) + state.jumps + state.calls.map(\.next) {
                parents[root(index)] = root(other)
            }
        }
        var numbers: [Int: Int32] = [:]
        var bounds: [CounterBounds] = []
        let groups = states.indices.map { index in
            let root = root(index)
            let number = numbers[root] ?? Int32(bounds.count)
            if numbers[root] == nil {
                numbers[root] = number
                bounds.append(CounterBounds())
            }
            let least = Int32(clamping: states[index].least)
            bounds[Int(number)].lowestMost = min(bounds[Int(number)].lowestMost, Int32(clamping: states[index].most))
            bounds[Int(number)].highestLeast = max(bounds[Int(number)].highestLeast, least)
            if least > 0 { bounds[Int(number)].lowestLeast = min(bounds[Int(number)].lowestLeast, least) }
            return number
        }
        return (groups, bounds)
    }
}
