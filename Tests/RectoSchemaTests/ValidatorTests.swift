import RectoSchema
import Testing

@Suite struct ValidatorTests {
    private static func violations(_ schema: String, _ instance: String) throws -> [String] {
        let schema = try JSONSchema(source: try JSONParser().parse(schema))
        return schema.validate(try JSONParser().parse(instance)).map {
            "\($0.instancePointer) \($0.schemaPointer) \($0.keyword)"
        }
    }

    @Test(
        arguments: [
            (#"{"items":{"type":"integer"}}"#, "[1,\"a\",2,null]", ["/1 /items/type type", "/3 /items/type type"]),
            (#"{"required":["a","b"]}"#, #"{"b":1}"#, [" /required required"]),
            (#"{"properties":{"a/b":false}}"#, #"{"a/b":1}"#, ["/a~1b /properties/a~1b "]),
            (
                #"{"additionalProperties":false,"properties":{"a":{}}}"#, #"{"b":1,"a":1}"#,
                [" /additionalProperties additionalProperties"]
            ),
            (##"{"$ref":"#/$defs/n","$defs":{"n":{"minimum":3}}}"##, "2", [" /$defs/n/minimum minimum"]),
            (#"{"oneOf":[{"minimum":1},{"minimum":2}]}"#, "3", [" /oneOf oneOf"]),
            (#"{"anyOf":[{"type":"string"},{"maximum":1}]}"#, "3", [" /anyOf anyOf"]),
            (#"{"minLength":2,"pattern":"^x"}"#, #""y""#, [" /minLength minLength", " /pattern pattern"]),
            (
                #"{"maximum":0.3,"multipleOf":0.1}"#, "0.30000000000000001",
                [" /maximum maximum", " /multipleOf multipleOf"]
            ),
            (#"{"type":["string","null"]}"#, "null", []), (#"{"enum":[1.0,"a"]}"#, "1e0", []),
            (#"{"const":{"b":[1],"a":2}}"#, #"{"a":2.0,"b":[1.0]}"#, []), (#"{"type":"integer"}"#, "1.50e1", []),
            (#"{"type":"integer"}"#, "1e-9999999", [" /type type"]),
            (#"{"minimum":0}"#, "1e9999999", [" /minimum minimum"]),
            ("false", "1", ["  "]), ("true", "1", []), (#"{"type":"string","nullable":true}"#, "null", []),
            (#"{"type":"string","nullable":false}"#, "null", [" /type type"]), (#"{"nullable":true}"#, "1", []),
            (#"{"type":"string","nullable":true}"#, "1", [" /type type"]),
            (##"{"$ref":"#/$defs/n","nullable":true,"$defs":{"n":{"type":"object","minimum":3}}}"##, "null", []),
            (
                ##"{"items":{"$ref":"#/$defs/a","nullable":true},"prefixItems":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"type":"string","minLength":1}}}"##,
                #"[null,null,""]"#, ["/0 /$defs/b/type type", "/2 /$defs/b/minLength minLength"]
            ),
        ] as [(String, String, [String])]
    )
    func namesPlaceAndKeywordOfEachViolation(schema: String, instance: String, expected: [String]) throws {
        #expect(try Self.violations(schema, instance) == expected)
    }

    @Test func saysWhatIsExpectedAndWhatIsThere() throws {
        let schema = try JSONSchema(source: ["properties": ["total": ["type": ["number", "null"], "minimum": 0]]])
        let violations = schema.validate(["total": "12"])
        #expect(violations.map(\.description) == [#"at "/total": expected null or number, found string"#])
    }

    @Test func countsScalarsAndTellsEquivalentTextsApart() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        #expect(try JSONSchema(source: ["maxLength": 1]).validate(.string(composed)).isEmpty)
        #expect(try !JSONSchema(source: ["maxLength": 1]).validate(.string(decomposed)).isEmpty)
        #expect(try !JSONSchema(source: ["const": .string(composed)]).validate(.string(decomposed)).isEmpty)
        let required = try JSONSchema(source: ["required": [.string(composed)]])
        #expect(!required.validate(.object(JSONObject([.init(key: decomposed, value: 1)]))).isEmpty)
        let closed = try JSONSchema(
            source: [
                "properties": .object(JSONObject([.init(key: composed, value: true)])), "additionalProperties": false,
            ]
        )
        #expect(!closed.validate(.object(JSONObject([.init(key: decomposed, value: 1)]))).isEmpty)
    }

    @Test func neverCallsValidWhatIsTooDeepToCheck() throws {
        let schema = try JSONSchema(source: ["items": ["anyOf": [["$ref": "#"], ["type": "string"]]]])
        for depth in [10, 150, 300, 5_000] {
            var instance: JSONValue = []
            for _ in 0..<depth { instance = [instance] }
            #expect(schema.validate(instance).isEmpty == (depth < 200), "\(depth)")
        }
    }

    private static func doubled(_ times: Int) throws -> JSONSchema {
        var definitions: JSONObject = ["d0": ["type": "string"]]
        for index in 1...times {
            let reference: JSONValue = ["$ref": .string("#/$defs/d\(index - 1)")]
            definitions["d\(index)"] = ["allOf": [reference, reference]]
        }
        return try JSONSchema(source: ["$ref": .string("#/$defs/d\(times)"), "$defs": .object(definitions)])
    }

    @Test func givesUpWhereSchemasMultiplyTheWork() throws {
        let violations = try Self.doubled(60).validate("a")
        #expect(violations.count == 1)
        #expect(violations.first?.message.contains("steps") == true)
    }

    @Test func listsAThousandViolationsAtMost() throws {
        #expect(try Self.doubled(12).validate(1).count == 1_000)
    }
}
