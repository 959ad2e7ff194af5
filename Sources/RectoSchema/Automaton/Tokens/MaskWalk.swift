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
            for exit in exits where machine.hasStep(exit.state, toChildOf: Int(exit.node), in: trie) {
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
    private mutating func read(_ configuration: Configuration, from node: Int) -> [Exit] {
        let state = configuration.state
        var exits: [Exit] = []
        var found: [Int32] = []
        if machine.traits[Int(state)].contains(.accepting) { exits.append(Exit(node: Int32(node), state: state)) }
        let counters = configuration.count...configuration.count
        let blocked = blockedNodes(configuration, from: node)
        forEachInnerNode(from: state, counters: counters, at: node, except: blocked) { next, target, _ in
            found += trie.tokens[Int(trie.firstTokens[next])..<Int(trie.firstTokens[next + 1])]
            if let exit = machine.exit(target, at: next, of: trie, from: state) { exits.append(exit) }
        }
        tokens += found
        return exits
    }

    /// Visits the nodes that are reached inside a scalar or a key, or by ending it.
    ///
    /// - Parameters:
    ///   - state: The state at which to begin.
    ///   - counters: The counters with which to begin.
    ///   - node: The node of the trie at which to begin.
    ///   - blocked: Nodes that are not reached.
    ///   - body: Is given each node, the state there, and the counters with which it is reached.
    func forEachInnerNode(
        from state: Int32,
        counters: ClosedRange<Int32>,
        at node: Int = 0,
        except blocked: Set<Int> = [],
        _ body: (Int, Int32, ClosedRange<Int32>) -> Void
    ) {
        let (steps, columns, width) = (machine.steps, machine.columns, machine.width)
        let (traits, least, most) = (machine.traits, machine.least, machine.most)
        let (bytes, depths, ends) = (trie.bytes, trie.depths, trie.ends)
        let role = traits[Int(state)].intersection([.scalar, .key])
        let base = Int(depths[node])
        var states = [Int32](repeating: state, count: trie.longest + 1)
        var weights = [Int32](repeating: 0, count: trie.longest + 1)
        var fitting = [ClosedRange<Int32>](repeating: counters, count: trie.longest + 1)
        var next = node + 1
        let last = Int(ends[node])
        while next < last {
            let depth = Int(depths[next]) - base
            let step = steps[Int(states[depth - 1]) * width + Int(columns[Int(bytes[next])])]
            guard step >= 0, blocked.isEmpty || !blocked.contains(next) else {
                next = Int(ends[next])
                continue
            }
            let target = Int(step >> 1)
            let weight = weights[depth - 1] + step & 1
            let isLeft = traits[target].isDisjoint(with: role)
            // Outside, the counter is another one.
            let lowest = isLeft ? 0 : max(fitting[depth - 1].lowerBound, least[target] - weight)
            let highest = isLeft ? 0 : min(fitting[depth - 1].upperBound, most[target] - weight)
            guard lowest <= highest else {
                next = Int(ends[next])
                continue
            }
            fitting[depth] = isLeft ? fitting[depth - 1] : lowest...highest
            body(next, Int32(target), fitting[depth])
            guard !isLeft, traits[target].contains(.moving) else {
                next = Int(ends[next])
                continue
            }
            states[depth] = Int32(target)
            weights[depth] = weight
            next += 1
        }
    }

    /// Finds the nodes at which a key would repeat a finished one, or could only be completed to one.
    ///
    /// - Parameters:
    ///   - configuration: Where the tokens begin.
    ///   - node: The node of the trie that was reached.
    /// - Returns: The nodes; none outside of keys.
    func blockedNodes(_ configuration: Configuration, from node: Int = 0) -> Set<Int> {
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

    /// Whether a state can read a byte that goes on from a node.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - node: The node.
    ///   - trie: The vocabulary.
    /// - Returns: Whether it can.
    func hasStep(_ state: Int32, toChildOf node: Int, in trie: TokenTrie) -> Bool {
        var child = node + 1
        while child < Int(trie.ends[node]) {
            if steps[Int(state) * width + Int(columns[Int(trie.bytes[child])])] >= 0 { return true }
            child = Int(trie.ends[child])
        }
        return false
    }
}
