extension JSONSchema {
    /// A type of JSON values (JSON Schema Validation 6.1.1).
    public enum ValueType: String, Sendable, Hashable, CaseIterable {
        /// `null`.
        case null
        /// `true` or `false`.
        case boolean
        /// A number without a fraction; `1.0` is one.
        case integer
        /// Any number.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    /// A member's name and its schema (Core 10.3.2.1).
    public struct Property: Sendable, Hashable {
        /// The member's name.
        public let name: String
        /// The schema of its value.
        public let node: NodeIndex
    }

    /// The names that a pattern finds and the schema of their values (Core 10.3.2.2).
    public struct PatternProperty: Sendable, Hashable {
        /// Which names.
        public let pattern: Pattern
        /// The schema of their values.
        public let node: NodeIndex
    }

    /// One schema object or boolean schema.
    ///
    /// A keyword that is absent is nil or empty; all that are present must hold. As in the drafts, a keyword says
    /// nothing about instances of types that it is not made for: `maxLength` lets every number pass.
    public struct Node: Sendable, Hashable {
        /// Where it stands in the source.
        public let pointer: JSONPointer
        /// The value of a boolean schema, for which all other properties are absent (Core 4.3.2).
        public internal(set) var boolean: Bool?
        /// `$ref`: the instance must also satisfy this node, beside the others (Core 8.2.3.1).
        public internal(set) var reference: NodeIndex?

        /// `type`: the instance's type is one of these; never empty (Validation 6.1.1).
        public internal(set) var types: Set<ValueType>?
        /// `enum`: the instance equals one of these, numbers by value; never empty (Validation 6.1.2).
        public internal(set) var enumeration: [JSONValue]?
        /// `const`: the instance equals this, numbers by value (Validation 6.1.3).
        public internal(set) var constant: JSONValue?

        /// `allOf`: the instance satisfies all (Core 10.2.1.1).
        public internal(set) var allOf: [NodeIndex] = []
        /// `anyOf`: the instance satisfies at least one, when there are any (Core 10.2.1.2).
        public internal(set) var anyOf: [NodeIndex] = []
        /// `oneOf`: the instance satisfies exactly one, when there are any (Core 10.2.1.3).
        public internal(set) var oneOf: [NodeIndex] = []

        /// `properties` in the order of the source: members with these names satisfy these nodes (Core 10.3.2.1).
        public internal(set) var properties: [Property] = []
        /// `required`: these members are there, whether `properties` names them or not (Validation 6.5.3).
        public internal(set) var required: [String] = []
        /// `patternProperties`: members whose names match satisfy each of these (Core 10.3.2.2).
        public internal(set) var patternProperties: [PatternProperty] = []
        /// `additionalProperties`: for members that neither `properties` nor `patternProperties` of this very node
        /// name (Core 10.3.2.3); absent means that they may be anything.
        public internal(set) var additionalProperties: NodeIndex?

        /// `prefixItems`: the first elements, as far as there are any, satisfy these in turn (Core 10.3.1.1).
        public internal(set) var prefixItems: [NodeIndex] = []
        /// `items`: each element after those of `prefixItems` satisfies this (Core 10.3.1.2).
        public internal(set) var items: NodeIndex?
        /// `minItems`: fewest elements (Validation 6.4.2).
        public internal(set) var minItems: Int?
        /// `maxItems`: most elements (Validation 6.4.1).
        public internal(set) var maxItems: Int?

        /// `minLength`: fewest Unicode scalars (Validation 6.3.2).
        public internal(set) var minLength: Int?
        /// `maxLength`: most Unicode scalars (Validation 6.3.1).
        public internal(set) var maxLength: Int?
        /// `pattern`: is found somewhere in the string (Validation 6.3.3).
        public internal(set) var pattern: Pattern?
        /// `format`, always an assertion (Validation 7.2.2).
        public internal(set) var format: Format?

        /// `minimum`: the number is not below this (Validation 6.2.4).
        public internal(set) var minimum: ExactDecimal?
        /// `exclusiveMinimum`: the number is above this (Validation 6.2.5).
        public internal(set) var exclusiveMinimum: ExactDecimal?
        /// `maximum`: the number is not above this (Validation 6.2.2).
        public internal(set) var maximum: ExactDecimal?
        /// `exclusiveMaximum`: the number is below this (Validation 6.2.3).
        public internal(set) var exclusiveMaximum: ExactDecimal?
        /// `multipleOf`: above zero; the number divided by it is whole (Validation 6.2.1).
        public internal(set) var multipleOf: ExactDecimal?

        /// What says nothing about validity.
        public internal(set) var annotations = Annotations()

        init(pointer: JSONPointer) { self.pointer = pointer }
    }

    /// The keywords of a schema object that describe it and say nothing about validity (Validation 9).
    public struct Annotations: Sendable, Hashable {
        /// `title`: a short name (9.1).
        public internal(set) var title: String?
        /// `description`: what the value is for (9.1).
        public internal(set) var summary: String?
        /// `default`: the value that an absent one stands for; it is never filled in (9.2).
        public internal(set) var defaultValue: JSONValue?
        /// `examples`: some valid values, unchecked (9.5).
        public internal(set) var examples: [JSONValue] = []
        /// `deprecated`: whether the value should no longer be used (9.3).
        public internal(set) var isDeprecated = false
        /// `readOnly` (9.4).
        public internal(set) var isReadOnly = false
        /// `writeOnly` (9.4).
        public internal(set) var isWriteOnly = false
        /// `$comment`: a note to the schema's maintainers (Core 8.3).
        public internal(set) var comment: String?
        /// Keywords that begin with `x-`, in the order of the source (the reader's own, such as `x-recto`).
        public internal(set) var extensions = JSONObject()
    }
}
