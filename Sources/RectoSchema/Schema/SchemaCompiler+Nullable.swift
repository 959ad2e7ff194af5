/// `nullable: true` of OpenAPI 3.0, which JSON Schema does not have.
///
/// No assertion of draft 2020-12 can loosen the others beside it, so it is none: it is rewritten when the schema is compiled.
/// `null` joins the types that the schema object allows, and those of the schema that its `$ref` means (in a copy; where
/// else that one is referred to, it stays as it is). Where another keyword still excludes `null`, as an `enum` without it
/// does, the schema is refused: what says `nullable: true` takes `null`.
extension SchemaCompiler {
    /// Adds `null` to the types of every schema that says so; references must be resolved and without circles.
    mutating func allowNull() {
        var copies: [JSONSchema.NodeIndex: JSONSchema.NodeIndex] = [:]
        for index in nullables.compactMap({ references.places[$0] }) {
            nodes[index.position].types?.insert(.null)
            nodes[index.position].reference = nodes[index.position].reference.map { copy(of: $0, among: &copies) }
        }
    }

    /// Refuses every `nullable: true` beside which `null` is still no valid value.
    ///
    /// - Parameter schema: The schema made of the nodes.
    mutating func checkNullables(of schema: JSONSchema) {
        for place in nullables {
            guard let index = references.places[place], let first = schema.validate(.null, by: index).first else {
                continue
            }
            let advice = "at \"\(first.schemaPointer)\" \(first.message); allow null there, or remove \"nullable\""
            report(
                SchemaKeyword.nullable.rawValue,
                at: place,
                "\"nullable\" is true, but null is not valid here: \(advice)"
            )
        }
    }

    /// A node with `null` among its types, and so on along its references.
    private mutating func copy(
        of index: JSONSchema.NodeIndex,
        among copies: inout [JSONSchema.NodeIndex: JSONSchema.NodeIndex]
    ) -> JSONSchema.NodeIndex {
        if let copy = copies[index] { return copy }
        var node = nodes[index.position]
        guard node.boolean == nil else { return index }
        node.types?.insert(.null)
        node.reference = node.reference.map { self.copy(of: $0, among: &copies) }
        let copy = JSONSchema.NodeIndex(position: nodes.count)
        nodes.append(node)
        copies[index] = copy
        return copy
    }
}
