/// Makes the nodes of a schema in one pass over its source, then finds what the references mean.
struct SchemaCompiler {
    /// The schema's JSON.
    let source: JSONValue
    /// The nodes made so far, in the order of the source.
    var nodes: [JSONSchema.Node] = []
    /// What was found wrong so far.
    var issues: [SchemaIssue] = []
    /// Where references lead.
    var references = SchemaReferences()
    /// The schemas that say `nullable: true`.
    var nullables: [JSONPointer] = []

    /// Starts on a schema.
    ///
    /// - Parameter source: The schema's JSON.
    init(source: JSONValue) { self.source = source }

    /// Makes all nodes.
    ///
    /// - Returns: The schema.
    /// - Throws: `SchemaError` with all that is wrong.
    mutating func compile() throws(SchemaError) -> JSONSchema {
        guard !source.isNested(deeperThan: JSONSchema.maximumDepth) else {
            throw SchemaError(issues: [
                SchemaIssue(
                    pointer: JSONPointer(),
                    keyword: "",
                    message: "the schema is nested deeper than \(JSONSchema.maximumDepth) levels; use $defs and $ref"
                )
            ])
        }
        let root = node(source, at: JSONPointer(), keyword: "", base: URIReference(""))
        for pending in references.pending { resolve(pending) }
        if issues.isEmpty { checkCircles() }
        if issues.isEmpty { allowNull() }
        let schema = JSONSchema(source: source, nodes: nodes, root: root)
        if issues.isEmpty { checkNullables(of: schema) }
        guard issues.isEmpty else { throw SchemaError(issues: issues) }
        return schema
    }

    /// Makes the node of one schema and of all inside it.
    ///
    /// - Parameters:
    ///   - value: The schema.
    ///   - pointer: Where it stands.
    ///   - keyword: The keyword that it is the value of, or part of.
    ///   - base: The URI that references in it are relative to.
    /// - Returns: The node's index.
    mutating func node(
        _ value: JSONValue,
        at pointer: JSONPointer,
        keyword: String,
        base: URIReference
    ) -> JSONSchema.NodeIndex {
        let index = JSONSchema.NodeIndex(position: nodes.count)
        var node = JSONSchema.Node(pointer: pointer)
        nodes.append(node)
        references.places[pointer] = index
        switch value {
        case .bool(let value): node.boolean = value
        case .object(let object): read(object, of: index, into: &node, base: base)
        default:
            issues.append(
                SchemaIssue(
                    pointer: pointer,
                    keyword: keyword,
                    message: "a schema is an object, true or false; this is \(value.typeName)"
                )
            )
        }
        nodes[index.position] = node
        return index
    }

    private mutating func read(
        _ object: JSONObject,
        of index: JSONSchema.NodeIndex,
        into node: inout JSONSchema.Node,
        base: URIReference
    ) {
        let base = identify(object, as: index, at: node.pointer, base: base)
        for member in object {
            guard let keyword = SchemaKeyword(rawValue: member.key) else {
                if member.key.hasPrefix("x-") {
                    node.annotations.extensions[member.key] = member.value
                } else {
                    report(member.key, at: node.pointer, SchemaKeyword.refusal(of: member.key))
                }
                continue
            }
            let reader = KeywordReader(keyword: keyword.rawValue, value: member.value, pointer: node.pointer)
            do {
                try read(keyword, by: reader, into: &node, base: base)
            } catch {
                issues.append(error)
            }
        }
    }

    /// Reads one keyword of a schema object.
    ///
    /// - Parameters:
    ///   - keyword: The keyword.
    ///   - reader: Its value.
    ///   - node: What it is written to.
    ///   - base: The URI that references are relative to.
    /// - Throws: `SchemaIssue` when the value is wrong.
    private mutating func read(
        _ keyword: SchemaKeyword,
        by reader: KeywordReader,
        into node: inout JSONSchema.Node,
        base: URIReference
    ) throws(SchemaIssue) {
        switch keyword {
        case .id, .anchor: break
        case .schema: try reader.dialect()
        case .reference:
            let pending = SchemaReferences.Pending(
                place: node.pointer,
                text: try reader.text(),
                base: base
            )
            references.pending.append(pending)
        case .nullable:
            if try reader.flag() { nullables.append(node.pointer) }
        case .definitions:
            for member in try reader.members() { _ = child(member.value, of: reader, [member.key], base: base) }
        case .allOf: node.allOf = try children(of: reader, base: base)
        case .anyOf: node.anyOf = try children(of: reader, base: base)
        case .oneOf: node.oneOf = try children(of: reader, base: base)
        case .properties:
            for member in try reader.members() {
                let child = child(member.value, of: reader, [member.key], base: base)
                node.properties.append(.init(name: member.key, node: child))
            }
        case .patternProperties:
            for member in try reader.members() {
                let child = child(member.value, of: reader, [member.key], base: base)
                do {
                    node.patternProperties.append(.init(pattern: try reader.pattern(member.key), node: child))
                } catch {
                    issues.append(error)
                }
            }
        case .additionalProperties: node.additionalProperties = child(reader.value, of: reader, base: base)
        case .prefixItems: node.prefixItems = try children(of: reader, base: base)
        case .items:
            try reader.refuseList()
            node.items = child(reader.value, of: reader, base: base)
        default: try reader.read(keyword, into: &node)
        }
    }

    private mutating func children(
        of reader: KeywordReader,
        base: URIReference
    ) throws(SchemaIssue) -> [JSONSchema.NodeIndex] {
        var children: [JSONSchema.NodeIndex] = []
        for (index, value) in try reader.elements().enumerated() {
            children.append(child(value, of: reader, [String(index)], base: base))
        }
        return children
    }

    private mutating func child(
        _ value: JSONValue,
        of reader: KeywordReader,
        _ tokens: [String] = [],
        base: URIReference
    ) -> JSONSchema.NodeIndex {
        let pointer = JSONPointer(reader.pointer.tokens + [reader.keyword] + tokens)
        return node(value, at: pointer, keyword: reader.keyword, base: base)
    }

    /// Notes a mistake.
    ///
    /// - Parameters:
    ///   - keyword: The keyword.
    ///   - pointer: Where its schema stands.
    ///   - message: What is wrong.
    mutating func report(_ keyword: String, at pointer: JSONPointer, _ message: String) {
        issues.append(SchemaIssue(pointer: pointer.appending(keyword), keyword: keyword, message: message))
    }
}
