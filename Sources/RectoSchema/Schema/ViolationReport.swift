/// The violations of one schema object by one value.
struct ViolationReport {
    /// How many violations are listed at most: nobody reads more, and schemas can multiply them.
    static let limit = 1_000

    /// Where the value stands in the instance.
    let place: JSONPointer
    /// Where the schema object stands in the schema.
    let node: JSONPointer
    /// The violations by the value and by what it holds.
    var violations: [JSONSchema.Violation] = []

    /// Starts without violations.
    ///
    /// - Parameters:
    ///   - place: Where the value stands in the instance.
    ///   - node: Where the schema object stands in the schema.
    init(place: JSONPointer, node: JSONPointer) {
        self.place = place
        self.node = node
    }

    /// Notes that the value violates a keyword.
    ///
    /// - Parameters:
    ///   - keyword: The keyword.
    ///   - expected: What is wanted.
    ///   - found: What is there.
    mutating func add(_ keyword: String, _ expected: String, found: String) {
        violations.append(
            .init(
                instancePointer: place,
                schemaPointer: node.appending(keyword),
                keyword: keyword,
                expected: expected,
                found: found
            )
        )
    }

    /// Takes over what parts of the value, or further schemas, violate.
    ///
    /// - Parameter found: The violations.
    mutating func add(_ found: [JSONSchema.Violation]) {
        violations += found.prefix(max(0, Self.limit - violations.count))
    }

    /// A value as it is shown in messages, cut to a line.
    ///
    /// - Parameter value: The value.
    /// - Returns: The beginning of its JSON.
    static func text(_ value: JSONValue) -> String {
        let text = JSONWriter().string(value)
        return text.count <= 80 ? text : text.prefix(79) + "…"
    }
}
