/// Finds the tokens that a machine can read, by walking through the trie and the machine together.
struct MaskWalk {
    /// A place where a token leaves a scalar or a key and may go on around it.
    struct Exit {
        /// The node of the trie.
        let node: Int32
        /// The state that was reached: the end of a scalar, or what follows a key.
        let state: Int32
    }

    let trie: TokenTrie
    let machine: Machine
    /// The tokens found, some perhaps several times.
    private(set) var tokens: [Int32] = []

    /// Begins with no tokens.
    ///
    /// - Parameters:
    ///   - trie: The vocabulary.
    ///   - machine: The machine.
    init(_ trie: TokenTrie, _ machine: Machine) { (self.trie, self.machine) = (trie, machine) }

    /// Adds the tokens that a configuration can read.
    ///
    /// - Parameters:
    ///   - configuration: The configuration.
    ///   - node: The node of the trie that was reached; the tokens of its children and theirs are looked at.
    mutating func add(_ configuration: Configuration, from node: Int = 0) {
        if machine.isInside(configuration) {
            let exits = read(configuration, from: node)
            leave(configuration, by: exits, from: node)
            return
        }
        var child = node + 1
        let end = Int(trie.ends[node])
        var result: [Configuration] = []
        while child < end {
            let byte = trie.bytes[child]
            if machine.mayRead(byte, in: configuration) {
                result.removeAll(keepingCapacity: true)
                machine.advance(configuration, byte, into: &result)
                if !result.isEmpty {
                    tokens += trie.tokens[Int(trie.firstTokens[child])..<Int(trie.firstTokens[child + 1])]
                    if Int(trie.ends[child]) > child + 1 { for next in result { add(next, from: child) } }
                }
            }
            child = Int(trie.ends[child])
        }
    }

    /// Adds the tokens that go on after a scalar or a key.
    ///
    /// - Parameters:
    ///   - configuration: Where the tokens begin, inside the scalar or key.
    ///   - exits: Where they leave it.
    ///   - node: The node of the trie at which they begin.
    mutating func leave(_ configuration: Configuration, by exits: [Exit], from node: Int = 0) {
        guard !exits.isEmpty else { return }
        var outer: [Configuration] = []
        if machine.traits[Int(configuration.state)].contains(.key) {
            for exit in exits {
                let written = trie.path(from: node, to: Int(exit.node)).dropLast()
                guard let keys = configuration.keys?.appending(written).finishing() else { continue }
                outer.removeAll(keepingCapacity: true)
                machine.enter(exit.state, 0, configuration.frame, keys, into: &outer)
                for next in outer { add(next, from: Int(exit.node)) }
            }
        } else if let frame = configuration.frame {
            machine.enter(frame.state, frame.count, frame.outer, frame.keys, into: &outer)
            for exit in exits { for next in outer { add(next, from: Int(exit.node)) } }
        }
    }

    /// Adds the tokens that stay inside or end a scalar or a key, where only the state and the counter change.
    ///
    /// - Parameters:
    ///   - configuration: Where the tokens begin.
    ///   - node: The node of the trie that was reached.
    /// - Returns: Where longer tokens leave the scalar or key.
    mutating func read(_ configuration: Configuration, from node: Int = 0) -> [Exit] {
        let (steps, columns, width) = (machine.steps, machine.columns, machine.width)
        let (traits, least, most) = (machine.traits, machine.least, machine.most)
        let (bytes, depths, ends, firstTokens) = (trie.bytes, trie.depths, trie.ends, trie.firstTokens)
        let blocked = blockedNodes(configuration, from: node)
        let role = traits[Int(configuration.state)].intersection([.scalar, .key])
        var exits: [Exit] = []
        if traits[Int(configuration.state)].contains(.accepting) {
            exits.append(Exit(node: Int32(node), state: configuration.state))
        }
        let base = Int(depths[node])
        var states = [Int32](repeating: configuration.state, count: trie.longest + 1)
        var counts = [Int32](repeating: configuration.count, count: trie.longest + 1)
        var next = node + 1
        let last = Int(ends[node])
        while next < last {
            let depth = Int(depths[next]) - base
            let step = steps[Int(states[depth - 1]) * width + Int(columns[Int(bytes[next])])]
            let target = Int(step >> 1)
            let count = counts[depth - 1] + step & 1
            let isLeft = step >= 0 && traits[target].isDisjoint(with: role)
            guard step >= 0, isLeft || (least[target] <= count && count <= most[target]), !blocked.contains(next) else {
                next = Int(ends[next])
                continue
            }
            for token in firstTokens[next]..<firstTokens[next + 1] { tokens.append(trie.tokens[Int(token)]) }
            if isLeft || traits[target].contains(.accepting), Int(ends[next]) > next + 1 {
                exits.append(Exit(node: Int32(next), state: Int32(target)))
            }
            guard !isLeft, traits[target].contains(.moving) else {
                next = Int(ends[next])
                continue
            }
            states[depth] = Int32(target)
            counts[depth] = count
            next += 1
        }
        return exits
    }

    /// The nodes at which a key would repeat a finished one, or could only be completed to one.
    private func blockedNodes(_ configuration: Configuration, from node: Int) -> Set<Int> {
        guard let keys = configuration.keys, machine.traits[Int(configuration.state)].contains(.key) else { return [] }
        var blocked: Set<Int> = []
        for key in keys.finished where key.starts(with: keys.current) {
            var (place, reached) = (node, configuration)
            for byte in key[keys.current.count...] + [UInt8(ascii: "\"")] {
                guard let child = trie.child(byte, of: place) else { break }
                var result: [Configuration] = []
                machine.advance(reached, byte, into: &result)
                guard let next = result.first else {
                    blocked.insert(child)
                    break
                }
                (place, reached) = (child, next)
            }
        }
        return blocked
    }
}

extension Machine {
    /// Whether a configuration stands inside a scalar or a key that `properties` does not name.
    ///
    /// - Parameter configuration: The configuration.
    /// - Returns: Whether it does.
    func isInside(_ configuration: Configuration) -> Bool {
        !traits[Int(configuration.state)].isDisjoint(with: [.scalar, .key])
    }

    /// Whether a configuration can read a byte, as far as its state tells alone.
    ///
    /// - Parameters:
    ///   - byte: The byte.
    ///   - configuration: The configuration.
    /// - Returns: False when it certainly can't.
    func mayRead(_ byte: UInt8, in configuration: borrowing Configuration) -> Bool {
        let state = Int(configuration.state)
        return steps[state * width + Int(columns[Int(byte)])] >= 0
            || (configuration.frame != nil && traits[state].contains(.accepting))
    }
}
