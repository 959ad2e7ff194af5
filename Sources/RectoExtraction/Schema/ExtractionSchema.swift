public import RectoSchema

/// What a document's fields look like: a JSON Schema of the subset that Recto can extract.
///
/// Keywords: `type` (a name, or a list with `null`), `properties`, `required`, `additionalProperties`, `title`,
/// `description`, `enum`, `const`, `items`, `minItems`, `maxItems`, `format` (`date`, `date-time`, `email`), `pattern`,
/// `minLength`, `maxLength`, `minimum`, `maximum`, `nullable`, `$ref` to `$defs` of the same file, and `x-recto`, the
/// extension that says what a value is on paper (`type`: `amount`, `date` or `text`) and what may be printed beside it
/// (`labels`). Any other keyword is
/// an error: a constraint that is not checked would be a promise that is not kept.
public struct ExtractionSchema: Sendable {
    /// The schema of the whole record of fields; always an object.
    public let root: SchemaNode
    /// The schema as it was written.
    public let source: JSONValue

    /// Reads a schema.
    ///
    /// - Parameter source: The schema as JSON; its root describes an object.
    /// - Throws: `ExtractionError` with the keyword and its JSON Pointer.
    public init(_ source: JSONValue) throws(ExtractionError) {
        let reader = SchemaReader(source: source)
        let root = try reader.node(source, at: JSONPointer(), references: [])
        guard root.types == [.object] else {
            throw .invalidSchema(keyword: "type", pointer: "", reason: "the root must be of type \"object\"")
        }
        self.root = root
        self.source = source
    }

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

    /// The fields that are asked for: every leaf that is no constant, in the schema's order.
    ///
    /// - Returns: The fields.
    /// - Throws: `ExtractionError` when the schema wants something that is not extracted yet, such as an array.
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
            if child.types.contains(.array) {
                throw .unsupportedKeyword(
                    keyword: "items",
                    pointer: child.pointer.description,
                    reason: "arrays are validated but not extracted yet; ask for single fields"
                )
            }
            if child.types.contains(.object) {
                let title = child.title ?? SchemaField.words(of: property.name)
                found += try fields(of: child, at: place, parents: parents + [title], isRequired: required)
            } else {
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
