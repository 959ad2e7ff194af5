import RectoExtraction
import RectoSchema
import Testing

@Suite struct SchemaViolationTests {
    @Test(
        arguments: [
            (#"{"type":"string"}"#, #""""#, ""), (#"{"type":"string"}"#, "1", "type"),
            (#"{"type":"string"}"#, "null", "type"),
            (#"{"type":["string","null"]}"#, "null", ""), (#"{"type":"string","nullable":true}"#, "null", ""),
            (#"{"type":"integer"}"#, "3.0", ""), (#"{"type":"integer"}"#, "3.5", "type"),
            (#"{"type":"number"}"#, "3", ""),
            (#"{"type":"number"}"#, "\"3\"", "type"), (#"{"type":"boolean"}"#, "true", ""),
            (#"{"type":"boolean"}"#, "0", "type"),
            (#"{"enum":["a",1]}"#, "1.0", ""), (#"{"enum":["a",1]}"#, "\"b\"", "enum"),
            (#"{"const":{"a":1,"b":2}}"#, #"{"b":2,"a":1.0}"#, ""),
            (#"{"const":null}"#, "false", "const"),
            (#"{"type":"string","minLength":2}"#, "\"é\"", "minLength"),
            (#"{"type":"string","maxLength":1}"#, "\"é\"", ""),
            (#"{"type":"string","maxLength":1}"#, "\"ab\"", "maxLength"),
            (#"{"type":"string","pattern":"^[A-Z]{2}[0-9]+$"}"#, "\"DE123\"", ""),
            (#"{"type":"string","pattern":"^[A-Z]{2}[0-9]+$"}"#, "\"de123\"", "pattern"),
            (#"{"type":"string","pattern":"b"}"#, "\"abc\"", ""),
            (#"{"type":"number","minimum":1}"#, "0.99", "minimum"), (#"{"type":"number","minimum":1}"#, "1.00", ""),
            (#"{"type":"number","maximum":10}"#, "1e1", ""), (#"{"type":"number","maximum":10}"#, "10.01", "maximum"),
            (#"{"type":"string","format":"date"}"#, "\"2024-02-29\"", ""),
            (#"{"type":"string","format":"date"}"#, "\"2023-02-29\"", "format"),
            (#"{"type":"string","format":"date"}"#, "\"2024-1-1\"", "format"),
            (#"{"type":"string","format":"date"}"#, "\"2024-01-01\\n\"", "format"),
            (#"{"type":"string","format":"date-time"}"#, "\"2026-11-21T09:20:00.5+01:00\"", ""),
            (#"{"type":"string","format":"date-time"}"#, "\"2026-11-21 09:20:00Z\"", "format"),
            (#"{"type":"string","format":"date-time"}"#, "\"2026-11-21T25:20:00Z\"", "format"),
            (#"{"type":"string","format":"email"}"#, "\"a.b@c-d.org\"", ""),
            (#"{"type":"string","format":"email"}"#, "\"a@ü.org\"", "format"),
            (#"{"type":"string","format":"email"}"#, "\"a..b@c.org\"", "format"),
            (#"{"type":"string","format":"uri"}"#, "\"urn:a:b\"", ""),
            (#"{"type":"string","format":"uri"}"#, "\"a b\"", "format"),
            (#"{"type":"number","exclusiveMinimum":1}"#, "1.0", "exclusiveMinimum"),
            (#"{"type":"number","multipleOf":0.1}"#, "0.3", ""),
            (#"{"type":"number","multipleOf":0.1}"#, "0.35", "multipleOf"),
            (#"{"type":"string","format":"date-time"}"#, "\"2026-11-21T09:20:60Z\"", "format"),
            (##"{"$ref":"#/$defs/d","nullable":true}"##, "null", ""), (##"{"$ref":"#/$defs/d"}"##, "null", "type"),
            (##"{"$ref":"#/$defs/d","nullable":true}"##, "\"x\"", "format"),
            (#"{"type":"string","format":"email"}"#, "\"a b@c.org\"", "format"),
            (#"{"type":"array","items":{"type":"string"}}"#, #"["a","b"]"#, ""),
            (#"{"type":"array","items":{"type":"string"}}"#, #"["a",1]"#, "type"),
            (#"{"type":"array","minItems":1,"maxItems":2}"#, "[]", "minItems"),
            (#"{"type":"array","minItems":1,"maxItems":2}"#, "[1,2,3]", "maxItems"),
            (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, "{}", "required"),
            (#"{"type":"object","required":["z"]}"#, "{}", "required"),
            (
                #"{"type":"object","properties":{"a":{}},"additionalProperties":false}"#, #"{"b":1}"#,
                "additionalProperties"
            ),
            (#"{"type":"object","additionalProperties":{"type":"string"}}"#, #"{"b":1}"#, "type"),
            (##"{"$ref":"#/$defs/d"}"##, "\"x\"", "format"),
        ] as [(String, String, String)]
    )
    func comparesValuesWithEveryKeyword(node: String, value: String, keyword: String) throws {
        let text = #"{"type":"object","properties":{"v":\#(node)},"$defs":{"d":{"type":"string","format":"date"}}}"#
        let schema = try ExtractionSchema(bytes: text.utf8, file: "table.json")
        let violations = schema.validate(.object(["v": try JSONParser().parse(value)]))
        #expect(violations.map(\.keyword) == (keyword.isEmpty ? [] : [keyword]), "\(violations)")
    }

    @Test func saysWhereInTheValueAndWhatWasExpected() throws {
        let text =
            #"{"type":"object","properties":{"rows":{"type":"array","items":{"type":"object","properties":{"n":{"type":"integer"}}}}}}"#
        let schema = try ExtractionSchema(bytes: text.utf8, file: "rows.json")
        let violations = schema.validate(["rows": [["n": 1], ["n": "x"]]])
        #expect(violations.map(\.description) == ["at \"/rows/1/n\": expected integer, found string"])
        #expect(violations.map(\.expected) == ["integer"])
        #expect(violations.map(\.found) == ["string"])
        let row = schema.root.properties[0].node.items[0]
        let place = JSONPointer(["rows", "1"])
        #expect(row.validate(["n": "x"], at: place) == violations)
        #expect(row.validate(["n": 2]).isEmpty)
    }

    @Test func tellsEveryViolationAtOnce() throws {
        let text =
            #"{"type":"object","properties":{"a":{"type":"string","minLength":3,"pattern":"^x"},"b":{"type":"number"}},"required":["b"]}"#
        let schema = try ExtractionSchema(bytes: text.utf8, file: "many.json")
        let violations = schema.validate(["a": "y"])
        #expect(violations.map(\.keyword) == ["required", "minLength", "pattern"])
    }
}
