/// What tokens do inside a scalar or a key from one state on, for every counter with which it may be entered.
///
/// Bounds of lengths only decide with which counters a token fits, so that one walk through the vocabulary serves them all.
final class InnerProfile: Sendable {
    /// Tokens that fit with the same counters.
    struct Group: Sendable {
        /// The counters.
        let counters: ClosedRange<Int32>
        /// The tokens.
        fileprivate(set) var tokens: [Int32] = []
    }

    /// A place where tokens leave, and the counters with which they get there.
    struct Exit: Sendable {
        /// The place.
        let exit: MaskWalk.Exit
        /// The counters.
        let counters: ClosedRange<Int32>
    }

    /// The tokens that stay inside or end the scalar or key.
    let groups: [Group]
    /// Where longer tokens leave it.
    let exits: [Exit]
    /// How many tokens there are in all groups.
    let count: Int
    /// Where groups or exits begin or cease to fit, rising.
    private let boundaries: [Int32]

    /// Walks through the vocabulary.
    ///
    /// - Parameters:
    ///   - trie: The vocabulary.
    ///   - machine: The machine.
    ///   - state: A state inside a scalar or a key.
    init(_ trie: TokenTrie, _ machine: Machine, from state: Int32) {
        var groups: [Group] = []
        var places: [ClosedRange<Int32>: Int] = [:]
        // Tokens of one length mostly fit with the same counters: looking there first spares most of the searching.
        var latest = [Int](repeating: -1, count: trie.longest + 1)
        var exits: [Exit] = []
        let all: ClosedRange<Int32> = 0...(.max)
        if machine.traits[Int(state)].contains(.accepting) {
            exits.append(Exit(exit: .init(node: 0, state: state), counters: all))
        }
        MaskWalk(trie, machine).forEachInnerNode(from: state, counters: all) { node, target, counters in
            let tokens = Int(trie.firstTokens[node])..<Int(trie.firstTokens[node + 1])
            if !tokens.isEmpty {
                let depth = Int(trie.depths[node])
                if latest[depth] < 0 || groups[latest[depth]].counters != counters {
                    latest[depth] = places[counters] ?? groups.count
                }
                let place = latest[depth]
                if place == groups.count {
                    groups.append(Group(counters: counters))
                    places[counters] = place
                }
                groups[place].tokens += trie.tokens[tokens]
            }
            if let exit = machine.exit(target, at: node, of: trie, from: state) {
                exits.append(Exit(exit: exit, counters: counters))
            }
        }
        self.groups = groups
        self.exits = exits
        count = groups.reduce(0) { $0 + $1.tokens.count }
        let ends = groups.map(\.counters) + exits.map(\.counters)
        let first = ends.map(\.lowerBound).filter { $0 > 0 }
        let behind = ends.map(\.upperBound).filter { $0 < .max }.map { $0 + 1 }
        boundaries = Set(first + behind).sorted()
    }

    /// Numbers the counters so that those have the same number with which the same tokens fit.
    ///
    /// - Parameter counter: The counter.
    /// - Returns: Its number.
    func section(of counter: Int32) -> Int32 {
        var (low, high) = (0, boundaries.count)
        while low < high {
            let middle = (low + high) / 2
            if boundaries[middle] <= counter { low = middle + 1 } else { high = middle }
        }
        return Int32(low)
    }
}

extension Machine {
    /// Finds out whether longer tokens may leave a scalar or a key at a node.
    ///
    /// - Parameters:
    ///   - target: The state that was reached.
    ///   - node: The node of the trie.
    ///   - trie: The vocabulary.
    ///   - state: A state inside the scalar or key.
    /// - Returns: The exit, if there is one.
    func exit(_ target: Int32, at node: Int, of trie: TokenTrie, from state: Int32) -> MaskWalk.Exit? {
        guard Int(trie.ends[node]) > node + 1 else { return nil }
        let isLeft = traits[Int(target)].isDisjoint(with: traits[Int(state)].intersection([.scalar, .key]))
        guard isLeft || traits[Int(target)].contains(.accepting) else { return nil }
        return MaskWalk.Exit(node: Int32(node), state: target)
    }
}
