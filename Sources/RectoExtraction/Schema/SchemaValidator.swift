import Foundation
public import RectoSchema

/// One way in which a value does not satisfy a schema.
public struct SchemaViolation: Sendable, Hashable, CustomStringConvertible {
    /// Where in the value.
    public let pointer: JSONPointer
    /// The keyword that is not satisfied.
    public let keyword: String
    /// What the schema wants.
    public let expected: String
    /// What is there.
    public let found: String

    /// One line with place, keyword and both sides.
    public var description: String { "\"\(pointer)\": \(keyword): expected \(expected), found \(found)" }
}

/// Compares values with schemas.
public struct SchemaValidator: Sendable {
    /// Creates a validator.
    public init() {}

    /// Compares a value with a schema.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - schema: The schema.
    /// - Returns: Every way in which the value does not satisfy the schema; empty when it does.
    public func validate(_ value: JSONValue, _ schema: ExtractionSchema) -> [SchemaViolation] {
        validate(value, schema.root)
    }

    /// Compares a value with a part of a schema.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - node: The part of the schema.
    ///   - pointer: Where the value stands.
    /// - Returns: Every way in which the value does not satisfy the schema; empty when it does.
    public func validate(
        _ value: JSONValue,
        _ node: SchemaNode,
        at pointer: JSONPointer = JSONPointer()
    ) -> [SchemaViolation] {
        guard Self.hasType(value, in: node.types) else {
            let expected = node.types.map(\.rawValue).sorted().joined(separator: " or ")
            return [.init(pointer: pointer, keyword: "type", expected: expected, found: value.typeName)]
        }
        var violations: [SchemaViolation] = []
        func violate(_ keyword: String, _ expected: String, _ found: String) {
            violations.append(.init(pointer: pointer, keyword: keyword, expected: expected, found: found))
        }
        if let constant = node.constant, !Self.areEqual(value, constant) {
            violate("const", Self.text(constant), Self.text(value))
        }
        if let values = node.enumeration, !values.contains(where: { Self.areEqual(value, $0) }) {
            violate("enum", values.map(Self.text).joined(separator: " or "), Self.text(value))
        }
        switch value {
        case .string(let text): checkText(text, node, violate)
        case .number(let number): checkNumber(number, node, violate)
        case .array(let elements):
            if let least = node.minimumCount, elements.count < least {
                violate("minItems", "at least \(least) elements", "\(elements.count)")
            }
            if let most = node.maximumCount, elements.count > most {
                violate("maxItems", "at most \(most) elements", "\(elements.count)")
            }
            for (index, element) in elements.enumerated() {
                for item in node.items {
                    violations += validate(element, item, at: pointer.appending(String(index)))
                }
            }
        case .object(let object): violations += validate(object, node, at: pointer)
        case .null, .bool: break
        }
        return violations
    }

    private func validate(_ object: JSONObject, _ node: SchemaNode, at pointer: JSONPointer) -> [SchemaViolation] {
        var violations: [SchemaViolation] = []
        for property in node.properties {
            if let value = object[property.name] {
                violations += validate(value, property.node, at: pointer.appending(property.name))
            } else if property.isRequired {
                violations.append(
                    .init(pointer: pointer, keyword: "required", expected: "\"\(property.name)\"", found: "nothing")
                )
            }
        }
        for name in node.furtherRequired where object[name] == nil {
            violations.append(.init(pointer: pointer, keyword: "required", expected: "\"\(name)\"", found: "nothing"))
        }
        for member in object where !node.properties.contains(where: { $0.name == member.key }) {
            if !node.allowsFurtherProperties {
                violations.append(
                    .init(
                        pointer: pointer,
                        keyword: "additionalProperties",
                        expected: "no \"\(member.key)\"",
                        found: "it"
                    )
                )
            }
            for further in node.furtherProperties {
                violations += validate(member.value, further, at: pointer.appending(member.key))
            }
        }
        return violations
    }

    private func checkText(_ text: String, _ node: SchemaNode, _ violate: (String, String, String) -> Void) {
        let length = text.unicodeScalars.count
        if let least = node.minimumLength, length < least {
            violate("minLength", "at least \(least) characters", "\(length)")
        }
        if let most = node.maximumLength, length > most {
            violate("maxLength", "at most \(most) characters", "\(length)")
        }
        if let pattern = node.pattern, text.range(of: pattern, options: .regularExpression) == nil {
            violate("pattern", "a text that matches \(pattern)", "\"\(text)\"")
        }
        if let format = node.format, !format.admits(text) { violate("format", format.rawValue, "\"\(text)\"") }
    }

    private func checkNumber(_ number: JSONNumber, _ node: SchemaNode, _ violate: (String, String, String) -> Void) {
        if let least = node.minimum, number.isLess(than: least) {
            violate("minimum", "at least \(least.text)", number.text)
        }
        if let most = node.maximum, most.isLess(than: number) {
            violate("maximum", "at most \(most.text)", number.text)
        }
    }

    private static func hasType(_ value: JSONValue, in types: Set<SchemaType>) -> Bool {
        guard let type = SchemaType(rawValue: value.typeName) else { return false }
        return types.contains(type) || (type == .integer && types.contains(.number))
    }

    /// Equality of JSON Schema: numbers by value, objects without regard to order.
    private static func areEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left.isSameValue(as: right)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { areEqual($0, $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { member in right[member.key].map { areEqual(member.value, $0) } ?? false }
        default: left == right
        }
    }

    private static func text(_ value: JSONValue) -> String { JSONWriter().string(value) }
}
