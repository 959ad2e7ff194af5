import RectoSchema

/// Schemas of the kinds that people write, each large enough to show what it costs.
enum MaskTimeSchemas {
    static let all: [(name: String, source: JSONValue)] = [
        ("invoice", invoice),
        ("any value", [:]),
        ("oneOf 30 kinds, kind first", kinds(30, "oneOf", kindFirst: true)),
        ("oneOf 30 kinds, kind last", kinds(30, "oneOf", kindFirst: false)),
        ("list of oneOf 30 kinds, kind last", list(kinds(30, "oneOf", kindFirst: false), most: 8)),
        ("anyOf 30 alike objects", alike(30)),
        ("list of anyOf 30 alike objects", list(alike(30), most: 8)),
        ("20 levels", levels(20)),
        ("60 optional properties", properties(60, required: false)),
        ("60 required properties", properties(60, required: true)),
        ("list of enum of 1,000 strings", list(["enum": words(1_000)], most: 20)),
        ("patterns", patterns),
        ("patternProperties", patternProperties),
        (
            "further properties of any kind",
            ["type": "object", "additionalProperties": ["type": ["string", "number"]]]
        ),
        ("dates and other formats", list(formats, most: 6)),
        ("multipleOf and bounds", list(numbers, most: 20)),
        ("recursion", tree),
        ("short strings", list(["type": "string", "maxLength": 12], most: 12)),
    ]

    private static let invoice: JSONValue = [
        "type": "object", "required": ["number", "date", "total"], "additionalProperties": false,
        "properties": [
            "number": ["type": "string", "maxLength": 20], "date": ["type": "string", "format": "date"],
            "customer": ["type": ["string", "null"]], "currency": ["enum": ["EUR", "USD", "GBP", "CHF"]],
            "total": ["type": "number", "minimum": 0, "maximum": 1_000_000],
            "items": list(
                [
                    "type": "object", "required": ["description", "amount"], "additionalProperties": false,
                    "properties": ["description": ["type": "string"], "amount": ["type": "number"]],
                ],
                most: 50
            ),
        ],
    ]

    private static func list(_ items: JSONValue, most: Int) -> JSONValue {
        ["type": "array", "items": items, "maxItems": .integer(most)]
    }

    private static func words(_ count: Int) -> JSONValue {
        let syllables = ["ka", "lo", "mi", "ter", "son", "ville", "ham", "by", "ton", "dor"]
        return .array(
            (0..<count).map { index in
                let parts = [index % 10, index / 10 % 10, index / 100 % 10].map { syllables[$0] }
                return .string(parts.joined() + "-\(index)")
            }
        )
    }

    /// Alternatives that a constant member tells apart.
    private static func kinds(_ count: Int, _ keyword: String, kindFirst: Bool) -> JSONValue {
        let alternatives = (0..<count).map { index -> JSONValue in
            let kind = JSONObject.Member(key: "kind", value: ["const": .string("kind-\(index)")])
            let others: [JSONObject.Member] = [
                .init(key: "name", value: ["type": "string", "maxLength": .integer(30 + index)]),
                .init(key: "amount", value: ["type": "number", "minimum": 0, "maximum": .integer(1_000 + index)]),
                .init(key: "note-\(index % 7)", value: ["type": "string"]),
            ]
            return [
                "type": "object", "required": ["kind", "name"], "additionalProperties": false,
                "properties": .object(JSONObject(kindFirst ? [kind] + others : others + [kind])),
            ]
        }
        return .object(JSONObject([.init(key: keyword, value: .array(alternatives))]))
    }

    /// Alternatives that only differ in their last members, with strings that only bounds tell apart.
    private static func alike(_ count: Int) -> JSONValue {
        [
            "anyOf": .array(
                (0..<count).map { index in
                    [
                        "type": "object", "required": ["name", "city"], "additionalProperties": false,
                        "properties": .object(
                            JSONObject([
                                .init(key: "name", value: ["type": "string"]),
                                .init(key: "city", value: ["type": "string", "minLength": .integer(index)]),
                                .init(key: "own-\(index)", value: ["type": "string", "format": "date"]),
                            ])
                        ),
                    ]
                }
            )
        ]
    }

    private static func levels(_ count: Int) -> JSONValue {
        (0..<count).reduce(["type": "string", "maxLength": 40]) { inner, level in
            [
                "type": "object", "required": ["inner"], "additionalProperties": false,
                "properties": [
                    "title": ["type": "string"], "inner": inner,
                    "after": ["type": ["integer", "null"], "minimum": .integer(level)],
                ],
            ]
        }
    }

    private static func properties(_ count: Int, required: Bool) -> JSONValue {
        let kinds: [JSONValue] = [
            ["type": "string", "maxLength": 60], ["type": "number"], ["type": "string", "format": "date"],
            ["type": ["boolean", "null"]],
        ]
        let names = (0..<count).map { "property_\($0)" }
        var properties = JSONObject()
        for (index, name) in names.enumerated() { properties[name] = kinds[index % kinds.count] }
        return [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
            "required": .array(required ? names.map(JSONValue.string) : []),
        ]
    }

    private static let patterns = list(
        [
            "type": "object", "required": ["iban", "plate", "code"], "additionalProperties": false,
            "properties": [
                "iban": ["type": "string", "pattern": "^[A-Z]{2}[0-9]{2}( ?[0-9A-Z]{4}){3,7}$"],
                "plate": ["type": "string", "pattern": "^[A-Z]{1,3}-[A-Z]{1,2} [0-9]{1,4}[EH]?$"],
                "code": ["type": "string", "pattern": "(ab|cd)+x", "maxLength": 30],
            ],
        ],
        most: 5
    )

    private static let patternProperties: JSONValue = [
        "type": "object", "properties": ["id": ["type": "integer"]], "required": ["id"],
        "patternProperties": ["^x-": ["type": "string"], "^[a-z]+_at$": ["type": "string", "format": "date"]],
        "additionalProperties": ["type": ["number", "null"]],
    ]

    private static let formats: JSONValue = [
        "type": "object", "required": ["date", "time", "when", "mail", "uri", "id", "address"],
        "additionalProperties": false,
        "properties": [
            "date": ["type": "string", "format": "date"], "time": ["type": "string", "format": "time"],
            "when": ["type": "string", "format": "date-time"], "mail": ["type": "string", "format": "email"],
            "uri": ["type": "string", "format": "uri"], "id": ["type": "string", "format": "uuid"],
            "address": ["type": "string", "format": "ipv4"],
        ],
    ]

    private static let numbers: JSONValue = [
        "anyOf": [
            ["type": "integer", "multipleOf": 7, "minimum": -1_000, "maximum": 100_000],
            ["type": "number", "multipleOf": .decimal(0.05, decimals: 2), "minimum": 0, "maximum": 1_000_000],
        ]
    ]

    private static let tree: JSONValue = [
        "$ref": "#/$defs/node",
        "$defs": [
            "node": [
                "type": "object", "required": ["name", "children"], "additionalProperties": false,
                "properties": [
                    "name": ["type": "string", "maxLength": 50],
                    "children": ["type": "array", "items": ["$ref": "#/$defs/node"], "maxItems": 4],
                ],
            ]
        ],
    ]
}
