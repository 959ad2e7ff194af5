/// What keeps a JSON Schema from being used: every mistake at once.
public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mistakes; at least one.
    public let issues: [SchemaIssue]

    /// One line for each mistake.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// One mistake in a JSON Schema, or one keyword that can't be guaranteed.
public struct SchemaIssue: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place of the keyword in the schema, for example `/properties/total/not`.
    public let pointer: JSONPointer
    /// The keyword; empty when the place holds no schema at all.
    public let keyword: String
    /// What is wrong and what to do, as a sentence without its full stop.
    public let message: String

    /// Whether the keyword is none that Recto knows, so that nothing about its value is wrong.
    public var isUnknownKeyword: Bool { !keyword.isEmpty && SchemaKeyword(rawValue: keyword) == nil }

    /// The place and what is wrong there.
    public var description: String { "at \"\(pointer)\": \(message)" }
}
