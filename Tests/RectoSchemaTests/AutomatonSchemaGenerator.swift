import RectoSchema

/// SplitMix64, so that every run makes the same schemas.
struct AutomatonRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &self) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}

/// Makes schemas of all supported keywords.
struct AutomatonSchemaGenerator {
    static let names = ["a", "ab", "b", "total", "x\"y", "été", "n_1"]
    static let patterns = [
        "^[a-c]{2,4}$", "ab", "^a", "b$", "^(?:x|yz)+$", "[0-9]{2}", "^[^a]*$", "^\\d+(\\.\\d{2})?$", "^$|^q", "é|ß",
        "^.?$",
        "^[\\u0000-\\u001f\"\\\\]+$", "[\\u{10000}-\\u{10FFFF}]", "^(a|b)*abb$",
    ]

    var random: AutomatonRandom
    /// Whether keywords also stand beside others that the plain kinds of schemas keep apart.
    let isCombining: Bool

    init(seed: UInt64, isCombining: Bool = false) {
        random = AutomatonRandom(seed: seed)
        self.isCombining = isCombining
    }

    mutating func document() -> JSONValue {
        var object = (isCombining ? combination(depth: 3) : schema(depth: 3)).objectValue ?? [:]
        object["$defs"] = .object([
            "tree": [
                "type": "object", "required": ["v"], "additionalProperties": false,
                "properties": ["v": schema(depth: 0), "kids": ["type": "array", "items": ["$ref": "#/$defs/tree"]]],
            ],
            "list": [
                "type": ["object", "null"], "required": ["next"], "additionalProperties": .bool(random.chance(30)),
                "properties": ["head": schema(depth: 0), "next": ["$ref": "#/$defs/list"]],
            ],
            "leaf": schema(depth: 0),
        ])
        return .object(object)
    }

    mutating func schema(depth: Int) -> JSONValue {
        if isCombining, random.chance(45) { return combination(depth: depth) }
        return plainSchema(depth: depth)
    }

    private mutating func plainSchema(depth: Int) -> JSONValue {
        switch depth > 0 ? random.below(20) : random.below(9) {
        case 0: text()
        case 1: ["type": "string", "pattern": .string(random.pick(Self.patterns))]
        case 2:
            [
                "type": "string",
                "format": .string(random.pick(["date", "time", "date-time", "email", "uri", "uuid", "ipv4"])),
            ]
        case 3, 4: number()
        case 5: ["type": .array((0...random.below(2)).map { _ in scalarType() }.uniqued)]
        case 6: ["enum": .array((0...random.below(3)).map { _ in value(depth: 1) })]
        case 7: ["const": value(depth: 1)]
        case 8: mixed()
        case 9, 10, 11: object(depth: depth)
        case 12, 13: array(depth: depth)
        case 14: ["anyOf": .array((0...(1 + random.below(2))).map { _ in schema(depth: depth - 1) })]
        case 15: oneOf(depth: depth)
        case 16: allOf(depth: depth)
        case 17: reference()
        case 18: .object(random.chance(50) ? [:] : ["anyOf": [object(depth: depth), ["type": "null"]]])
        default: ["type": "object", "additionalProperties": schema(depth: depth - 1)]
        }
    }

    private mutating func scalarType() -> JSONValue {
        .string(random.pick(["null", "boolean", "integer", "number", "string"]))
    }

    private mutating func text() -> JSONValue {
        var object: JSONObject = ["type": "string"]
        if random.chance(50) { object["minLength"] = .integer(random.below(4)) }
        if random.chance(50) { object["maxLength"] = .integer(2 + random.below(6)) }
        if random.chance(30) { object["pattern"] = .string(random.pick(Self.patterns)) }
        if random.chance(20) { object["nullable"] = .bool(random.chance(70)) }
        return .object(object)
    }

    private mutating func reference() -> JSONValue {
        // A leaf may be an `enum`, beside which `nullable` is refused.
        guard random.chance(40) else { return ["$ref": .string("#/$defs/" + random.pick(["tree", "list", "leaf"]))] }
        return ["$ref": .string("#/$defs/" + random.pick(["tree", "list"])), "nullable": true]
    }

    private mutating func number() -> JSONValue {
        var object: JSONObject = ["type": random.chance(60) ? "integer" : "number"]
        let low = random.below(400) - 200
        if random.chance(60) { object[random.chance(70) ? "minimum" : "exclusiveMinimum"] = bound(low) }
        if random.chance(60) {
            object[random.chance(70) ? "maximum" : "exclusiveMaximum"] = bound(low + random.below(150))
        }
        if random.chance(30) {
            object["multipleOf"] = .written(random.pick(["2", "3", "7", "0.5", "0.01", "0.25", "10", "1.5"]))
        }
        return .object(object)
    }

    private mutating func bound(_ value: Int) -> JSONValue {
        .number(random.chance(70) ? JSONNumber(value) : JSONNumber(Double(value) / 8, decimals: 3) ?? JSONNumber(value))
    }

    private mutating func mixed() -> JSONValue {
        .object([
            "type": random.pick([["string", "null"], ["integer", "string"], ["number", "boolean", "null"]]),
            "maxLength": .integer(1 + random.below(5)), "minimum": .integer(random.below(20) - 10),
            "pattern": .string(random.pick(Self.patterns)),
        ])
    }

    mutating func object(depth: Int) -> JSONValue {
        var object: JSONObject = ["type": "object"]
        var properties = JSONObject()
        for _ in 0..<random.below(4) { properties[random.pick(Self.names)] = schema(depth: depth - 1) }
        object["properties"] = .object(properties)
        var required = properties.keys.filter { _ in random.chance(50) }
        if random.chance(10), !required.contains("b") { required.append("b") }
        if !required.isEmpty { object["required"] = .array(required.map(JSONValue.string)) }
        if random.chance(60) { object["additionalProperties"] = random.chance(75) ? false : schema(depth: 0) }
        if random.chance(20) {
            object["patternProperties"] = .object(["^[ab]": schema(depth: 0), "1$": schema(depth: 0)])
        }
        if random.chance(10) { object["type"] = nil }
        return .object(object)
    }

    private mutating func array(depth: Int) -> JSONValue {
        var object: JSONObject = ["type": "array"]
        if random.chance(80) { object["items"] = random.chance(15) ? false : schema(depth: depth - 1) }
        if random.chance(40) {
            object["prefixItems"] = .array((0...random.below(3)).map { _ in schema(depth: depth - 1) })
        }
        if random.chance(40) { object["minItems"] = .integer(random.below(4)) }
        if random.chance(40) { object["maxItems"] = .integer(1 + random.below(4)) }
        return .object(object)
    }

    private mutating func oneOf(depth: Int) -> JSONValue {
        if random.chance(50) {
            return ["oneOf": [number(), text(), ["type": "null"], array(depth: depth)]]
        }
        let kinds = ["x", "y", "z"].prefix(2 + random.below(2)).map { kind -> JSONValue in
            ["properties": ["kind": ["const": .string(kind)], "v": schema(depth: depth - 1)], "required": ["kind"]]
        }
        return ["type": "object", "oneOf": .array(kinds)]
    }

    private mutating func allOf(depth: Int) -> JSONValue {
        switch random.below(4) {
        case 0: ["allOf": [object(depth: depth), object(depth: depth)]]
        case 1: ["allOf": [number(), ["type": ["number", "string"], "maximum": .integer(random.below(100))]]]
        case 2: ["allOf": [text(), ["pattern": .string(random.pick(Self.patterns))]], "minLength": 1]
        default:
            ["allOf": [["anyOf": [schema(depth: 0), object(depth: 1)]], ["type": ["object", "string", "number"]]]]
        }
    }

    /// A value of any kind.
    mutating func value(depth: Int) -> JSONValue {
        switch random.below(depth > 0 ? 11 : 8) {
        case 0: .null
        case 1: .bool(random.chance(50))
        case 2, 3: .integer(random.below(300) - 150)
        case 4: .written(random.pick(["0", "1.5", "-2.25", "1e1", "10.00", "0.125", "-0.01", "3.0", "12345678901"]))
        case 5, 6, 7: .string(string())
        case 8: .array((0..<random.below(4)).map { _ in value(depth: depth - 1) })
        default:
            .object(JSONObject((0..<random.below(4)).map { _ in .init(key: key(), value: value(depth: depth - 1)) }))
        }
    }

    mutating func key() -> String { random.chance(70) ? random.pick(Self.names) : string() }

    mutating func string() -> String {
        random.pick([
            "", "a", "ab", "abc", "aab", "abb", "x", "yz", "12", "12.50", "q", "é", "ß\n", "\u{1F600}", "\"",
            "\u{7F}\\",
        ])
    }
}

extension JSONValue {
    /// A number as it is written.
    static func written(_ text: String) -> JSONValue { JSONNumber(text).map(JSONValue.number) ?? .null }
}

extension [JSONValue] {
    fileprivate var uniqued: [JSONValue] {
        reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
