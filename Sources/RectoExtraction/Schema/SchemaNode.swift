public import RectoSchema

/// The types of JSON Schema.
public typealias SchemaType = JSONSchema.ValueType

/// What a field's value is on paper, for conversion and selection.
public enum ValueKind: String, Sendable, CaseIterable {
    /// A sum of money or another number in print: `1,234.00`, `1.234,50 €`.
    case amount
    /// A calendar date in any usual notation.
    case date
    /// A currency by sign, code or name: `€`, `US$`, `CHF`, `Euro`.
    case currency
    /// Anything else.
    case text
}

/// What extraction sees of one schema or subschema, its references followed; what it guarantees, `validate` tells.
public struct SchemaNode: Sendable {
    /// A named member of an object.
    public struct Property: Sendable {
        /// The member's key.
        public let name: String
        /// What its value must look like.
        public let node: SchemaNode
        /// Whether it must be there.
        public let isRequired: Bool
    }

    /// Where in the schema file it stands.
    public let pointer: JSONPointer
    /// The types that a value may have; all of them when the schema does not say.
    public internal(set) var types: Set<SchemaType> = Set(SchemaType.allCases)
    /// Whether `null` satisfies the schema.
    public internal(set) var allowsNull = true
    /// What people call the value.
    public internal(set) var title: String?
    /// What the value means.
    public internal(set) var summary: String?
    /// The values it may have.
    public internal(set) var enumeration: [JSONValue]?
    /// The one value it may have.
    public internal(set) var constant: JSONValue?
    /// Members of an object, in order.
    public internal(set) var properties: [Property] = []
    /// Required members that `properties` does not describe.
    public internal(set) var furtherRequired: [String] = []
    /// Whether an object may have members that `properties` does not describe.
    public internal(set) var allowsFurtherProperties = true
    /// What members that `properties` does not describe must look like, at most one node.
    public internal(set) var furtherProperties: [SchemaNode] = []
    /// Fewest elements of an array.
    public internal(set) var minimumCount: Int?
    /// Most elements of an array.
    public internal(set) var maximumCount: Int?
    /// What the elements of an array must look like, at most one node.
    public internal(set) var items: [SchemaNode] = []
    /// The form of a text.
    public internal(set) var format: JSONSchema.Format?
    /// A regular expression that must match somewhere in a text.
    public internal(set) var pattern: String?
    /// Fewest characters of a text.
    public internal(set) var minimumLength: Int?
    /// Most characters of a text.
    public internal(set) var maximumLength: Int?
    /// Smallest number.
    public internal(set) var minimum: ExactDecimal?
    /// Largest number.
    public internal(set) var maximum: ExactDecimal?
    /// `x-recto`: what the value is on paper.
    public internal(set) var printed = PrintedForm()

    private let schema: JSONSchema
    /// The part of the schema that values are checked against.
    var index: JSONSchema.NodeIndex

    /// Starts on a part of a schema.
    ///
    /// - Parameters:
    ///   - index: The part.
    ///   - schema: The schema.
    init(_ index: JSONSchema.NodeIndex, of schema: JSONSchema) {
        self.index = index
        self.schema = schema
        pointer = schema[index].pointer
    }

    /// What the value is on paper: as declared, else by type and format.
    public var kind: ValueKind {
        if let kind = printed.kind { return kind }
        if !types.contains(.string), types.contains(.number) || types.contains(.integer) { return .amount }
        return format == .date ? .date : .text
    }

    /// `x-recto.labels`: what may be printed beside the value.
    public var labels: [String] { printed.labels }

    /// Compares a value with this part of the schema.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - pointer: Where it stands.
    /// - Returns: Every way in which the value does not satisfy the schema; empty when it does.
    public func validate(_ value: JSONValue, at pointer: JSONPointer = JSONPointer()) -> [JSONSchema.Violation] {
        schema.validate(value, by: index, at: pointer)
    }
}
