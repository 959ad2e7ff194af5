extension ShapeBuilder {
    /// Merges the keywords of nodes that must all be satisfied.
    ///
    /// - Parameter nodes: The nodes; their `$ref`, `allOf`, `anyOf` and `oneOf` are left out.
    /// - Returns: The values that satisfy all.
    /// - Throws: `AutomatonError` for what can't be merged within the limits.
    mutating func shape(satisfying nodes: [JSONSchema.Node]) throws(AutomatonError) -> Shape {
        let lists = nodes.compactMap(\.enumeration) + nodes.compactMap { $0.constant.map { [$0] } }
        guard let shortest = lists.min(by: { $0.count < $1.count }) else { return try unlistedShape(of: nodes) }
        let values = shortest.filter { value in lists.allSatisfy { $0.contains { $0.isEqualInstance(to: value) } } }
        var shape = Shape()
        guard !values.isEmpty else { return shape }
        shape.candidates = [(values, try unlistedShape(of: nodes, types: Set(values.map(Self.type))))]
        return shape
    }

    private mutating func unlistedShape(
        of nodes: [JSONSchema.Node],
        types limit: Set<JSONSchema.ValueType> = Set(JSONSchema.ValueType.allCases)
    ) throws(AutomatonError) -> Shape {
        var shape = Shape()
        func allows(_ type: JSONSchema.ValueType) -> Bool {
            limit.contains(type) && nodes.allSatisfy { $0.types?.contains(type) ?? true }
        }
        if allows(.null) { shape.literals.append(.null) }
        if allows(.boolean) { shape.literals += [.bool(false), .bool(true)] }
        let takesNumbers =
            limit.contains(.number)
            && nodes.allSatisfy { $0.types.map { $0.contains(.number) || $0.contains(.integer) } ?? true }
        if takesNumbers { shape.numbers = try numbers(nodes) }
        if allows(.string) { shape.texts = [try TextShape(nodes, library: &library)] }
        if allows(.array) { shape.arrays = [try array(nodes)] }
        if allows(.object) { shape.objects = [try object(nodes)] }
        return shape
    }

    private static func type(of value: JSONValue) -> JSONSchema.ValueType {
        switch value {
        case .null: .null
        case .bool: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    private func numbers(_ nodes: [JSONSchema.Node]) throws(AutomatonError) -> [NumberShape] {
        var range = NumberRange()
        for node in nodes {
            range.narrow(to: node)
            if let types = node.types, !types.contains(.number) { range.keepIntegers() }
        }
        guard let automaton = NumberAutomaton(range, options: options) else {
            let node = nodes.first { $0.multipleOf != nil } ?? nodes.first { $0.bounds != nil } ?? nodes[0]
            let keyword = node.multipleOf != nil ? "multipleOf" : "minimum and maximum"
            throw .tooManyStates(
                node.pointer,
                keyword: keyword,
                detail: (node.multipleOf ?? node.bounds)?.description ?? "",
                limit: options.maximumStates
            )
        }
        return [NumberShape(range: range, automaton: automaton)]
    }

    private mutating func array(_ nodes: [JSONSchema.Node]) throws(AutomatonError) -> ArrayShape {
        var prefix: [Int] = []
        for index in 0..<nodes.reduce(0, { max($0, $1.prefixItems.count) }) {
            prefix.append(
                try goal(nodes.compactMap { index < $0.prefixItems.count ? $0.prefixItems[index] : $0.items })
            )
        }
        return ArrayShape(
            prefix: prefix,
            rest: try goal(nodes.compactMap(\.items)),
            minimum: nodes.reduce(0) { max($0, $1.minItems ?? 0) },
            maximum: nodes.compactMap(\.maxItems).min()
        )
    }

    private mutating func object(_ nodes: [JSONSchema.Node]) throws(AutomatonError) -> ObjectShape {
        var names: [String] = []
        var known: Set<[UInt8]> = []
        // `Set<String>` would take canonically equivalent keys for the same.
        for name in nodes.flatMap({ $0.properties.map(\.name) }) + nodes.flatMap(\.required)
        where known.insert(Array(name.utf8)).inserted {
            names.append(name)
        }
        let required = Set(nodes.flatMap(\.required).map { Array($0.utf8) })
        var patterns: [Pattern] = []
        for pattern in nodes.flatMap({ $0.patternProperties.map(\.pattern) }) where !patterns.contains(pattern) {
            patterns.append(pattern)
        }
        var automata: [TextAutomaton] = []
        for pattern in patterns {
            let node = nodes.first { $0.patternProperties.contains { $0.pattern == pattern } } ?? nodes[0]
            automata.append(try library.automaton(of: pattern, at: node))
        }
        func matches(_ bits: UInt64, _ pattern: Pattern) -> Bool {
            patterns.firstIndex(of: pattern).map { bits & 1 << UInt64($0) != 0 } ?? false
        }
        func goal(_ name: String?, _ bits: UInt64) throws(AutomatonError) -> Int {
            try self.goal(
                nodes.flatMap { node in
                    let named = node.properties.filter { property in
                        name.map { $0.utf8.elementsEqual(property.name.utf8) } ?? false
                    }
                    let found =
                        named.map(\.node) + node.patternProperties.filter { matches(bits, $0.pattern) }.map(\.node)
                    return found.isEmpty ? [node.additionalProperties].compactMap(\.self) : found
                }
            )
        }
        var members: [ObjectShape.Member] = []
        for name in names {
            var bits: UInt64 = 0
            for (index, automaton) in automata.enumerated() where automaton.accepts(name) != 0 {
                bits |= 1 << UInt64(index)
            }
            let isRequired = required.contains(Array(name.utf8))
            members.append(.init(key: name, goal: try goal(name, bits), isRequired: isRequired))
        }
        let isClosed =
            patterns.isEmpty && nodes.contains { $0.additionalProperties.map { schema[$0].boolean == false } ?? false }
        guard !isClosed else { return ObjectShape(members: members, otherKeys: nil, otherGoals: [:]) }
        let named: UInt64 = names.isEmpty ? 0 : 1 << UInt64(automata.count)
        let limit = options.maximumStates
        guard automata.count < 62,
            let keys = TextAutomaton.classification(
                automata + (names.isEmpty ? [] : [.only(names)]),
                limit: limit,
                isKept: { $0 & named == 0 }
            )
        else {
            let node = nodes.first { !$0.patternProperties.isEmpty } ?? nodes[0]
            let detail = patterns.map(\.source).joined(separator: " ")
            throw .tooManyStates(node.pointer, keyword: "patternProperties", detail: detail, limit: limit)
        }
        var goals: [UInt64: Int] = [:]
        for bits in Set(keys.accepted).sorted() where bits != 0 { goals[bits] = try goal(nil, bits) }
        return ObjectShape(members: members, otherKeys: keys, otherGoals: goals)
    }
}

extension JSONSchema.Node {
    fileprivate var bounds: ExactDecimal? { minimum ?? exclusiveMinimum ?? maximum ?? exclusiveMaximum }
}
