public import RectoSchema

/// The types of JSON Schema.
public enum SchemaType: String, Sendable, CaseIterable {
    /// `null`.
    case null
    /// `boolean`.
    case boolean
    /// A number without a fraction.
    case integer
    /// Any number.
    case number
    /// Text.
    case string
    /// A list.
    case array
    /// Named members.
    case object
}

/// What a field's value is on paper, for conversion and selection.
public enum ValueKind: String, Sendable, CaseIterable {
    /// A sum of money or another number in print: `1,234.00`, `1.234,50 €`.
    case amount
    /// A calendar date in any usual notation.
    case date
    /// Anything else.
    case text
}

/// The text formats that are checked.
public enum SchemaFormat: String, Sendable, CaseIterable {
    /// `2026-11-21`.
    case date
    /// `2026-11-21T09:20:00Z`.
    case dateTime = "date-time"
    /// `name@host.example`.
    case email
}

/// One schema or subschema, its references resolved.
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
    public internal(set) var format: SchemaFormat?
    /// A regular expression that must match somewhere in a text.
    public internal(set) var pattern: String?
    /// Fewest characters of a text.
    public internal(set) var minimumLength: Int?
    /// Most characters of a text.
    public internal(set) var maximumLength: Int?
    /// Smallest number.
    public internal(set) var minimum: JSONNumber?
    /// Largest number.
    public internal(set) var maximum: JSONNumber?
    /// `x-recto.type`: what the value is on paper.
    public internal(set) var declaredKind: ValueKind?
    /// `x-recto.labels`: what may be printed beside the value.
    public internal(set) var labels: [String] = []

    init(pointer: JSONPointer) { self.pointer = pointer }

    /// What the value is on paper: as declared, else by type and format.
    public var kind: ValueKind {
        if let declaredKind { return declaredKind }
        if !types.contains(.string), types.contains(.number) || types.contains(.integer) { return .amount }
        return format == .date ? .date : .text
    }

    /// Whether `null` satisfies the type.
    public var allowsNull: Bool { types.contains(.null) }
}
