import RectoSchema

/// What may be printed beside the value of each field of a schema.
struct FieldLabels: Sendable {
    /// A field, or the same member of all elements of a list.
    private struct Field: Sendable {
        /// Its pointer's tokens, `*` for each place in a list.
        let pattern: [String]
        let labels: [Label]
    }

    /// One label, and how often it has each letter: texts that have too few of them need no comparison.
    private struct Label: Sendable {
        let matcher: LabelMatcher
        let letters: LetterCounts
        /// The characters of its longest spelling.
        let length: Int

        init(_ text: String) {
            matcher = LabelMatcher(labels: [text])
            // `number` may be printed in other words.
            let isNumber = text.lowercased().hasSuffix(" number")
            let folded = FoldedText(isNumber ? String(text.dropLast("number".count)) : text, isLoose: true).characters
            letters = LetterCounts(folded)
            length = max(folded.count + (isNumber ? "number".count : 0), 1)
        }

        func fit(of text: String, _ counts: LetterCounts, atLeast least: Double) -> Double {
            guard 1 - Double(letters.missing(in: counts)) / Double(length) >= least else { return 0 }
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
            return [Field(pattern: place, labels: labels.map(Label.init))] + fields(of: property.node, at: place)
        }
        return members + node.items.flatMap { fields(of: $0, at: pattern + ["*"]) }
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

    /// How well a text fits the labels of each field, from 0 to 1.
    ///
    /// - Parameters:
    ///   - text: What stands near a value.
    ///   - least: A smaller number may be told as 0.
    /// - Returns: One number for each field.
    func fits(of text: String, atLeast least: Double) -> [Double] {
        let counts = LetterCounts(FoldedText(text, isLoose: true).characters)
        return fields.map { field in
            field.labels.reduce(0) { max($0, $1.fit(of: text, counts, atLeast: least)) }
        }
    }
}

/// How often each letter stands in a text, letters with the same last six bits together.
private struct LetterCounts: Sendable {
    private var counts = SIMD64<UInt8>(repeating: 0)

    init(_ characters: [Character]) {
        for character in characters where character.isLetter || character.isNumber {
            let bucket = Int((character.unicodeScalars.first?.value ?? 0) & 63)
            if counts[bucket] < .max { counts[bucket] += 1 }
        }
    }

    /// How many letters of this text the other one lacks: it takes at least so many edits to find this one in it.
    func missing(in other: LetterCounts) -> Int {
        Int((counts &- pointwiseMin(counts, other.counts)).wrappedSum())
    }
}
