import RectoExtraction
import RectoPages
import RectoSchema
import Testing

@Suite struct ExtractionSchemaTests {
    @Test(
        arguments: [
            (#"{"type":"object","oneOf":[]}"#, "oneOf", ""),
            (#"{"type":"object","properties":{"a":{"type":"string","default":"x"}}}"#, "default", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"type":"string","format":"regex"}}}"#, "format", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"type":"string","pattern":"(?=a)"}}}"#, "pattern", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"anyOf":[{"type":"string"}]}}}"#, "anyOf", "/properties/a"),
            (#"{"type":"object","$defs":{"a":{"patternProperties":{"b":{}}}}}"#, "patternProperties", "/$defs/a"),
            (#"{"type":"object","properties":{"a":{"type":"string","x-order":1}}}"#, "x-order", "/properties/a"),
            (#"{"type":"object","properties":{"a":true}}"#, "schema", "/properties/a"),
            (#"{"type":"object","required":["a","a"]}"#, "required", ""),
            (#"{"type":"object","$schema":"http://json-schema.org/draft-07/schema#"}"#, "$schema", ""),
            (#"{"type":"object","properties":{"a":{"type":"string","nullable":1}}}"#, "nullable", "/properties/a"),
            (
                #"{"type":"object","properties":{"a":{"type":"string","enum":["x"],"nullable":true}}}"#, "nullable",
                "/properties/a"
            ),
            (##"{"type":"object","properties":{"a":{"$ref":"#"}}}"##, "$ref", "/properties/a"),
            (
                ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/d","nullable":true}},"$defs":{"d":{"properties":{"b":{"$ref":"#/$defs/d"}}}}}"##,
                "$ref", "/$defs/d/properties/b"
            ),
            (
                ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/d","minLength":2}},"$defs":{"d":{"type":"string"}}}"##,
                "minLength", "/properties/a"
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"number","x-recto":{"type":"date"}}}}"#, "type",
                "/properties/a/x-recto"
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"string","x-recto":{"labels":[]}}}}"#, "labels",
                "/properties/a/x-recto"
            ),
            (#"{"type":"object","properties":{"a":{"type":"string","x-recto":1}}}"#, "x-recto", "/properties/a"),
            (
                #"{"type":"object","properties":{"a":{"type":"string","x-recto":{"merge":"newest"}}}}"#, "merge",
                "/properties/a/x-recto"
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}},"x-recto":{"merge":"best"}}}}"#,
                "merge", "/properties/a/x-recto"
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string","x-recto":{"merge":"best"}}}}}}}"#,
                "merge", "/properties/a/items/properties/b/x-recto"
            ),
            (#"{"type":"object","properties":{"a":{"type":"text"}}}"#, "type", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"type":["string","number"]}}}"#, "type", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"type":"string","pattern":"("}}}"#, "pattern", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"type":"string","minLength":-1}}}"#, "minLength", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"type":"number","minimum":"1"}}}"#, "minimum", "/properties/a"),
            (
                #"{"type":"object","properties":{"a":{"type":["string","null"],"minLength":5,"maxLength":3}}}"#,
                "minLength", "/properties/a"
            ),
            (#"{"type":"object","required":["a"],"additionalProperties":false}"#, "required", ""),
            (
                #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"minItems":2,"maxItems":1}}}"#,
                "minItems", "/properties/a"
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"integer","minimum":1.2,"maximum":1.8}}}"#, "minimum",
                "/properties/a"
            ),
            (#"{"type":"object","properties":{"a":{"enum":[]}}}"#, "enum", "/properties/a"),
            (#"{"type":"object","properties":{"a":{"$ref":"other.json"}}}"#, "$ref", "/properties/a"),
            (##"{"type":"object","properties":{"a":{"$ref":"#/$defs/no"}}}"##, "$ref", "/properties/a"),
            (##"{"type":"object","$defs":{"a":{"$ref":"#/$defs/a"}}}"##, "$ref", "/$defs/a"),
            (
                #"{"type":"object","properties":{"a":{"type":"string","x-recto":{"kind":"date"}}}}"#, "kind",
                "/properties/a/x-recto"
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"string","x-recto":{"type":"money"}}}}"#, "type",
                "/properties/a/x-recto"
            ),
            (#"{"type":"object","properties":{"a~/b":{"type":"string","then":{}}}}"#, "then", "/properties/a~0~1b"),
            (#"{"type":"object","properties":[]}"#, "properties", ""),
            (#"{"type":"object","required":"a"}"#, "required", ""),
            (#"{"type":"string"}"#, "type", ""),
            (#"{"properties":{}}"#, "type", ""),
            ("true", "schema", ""),
        ] as [(String, String, String)]
    )
    func refusesWhatItWouldNotCheck(text: String, keyword: String, pointer: String) throws {
        let value = try JSONParser().parse(text)
        let error = try #require(throws: ExtractionError.self) { try ExtractionSchema(value) }
        #expect(error.facts["keyword"] == keyword, "\(error)")
        #expect(error.facts["pointer"] == pointer, "\(error)")
        #expect(error.category == .defect)
    }

    @Test(
        arguments: [
            (#""type":"string","maxLength":2,"x-recto":{"type":"currency"}"#, "maxLength"),
            (#""type":"string","pattern":"^[a-z]+$","x-recto":{"type":"currency"}"#, "pattern"),
            (#""type":"string","pattern":"/","x-recto":{"type":"date","locale":"en-GB"}"#, "pattern"),
        ] as [(String, String)]
    )
    func refusesWhatNoNormalisedValueSatisfies(node: String, keyword: String) throws {
        let schema = try schema(#"{"type":"object","properties":{"v":{\#(node)}}}"#)
        let error = try #require(throws: ExtractionError.self) { try schema.fields() }
        #expect(error.facts["keyword"] == keyword && error.facts["pointer"] == "/properties/v")
    }

    @Test(
        arguments: [
            #""type":"string","pattern":"^(EUR|USD)$","x-recto":{"type":"currency"}"#,
            #""type":"string","enum":["Euro"],"x-recto":{"type":"currency"}"#,
            #""type":"string","pattern":"^2069-12-31$","format":"date""#,
            #""type":"string","pattern":"/","x-recto":{"type":"date"}"#,
            #""type":"string","format":"date","maxLength":10"#,
        ]
    )
    func takesWhatSomeNormalisedValueSatisfies(node: String) throws {
        #expect(try schema(#"{"type":"object","properties":{"v":{\#(node)}}}"#).fields().count == 1)
    }

    @Test func tellsEveryMistakeOfASchemaAtOnce() throws {
        let error = try #require(throws: ExtractionError.self) {
            try schema(#"{"type":"object","not":{},"properties":{"a":{"type":"sting"},"b":{"minLength":-1}}}"#)
        }
        #expect(error.code == "schema.unsupported-keyword")
        #expect(error.facts["pointer"]?.isEmpty == true)
        for place in ["\"not\"", "\"/properties/a/type\"", "\"/properties/b/minLength\""] {
            #expect(error.description.contains(place), "\(error)")
        }
    }

    @Test func refusesReferencesThatMultiplyWithoutEnd() throws {
        var definitions: JSONObject = ["d0": ["type": "string"]]
        for index in 1...30 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(index - 1)")]
            definitions["d\(index)"] = ["type": "object", "properties": ["a": next, "b": next]]
        }
        let source: JSONValue = ["$ref": "#/$defs/d30", "$defs": .object(definitions)]
        let error = try #require(throws: ExtractionError.self) { try ExtractionSchema(source) }
        #expect(error.facts["keyword"] == "$ref")
    }

    @Test(
        arguments: [
            (#"{"type":"string"}"#, false), (#"{"type":["string","null"]}"#, true), ("{}", true),
            (#"{"type":"string","nullable":true}"#, true), (#"{"type":"string","nullable":false}"#, false),
            (##"{"$ref":"#/$defs/d"}"##, false), (##"{"$ref":"#/$defs/d","nullable":true}"##, true),
            (#"{"type":["string","null"],"enum":["a"]}"#, false),
            (#"{"type":["string","null"],"enum":["a",null]}"#, true),
        ] as [(String, Bool)]
    )
    func knowsWhereNullIsAllowed(node: String, isAllowed: Bool) throws {
        let schema = try schema(
            ##"{"type":"object","properties":{"v":\##(node),"w":{"$ref":"#/$defs/d"}},"$defs":{"d":{"type":"string"}}}"##
        )
        #expect(schema.root.properties[0].node.allowsNull == isAllowed)
        #expect(schema.validate(["v": .null]).isEmpty == isAllowed)
        // Where `nullable` is not beside the reference, the definition stays as it is.
        #expect(!schema.root.properties[1].node.allowsNull)
    }

    @Test func saysWhereASchemaFileIsNoJSON() throws {
        let error = try #require(throws: ExtractionError.self) {
            try ExtractionSchema(bytes: "{\n  \"type\": object\n}".utf8, file: "invoice.schema.json")
        }
        #expect(error.description.hasPrefix("invoice.schema.json:2:11: "))
    }

    @Test func listsFieldsInOrderWithTitlesLabelsAndKinds() throws {
        let schema = try schema(
            #"""
            {"type": "object", "required": ["seller"],
             "properties": {
               "zeta": {"type": "string"},
               "kind": {"const": "invoice"},
               "seller": {"type": "object", "required": ["vatId"], "properties": {"vatId": {"type": "string"}}},
               "due_date": {"$ref": "#/$defs/day", "title": "Due date"},
               "total": {"type": ["number", "null"], "title": "Total", "x-recto": {"labels": ["Total", "Amount due"]}}},
             "$defs": {"day": {"type": "string", "format": "date"}}}
            """#
        )
        let fields = try schema.fields()
        #expect(fields.map(\.pointer.description) == ["/zeta", "/seller/vatId", "/due_date", "/total"])
        #expect(fields.map(\.title) == ["zeta", "vat id", "Due date", "Total"])
        #expect(fields.map(\.isRequired) == [false, true, false, false])
        #expect(fields.map(\.node.kind) == [.text, .text, .date, .amount])
        #expect(fields[3].labels == ["Total", "Amount due"])
        #expect(fields[3].node.allowsNull)
    }

    @Test(
        arguments: [
            (#"{"type":"object","properties":{"any":{"title":"Any"}}}"#, "type"),
            (
                #"{"type":"object","properties":{"map":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
                "additionalProperties"
            ),
            (#"{"type":"object","properties":{"empty":{"type":"object"}}}"#, "properties"),
        ] as [(String, String)]
    )
    func namesWhatItCannotExtract(text: String, keyword: String) throws {
        let schema = try schema(text)
        let error = try #require(throws: ExtractionError.self) { try FieldExtractor(schema: schema) }
        #expect(error.facts["keyword"] == keyword)
        #expect(error.code == "schema.unsupported-keyword")
    }

    private func schema(_ text: String) throws -> ExtractionSchema {
        try ExtractionSchema(bytes: text.utf8, file: "test.json")
    }
}
