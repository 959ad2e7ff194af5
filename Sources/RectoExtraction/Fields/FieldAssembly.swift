import RectoSchema

/// Builds the fields of a document from the schema and the chosen answers.
struct FieldAssembly {
    let selection: CandidateSelection
    let lists: [SchemaList]
    /// The rows of each list, in reading order.
    let rows: [JSONPointer: [ListRow]]
    /// Whether the object that is built must be there.
    private var isDemanded = true
    /// The answers that were chosen, in the order of the fields.
    private(set) var answers: [FieldCandidate] = []
    /// What is missing or wrong.
    private(set) var errors: [ExtractionError] = []
    /// Where different values were read.
    private(set) var conflicts: [FieldConflict] = []

    init(selection: CandidateSelection, lists: [SchemaList], rows: [JSONPointer: [ListRow]]) {
        self.selection = selection
        self.lists = lists
        self.rows = rows
    }

    /// Builds an object.
    ///
    /// - Parameters:
    ///   - node: What it must look like.
    ///   - pointer: Where it goes.
    ///   - isRequired: Whether it must be there even when none of its fields was found.
    /// - Returns: The object; nil when nothing was found and nothing is required.
    mutating func object(_ node: SchemaNode, at pointer: JSONPointer, isRequired: Bool) -> JSONObject? {
        var inner = FieldAssembly(selection: selection, lists: lists, rows: rows)
        inner.isDemanded = isDemanded && isRequired
        var object = JSONObject()
        for property in node.properties {
            object[property.name] = inner.value(of: property, at: pointer.appending(property.name))
        }
        let isRefused = inner.errors.contains { if case .requiredFieldMissing = $0 { false } else { true } }
        guard isRequired || !inner.answers.isEmpty || isRefused else { return nil }
        answers += inner.answers
        errors += inner.errors
        conflicts += inner.conflicts
        return object
    }

    private mutating func value(of property: SchemaNode.Property, at pointer: JSONPointer) -> JSONValue? {
        let node = property.node
        if let constant = node.constant { return constant }
        if node.types.contains(.object) {
            if let object = object(node, at: pointer, isRequired: property.isRequired && !node.allowsNull) {
                return .object(object)
            }
            return node.allowsNull ? .null : nil
        }
        if let list = lists.first(where: { $0.pointer == pointer }) {
            let merged = ListMerging(list: list, converter: selection.converter).merge(rows[pointer] ?? [])
            answers += merged.answers
            errors += merged.errors
            if let conflict = merged.conflict { conflicts.append(conflict) }
            return merged.value
        }
        let isRequired = property.isRequired && !node.allowsNull
        let choice = selection.choose(pointer, node, isRequired: isRequired && isDemanded)
        if let conflict = choice.conflict { conflicts.append(conflict) }
        switch choice.outcome {
        case .found(let value, var answer):
            answer.pointer = pointer
            answers.append(answer)
            return value
        case .refused(let quote, let expected):
            errors.append(.valueInvalid(pointer: pointer.description, quote: quote, expected: expected))
        case .contradicted(let conflict):
            errors.append(.contradictingAnswers(conflict))
        case .absent:
            if isRequired {
                let title = SchemaField(pointer: pointer, name: property.name, node: node, isRequired: true).title
                errors.append(.requiredFieldMissing(pointer: pointer.description, title: title))
            }
        }
        return node.allowsNull ? .null : nil
    }
}

extension ExtractionResult {
    /// Adds what a last look at the whole says against the schema, so that nothing wrong goes out unnoticed.
    ///
    /// - Parameter schema: The schema.
    /// - Returns: The result; whatever its fields violate, one of its errors names the place.
    func validated(against schema: ExtractionSchema) -> ExtractionResult {
        var result = self
        for violation in schema.validate(.object(fields)) {
            for place in Self.places(of: violation, in: fields, schema)
            where !result.errors.contains(where: { $0.names(place) }) {
                result.errors.append(
                    .schemaViolated(
                        pointer: place.description,
                        found: violation.found,
                        expected: violation.keyword == "required" ? "a value" : violation.expected
                    )
                )
            }
        }
        return result
    }

    /// Where a violation shows: of missing members, where they would stand.
    private static func places(
        of violation: JSONSchema.Violation,
        in fields: JSONObject,
        _ schema: ExtractionSchema
    ) -> [JSONPointer] {
        let place = violation.instancePointer
        guard violation.keyword == "required",
            let members = schema.source.value(at: violation.schemaPointer)?.arrayValue?.compactMap(\.stringValue),
            let object = JSONValue.object(fields).value(at: place)?.objectValue
        else { return [place] }
        return members.filter { object[$0] == nil }.map(place.appending)
    }
}
