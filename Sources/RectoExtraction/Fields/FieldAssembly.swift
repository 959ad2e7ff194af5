import RectoSchema

/// Builds the fields of a document from the schema and the chosen answers.
struct FieldAssembly {
    let selection: CandidateSelection
    let lists: [SchemaList]
    /// The rows of each list, in reading order.
    let rows: [JSONPointer: [ListRow]]
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
            let merged = ListMerging(list).merge(rows[pointer] ?? [])
            answers += merged.answers
            errors += merged.errors
            if let conflict = merged.conflict { conflicts.append(conflict) }
            return merged.value
        }
        let choice = selection.choose(pointer, node)
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
            if property.isRequired, !node.allowsNull {
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
    /// - Returns: The result; without errors only when its fields satisfy the schema.
    func validated(against schema: ExtractionSchema) -> ExtractionResult {
        guard errors.isEmpty else { return self }
        var result = self
        for violation in schema.validate(.object(fields)) {
            result.errors.append(
                .valueInvalid(
                    pointer: violation.instancePointer.description,
                    quote: violation.found,
                    expected: violation.expected
                )
            )
        }
        return result
    }
}
