import RectoSchema

extension ExtractionSchema {
    /// What the value at a place is on paper.
    ///
    /// - Parameter pointer: A place in an instance.
    /// - Returns: As the schema says; `text` where it says nothing.
    func kind(at pointer: JSONPointer) -> ValueKind {
        var node = root
        for token in pointer.tokens {
            let property = node.properties.first { $0.name == token }?.node
            let element = Int(token) != nil && node.types.contains(.array) ? node.items.first : nil
            guard let next = property ?? element ?? node.furtherProperties.first else { return .text }
            node = next
        }
        return node.kind
    }
}
