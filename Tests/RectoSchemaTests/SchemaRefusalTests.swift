import RectoSchema
import Testing

@Suite struct SchemaRefusalTests {
    /// The issues of a schema, as "pointer keyword".
    private static func places(_ schema: String) throws -> [String] {
        let value = try JSONParser().parse(schema)
        let error = try #require(throws: SchemaError.self) { try JSONSchema(source: value) }
        return error.issues.map { "\($0.pointer) \($0.keyword)" }
    }

    private static func messages(_ schema: String) throws -> [String] {
        let value = try JSONParser().parse(schema)
        return try #require(throws: SchemaError.self) { try JSONSchema(source: value) }.issues.map(\.message)
    }

    @Test(arguments: [
        "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$vocabulary", "if", "then", "else",
        "not",
        "contains", "minContains", "maxContains", "uniqueItems", "unevaluatedItems", "unevaluatedProperties",
        "propertyNames", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "dependencies",
        "contentEncoding", "contentMediaType", "contentSchema", "definitions", "additionalItems", "id",
        "discriminator", "unknown", "X-upper", "",
    ])
    func refusesUnsupportedKeywordsByNameAndPlace(keyword: String) throws {
        let schema: JSONValue = [
            "properties": ["a/b": ["items": .object(JSONObject([.init(key: keyword, value: true)]))]]
        ]
        let error = try #require(throws: SchemaError.self) { try JSONSchema(source: schema) }
        #expect(error.issues.count == 1)
        #expect(error.issues.first?.keyword == keyword)
        #expect(error.issues.first?.pointer.tokens == ["properties", "a/b", "items", keyword])
        #expect(error.issues.first?.message.contains("\"\(keyword)\"") == true)
    }

    @Test(
        arguments: [
            ("requird", "required"), ("propertys", "properties"), ("maxlength", "maxLength"), ("tpye", "type"),
            ("Enum", "enum"), ("exclusiveMinimun", "exclusiveMinimum"), ("$def", "$defs"), ("ref", "$ref"),
            ("additionalproperties", "additionalProperties"), ("desciption", "description"),
        ] as [(String, String)]
    )
    func suggestsTheKeywordThatWasMeant(written: String, meant: String) throws {
        let messages = try Self.messages(#"{"\#(written)": 1}"#)
        #expect(messages.first?.hasSuffix("did you mean \"\(meant)\"?") == true, "\(messages)")
    }

    @Test func suggestsTypesAndFormatsToo() throws {
        #expect(try Self.messages(#"{"type": "sting"}"#).first?.contains("did you mean \"string\"?") == true)
        #expect(try Self.messages(#"{"format": "datetime"}"#).first?.contains("did you mean \"date-time\"?") == true)
        #expect(try Self.messages(#"{"format": "ipv6"}"#).first?.contains("did you mean") == false)
    }

    @Test(
        arguments: [
            ("1", " "), ("[]", " "), (#""a""#, " "), (#"{"type":"text"}"#, "/type type"),
            (#"{"type":[]}"#, "/type type"),
            (#"{"type":["null","null"]}"#, "/type type"), (#"{"type":1}"#, "/type type"),
            (#"{"enum":[]}"#, "/enum enum"), (#"{"enum":1}"#, "/enum enum"), (#"{"enum":[1e9999999]}"#, "/enum enum"),
            (#"{"const":{"a":[1e-9999999]}}"#, "/const const"), (#"{"properties":[]}"#, "/properties properties"),
            (#"{"properties":{"a":1}}"#, "/properties/a properties"), (#"{"required":"a"}"#, "/required required"),
            (#"{"required":[1]}"#, "/required required"), (#"{"required":["a","a"]}"#, "/required required"),
            (#"{"additionalProperties":null}"#, "/additionalProperties additionalProperties"),
            (#"{"patternProperties":{"(":{}}}"#, "/patternProperties patternProperties"),
            (#"{"items":[{}]}"#, "/items items"), (#"{"items":3}"#, "/items items"),
            (#"{"prefixItems":[]}"#, "/prefixItems prefixItems"), (#"{"prefixItems":{}}"#, "/prefixItems prefixItems"),
            (#"{"minItems":-1}"#, "/minItems minItems"), (#"{"maxItems":1.5}"#, "/maxItems maxItems"),
            (#"{"minLength":"1"}"#, "/minLength minLength"), (#"{"maxLength":1e30}"#, "/maxLength maxLength"),
            (#"{"pattern":1}"#, "/pattern pattern"), (#"{"pattern":"[b-a]"}"#, "/pattern pattern"),
            (#"{"pattern":"\\a"}"#, "/pattern pattern"), (#"{"format":"regex"}"#, "/format format"),
            (#"{"format":7}"#, "/format format"), (#"{"minimum":"1"}"#, "/minimum minimum"),
            (#"{"maximum":1e2000000}"#, "/maximum maximum"), (#"{"multipleOf":0}"#, "/multipleOf multipleOf"),
            (#"{"multipleOf":-2}"#, "/multipleOf multipleOf"), (#"{"anyOf":[]}"#, "/anyOf anyOf"),
            (#"{"oneOf":{}}"#, "/oneOf oneOf"), (#"{"allOf":[1]}"#, "/allOf/0 allOf"),
            (#"{"$defs":{"a":0}}"#, "/$defs/a $defs"), (#"{"title":1}"#, "/title title"),
            (#"{"nullable":1}"#, "/nullable nullable"), (#"{"nullable":true,"enum":["a"]}"#, "/nullable nullable"),
            (#"{"nullable":true,"type":"string","const":"a"}"#, "/nullable nullable"),
            (#"{"items":{"nullable":true,"allOf":[{"type":"string"}]}}"#, "/items/nullable nullable"),
            (##"{"nullable":true,"$ref":"#/$defs/a","$defs":{"a":{"enum":[1]}}}"##, "/nullable nullable"),
            (##"{"nullable":true,"$ref":"#/$defs/a","$defs":{"a":false}}"##, "/nullable nullable"),
            (#"{"examples":1}"#, "/examples examples"), (#"{"readOnly":"yes"}"#, "/readOnly readOnly"),
            (#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#, "/$schema $schema"),
            (#"{"$id":"a#b"}"#, "/$id $id"), (#"{"$id":1}"#, "/$id $id"), (#"{"$anchor":"1a"}"#, "/$anchor $anchor"),
        ] as [(String, String)]
    )
    func refusesWrongValuesWithTheirPlace(schema: String, place: String) throws {
        #expect(try Self.places(schema) == [place])
    }

    @Test func listsAllMistakesAtOnce() throws {
        let schema = #"""
            {"type": "objekt", "not": {}, "properties": {"a": {"pattern": "(?=x)", "maxlength": 3}, "b": {"$ref": "#/no"}},
             "patternProperties": {"\\b": {}, "\\1": {"contains": {}}}, "anyOf": [{"if": true}, 5]}
            """#
        #expect(
            Set(try Self.places(schema)) == [
                "/type type", "/not not", "/properties/a/pattern pattern", "/properties/a/maxlength maxlength",
                "/properties/b/$ref $ref", "/patternProperties patternProperties",
                "/patternProperties/\\1/contains contains", "/anyOf/0/if if", "/anyOf/1 anyOf",
            ]
        )
        #expect(try Self.places(schema).count == 10)
    }

    @Test(
        arguments: [
            (##"{"$ref":"#"}"##, "/$ref $ref"), (##"{"$ref":"#/$defs/a","$defs":{"b":{}}}"##, "/$ref $ref"),
            (##"{"$ref":"https://example.com/a"}"##, "/$ref $ref"), (##"{"$ref":"other.json"}"##, "/$ref $ref"),
            (##"{"$ref":"#nowhere"}"##, "/$ref $ref"), (##"{"$ref":"#/%zz"}"##, "/$ref $ref"),
            (##"{"$ref":1}"##, "/$ref $ref"),
            (##"{"$ref":"#/examples/0","examples":[{}]}"##, "/$ref $ref"),
            (##"{"const":{},"$ref":"#/const"}"##, "/$ref $ref"),
            (##"{"anyOf":[{},{"allOf":[{"$ref":"#"}]}]}"##, "/anyOf/1/allOf/0/$ref $ref"),
            (##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##, "/$defs/a/$ref $ref"),
            (##"{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}"##, "/$defs/b/$anchor $anchor"),
            (##"{"$defs":{"a":{"$id":"x"},"b":{"$id":"./x"}}}"##, "/$defs/b/$id $id"),
        ] as [(String, String)]
    )
    func refusesReferencesThatLeadNowhereOutOrBack(schema: String, place: String) throws {
        #expect(try Self.places(schema) == [place])
    }

    @Test func takesReferencesThatLeadBackWithAStepIntoTheInstance() throws {
        let source = ##"{"properties":{"next":{"$ref":"#"}},"items":{"anyOf":[{"$ref":"#"}]}}"##
        let schema = try JSONSchema(source: try JSONParser().parse(source))
        #expect(schema[schema.root].properties.count == 1)
        #expect(schema.nodes.count == 4)
        #expect(schema.nodes.filter { $0.reference == schema.root }.count == 2)
    }

    @Test func refusesChainsOfReferencesThatAreTooLong() throws {
        func chain(_ count: Int) -> JSONValue {
            var definitions: JSONObject = [:]
            for index in 0..<count {
                definitions["d\(index)"] = index + 1 < count ? ["$ref": .string("#/$defs/d\(index + 1)")] : true
            }
            return ["$defs": .object(definitions)]
        }
        #expect(throws: Never.self) { try JSONSchema(source: chain(JSONSchema.maximumDepth)) }
        let error = try #require(throws: SchemaError.self) { try JSONSchema(source: chain(20_000)) }
        #expect(error.issues.first?.pointer.tokens == ["$defs", "d0", "$ref"])
    }

    @Test func refusesSchemasThatAreNestedTooDeeply() throws {
        var schema: JSONValue = true
        for _ in 0..<(JSONSchema.maximumDepth + 1) { schema = ["items": schema] }
        let error = try #require(throws: SchemaError.self) { try JSONSchema(source: schema) }
        #expect(error.issues.count == 1)
    }

    @Test func saysWhatKeepsNullOut() throws {
        let messages = try Self.messages(#"{"nullable": true, "type": "string", "enum": ["a"]}"#)
        #expect(messages.first?.contains(#"at "/enum" expected one of "a", found null"#) == true, "\(messages)")
    }

    @Test func keepsPropertiesInOrderAndAnnotationsAsTheyAre() throws {
        let source = #"""
            {"title": "T", "description": "D", "default": 1.0, "examples": [1], "deprecated": true, "readOnly": true,
             "writeOnly": true, "$comment": "C", "x-recto": {"type": "amount"}, "properties": {"b": {}, "a": true, "c": {}}}
            """#
        let schema = try JSONSchema(source: try JSONParser().parse(source))
        let node = schema[schema.root]
        #expect(node.properties.map(\.name) == ["b", "a", "c"])
        #expect(schema[node.properties[1].node].boolean == true)
        #expect(node.annotations.title == "T")
        #expect(node.annotations.summary == "D")
        #expect(node.annotations.comment == "C")
        #expect(node.annotations.examples == [1])
        #expect(node.annotations.isDeprecated && node.annotations.isReadOnly && node.annotations.isWriteOnly)
        #expect(node.annotations.extensions["x-recto"] == ["type": "amount"])
    }
}
