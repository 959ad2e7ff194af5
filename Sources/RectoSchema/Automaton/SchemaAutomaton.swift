/// Reads JSON texts byte by byte and knows at each whether a schema can still be satisfied.
///
/// Only one form of each value is read, the one that decoding writes: no white space, the members in the order of the
/// schema, those it does not name after them, strings as `JSONWriter` escapes them, numbers without exponents and integers
/// without fractions. There are no dead ends: whatever has been read so far can be completed within the bounds of the
/// options. `accepts` with `isLenient` reads any form.
public struct SchemaAutomaton: Sendable {
    /// The bounds of what is written.
    public let options: AutomatonOptions
    let machine: Machine
    private let shapes: [Shape]

    /// Compiles a schema.
    ///
    /// - Parameters:
    ///   - schema: The schema.
    ///   - options: The bounds of what is written.
    /// - Throws: `AutomatonError` for what can't be guaranteed, with its place.
    public init(schema: JSONSchema, options: AutomatonOptions = AutomatonOptions()) throws(AutomatonError) {
        var shapes = ShapeBuilder(schema, options: options)
        try shapes.build()
        let existence = Satisfiability(shapes.shapes, isWritten: false)
        for both in shapes.disjointnesses where existence.goals[both.goal] {
            throw .overlappingAlternatives(both.place, both.alternatives[0], both.alternatives[1])
        }
        var states = MachineBuilder(shapes.shapes, options: options)
        guard states.satisfiability.goals[0] else {
            throw .unsatisfiable(ContradictionFinder(shapes, states.satisfiability).reason())
        }
        try states.build()
        self.options = options
        self.shapes = shapes.shapes
        machine = Machine(states)
    }

    /// Finds the places of an instance at which no value can stand, also where none must.
    ///
    /// - Parameters:
    ///   - schema: The schema.
    ///   - options: The bounds of what is written.
    /// - Returns: An issue for each keyword that leaves no value; places that `false` closes are meant to be empty.
    /// - Throws: `AutomatonError` for what can't be decided within the limits.
    public static func contradictions(
        in schema: JSONSchema,
        options: AutomatonOptions = AutomatonOptions()
    ) throws(AutomatonError) -> [SchemaIssue] {
        var shapes = ShapeBuilder(schema, options: options)
        try shapes.build()
        return ContradictionFinder(shapes, Satisfiability(shapes.shapes, isWritten: false)).allReasons()
    }

    /// The state before the first byte.
    public var start: AutomatonState { AutomatonState(machine, machine.startConfigurations()) }

    /// Reads a whole text.
    ///
    /// - Parameters:
    ///   - text: A JSON text in UTF-8.
    ///   - isLenient: Whether white space, members, escapes and numbers may be written in any form, and as large as the
    ///     schema allows; else only what decoding could write is accepted.
    /// - Returns: Whether the text satisfies the schema.
    public func accepts(_ text: some Sequence<UInt8>, isLenient: Bool = false) -> Bool {
        if isLenient {
            guard let value = try? JSONParser().parse(text), case .some = rewritten(value) else { return false }
            return true
        }
        var state = start
        for byte in text {
            guard let next = state.advance(byte) else { return false }
            state = next
        }
        return state.isComplete
    }

    /// Rewrites a value in the form that decoding writes.
    ///
    /// - Parameter value: Any value.
    /// - Returns: The same value with members in the order of the schema and numbers without exponents, or nil when it does
    ///   not satisfy the schema.
    public func rewritten(_ value: JSONValue) -> JSONValue? {
        var matcher = ShapeMatcher(shapes: shapes)
        return matcher.rewritten(value, goal: 0)
    }
}
