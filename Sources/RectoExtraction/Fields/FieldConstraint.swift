import RectoSchema
import RectoVLM

/// What a checkpoint without prompts of its own may answer for a field: the value as it is printed, as JSON, or `null`.
///
/// Amounts and dates are asked for in print, not as JSON's numbers: what stands on paper is the quote of the evidence, and
/// `ValueConverter` reads it without guessing. They must hold a digit. Choices are those of the schema; what a text must
/// look like, it must look like in the answer already.
struct FieldConstraint {
    /// Most characters of a value that the schema does not bound.
    static let longestValue = 256

    /// The schema of the answer.
    let source: JSONValue

    /// Describes the answers that may become a field's value.
    ///
    /// - Parameter node: What the value must look like.
    init(_ node: SchemaNode) {
        source = ["anyOf": [.object(Self.value(node)), ["type": "null"]]]
    }

    /// Compiles it.
    ///
    /// - Parameter field: The field, for the error.
    /// - Returns: What requests carry.
    /// - Throws: `ExtractionError.unsupportedKeyword` for what decoding cannot guarantee.
    func responseSchema(for field: SchemaField) throws(ExtractionError) -> ResponseSchema {
        do {
            return try ResponseSchema(JSONSchema(source: source))
        } catch {
            throw .unsupportedKeyword(
                keyword: field.node.pattern == nil ? "type" : "pattern",
                pointer: field.node.pointer.description,
                reason: "answers cannot be held by it: \(error)"
            )
        }
    }

    /// What a value that is there may be.
    ///
    /// - Parameter node: What the value must look like.
    /// - Returns: A schema that does not admit `null`.
    static func value(_ node: SchemaNode) -> JSONObject {
        if let choices = node.enumeration {
            let values = choices.filter { !$0.isNull }
            if !values.isEmpty { return ["enum": .array(values)] }
        }
        if node.types.contains(.boolean), !node.types.contains(.string) { return ["type": "boolean"] }
        var value: JSONObject = ["type": "string", "minLength": .integer(max(1, node.minimumLength ?? 1))]
        value["maxLength"] = .integer(max(1, node.maximumLength ?? longestValue))
        switch node.kind {
        case .text:
            if let pattern = node.pattern { value["pattern"] = .string(pattern) }
            if let format = node.format { value["format"] = .string(format.rawValue) }
        case .amount, .date: value["pattern"] = "[0-9]"
        case .currency: break
        }
        return value
    }
}
