public import RectoSchema

/// The JSON Schema of pipeline files, by which editors complete them; made from the registry.
public enum PipelineSchema {
    /// The schema.
    ///
    /// - Parameter registry: The stages that exist.
    /// - Returns: A JSON Schema, draft 2020-12.
    public static func schema(of registry: StageRegistry = .builtIn) -> JSONValue {
        let stages = registry.types.map { type in
            JSONValue.object(
                JSONObject([
                    .init(key: "title", value: .string(type.name)),
                    .init(key: "description", value: .string(type.summary)),
                    .init(key: "type", value: "object"),
                    .init(key: "properties", value: properties(of: type)),
                    .init(key: "required", value: ["use"]),
                    .init(key: "additionalProperties", value: false),
                ])
            )
        }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Recto pipeline",
            "type": "object",
            "properties": [
                "version": ["const": 1],
                "name": ["type": "string", "minLength": 1],
                "model": ["type": "string", "description": "The model's name in recto.yaml; default: default."],
                "review-below": [
                    "type": "number", "minimum": 0, "maximum": 1,
                    "description": "A record with a confidence below this is filed under review/; default: none is.",
                ],
                "stages": [
                    "type": "object", "minProperties": 1, "additionalProperties": ["oneOf": .array(stages)],
                ],
                "deliver": ["type": "string", "description": "The stage whose record is delivered."],
            ],
            "required": ["version", "name", "stages", "deliver"],
            "additionalProperties": false,
        ]
    }

    private static func properties(of type: StageType) -> JSONValue {
        var properties: JSONObject = [
            "use": ["const": .string(type.name)],
            "from": ["type": ["string", "array"], "items": ["type": "string"]],
        ]
        for option in type.options { properties[option.name] = schema(of: option) }
        guard type.output != .record else { return .object(properties) }
        properties["on-error"] = [
            "oneOf": [
                ["enum": ["fail", "skip"]],
                [
                    "type": "object", "properties": ["fallback": ["type": "string"]], "required": ["fallback"],
                    "additionalProperties": false,
                ],
            ]
        ]
        properties["retry"] = ["type": "integer", "minimum": 0, "maximum": 10]
        properties["timeout"] = ["type": "string", "pattern": "^[0-9.]+(ms|s|m|h)$"]
        properties["concurrency"] = ["type": "integer", "minimum": 1, "maximum": 16]
        return .object(properties)
    }

    /// A default as an editor would write it.
    private static func defaultValue(_ text: String, kind: OptionKind) -> JSONValue {
        switch kind {
        case .integer, .number:
            Int(text).map(JSONValue.integer) ?? Double(text).map { .decimal($0, decimals: 2) } ?? .null
        case .choice, .text, .file: .string(text)
        }
    }

    private static func schema(of option: StageOption) -> JSONValue {
        var schema: JSONObject = ["description": .string(option.summary)]
        if let value = option.defaultValue { schema["default"] = defaultValue(value, kind: option.kind) }
        switch option.kind {
        case .number(let range):
            schema["type"] = "number"
            schema["minimum"] = .decimal(range.lowerBound, decimals: 2)
            schema["maximum"] = .decimal(range.upperBound, decimals: 2)
        case .integer(let range):
            schema["type"] = "integer"
            schema["minimum"] = .integer(range.lowerBound)
            schema["maximum"] = .integer(range.upperBound)
        case .choice(let words): schema["enum"] = .array(words.map(JSONValue.string))
        case .text, .file: schema["type"] = "string"
        }
        return .object(schema)
    }
}
