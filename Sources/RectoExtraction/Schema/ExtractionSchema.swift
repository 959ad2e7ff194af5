public import RectoSchema

/// What a document's fields look like: a JSON Schema (draft 2020-12) of the part that Recto can extract.
///
/// `JSONSchema` compiles the whole source and checks values against it, as `recto schema check` and `validate` do. Extraction
/// takes these keywords: `type` (a name, or a list with `null`), `properties`, `required`, `additionalProperties`, `title`,
/// `description`, `examples`, `deprecated`, `enum`, `const`, `items`, `minItems`, `maxItems`, `format`, `pattern`, `minLength`,
/// `maxLength`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `nullable`, `$ref` without
/// recursion, and `x-recto`, the extension that says what a value is on paper:
///
/// - `type`: `amount`, `date`, `currency` or `text`;
/// - `labels`: what may be printed beside it;
/// - `locale`: by whose rules an amount, a date or a currency is written (`PrintedLocale`). The value then is normalised:
///   an amount as a plain decimal number, a date as `YYYY-MM-DD`. A currency always becomes its ISO 4217 code;
/// - `merge`, of a single field: `best`, `first` or `must-agree`, whatever the extract stage says (`MergePolicy`); of an array:
///   how several tables or pages' answers become one list (`ListMergePolicy`): `concatenate`, unless it says one of these.
///
/// Any other keyword is an error: a constraint that is not looked for would be a promise that is not kept.
public struct ExtractionSchema: Sendable {
    /// What extraction sees of the schema; always an object.
    public let root: SchemaNode
    /// The whole schema.
    public let compiled: JSONSchema

    /// The schema as it was written.
    public var source: JSONValue { compiled.source }

    /// Reads a schema.
    ///
    /// - Parameter source: The schema as JSON; its root describes an object.
    /// - Throws: `ExtractionError` with the keyword and its JSON Pointer.
    public init(_ source: JSONValue) throws(ExtractionError) {
        do { compiled = try JSONSchema(source: source) } catch { throw ExtractionError(error.issues) }
        var view = SchemaView(compiled)
        root = try view.root()
        let contradictions: [SchemaIssue]
        do { contradictions = try SchemaAutomaton.contradictions(in: compiled) } catch {
            throw ExtractionError(error)
        }
        if !contradictions.isEmpty { throw ExtractionError(contradictions) }
    }

    /// Compares fields with the schema.
    ///
    /// - Parameter value: The fields.
    /// - Returns: Every way in which they do not satisfy the schema; empty when they do.
    public func validate(_ value: JSONValue) -> [JSONSchema.Violation] { compiled.validate(value) }

    /// Reads a schema from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - file: Its name, for messages.
    /// - Throws: `ExtractionError` with the place of the mistake.
    public init(bytes: some Sequence<UInt8>, file: String) throws(ExtractionError) {
        let value: JSONValue
        do { value = try JSONParser().parse(bytes) } catch {
            throw .schemaSyntax(file: file, line: error.line, column: error.column, reason: error.reason)
        }
        try self.init(value)
    }

    /// The single fields that are asked for: every leaf that is no constant and in no list, in the schema's order.
    ///
    /// - Returns: The fields.
    /// - Throws: `ExtractionError` when the schema wants something that is not extracted.
    public func fields() throws(ExtractionError) -> [SchemaField] {
        try Self.fields(of: root, at: JSONPointer(), parents: [], isRequired: true)
    }

    private static func fields(
        of node: SchemaNode,
        at pointer: JSONPointer,
        parents: [String],
        isRequired: Bool
    ) throws(ExtractionError) -> [SchemaField] {
        var found: [SchemaField] = []
        for property in node.properties {
            let place = pointer.appending(property.name)
            let child = property.node
            let required = isRequired && property.isRequired
            if child.constant != nil { continue }
            guard child.types.subtracting([.null]).count < SchemaType.allCases.count - 1 else {
                throw .unsupportedKeyword(
                    keyword: "type",
                    pointer: child.pointer.description,
                    reason: "a field must say its type, for example \"string\""
                )
            }
            guard child.furtherProperties.isEmpty, child.types.contains(.object) == !child.properties.isEmpty else {
                throw .unsupportedKeyword(
                    keyword: child.furtherProperties.isEmpty ? "properties" : "additionalProperties",
                    pointer: child.pointer.description,
                    reason: "only the members that \"properties\" names can be extracted, and only from objects"
                )
            }
            if child.types.contains(.array) { continue }
            if child.types.contains(.object) {
                let title = child.title ?? SchemaField.words(of: property.name)
                found += try fields(of: child, at: place, parents: parents + [title], isRequired: required)
            } else {
                try NormalisedForm(child).check()
                found.append(SchemaField(pointer: place, name: property.name, node: child, isRequired: required))
            }
        }
        return found
    }
}

/// A field that the model is asked for.
public struct SchemaField: Sendable {
    /// Where in `fields` its value goes.
    public let pointer: JSONPointer
    /// Its property name.
    public let name: String
    /// What its value must look like.
    public let node: SchemaNode
    /// Whether a record without it is an error.
    public let isRequired: Bool

    /// What people call it: the title, else the name with spaces.
    public var title: String { node.title ?? Self.words(of: name) }

    /// What the model is asked for: the title in running text, so that `Invoice Number` becomes `invoice number` and `IBAN`
    /// stays as it is.
    package var spokenName: String {
        title.split(separator: " ")
            .map { word in
                word.dropFirst().contains(where: \.isUppercase) || word.count == 1 ? String(word) : word.lowercased()
            }
            .joined(separator: " ")
    }

    /// What may be printed beside it: the labels of `x-recto`, else its title.
    public var labels: [String] { node.labels.isEmpty ? [title] : node.labels }

    /// What it and the objects that it belongs to are called.
    var names: [String] { [title] + pointer.tokens.map(Self.words) }

    /// Turns a property name into words: `due_date` and `dueDate` become `due date`.
    ///
    /// - Parameter name: A property name.
    /// - Returns: Its words.
    static func words(of name: String) -> String {
        var words = ""
        var previous: Character = "_"
        for character in name {
            if character == "_" || character == "-" {
                words.append(" ")
            } else if character.isUppercase, previous.isLowercase {
                words.append(" ")
                words.append(contentsOf: character.lowercased())
            } else {
                words.append(character)
            }
            previous = character
        }
        return words
    }
}
