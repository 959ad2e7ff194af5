import RectoSchema

/// Makes extraction's view of a compiled schema, and refuses what can be checked but not extracted.
struct SchemaView {
    /// Most places of an instance that a schema may describe: references can multiply a few lines to any number.
    static let mostPlaces = 10_000

    private let schema: JSONSchema
    private var places = 0
    /// Whether the node that is read is an element of a list, or in one.
    private var isInList = false

    /// Starts on a schema.
    ///
    /// - Parameter schema: The schema.
    init(_ schema: JSONSchema) { self.schema = schema }

    /// Makes the view of the whole schema.
    ///
    /// - Returns: The root and all below it.
    /// - Throws: `ExtractionError` with keyword and pointer.
    mutating func root() throws(ExtractionError) -> SchemaNode {
        let further = Set(schema.nodes.compactMap(\.additionalProperties))
        for position in schema.nodes.indices {
            let node = schema.nodes[position]
            if let flag = node.boolean {
                if further.contains(where: { $0.position == position }) { continue }
                throw invalid("schema", node, "a schema must be an object to be extracted, this is \(flag)")
            }
            try refuseKeywords(of: node)
        }
        let root = try node(schema.root, path: [])
        guard root.types == [.object] else {
            throw .invalidSchema(keyword: "type", pointer: "", reason: "the root must be of type \"object\"")
        }
        return root
    }

    private mutating func node(
        _ index: JSONSchema.NodeIndex,
        path: Set<JSONSchema.NodeIndex>
    ) throws(ExtractionError) -> SchemaNode {
        let source = schema[index]
        places += 1
        guard places <= Self.mostPlaces else {
            throw unsupported("$ref", schema[schema.root], "more than \(Self.mostPlaces) values are described")
        }
        var node: SchemaNode
        if let target = source.reference {
            guard !path.contains(target) else {
                throw unsupported(
                    "$ref",
                    source,
                    "it leads back to itself, and lists of unknown depth are not extracted"
                )
            }
            node = try self.node(target, path: path.union([index]))
            node.index = index
        } else {
            node = SchemaNode(index, of: schema)
            readValue(source, into: &node)
            try readParts(source, path: path.union([index]), into: &node)
        }
        node.title = source.annotations.title ?? node.title
        node.summary = source.annotations.summary ?? node.summary
        node.allowsNull = node.validate(.null).isEmpty
        if let form = source.annotations.extensions["x-recto"] {
            node.printed = try PrintedForm(form, at: source.pointer)
        }
        try checkForm(of: node, at: source)
        return node
    }

    private func readValue(_ source: JSONSchema.Node, into node: inout SchemaNode) {
        if let types = source.types { node.types = types }
        node.enumeration = source.enumeration
        node.constant = source.constant
        node.minimumCount = source.minItems
        node.maximumCount = source.maxItems
        node.format = source.format
        node.pattern = source.pattern?.source
        node.minimumLength = source.minLength
        node.maximumLength = source.maxLength
        node.minimum = source.minimum
        node.maximum = source.maximum
    }

    private mutating func readParts(
        _ source: JSONSchema.Node,
        path: Set<JSONSchema.NodeIndex>,
        into node: inout SchemaNode
    ) throws(ExtractionError) {
        for property in source.properties {
            let child = try self.node(property.node, path: path)
            let isRequired = source.required.contains(property.name)
            node.properties.append(.init(name: property.name, node: child, isRequired: isRequired))
        }
        try checkSums(of: node.properties)
        try checkOrder(of: node.properties)
        let known = Set(source.properties.map(\.name))
        node.furtherRequired = source.required.filter { !known.contains($0) }
        if let further = source.additionalProperties {
            node.allowsFurtherProperties = schema[further].boolean ?? true
            if schema[further].boolean == nil { node.furtherProperties = [try self.node(further, path: path)] }
        }
        if let items = source.items {
            let wasInList = isInList
            isInList = true
            node.items = [try self.node(items, path: path)]
            isInList = wasInList
        }
    }

    /// Amounts add up to amounts of the same object, and the amounts of a list's column to one beside the list.
    private func checkSums(of properties: [SchemaNode.Property]) throws(ExtractionError) {
        let amounts = Set(properties.filter { $0.node.kind == .amount }.map(\.name))
        for property in properties {
            let form = property.node.printed
            guard !form.sum.isEmpty || form.columnSum != nil else { continue }
            let place = property.node.pointer.appending("x-recto").description
            guard amounts.contains(property.name) else {
                let reason = "only an amount is a sum, and \(property.name) is none"
                throw .invalidSchema(keyword: "sum", pointer: place, reason: reason)
            }
            for name in form.sum where name == property.name || !amounts.contains(name) {
                let reason = "it must name other amounts of the same object, and \(name) is none of them"
                throw .invalidSchema(keyword: "sum", pointer: place, reason: reason)
            }
            guard let column = form.columnSum else { continue }
            let members = properties.first { $0.name == column.list }?.node.items.first?.properties ?? []
            guard members.contains(where: { $0.name == column.member && $0.node.kind == .amount }) else {
                let reason = "\(column.list)/\(column.member) is no amount of the objects of a list beside it"
                throw .invalidSchema(keyword: "sum", pointer: place, reason: reason)
            }
        }
    }

    /// A day does not precede another day of the same object.
    private func checkOrder(of properties: [SchemaNode.Property]) throws(ExtractionError) {
        let days = Set(properties.filter { $0.node.kind == .date }.map(\.name))
        for property in properties {
            guard let name = property.node.printed.after else { continue }
            let place = property.node.pointer.appending("x-recto").description
            guard days.contains(property.name) else {
                let reason = "only a date is after another, and \(property.name) is none"
                throw .invalidSchema(keyword: "after", pointer: place, reason: reason)
            }
            guard name != property.name, days.contains(name) else {
                let reason = "it must name another date of the same object, and \(name) is none of them"
                throw .invalidSchema(keyword: "after", pointer: place, reason: reason)
            }
        }
    }

    /// A value on paper must be able to become one of the schema's types.
    private func checkForm(of node: SchemaNode, at source: JSONSchema.Node) throws(ExtractionError) {
        let takers: Set<SchemaType> =
            switch node.printed.kind {
            case .amount: [.string, .number, .integer]
            case .date, .currency: [.string]
            case .text, nil: Set(SchemaType.allCases)
            }
        let place = source.pointer.appending("x-recto").description
        if let kind = node.printed.kind, node.types.isDisjoint(with: takers) {
            let wanted = takers.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: " or ")
            let reason = "a value that is \(kind.rawValue) on paper needs the type \(wanted)"
            throw .invalidSchema(keyword: "type", pointer: place, reason: reason)
        }
        let isList = node.types.contains(.array)
        if node.printed.listMerge != nil, node.types.contains(.object) || isInList && !isList {
            let reason = "it says what becomes the value of a single field, or of a list; this is neither"
            throw .invalidSchema(keyword: "merge", pointer: place, reason: reason)
        }
        if node.printed.listMerge == .concatenate, !isList {
            let reason = "only the elements of a list can be concatenated; it must be best, first or must-agree"
            throw .invalidSchema(keyword: "merge", pointer: place, reason: reason)
        }
        if node.printed.locale != nil, node.kind == .text {
            let reason = "only an amount, a date or a currency depends on it; say which one by x-recto.type"
            throw .invalidSchema(keyword: "locale", pointer: place, reason: reason)
        }
    }
}

extension SchemaView {
    private static let keywords: Set = [
        "$schema", "$id", "$anchor", "$comment", "$defs", "$ref", "type", "enum", "const", "properties", "required",
        "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format",
        "minimum",
        "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "title", "description", "examples",
        "deprecated",
        "nullable", "x-recto",
    ]
    private static let besideReferences: Set = [
        "$ref", "$schema", "$id", "$anchor", "$comment", "$defs", "title", "description", "nullable", "x-recto",
    ]
    private static let reasons = [
        "allOf": "write the constraints into one schema", "anyOf": "a value is read as one form; write that one",
        "oneOf": "a value is read as one form; write that one",
        "default": "what was not read is not filled in; remove it",
        "patternProperties": "only members that \"properties\" names are looked for",
        "prefixItems": "all elements of a list must have one form; write items",
    ]

    /// What `JSONSchema` guarantees but extraction can't look for.
    private func refuseKeywords(of node: JSONSchema.Node) throws(ExtractionError) {
        for keyword in schema.source.value(at: node.pointer)?.objectValue?.keys ?? [] {
            guard Self.keywords.contains(keyword) else {
                let fallback = keyword.hasPrefix("x-") ? "x-recto is the only extension; remove it" : "remove it"
                throw unsupported(keyword, node, Self.reasons[keyword] ?? fallback)
            }
            if node.reference != nil, !Self.besideReferences.contains(keyword) {
                throw unsupported(keyword, node, "beside $ref only title, description, nullable and x-recto are read")
            }
        }
        let types = node.types?.subtracting([.null]) ?? []
        guard types.count < 2 || types == [.number, .integer] else {
            throw unsupported("type", node, "only one type, with or without \"null\", can be extracted")
        }
    }

    private func invalid(_ keyword: String, _ node: JSONSchema.Node, _ reason: String) -> ExtractionError {
        .invalidSchema(keyword: keyword, pointer: node.pointer.description, reason: reason)
    }

    private func unsupported(_ keyword: String, _ node: JSONSchema.Node, _ reason: String) -> ExtractionError {
        .unsupportedKeyword(keyword: keyword, pointer: node.pointer.description, reason: reason)
    }
}

extension ExtractionError {
    /// Why answers cannot be held by a schema although nothing is wrong with it.
    ///
    /// - Parameter error: What the automaton cannot hold.
    init(_ error: AutomatonError) {
        let plain = ExtractionError([error.issue])
        guard case .invalidSchema(let keyword, let pointer, let reason) = plain else {
            self = plain
            return
        }
        if case .unsatisfiable = error {
            self = plain
        } else {
            self = .unsupportedKeyword(keyword: keyword, pointer: pointer, reason: reason)
        }
    }

    /// What keeps a schema from being used: the first mistake, and the others in its reason.
    ///
    /// - Parameter issues: All mistakes.
    init(_ issues: [SchemaIssue]) {
        guard let first = issues.first else {
            self = .invalidSchema(keyword: "schema", pointer: "", reason: "it can't be compiled")
            return
        }
        let others = issues.dropFirst().prefix(20).map { "; \($0.description)" }.joined()
        // Messages name the keyword's own place, errors the schema's.
        let isNamed = !first.keyword.isEmpty && first.pointer.tokens.last == first.keyword
        let pointer = isNamed ? JSONPointer(first.pointer.tokens.dropLast()) : first.pointer
        let keyword = first.keyword.isEmpty ? "schema" : first.keyword
        let reason = first.message + others
        self =
            first.isUnknownKeyword
            ? .unsupportedKeyword(keyword: keyword, pointer: pointer.description, reason: reason)
            : .invalidSchema(keyword: keyword, pointer: pointer.description, reason: reason)
    }
}
