/// A JSON value that forgets nothing: objects keep the order of their members, numbers keep their text.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as it was written.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// The name of the value's type in JSON Schema's words; `integer` is said of numbers without a fraction.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number(let number): number.isInteger ? "integer" : "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The text, when this is a string.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    /// The truth value, when this is one.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The number, when this is one.
    public var numberValue: JSONNumber? { if case .number(let value) = self { value } else { nil } }

    /// The elements, when this is an array.
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members, when this is an object.
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// Makes a number from an integer.
    ///
    /// - Parameter value: The integer.
    /// - Returns: The number in decimal.
    public static func integer(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// Makes a number with at most the given decimals, the same text for the same value on every machine.
    ///
    /// - Parameters:
    ///   - value: The number; anything that is not finite becomes `null`.
    ///   - decimals: Most digits after the point.
    /// - Returns: The number without trailing zeros, or `null`.
    public static func decimal(_ value: Double, decimals: Int) -> JSONValue {
        JSONNumber(value, decimals: decimals).map(JSONValue.number) ?? .null
    }

    /// Finds the value that a pointer leads to.
    ///
    /// - Parameter pointer: A JSON Pointer (RFC 6901) from here.
    /// - Returns: The value, or nil when there is none.
    public func value(at pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let next = object[token] else { return nil }
                value = next
            case .array(let array):
                guard let index = Int(token), String(index) == token, array.indices.contains(index) else { return nil }
                value = array[index]
            default: return nil
            }
        }
        return value
    }

    /// Calls for every value that holds no other, in order.
    ///
    /// - Parameters:
    ///   - pointer: Where this value stands.
    ///   - body: Is given each leaf and its place.
    public func forEachLeaf(at pointer: JSONPointer = JSONPointer(), _ body: (JSONPointer, JSONValue) -> Void) {
        switch self {
        case .object(let object):
            for member in object { member.value.forEachLeaf(at: pointer.appending(member.key), body) }
        case .array(let array):
            for (index, value) in array.enumerated() { value.forEachLeaf(at: pointer.appending(String(index)), body) }
        default: body(pointer, self)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// Makes a string.
    ///
    /// - Parameter value: The text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes a truth value.
    ///
    /// - Parameter value: The truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes a number.
    ///
    /// - Parameter value: The integer.
    public init(integerLiteral value: Int) { self = .integer(value) }

    /// Makes an array.
    ///
    /// - Parameter elements: The elements.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Makes an object.
    ///
    /// - Parameter elements: The members in order; a repeated key keeps its first place and its last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    /// Makes `null`.
    ///
    /// - Parameter nilLiteral: Nothing.
    public init(nilLiteral: ()) { self = .null }
}
