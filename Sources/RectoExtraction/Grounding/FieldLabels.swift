import RectoSchema

/// What may be printed beside the value of each field of a schema.
struct FieldLabels: Sendable {
    /// A field, or the same member of all elements of a list.
    private struct Field: Sendable {
        /// Its pointer's tokens, `*` for each place in a list.
        let pattern: [String]
        let matcher: LabelMatcher
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
            return [Field(pattern: place, matcher: LabelMatcher(labels: labels))] + fields(of: property.node, at: place)
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
    /// - Parameter text: What stands near a value.
    /// - Returns: One number for each field.
    func fits(of text: String) -> [Double] { fields.map { $0.matcher.match(text)?.fit ?? 0 } }
}
