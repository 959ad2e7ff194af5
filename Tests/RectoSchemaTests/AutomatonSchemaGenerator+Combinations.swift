import RectoSchema

/// Keywords side by side that the plain kinds of schemas keep apart.
extension AutomatonSchemaGenerator {
    private static let decimals = ["1e1", "-2e0", "1.5E+1", "25e-1", "-0.5", "0.125", "1E2", "0e5", "3.10", "-7", "12"]
    private static let divisors = ["5e-1", "2e0", "1E1", "0.04", "1.50", "3", "0.2e1", "1e-2"]

    mutating func combination(depth: Int) -> JSONValue {
        switch depth > 0 ? random.below(16) : random.below(5) {
        case 0: exponents()
        case 1: formedText()
        case 2: listedValues()
        case 3: reference(beside: ["minimum": .written(random.pick(Self.decimals)), "maxLength": 4])
        case 4: .bool(random.chance(80))
        case 5, 6: keyed(depth: depth)
        case 7, 8: tuple(depth: depth)
        case 9: requirements(depth: depth)
        case 10: presence(depth: depth)
        case 11: alternativesTogether(depth: depth)
        case 12: nullableReference(depth: depth)
        case 13: reference(beside: ["required": [.string(random.pick(Self.names))], "minItems": 1])
        case 14: ["$ref": "#"]
        default: merged(depth: depth)
        }
    }

    /// Bounds and divisors with exponents, both kinds of bounds at once.
    private mutating func exponents() -> JSONValue {
        var object: JSONObject = [
            "type": random.pick([
                "integer", "number", ["integer", "null"], ["number", "integer"], ["number", "string"],
            ])
        ]
        for keyword in ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] where random.chance(35) {
            let isLow = keyword.lowercased().hasSuffix("minimum")
            object[keyword] = .written(random.pick(Self.decimals.filter { $0.hasPrefix("-") == isLow }))
        }
        if random.chance(40) { object["multipleOf"] = .written(random.pick(Self.divisors)) }
        return .object(object)
    }

    /// A format, a pattern and lengths at once.
    private mutating func formedText() -> JSONValue {
        var object: JSONObject = [
            "format": .string(random.pick(["date", "time", "date-time", "email", "uri", "uuid", "ipv4"]))
        ]
        if random.chance(70) { object["type"] = random.pick(["string", ["string", "null"]]) }
        if random.chance(50) { object["pattern"] = .string(random.pick(["^[0-9a]", "1", "[a-z]$", "^.{5,}$", "Z$"])) }
        if random.chance(50) { object["maxLength"] = .integer(7 + random.below(20)) }
        if random.chance(30) { object["minLength"] = .integer(random.below(12)) }
        return .object(object)
    }

    /// Values of which other keywords exclude some.
    private mutating func listedValues() -> JSONValue {
        var values = (0...(2 + random.below(4))).map { _ in value(depth: 2) }
        values += [.written(random.pick(Self.decimals)), .string(string()), .null]
        var object: JSONObject = ["enum": .array(values)]
        if random.chance(50) {
            object["type"] = random.pick(["string", ["number", "null"], ["object", "array", "null"]])
        }
        if random.chance(30) { object["maxLength"] = .integer(random.below(4)) }
        if random.chance(30) { object["maximum"] = .written(random.pick(Self.decimals)) }
        if random.chance(20) { object["pattern"] = .string(random.pick(Self.patterns)) }
        if random.chance(20) { object["required"] = [.string(random.pick(Self.names))] }
        if random.chance(20) { object["maxItems"] = .integer(random.below(3)) }
        if random.chance(15) { object["const"] = random.pick(values) }
        return .object(object)
    }

    private mutating func reference(beside keywords: JSONObject) -> JSONValue {
        var object: JSONObject = ["$ref": .string("#/$defs/" + random.pick(["tree", "list", "leaf"]))]
        for member in keywords where random.chance(60) { object[member.key] = member.value }
        return .object(object)
    }

    /// Names and patterns of keys that overlap, and keys that must be there but must not.
    private mutating func keyed(depth: Int) -> JSONValue {
        var object: JSONObject = ["type": random.pick(["object", ["object", "null"]])]
        var properties = JSONObject()
        for _ in 0..<random.below(4) { properties[random.pick(Self.names)] = schema(depth: depth - 1) }
        // Another key than "été", though Swift's strings call them the same.
        if random.chance(20) { properties["e\u{301}te\u{301}"] = schema(depth: 0) }
        object["properties"] = .object(properties)
        var patterns = JSONObject()
        for pattern in ["^[ab]", "a", "^.$", "l$", "é", "^(a|total)$", "\"", "[0-9]"] where random.chance(25) {
            patterns[pattern] = random.chance(20) ? .bool(random.chance(50)) : schema(depth: 0)
        }
        object["patternProperties"] = .object(patterns)
        object["required"] = .array(Self.names.filter { _ in random.chance(20) }.map(JSONValue.string))
        if random.chance(70) { object["additionalProperties"] = random.chance(70) ? false : schema(depth: depth - 1) }
        return .object(object)
    }

    /// First elements, further ones and their number.
    private mutating func tuple(depth: Int) -> JSONValue {
        var object: JSONObject = [
            "type": "array", "prefixItems": .array((0...random.below(4)).map { _ in schema(depth: depth - 1) }),
        ]
        if random.chance(70) { object["items"] = random.chance(30) ? false : schema(depth: depth - 1) }
        if random.chance(60) { object["maxItems"] = .integer(random.below(6)) }
        if random.chance(50) { object["minItems"] = .integer(random.below(5)) }
        return .object(object)
    }

    /// Alternatives that only say what must be there.
    private mutating func requirements(depth: Int) -> JSONValue {
        var object = self.object(depth: depth).objectValue ?? [:]
        object["anyOf"] = .array(
            (0...random.below(3)).map { _ in ["required": [.string(random.pick(Self.names))]] }
        )
        return .object(object)
    }

    /// Alternatives that the presence of a member tells apart.
    private mutating func presence(depth: Int) -> JSONValue {
        let name = random.pick(Self.names)
        let absent: JSONValue = ["properties": .object(JSONObject([.init(key: name, value: false)]))]
        var present = object(depth: depth).objectValue ?? [:]
        present["required"] = [.string(name)]
        return ["type": "object", "oneOf": [.object(present), absent]]
    }

    /// `anyOf`, `oneOf` and `allOf` of one schema object.
    private mutating func alternativesTogether(depth: Int) -> JSONValue {
        [
            "anyOf": [schema(depth: depth - 1), object(depth: depth), ["type": ["string", "null"]]],
            "oneOf": [
                ["type": ["object", "array"]], ["type": "string", "maxLength": .integer(random.below(6))],
                ["type": "null"],
            ],
            "allOf": [["properties": ["a": schema(depth: 0)]], ["minLength": .integer(random.below(3))]],
        ]
    }

    /// `nullable` beside `allOf` and `$ref`; where a part excludes null the compiler refuses it.
    private mutating func nullableReference(depth: Int) -> JSONValue {
        var object: JSONObject = ["$ref": "#/$defs/tree", "nullable": true]
        if random.chance(70) {
            object["allOf"] = [
                ["properties": ["v": schema(depth: 0), "b": schema(depth: 0)]],
                .object(["type": random.pick(["object", ["object", "null"]]), "nullable": .bool(random.chance(80))]),
            ]
        }
        return .object(object)
    }

    /// The same places described by several schemas.
    private mutating func merged(depth: Int) -> JSONValue {
        ["allOf": [keyed(depth: depth), object(depth: depth), reference(beside: ["maxItems": 2])]]
    }
}
