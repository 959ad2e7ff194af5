import RectoSchema

/// What may be printed beside the value of each field of a schema.
struct FieldLabels: Sendable {
    /// A field, or the same member of all elements of a list.
    private struct Field: Sendable {
        /// Its pointer's tokens, `*` for each place in a list.
        let pattern: [String]
        let labels: [Label]
        let notation: PrintedNotation
    }

    /// One label, and a quick count of its edits: most texts need no closer comparison.
    private struct Label: Sendable {
        let matcher: LabelMatcher
        let pattern: EditPattern
        /// The characters of its longest spelling.
        let length: Int

        init(_ text: String) {
            matcher = LabelMatcher(labels: [text])
            // `number` may be printed in other words, and a label without its colon or point.
            let isNumber = text.lowercased().hasSuffix(" number")
            // And a rate may stand apart from it.
            let shortest = isNumber ? String(text.dropLast("number".count)) : Rate.removed(from: text) ?? text
            let folded = FoldedText(shortest, isLoose: true).characters
            length = max(1, folded.count + (isNumber ? "number".count : 0))
            var stem = folded
            while let last = stem.last, last == ":" || last == "." { stem.removeLast() }
            pattern = EditPattern(stem.map(FieldLabels.code), alphabetSize: FieldLabels.alphabetSize)
        }

        func fit(of text: String, codes: [Int32], atLeast least: Double) -> Double {
            guard 1 - Double(pattern.leastDistance(in: codes)) / Double(length) >= least else { return 0 }
            return matcher.match(text)?.fit ?? 0
        }
    }

    private let fields: [Field]
    /// Deeper objects have no labels.
    private static let mostLevels = 8

    /// Gathers the labels of a schema.
    ///
    /// - Parameter schema: The schema; nil for none.
    init(_ schema: ExtractionSchema?) {
        fields = schema.map { Self.fields(of: $0.root, at: []) } ?? []
    }

    private static func fields(of node: SchemaNode, at pattern: [String]) -> [Field] {
        guard pattern.count < mostLevels else { return [] }
        let members = node.properties.flatMap { property -> [Field] in
            let place = pattern + [property.name]
            let labels =
                property.node.labels.isEmpty
                ? [property.node.title ?? SchemaField.words(of: property.name)] : property.node.labels
            return [Field(pattern: place, labels: labels.map(Label.init), notation: notation(of: property.node))]
                + fields(of: property.node, at: place)
        }
        return members + node.items.flatMap { fields(of: $0, at: pattern + ["*"]) }
    }

    /// How the value at a place is printed.
    ///
    /// - Parameter pointer: A place in the fields.
    /// - Returns: What the schema says of it.
    func notation(of pointer: JSONPointer) -> PrintedNotation {
        let pattern = Self.pattern(of: pointer)
        // Elements that are plain values have no labels of their own: the list knows their notation.
        let field = place(of: pattern) ?? (pattern.last == "*" ? place(of: pattern.dropLast()) : nil)
        return field.map { fields[$0].notation } ?? PrintedNotation()
    }

    private static func notation(of node: SchemaNode) -> PrintedNotation {
        let value = node.items.first ?? node
        return PrintedNotation(locale: value.printed.locale, isAmount: value.kind == .amount)
    }

    /// The pointer with `*` for each place in a list: elements of one list share their labels.
    ///
    /// - Parameter pointer: A place in the fields.
    /// - Returns: Its tokens.
    static func pattern(of pointer: JSONPointer) -> [String] { pointer.tokens.map { Int($0) == nil ? $0 : "*" } }

    /// The place of a field among the fields that have labels.
    ///
    /// - Parameter pattern: Its pattern.
    /// - Returns: The place, or nil.
    func place(of pattern: [String]) -> Int? { fields.firstIndex { $0.pattern == pattern } }

    /// The fields that have labels, as places.
    var places: Range<Int> { fields.indices }

    /// How well a text fits the labels of a field, from 0 to 1.
    ///
    /// - Parameters:
    ///   - text: What stands near a value.
    ///   - codes: The same, as `codes(of:)` gives it.
    ///   - field: The field's place.
    ///   - least: A smaller number may be told as 0.
    /// - Returns: The best fit.
    func fit(of text: String, codes: [Int32], field: Int, atLeast least: Double) -> Double {
        fields[field].labels.reduce(0) { max($0, $1.fit(of: text, codes: codes, atLeast: least)) }
    }

    /// A text prepared for comparison with many labels.
    ///
    /// - Parameter text: What stands near a value.
    /// - Returns: A number for each character.
    static func codes(of text: String) -> [Int32] { FoldedText(text, isLoose: true).characters.map(code) }

    private static let alphabetSize = 256

    /// Characters beyond the first 128 may share a code: that lowers the count of edits, never raises it.
    private static func code(of character: Character) -> Int32 {
        let value = character.unicodeScalars.first?.value ?? 0
        return Int32(value < 128 ? value : 128 + value & 127)
    }
}
