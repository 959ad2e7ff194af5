/// Finds the keywords that leave a place of an instance without any value.
struct ContradictionFinder {
    private let schema: JSONSchema
    private let shapes: [Shape]
    private let goals: [SchemaGoal]
    private let satisfiability: Satisfiability

    /// Prepares for a schema.
    ///
    /// - Parameters:
    ///   - builder: The shapes of the whole schema.
    ///   - satisfiability: Which of them some value has.
    init(_ builder: ShapeBuilder, _ satisfiability: Satisfiability) {
        schema = builder.schema
        shapes = builder.shapes
        goals = builder.order
        self.satisfiability = satisfiability
    }

    /// Explains why no value satisfies the whole schema.
    ///
    /// - Returns: The innermost keyword that can't be satisfied, with its place.
    func reason() -> SchemaIssue { reason(of: 0, outer: []) }

    /// Lists the places that no value can stand at, or none of a type that is named there, whether or not one must.
    ///
    /// - Returns: One issue for each, in the order of the schema; places that `false` closes are meant to be empty.
    func allReasons() -> [SchemaIssue] {
        var found: [SchemaIssue] = []
        var known: Set<Int> = [0]
        var pending = [0]
        while let goal = pending.popLast() {
            let inner = parts(of: shapes[goal])
            // Where a part is at fault, that part tells.
            let isInherited = inner.contains { !satisfiability.goals[$0] && !isClosed($0) }
            if !isInherited, let issue = place(goal).flatMap({ ownReason(of: goal, $0) }), !found.contains(issue) {
                found.append(issue)
            }
            pending += inner.reversed().filter { known.insert($0).inserted }
        }
        return found.isEmpty && !satisfiability.goals[0] ? [reason()] : found
    }

    private func place(_ goal: Int) -> Place? {
        isClosed(goal) ? nil : Place(nodes: nodes(of: goal), shape: shapes[goal], isWritten: satisfiability.isWritten)
    }

    private func ownReason(of goal: Int, _ place: Place) -> SchemaIssue? {
        guard satisfiability.goals[goal] else { return reason(of: goal, outer: []) }
        // A place that can only be null need not name another type.
        guard place.namesTypes else { return nil }
        return place.textReason ?? place.numberReason ?? place.countReason
    }

    private func parts(of shape: Shape) -> [Int] {
        shape.objects.flatMap { $0.members.map(\.goal) + $0.otherGoals.sorted { $0.key < $1.key }.map(\.value) }
            + shape.arrays.flatMap { $0.prefix + [$0.rest] }
    }

    /// The nodes that must all hold at a place, alternatives left out.
    private func nodes(of goal: Int) -> [JSONSchema.Node] {
        var pending = goals[goal].terms.map(\.node)[...]
        var known: Set<Int> = []
        var nodes: [JSONSchema.Node] = []
        while let index = pending.popFirst() {
            guard known.insert(index).inserted else { continue }
            let node = schema.nodes[index]
            nodes.append(node)
            pending += ([node.reference].compactMap(\.self) + node.allOf).map(\.position)
        }
        return nodes
    }

    private func isClosed(_ goal: Int) -> Bool { nodes(of: goal).contains { $0.boolean == false } }

    private func reason(of goal: Int, outer: Set<Int>) -> SchemaIssue {
        let place = Place(nodes: nodes(of: goal), shape: shapes[goal], isWritten: satisfiability.isWritten)
        return place.choiceReason ?? memberReason(of: place, outer.union([goal])) ?? place.countReason
            ?? elementReason(of: place, outer.union([goal])) ?? place.textReason ?? place.numberReason
            ?? place.issue("type", "no type is allowed by all that must hold here") { $0.types != nil }
    }

    private func memberReason(of place: Place, _ outer: Set<Int>) -> SchemaIssue? {
        for member in place.shape.objects.flatMap(\.members) where member.isRequired {
            guard !satisfiability.goals[member.goal] else { continue }
            if !isClosed(member.goal), !outer.contains(member.goal) { return reason(of: member.goal, outer: outer) }
            let why =
                isClosed(member.goal)
                ? "additionalProperties or its own schema is false, so that it cannot be there"
                : "it would need another inside it, without end"
            return place.issue("required", "the member \"\(member.key)\" is required, and \(why)") {
                $0.required.contains { $0.utf8.elementsEqual(member.key.utf8) }
            }
        }
        return nil
    }

    private func elementReason(of place: Place, _ outer: Set<Int>) -> SchemaIssue? {
        for array in place.shape.arrays {
            for index in 0..<min(array.minimum, array.prefix.count + 1) {
                let element = array.goal(at: index)
                guard !satisfiability.goals[element] else { continue }
                if !isClosed(element), !outer.contains(element) { return reason(of: element, outer: outer) }
                let why = isClosed(element) ? "false forbids one of them" : "they would need others inside, without end"
                return place.issue("minItems", "\(array.minimum) elements are wanted, and \(why)") {
                    $0.minItems == array.minimum
                }
            }
        }
        return nil
    }
}

/// The nodes that must all hold at one place of an instance, and what values they leave.
private struct Place {
    let nodes: [JSONSchema.Node]
    let shape: Shape
    /// Whether only values count that are written.
    let isWritten: Bool

    /// Whether types are listed, and nothing else that chooses among values.
    var namesTypes: Bool {
        nodes.contains { $0.types != nil }
            && nodes.allSatisfy { $0.anyOf.isEmpty && $0.oneOf.isEmpty && $0.enumeration == nil && $0.constant == nil }
    }

    /// What is wrong with alternatives and listed values, when there are any.
    var choiceReason: SchemaIssue? {
        let alternatives = "no value satisfies one of the alternatives and all that must hold beside them"
        let values = "no value that is listed satisfies all that must hold here"
        if nodes.contains(where: { $0.boolean == false }) {
            return issue("", "the schema is false") { $0.boolean == false }
        }
        if nodes.contains(where: { !$0.anyOf.isEmpty }) { return issue("anyOf", alternatives) { !$0.anyOf.isEmpty } }
        if nodes.contains(where: { !$0.oneOf.isEmpty }) { return issue("oneOf", alternatives) { !$0.oneOf.isEmpty } }
        if nodes.contains(where: { $0.constant != nil }) { return issue("const", values) { $0.constant != nil } }
        return nodes.contains { $0.enumeration != nil } ? issue("enum", values) { $0.enumeration != nil } : nil
    }

    /// What is wrong with the number of elements.
    var countReason: SchemaIssue? {
        guard let array = shape.arrays.first, let maximum = array.maximum, maximum < array.minimum else { return nil }
        return issue("minItems", "at least \(array.minimum) elements are wanted, and at most \(maximum)") {
            $0.minItems == array.minimum
        }
    }

    /// What is wrong with strings.
    var textReason: SchemaIssue? {
        guard let text = shape.texts.first, isWritten ? text.isUnwritable : text.isEmpty else { return nil }
        if let maximum = text.maximum, maximum < text.minimum {
            return issue("minLength", "at least \(text.minimum) characters are wanted, and at most \(maximum)") {
                $0.minLength == text.minimum
            }
        }
        let message = "no text has the wanted form and length"
        guard nodes.contains(where: { $0.pattern != nil }) else { return issue("format", message) { $0.format != nil } }
        return issue("pattern", message) { $0.pattern != nil }
    }

    /// What is wrong with numbers.
    var numberReason: SchemaIssue? {
        guard let number = shape.numbers.first, number.automaton.isEmpty else { return nil }
        let keywords: [(String, (JSONSchema.Node) -> Bool)] = [
            ("minimum", { $0.minimum != nil }), ("exclusiveMinimum", { $0.exclusiveMinimum != nil }),
            ("maximum", { $0.maximum != nil }), ("exclusiveMaximum", { $0.exclusiveMaximum != nil }),
        ]
        let first = keywords.first { nodes.contains(where: $0.1) } ?? ("multipleOf", { $0.multipleOf != nil })
        let message = "no number lies within the bounds and satisfies all that must hold here"
        return issue(first.0, message, where: first.1)
    }

    /// Makes an issue of the first node that has the keyword.
    func issue(_ keyword: String, _ message: String, where holds: (JSONSchema.Node) -> Bool) -> SchemaIssue {
        let pointer = (nodes.first(where: holds) ?? nodes.first)?.pointer ?? JSONPointer()
        return SchemaIssue(
            pointer: keyword.isEmpty ? pointer : pointer.appending(keyword),
            keyword: keyword,
            message: message
        )
    }
}
