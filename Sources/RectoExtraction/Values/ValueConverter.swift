package import RectoSchema

/// Turns what was read into the value that a schema wants, without guessing.
package struct ValueConverter: Sendable {
    /// The converted value, or what the schema wanted instead.
    package enum Outcome: Sendable, Hashable {
        /// A value that satisfies the schema.
        case value(JSONValue)
        /// What the schema wants and the text is not.
        case refused(expected: String)
    }

    /// Creates a converter.
    package init() {}

    /// Converts a text.
    ///
    /// - Parameters:
    ///   - text: What was read, trimmed.
    ///   - node: What the schema wants.
    /// - Returns: The value, or why there is none.
    package func convert(_ text: String, to node: SchemaNode) -> Outcome {
        guard let value = value(of: text, for: node) else { return .refused(expected: Self.expectation(of: node)) }
        guard let violation = node.validate(value).first else { return .value(value) }
        return .refused(expected: violation.expected)
    }

    /// Whether a text is what the schema wants.
    ///
    /// - Parameters:
    ///   - text: What was read, trimmed.
    ///   - node: What the schema wants.
    /// - Returns: Whether `convert` gives a value.
    package func converts(_ text: String, to node: SchemaNode) -> Bool {
        if case .value = convert(text, to: node) { true } else { false }
    }

    private func value(of text: String, for node: SchemaNode) -> JSONValue? {
        if let choices = node.enumeration, let choice = choice(text, among: choices) { return choice }
        if node.types.contains(.string) { return string(text, for: node).map(JSONValue.string) }
        if node.types.contains(.boolean) { return boolean(text).map(JSONValue.bool) }
        guard let number = AmountParser().parse(text) else { return nil }
        if node.types.contains(.number) { return .number(number) }
        return number.intValue.map(JSONValue.integer) ?? .number(number)
    }

    private func string(_ text: String, for node: SchemaNode) -> String? {
        switch node.kind {
        case .amount: return AmountParser().parse(text).map { _ in text }
        case .date:
            guard let date = DateParser().parse(text) else { return nil }
            return node.format == .date ? date.iso : text
        case .text: return node.format == .email && !Self.isPrintedAddress(text) ? nil : text
        }
    }

    /// Of what RFC 5321 allows, only what people print: no quoted name, no number in place of a host, a host with a domain.
    private static func isPrintedAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].hasPrefix("\"") && !parts[1].hasPrefix("[") && parts[1].contains(".")
    }

    /// A choice of the schema, whatever its letter case and spacing on paper.
    private func choice(_ text: String, among choices: [JSONValue]) -> JSONValue? {
        let wanted = FoldedText(text, isLoose: true).characters
        return choices.first { choice in
            choice.stringValue.map { FoldedText($0, isLoose: true).characters == wanted } ?? false
        }
    }

    private func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "x", "[x]", "✓", "ja", "oui", "sí", "si": true
        case "no", "false", "[ ]", "nein", "non": false
        default: nil
        }
    }

    private static func expectation(of node: SchemaNode) -> String {
        switch node.kind {
        case .amount: node.types.contains(.integer) && !node.types.contains(.number) ? "a whole number" : "a number"
        case .date: "a date"
        case .text where node.format == .email: "an e-mail address"
        case .text: node.types.subtracting([.null]).map(\.rawValue).sorted().joined(separator: " or ")
        }
    }
}
