extension JSONSchema {
    /// One way in which an instance does not satisfy a schema.
    public struct Violation: Sendable, Hashable, CustomStringConvertible {
        /// Where in the instance.
        public let instancePointer: JSONPointer
        /// Where the keyword stands in the schema that was compiled, with all references followed.
        public let schemaPointer: JSONPointer
        /// The keyword that is not satisfied; empty for `false` as a schema and for an instance that can't be checked.
        public let keyword: String
        /// What the schema wants, for example `at least 3 characters`.
        public let expected: String
        /// What is there.
        public let found: String

        /// What the schema wants and what is there, as a sentence without its full stop.
        public var message: String { "expected \(expected), found \(found)" }

        /// The place in the instance, and what is wrong there.
        public var description: String { "at \"\(instancePointer)\": \(message)" }
    }

    /// Checks an instance against the schema, as JSON Schema draft 2020-12 has it, with `format` as an assertion.
    ///
    /// An instance that is nested too deeply or needs too many steps is never called valid.
    ///
    /// - Parameter instance: The instance.
    /// - Returns: The ways in which it does not satisfy the schema, at most 1,000; empty when it does.
    public func validate(_ instance: JSONValue) -> [Violation] { validate(instance, by: root) }

    /// Checks a part of an instance against a part of the schema, in the same way.
    ///
    /// - Parameters:
    ///   - instance: The part of the instance.
    ///   - node: The part of the schema.
    ///   - place: Where the part stands in the instance.
    /// - Returns: The ways in which it does not satisfy that part of the schema, at most 1,000; empty when it does.
    public func validate(
        _ instance: JSONValue,
        by node: NodeIndex,
        at place: JSONPointer = JSONPointer()
    ) -> [Violation] {
        var validator = InstanceValidator(schema: self)
        return validator.validate(instance, by: node, at: place)
    }
}
