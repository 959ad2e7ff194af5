/// Character error rate of a transcription: edits divided by the characters of the true text.
public struct CharacterErrors: Sendable, Hashable {
    /// Fewest characters to insert, remove and replace.
    public private(set) var edits: Int
    /// Characters of the true text, each run of white space counted as one and none at either end.
    public private(set) var characters: Int

    /// Starts with nothing compared.
    public init() {
        edits = 0
        characters = 0
    }

    /// Compares a page's or a document's text.
    ///
    /// - Parameters:
    ///   - expected: The true text.
    ///   - found: What was read; line breaks and other white space count as one space.
    public init(expected: String, found: String) {
        let (expected, found) = (Self.spaced(expected), Self.spaced(found))
        edits = TextDistance.edits(expected, found)
        characters = expected.count
    }

    /// Edits divided by characters: 0 is perfect, and more than 1 when much was read that is not there; nil without characters.
    public var rate: Double? { characters > 0 ? Double(edits) / Double(characters) : nil }

    /// Adds another comparison, so that the rate becomes that of all characters together.
    ///
    /// - Parameter other: The other comparison.
    public mutating func add(_ other: CharacterErrors) {
        edits += other.edits
        characters += other.characters
    }

    private static func spaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
