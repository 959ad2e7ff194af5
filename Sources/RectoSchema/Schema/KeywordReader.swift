/// The value of one keyword of a schema object, read as what the keyword wants.
struct KeywordReader {
    /// The keyword.
    let keyword: String
    /// Its value.
    let value: JSONValue
    /// Where its schema stands.
    let pointer: JSONPointer

    /// Reads a keyword that holds no schema.
    ///
    /// - Parameters:
    ///   - keyword: The keyword.
    ///   - node: What it is written to.
    /// - Throws: `SchemaIssue` when the value is wrong.
    func read(_ keyword: SchemaKeyword, into node: inout JSONSchema.Node) throws(SchemaIssue) {
        switch keyword {
        case .type: node.types = try types()
        case .enumeration:
            node.enumeration = try elements().map { (value) throws(SchemaIssue) in try comparable(value) }
        case .constant: node.constant = try comparable(value)
        case .required: node.required = try names()
        case .minItems: node.minItems = try count()
        case .maxItems: node.maxItems = try count()
        case .minLength: node.minLength = try count()
        case .maxLength: node.maxLength = try count()
        case .pattern: node.pattern = try pattern(try text())
        case .format: node.format = try format()
        case .minimum: node.minimum = try number()
        case .exclusiveMinimum: node.exclusiveMinimum = try number()
        case .maximum: node.maximum = try number()
        case .exclusiveMaximum: node.exclusiveMaximum = try number()
        case .multipleOf: node.multipleOf = try divisor()
        case .title: node.annotations.title = try text()
        case .summary: node.annotations.summary = try text()
        case .comment: node.annotations.comment = try text()
        case .defaultValue: node.annotations.defaultValue = value
        case .examples: node.annotations.examples = try list()
        case .deprecated: node.annotations.isDeprecated = try flag()
        case .readOnly: node.annotations.isReadOnly = try flag()
        case .writeOnly: node.annotations.isWriteOnly = try flag()
        case .schema, .id, .anchor, .reference, .definitions, .allOf, .anyOf, .oneOf, .properties,
            .patternProperties, .additionalProperties, .prefixItems, .items, .nullable:
            break
        }
    }

    /// Says what is wrong with the value.
    ///
    /// - Parameter message: A sentence without its full stop.
    /// - Returns: The issue with the keyword's place.
    func issue(_ message: String) -> SchemaIssue {
        SchemaIssue(pointer: pointer.appending(keyword), keyword: keyword, message: message)
    }

    /// The value as a string.
    ///
    /// - Returns: The string.
    /// - Throws: `SchemaIssue` for other types.
    func text() throws(SchemaIssue) -> String {
        guard let text = value.stringValue else { throw wrongType("a string") }
        return text
    }

    /// The value as an object.
    ///
    /// - Returns: The object.
    /// - Throws: `SchemaIssue` for other types.
    func members() throws(SchemaIssue) -> JSONObject {
        guard let object = value.objectValue else { throw wrongType("an object") }
        return object
    }

    /// The value as a list with at least one element.
    ///
    /// - Returns: The elements.
    /// - Throws: `SchemaIssue` for other types and for the empty list.
    func elements() throws(SchemaIssue) -> [JSONValue] {
        let elements = try list()
        guard !elements.isEmpty else { throw issue("the list of \"\(keyword)\" is empty; write at least one element") }
        return elements
    }

    /// The value as a flag.
    ///
    /// - Returns: The flag.
    /// - Throws: `SchemaIssue` for other types.
    func flag() throws(SchemaIssue) -> Bool {
        guard let flag = value.boolValue else { throw wrongType("true or false") }
        return flag
    }

    /// Parses a pattern.
    ///
    /// - Parameter source: The pattern.
    /// - Returns: The pattern.
    /// - Throws: `SchemaIssue` with what is wrong or unsupported, and where in the pattern.
    func pattern(_ source: String) throws(SchemaIssue) -> Pattern {
        do { return try Pattern(source) } catch { throw issue("the pattern \"\(source)\" can't be used: \(error)") }
    }

    /// Refuses the list of schemas that older drafts had for `items`.
    ///
    /// - Throws: `SchemaIssue` when the value is a list.
    func refuseList() throws(SchemaIssue) {
        guard value.arrayValue == nil else { throw issue("a list of schemas is written as \"prefixItems\"") }
    }

    /// Checks that the schema is of draft 2020-12.
    ///
    /// - Throws: `SchemaIssue` for every other dialect.
    func dialect() throws(SchemaIssue) {
        let dialect = try text()
        let known = "https://json-schema.org/draft/2020-12/schema"
        guard dialect == known || dialect == known + "#" else {
            throw issue("the dialect \"\(dialect)\" is not supported; \"\(known)\" is")
        }
    }
}

extension KeywordReader {
    private func wrongType(_ expected: String) -> SchemaIssue {
        issue("\"\(keyword)\" must be \(expected); this is \(value.typeName)")
    }

    private func list() throws(SchemaIssue) -> [JSONValue] {
        guard let elements = value.arrayValue else { throw wrongType("a list") }
        return elements
    }

    private func types() throws(SchemaIssue) -> Set<JSONSchema.ValueType> {
        var types: Set<JSONSchema.ValueType> = []
        let all = JSONSchema.ValueType.allCases.map(\.rawValue)
        for name in value.arrayValue == nil ? [value] : try elements() {
            guard let name = name.stringValue else { throw wrongType("the name of a type or a list of such names") }
            guard let type = JSONSchema.ValueType(rawValue: name) else {
                let advice = SchemaKeyword.closest(to: name, of: all).map { "did you mean \"\($0)\"?" }
                throw issue("\"\(name)\" is no type; " + (advice ?? "types are " + all.joined(separator: ", ")))
            }
            guard types.insert(type).inserted else { throw issue("the type \"\(name)\" is listed twice") }
        }
        return types
    }

    private func names() throws(SchemaIssue) -> [String] {
        var names: [String] = []
        // `Set<String>` would take canonically equivalent names for the same.
        var seen: Set<[UInt8]> = []
        for name in try list() {
            guard let name = name.stringValue else { throw wrongType("a list of names") }
            guard seen.insert(Array(name.utf8)).inserted else { throw issue("the name \"\(name)\" is listed twice") }
            names.append(name)
        }
        return names
    }

    private func number() throws(SchemaIssue) -> ExactDecimal {
        guard let number = value.numberValue else { throw wrongType("a number") }
        guard let exact = ExactDecimal(number) else {
            throw issue("the exponent of \(number.text) is outside ±\(ExactDecimal.exponentLimit)")
        }
        return exact
    }

    private func divisor() throws(SchemaIssue) -> ExactDecimal {
        let divisor = try number()
        guard divisor > .zero else { throw issue("\"multipleOf\" must be above zero") }
        guard divisor.digits.count <= 100 else { throw issue("\"multipleOf\" must have at most 100 digits") }
        return divisor
    }

    private func count() throws(SchemaIssue) -> Int {
        let number = try number()
        guard let count = number.intValue, count >= 0 else {
            throw issue("\"\(keyword)\" must be a whole number from 0 to \(Int.max)")
        }
        return count
    }

    private func format() throws(SchemaIssue) -> JSONSchema.Format {
        let name = try text()
        if let format = JSONSchema.Format(rawValue: name) { return format }
        let all = JSONSchema.Format.allCases.map(\.rawValue)
        // One that the draft has was not misspelt.
        let near = Self.furtherFormats.contains(name) ? nil : SchemaKeyword.closest(to: name, of: all)
        let advice = near.map { "did you mean \"\($0)\"?" }
        throw issue(
            "the format \"\(name)\" is not supported; "
                + (advice ?? all.joined(separator: ", ") + " are, or write a pattern")
        )
    }

    private static let furtherFormats: Set = [
        "duration", "hostname", "idn-email", "idn-hostname", "ipv6", "iri", "iri-reference", "json-pointer", "regex",
        "relative-json-pointer", "uri-reference", "uri-template",
    ]

    private func comparable(_ value: JSONValue) throws(SchemaIssue) -> JSONValue {
        var isExact = true
        value.forEachLeaf { _, leaf in
            if let number = leaf.numberValue, ExactDecimal(number) == nil { isExact = false }
        }
        guard isExact else { throw issue("a number's exponent is outside ±\(ExactDecimal.exponentLimit)") }
        return value
    }
}
