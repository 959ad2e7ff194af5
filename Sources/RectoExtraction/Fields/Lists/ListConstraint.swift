import RectoSchema
import RectoVLM

/// What a checkpoint without prompts of its own may answer for a list: its elements as they are printed, or `null`.
///
/// The number of elements is left open: a list that ends because it must is a list that was cut.
struct ListConstraint {
    /// The schema of the answer.
    let source: JSONValue

    /// Describes the answers that may become a list.
    ///
    /// - Parameter list: The list.
    init(_ list: SchemaList) {
        var element: JSONValue = .object(FieldConstraint.value(list.element))
        if list.isTable {
            var properties = JSONObject()
            for member in list.members { properties[member.name] = FieldConstraint(member.node).source }
            element = [
                "type": "object",
                "properties": .object(properties),
                "required": .array(list.members.map { .string($0.name) }),
                "additionalProperties": false,
            ]
        }
        source = ["anyOf": [["type": "array", "items": element], ["type": "null"]]]
    }

    /// Compiles it.
    ///
    /// - Parameter list: The list, for the error.
    /// - Returns: What requests carry.
    /// - Throws: `ExtractionError.unsupportedKeyword` for what decoding cannot guarantee.
    func responseSchema(for list: SchemaList) throws(ExtractionError) -> ResponseSchema {
        do {
            return try ResponseSchema(JSONSchema(source: source))
        } catch {
            throw .unsupportedKeyword(
                keyword: "items",
                pointer: list.node.pointer.description,
                reason: "answers cannot be held by it: \(error)"
            )
        }
    }
}
