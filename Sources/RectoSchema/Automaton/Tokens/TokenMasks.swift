import Synchronization

/// The tokens that each state of an automaton allows, computed once for all states that behave alike.
///
/// May be shared by any number of sequences.
public final class TokenMasks: Sendable {
    private struct Cache {
        var masks: [[Int32]: TokenMask] = [:]
        var inner: [[Int32]: MaskWalk.InnerMask] = [:]
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
        var walk = MaskWalk(trie, automaton.machine)
        for configuration in state.configurations {
            if let inner = innerMask(configuration) {
                walk.add(configuration, knowing: inner)
            } else {
                walk.add(configuration)
            }
        }
        var mask = walk.mask
        if state.isComplete { for token in endTokens { mask.insert(token) } }
        guard isRepeatable else { return mask }
        cache.withLock {
            if $0.masks.count >= cacheLimit { $0.masks = [:] }
            $0.masks[key] = mask
        }
        return mask
    }

    /// The tokens of a scalar or key by itself; nil when there is none or when it depends on more than its state.
    private func innerMask(_ configuration: Configuration) -> MaskWalk.InnerMask? {
        let machine = automaton.machine
        guard machine.isInside(configuration) else { return nil }
        if let keys = configuration.keys, keys.finished.contains(where: { $0.starts(with: keys.current) }) {
            return nil
        }
        let state = configuration.state
        let key = [state, machine.representative(of: configuration.count, in: state, reach: trie.longest)]
        if let known = cache.withLock({ $0.inner[key] }) { return known }
        var inner = MaskWalk.InnerMask(mask: TokenMask(count: trie.count))
        MaskWalk(trie, machine).read(configuration, from: 0, into: &inner)
        cache.withLock {
            if $0.inner.count >= cacheLimit { $0.inner = [:] }
            $0.inner[key] = inner
        }
        return inner
    }

    /// What tells states apart that may allow different tokens: counters only count where a token could reach a bound.
    private func key(of state: AutomatonState) -> [Int32] {
        let machine = automaton.machine
        var key: [Int32] = []
        func append(_ state: Int32, _ count: Int32, _ keys: UsedKeys?) {
            key.append(state)
            key.append(machine.representative(of: count, in: state, reach: trie.longest))
            guard let keys else { return }
            for text in keys.finished + [keys.current] { key += [-2] + text.map(Int32.init) }
        }
        for configuration in state.configurations {
            append(configuration.state, configuration.count, configuration.keys)
            var frame = configuration.frame
            while let open = frame {
                append(open.state, open.count, open.keys)
                frame = open.outer
            }
            key.append(-1)
        }
        return key
    }
}
