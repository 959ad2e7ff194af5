/// Strings of which patterns, formats and lengths are given.
struct TextShape: Sendable, Hashable {
    /// The patterns; all must be found.
    private(set) var patterns: [Pattern] = []
    /// The formats.
    private(set) var formats: [JSONSchema.Format] = []
    /// Fewest scalars.
    private(set) var minimum = 0
    /// Most scalars, when there is a limit.
    private(set) var maximum: Int?
    /// What is written: the texts that are long enough; those that are too long are for a counter to refuse.
    private(set) var written = TextAutomaton.universal
    /// The automata of the patterns alone.
    private(set) var finders: [TextAutomaton] = []
    /// Whether certainly no string is meant, also none that is never written.
    private(set) var isEmpty = false
    /// Whether nothing is written.
    private(set) var isUnwritable = false

    /// The fewest scalars that `written` does not ensure by itself.
    var countedMinimum: Int { written.isUniversal ? minimum : 0 }

    /// Merges what several nodes say of strings.
    ///
    /// - Parameters:
    ///   - nodes: The nodes.
    ///   - library: Makes and keeps the automata of patterns.
    /// - Throws: `AutomatonError.tooManyStates`.
    init(_ nodes: [JSONSchema.Node], library: inout PatternLibrary) throws(AutomatonError) {
        for node in nodes {
            minimum = max(minimum, node.minLength ?? 0)
            maximum = [maximum, node.maxLength].compactMap(\.self).min()
            if let pattern = node.pattern, !patterns.contains(pattern) { patterns.append(pattern) }
            if let format = node.format, !formats.contains(format) { formats.append(format) }
        }
        guard !patterns.isEmpty || !formats.isEmpty else {
            isEmpty = maximum.map { $0 < minimum } ?? false
            isUnwritable = isEmpty
            return
        }
        let culprit = nodes.first { $0.pattern != nil || $0.format != nil } ?? nodes[0]
        let patterns = try library.automata(of: patterns, at: culprit)
        finders = patterns
        written = try library.automaton(
            of: patterns + (try library.automata(of: formats.map(\.writtenPattern), at: culprit)),
            minimum: minimum,
            at: culprit
        )
        isUnwritable = Self.isEmpty(written, maximum: maximum)
        isEmpty = isUnwritable
        guard isEmpty, !formats.isEmpty else { return }
        let covering = try library.automaton(
            of: patterns + (try library.automata(of: formats.map(\.coveringPattern), at: culprit)),
            minimum: minimum,
            at: culprit
        )
        isEmpty = Self.isEmpty(covering, maximum: maximum)
    }

    private static func isEmpty(_ automaton: TextAutomaton, maximum: Int?) -> Bool {
        guard let shortest = automaton.distances().first else { return true }
        return maximum.map { $0 < shortest } ?? false
    }
}

/// Makes the automata of patterns, each only once.
struct PatternLibrary {
    private let limit: Int
    private var automata: [[UInt8]: TextAutomaton] = [:]

    /// Creates an empty library.
    ///
    /// - Parameter limit: The most states of an automaton.
    init(limit: Int) { self.limit = limit }

    /// Makes the automaton of a search for a pattern.
    ///
    /// - Parameters:
    ///   - pattern: The pattern.
    ///   - node: The node that has it.
    /// - Returns: The automaton.
    /// - Throws: `AutomatonError.tooManyStates`.
    mutating func automaton(of pattern: Pattern, at node: JSONSchema.Node) throws(AutomatonError) -> TextAutomaton {
        let key = Array(pattern.source.utf8)
        if let known = automata[key] { return known }
        guard let automaton = PatternAutomaton(pattern).determinized(limit: limit) else {
            throw tooLarge(node, pattern.source)
        }
        automata[key] = automaton
        return automaton
    }

    fileprivate mutating func automata(
        of patterns: [Pattern],
        at node: JSONSchema.Node
    ) throws(AutomatonError) -> [TextAutomaton] {
        var all: [TextAutomaton] = []
        for pattern in patterns { all.append(try automaton(of: pattern, at: node)) }
        return all
    }

    fileprivate mutating func automata(
        of sources: [String],
        at node: JSONSchema.Node
    ) throws(AutomatonError) -> [TextAutomaton] {
        var patterns: [Pattern] = []
        for source in sources {
            // The formats' own patterns always parse; a test makes each of them.
            guard let pattern = try? Pattern(source) else { throw tooLarge(node, source) }
            patterns.append(pattern)
        }
        return try automata(of: patterns, at: node)
    }

    fileprivate func automaton(
        of parts: [TextAutomaton],
        minimum: Int,
        at node: JSONSchema.Node
    ) throws(AutomatonError) -> TextAutomaton {
        guard let common = TextAutomaton.intersection(parts, limit: limit) else {
            throw tooLarge(node, node.pattern?.source ?? "")
        }
        guard minimum > 0, !common.isUniversal, !common.isEmpty else { return common }
        guard minimum < limit,
            let longer = TextAutomaton.intersection([common, .longerOrEqual(minimum)], limit: limit)
        else { throw tooLarge(node, "\(node.pattern?.source ?? "") with minLength \(minimum)") }
        return longer
    }

    private func tooLarge(_ node: JSONSchema.Node, _ detail: String) -> AutomatonError {
        let keyword = node.pattern == nil ? "format" : "pattern"
        return .tooManyStates(
            node.pointer.appending(keyword),
            keyword: keyword,
            detail: node.pattern == nil ? node.format?.rawValue ?? detail : detail,
            limit: limit
        )
    }
}
