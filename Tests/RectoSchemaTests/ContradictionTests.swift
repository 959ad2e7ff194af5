import RectoSchema
import Testing

/// Schemas that no value satisfies are refused at the keyword that is at fault.
struct ContradictionTests {
    private static let cases: [(schema: String, place: String)] = [
        (#"{"type":"object","required":["a"],"properties":{"a":false}}"#, "/required required"),
        (#"{"type":"object","required":["ghost"],"additionalProperties":false}"#, "/required required"),
        (##"{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}"##, "/required required"),
        (##"{"type":"array","minItems":1,"items":{"$ref":"#"}}"##, "/minItems minItems"),
        (#"{"type":"string","minLength":5,"maxLength":3}"#, "/minLength minLength"),
        (#"{"type":"string","pattern":"^a$","minLength":2}"#, "/pattern pattern"),
        (#"{"type":"string","format":"date","maxLength":9}"#, "/format format"),
        (#"{"type":"string","format":"uuid","pattern":"x"}"#, "/pattern pattern"),
        (#"{"type":"integer","minimum":2,"maximum":1}"#, "/minimum minimum"),
        (#"{"type":"integer","exclusiveMinimum":1,"exclusiveMaximum":2}"#, "/exclusiveMinimum exclusiveMinimum"),
        (#"{"type":"number","maximum":4,"minimum":1,"multipleOf":5}"#, "/minimum minimum"),
        (#"{"type":"array","minItems":5,"maxItems":2}"#, "/minItems minItems"),
        (#"{"type":"array","minItems":2,"prefixItems":[{}],"items":false}"#, "/minItems minItems"),
        (#"{"type":"string","enum":["abc",1],"maxLength":2}"#, "/enum enum"),
        (#"{"type":"string","const":1}"#, "/const const"),
        (#"{"allOf":[{"type":"string"},{"type":"number"}]}"#, "/allOf/0/type type"),
        (#"{"anyOf":[{"type":"string"},{"type":"null"}],"type":"number"}"#, "/anyOf anyOf"),
        (
            ##"{"type":"object","required":["a"],"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"object","required":["b"],"properties":{"b":{"type":"array","minItems":1,"items":{"type":"string","minLength":2,"maxLength":1}}}}}}"##,
            "/$defs/x/properties/b/items/minLength minLength"
        ),
        ("false", " "),
    ]

    @Test(arguments: cases)
    func theKeywordThatLeavesNoValueIsNamed(schema: String, place: String) throws {
        let compiled = try JSONSchema(source: JSONParser().parse(schema))
        let error = #expect(throws: AutomatonError.self) { try SchemaAutomaton(schema: compiled) }
        let issue = try #require(error?.issue)
        #expect("\(issue.pointer) \(issue.keyword)" == place)
        #expect(issue.message.hasPrefix("no value satisfies the schema: "), "\(issue.message)")
        let places = try SchemaAutomaton.contradictions(in: compiled).map { "\($0.pointer) \($0.keyword)" }
        #expect(places == [place])
    }

    @Test func placesThatNeedNotBeFilledAreFoundToo() throws {
        let schema = try JSONSchema(
            source: JSONParser().parse(
                #"{"type":"object","properties":{"a":{"type":"string","minLength":5,"maxLength":3},"b":false,"c":{"type":"array","items":{"type":"integer","minimum":0.2,"maximum":0.7}},"d":{"type":["string","null"],"minLength":2,"maxLength":1}}}"#
            )
        )
        _ = try SchemaAutomaton(schema: schema)
        let places = try SchemaAutomaton.contradictions(in: schema).map(\.pointer.description)
        #expect(places == ["/properties/a/minLength", "/properties/c/items/minimum", "/properties/d/minLength"])
    }

    @Test(arguments: [
        "true", "{}", #"{"type":"object","properties":{"a":false}}"#, #"{"type":"array","items":false}"#,
        #"{"type":"array","prefixItems":[{"type":"null"}],"items":false,"maxItems":1}"#,
        ##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##,
        #"{"type":"string","format":"time","pattern":":60"}"#,
    ])
    func whatSomeValueSatisfiesIsNoContradiction(_ source: String) throws {
        let schema = try JSONSchema(source: JSONParser().parse(source))
        #expect(try SchemaAutomaton.contradictions(in: schema).isEmpty)
    }
}
