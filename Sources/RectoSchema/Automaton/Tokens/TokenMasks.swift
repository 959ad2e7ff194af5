import Synchronization

/// The tokens that each state of an automaton allows, computed once for all states that behave alike.
///
/// May be shared by any number of sequences.
public final class TokenMasks: Sendable {
    private struct Cache {
        var masks: [[Int32]: TokenMask] = [:]
        var profiles: [Int32: InnerProfile] = [:]
        var inner: [InnerKey: InnerTokens] = [:]
        var outer: [[Int32]: [Int32]] = [:]
        var tails: [[Int32]: Tails] = [:]
    }

    /// A state inside a scalar or a key, and the counters with which the same tokens fit.
    private struct InnerKey: Hashable {
        let state: Int32
        let section: Int32
    }

    /// What may follow inside a scalar or a key, whatever stands around it.
    private struct InnerTokens {
        /// The tokens that stay inside or end it, when they are few.
        var tokens: [Int32] = []
        /// The tokens that stay inside or end it, when they are many.
        var mask: TokenMask?
        /// Where longer tokens leave a key.
        var exits: [MaskWalk.Exit] = []
        /// What remains of longer tokens where they leave a scalar.
        var tails: [Tails] = []

        /// The tokens that stay inside or end it and do not pass some nodes.
        func mask(count: Int, without nodes: Set<Int>, of trie: TokenTrie) -> TokenMask {
            var mask = mask ?? TokenMask(count: count)
            mask.insert(tokens)
            for node in nodes {
                mask.remove(trie.tokens[Int(trie.firstTokens[node])..<Int(trie.firstTokens[Int(trie.ends[node])])])
            }
            return mask
        }
    }

    /// What remains of tokens after some nodes of the vocabulary's trie.
    private struct Tails {
        let number: Int32
        let trie: TokenTrie
    }

    /// The automaton.
    public let automaton: SchemaAutomaton
    /// The vocabulary.
    public let trie: TokenTrie
    /// The tokens that end a text; they are allowed exactly when an instance is complete.
    public let endTokens: Set<Int>
    private let cacheLimit: Int
    private let cache = Mutex(Cache())

    /// Prepares for an automaton and a vocabulary.
    ///
    /// - Parameters:
    ///   - automaton: The automaton.
    ///   - trie: The vocabulary.
    ///   - endTokens: The tokens that end a text.
    ///   - cacheLimit: Most masks to keep, an eighth of a byte for each token of the vocabulary.
    public init(automaton: SchemaAutomaton, trie: TokenTrie, endTokens: Set<Int>, cacheLimit: Int = 4_096) {
        self.automaton = automaton
        self.trie = trie
        self.endTokens = endTokens.filter { (0..<trie.count).contains($0) }
        self.cacheLimit = cacheLimit
    }

    /// Finds the tokens that may follow.
    ///
    /// - Parameter state: A state of the automaton.
    /// - Returns: The tokens after which an instance can still be completed, and the end tokens when one is.
    public func mask(for state: AutomatonState) -> TokenMask {
        // Inside a key that `properties` does not name every state is another: its letters must not be written twice.
        let isRepeatable = !state.configurations.contains { automaton.machine.traits[Int($0.state)].contains(.key) }
        let key = isRepeatable ? key(of: state) : []
        if isRepeatable, let known = cache.withLock({ $0.masks[key] }) { return known }
        var mask = TokenMask(count: trie.count)
        var united: Set<InnerKey> = []
        for configuration in state.configurations { insert(configuration, into: &mask, knowing: &united) }
        if state.isComplete { for token in endTokens { mask.insert(token) } }
        guard isRepeatable else { return mask }
        cache.withLock {
            if $0.masks.count >= cacheLimit { $0.masks = [:] }
            $0.masks[key] = mask
        }
        return mask
    }

    /// Adds the tokens of one way of reading the text; ways that only differ in what stands around share the inner ones.
    private func insert(
        _ configuration: Configuration,
        into mask: inout TokenMask,
        knowing united: inout Set<InnerKey>
    ) {
        let machine = automaton.machine
        var walk = MaskWalk(trie, machine)
        guard machine.isInside(configuration) else {
            walk.add(configuration)
            mask.insert(walk.tokens)
            return
        }
        let (key, inner) = innerTokens(configuration)
        let blocked = walk.blockedNodes(configuration)
        if !blocked.isEmpty {
            mask.formUnion(inner.mask(count: trie.count, without: blocked, of: trie))
        } else if united.insert(key).inserted {
            mask.insert(inner.tokens)
            if let many = inner.mask { mask.formUnion(many) }
        }
        if !inner.exits.isEmpty {
            let ranges = blocked.map { $0..<Int(trie.ends[$0]) }
            walk.leave(
                configuration,
                by: inner.exits.filter { exit in !ranges.contains { $0.contains(Int(exit.node)) } }
            )
            mask.insert(walk.tokens)
        }
        guard let frame = configuration.frame else { return }
        for tails in inner.tails { mask.insert(outerTokens(frame, tails)) }
    }

    private func profile(of state: Int32) -> InnerProfile {
        if let known = cache.withLock({ $0.profiles[state] }) { return known }
        let made = InnerProfile(trie, automaton.machine, from: state)
        cache.withLock {
            if $0.profiles.count >= cacheLimit { $0.profiles = [:] }
            $0.profiles[state] = made
        }
        return made
    }

    private func innerTokens(_ configuration: Configuration) -> (InnerKey, InnerTokens) {
        let profile = profile(of: configuration.state)
        let key = InnerKey(state: configuration.state, section: profile.section(of: configuration.count))
        if let known = cache.withLock({ $0.inner[key] }) { return (key, known) }
        var inner = InnerTokens()
        let groups = profile.groups.filter { $0.counters.contains(configuration.count) }
        if groups.reduce(0, { $0 + $1.tokens.count }) < trie.count / 64 {
            inner.tokens = groups.flatMap(\.tokens)
        } else {
            var mask = TokenMask(count: trie.count)
            for group in groups { mask.insert(group.tokens) }
            inner.mask = mask
        }
        let exits = profile.exits.filter { $0.counters.contains(configuration.count) }.map(\.exit)
        if automaton.machine.traits[Int(configuration.state)].contains(.key) {
            inner.exits = exits
        } else {
            // What ends here already can go on with any token; it needs no trie of its own.
            if exits.contains(where: { $0.node == 0 }) { inner.tails.append(Tails(number: 0, trie: trie)) }
            let nodes = exits.map(\.node).filter { $0 != 0 }
            if !nodes.isEmpty { inner.tails.append(tails(after: nodes)) }
        }
        cache.withLock {
            if $0.inner.count >= cacheLimit { $0.inner = [:] }
            $0.inner[key] = inner
        }
        return (key, inner)
    }

    private func tails(after nodes: [Int32]) -> Tails {
        if let known = cache.withLock({ $0.tails[nodes] }) { return known }
        let made = TokenTrie(tailsOf: trie, after: nodes)
        // Their number never changes: what is kept of them outside is found by it.
        return cache.withLock {
            let tails = $0.tails[nodes] ?? Tails(number: Int32($0.tails.count + 1), trie: made)
            $0.tails[nodes] = tails
            return tails
        }
    }

    /// The tokens whose tails go on with what stands around a value that has ended.
    private func outerTokens(_ frame: Frame, _ tails: Tails) -> [Int32] {
        var key = [tails.number]
        append(frame, to: &key)
        if let known = cache.withLock({ $0.outer[key] }) { return known }
        let machine = automaton.machine
        var outer: [Configuration] = []
        machine.enter(frame.state, frame.count, frame.outer, frame.keys, into: &outer)
        var walk = MaskWalk(tails.trie, machine)
        for next in outer { walk.add(next) }
        cache.withLock {
            if $0.outer.count >= cacheLimit { $0.outer = [:] }
            $0.outer[key] = walk.tokens
        }
        return walk.tokens
    }

    /// What tells states apart that may allow different tokens: counters only count where a token could reach a bound.
    private func key(of state: AutomatonState) -> [Int32] {
        var key: [Int32] = []
        for configuration in state.configurations {
            if automaton.machine.isInside(configuration) {
                let profile = profile(of: configuration.state)
                key += [configuration.state, profile.section(of: configuration.count)]
            } else {
                append(configuration.state, configuration.count, configuration.keys, to: &key)
            }
            append(configuration.frame, to: &key)
            key.append(-1)
        }
        return key
    }

    private func append(_ frame: Frame?, to key: inout [Int32]) {
        var frame = frame
        while let open = frame {
            append(open.state, open.count, open.keys, to: &key)
            frame = open.outer
        }
    }

    private func append(_ state: Int32, _ count: Int32, _ keys: UsedKeys?, to key: inout [Int32]) {
        key.append(state)
        key.append(automaton.machine.representative(of: count, in: state, reach: trie.longest))
        guard let keys else { return }
        for text in keys.finished + [keys.current] { key += [-2] + text.map(Int32.init) }
    }
}
