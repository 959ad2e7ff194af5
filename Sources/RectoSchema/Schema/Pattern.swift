/// A regular expression of ECMA-262 with the `u` flag, as far as a finite automaton can decide it
/// (JSON Schema Core 6.4, Validation 6.3.3).
///
/// It is a search: a string matches when one of the alternatives matches anywhere in it, unless an anchor ties that
/// alternative to an end. Captures and laziness are parsed and dropped: they do not change whether there is a match.
public struct Pattern: Sendable, Hashable {
    /// What is matched between the anchors.
    public indirect enum Expression: Sendable, Hashable {
        /// One scalar out of a set.
        case scalar(CodePointSet)
        /// One after the other; none of them is the empty string.
        case sequence([Expression])
        /// One of several.
        case choice([Expression])
        /// At least `minimum` and at most `maximum` times, or without a limit.
        case repetition(Expression, minimum: Int, maximum: Int?)
    }

    /// One of the parts between the `|` that stand outside all groups.
    public struct Alternative: Sendable, Hashable {
        /// Whether it begins with `^`: the match must begin where the string begins.
        public let isAnchoredAtStart: Bool
        /// Whether it ends with `$`: the match must end where the string ends, also before a line feed.
        public let isAnchoredAtEnd: Bool
        /// What stands between the anchors.
        public let expression: Expression
    }

    /// The pattern as it was written.
    public let source: String
    /// The parts between the `|` that stand outside all groups; at least one.
    public let alternatives: [Alternative]

    /// Parses a pattern.
    ///
    /// - Parameter source: The pattern without slashes and flags.
    /// - Throws: `PatternError` for what is no pattern and for what only a backtracking engine can match.
    public init(_ source: String) throws(PatternError) {
        var parser = PatternParser(source)
        alternatives = try parser.pattern()
        self.source = source
    }
}

/// What is wrong with a pattern, and where.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a sentence fragment.
    public let reason: String
    /// The place in the pattern, in Unicode scalars, counted from 1.
    public let column: Int

    /// The reason with its place.
    public var description: String { "\(reason) (at character \(column) of the pattern)" }
}
