public import RectoSchema

/// A list that a document is asked for: a table, when its elements are objects, else values of one kind.
public struct SchemaList: Sendable {
    /// Where in `fields` the list goes.
    public let pointer: JSONPointer
    /// Its property name.
    public let name: String
    /// What the list must look like.
    public let node: SchemaNode
    /// What each element must look like.
    public let element: SchemaNode
    /// The members of an element, their pointers counted from the element; empty when elements are plain values.
    public let members: [SchemaField]
    /// Whether a record without it is an error.
    public let isRequired: Bool

    /// What people call it: the title, else the name with spaces.
    public var title: String { node.title ?? SchemaField.words(of: name) }

    /// Whether elements are rows of a table.
    public var isTable: Bool { !members.isEmpty }

    /// What an element holds: its members, else the element itself.
    var leaves: [SchemaField] {
        isTable ? members : [SchemaField(pointer: JSONPointer(), name: name, node: element, isRequired: true)]
    }
}

extension ExtractionSchema {
    /// The lists that are asked for, in the schema's order.
    ///
    /// - Returns: The lists.
    /// - Throws: `ExtractionError` when a list's elements are neither values nor objects of values.
    public func lists() throws(ExtractionError) -> [SchemaList] {
        try Self.lists(of: root, at: JSONPointer(), isRequired: true)
    }

    private static func lists(
        of node: SchemaNode,
        at pointer: JSONPointer,
        isRequired: Bool
    ) throws(ExtractionError) -> [SchemaList] {
        var found: [SchemaList] = []
        for property in node.properties where property.node.constant == nil {
            let place = pointer.appending(property.name)
            let required = isRequired && property.isRequired
            if property.node.types.contains(.array) {
                found.append(try list(property, at: place, isRequired: required))
            } else if property.node.types.contains(.object) {
                found += try lists(of: property.node, at: place, isRequired: required)
            }
        }
        return found
    }

    private static func list(
        _ property: SchemaNode.Property,
        at pointer: JSONPointer,
        isRequired: Bool
    ) throws(ExtractionError) -> SchemaList {
        guard let element = property.node.items.first else {
            throw refused(property.node, "items", "a list must say what its elements are")
        }
        let types = element.types.subtracting([.null])
        guard types.count < SchemaType.allCases.count - 1, !types.contains(.array) else {
            throw refused(element, "type", "an element of a list is an object of values, or one value with a type")
        }
        var members: [SchemaField] = []
        if types.contains(.object) {
            guard element.furtherProperties.isEmpty, !element.properties.isEmpty else {
                throw refused(element, "properties", "only the members that \"properties\" names can be extracted")
            }
            for member in element.properties where member.node.constant == nil {
                let types = member.node.types.subtracting([.null])
                guard types.isDisjoint(with: [.array, .object]) else {
                    throw refused(member.node, "type", "a member of a list's element is a value with a type")
                }
                members.append(
                    SchemaField(
                        pointer: JSONPointer([member.name]),
                        name: member.name,
                        node: member.node,
                        isRequired: member.isRequired
                    )
                )
            }
            guard !members.isEmpty else {
                throw refused(element, "const", "an element needs a member that is read from the document")
            }
            try refuseSharedLabels(members)
        }
        return SchemaList(
            pointer: pointer,
            name: property.name,
            node: property.node,
            element: element,
            members: members,
            isRequired: isRequired
        )
    }

    /// A head that fits two members alike says of neither which column is its.
    private static func refuseSharedLabels(_ members: [SchemaField]) throws(ExtractionError) {
        var known: [[Character]: String] = [:]
        for member in members {
            for label in member.labels {
                let other = known.updateValue(member.name, forKey: FoldedText(label, isLoose: true).characters)
                guard let other, other != member.name else { continue }
                throw .invalidSchema(
                    keyword: "x-recto.labels",
                    pointer: member.node.pointer.description,
                    reason: "the members \"\(other)\" and \"\(member.name)\" have the same label \"\(label)\", "
                        + "so that no head can tell their columns apart; give each its own"
                )
            }
        }
    }

    private static func refused(_ node: SchemaNode, _ keyword: String, _ reason: String) -> ExtractionError {
        .unsupportedKeyword(keyword: keyword, pointer: node.pointer.description, reason: reason)
    }
}
