import RectoSchema
import Testing

struct AutomatonStateTests {
    private static func automaton(_ source: String, _ change: (inout AutomatonOptions) -> Void = { _ in }) throws
        -> SchemaAutomaton
    {
        var options = AutomatonOptions()
        change(&options)
        return try SchemaAutomaton(schema: JSONSchema(source: JSONParser().parse(source)), options: options)
    }

    @Test(arguments: [
        (
            #"{"type":"string","format":"date"}"#, ["2024-02-29", "2000-02-29", "2023-12-31", "0000-01-01"],
            ["2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01", "2023-1-01"]
        ),
        (
            #"{"type":"string","format":"time"}"#, ["23:59:59Z", "00:00:00.25+01:00"],
            ["24:00:00Z", "12:00:00", "12:60:00Z"]
        ),
        (#"{"type":"string","format":"date-time"}"#, ["2024-02-29T12:00:00Z"], ["2023-02-29T12:00:00Z", "2024-02-29"]),
        (#"{"type":"string","format":"email"}"#, ["a.b+c@example.org", "x@y"], ["a@", "a..b@c", "@c", "a@-b"]),
        (
            #"{"type":"string","format":"uri"}"#, ["https://a.example/b?c=d#e", "urn:x", "mailto:a@b"],
            ["a b:c", "//x", "x://y z", "1:x", "a:%1"]
        ),
        (
            #"{"type":"string","format":"uuid"}"#, ["01234567-89ab-cdef-0123-456789ABCDEF"],
            ["01234567-89ab-cdef-0123-456789ABCDE"]
        ),
        (#"{"type":"string","format":"ipv4"}"#, ["0.0.0.0", "255.249.199.99"], ["256.0.0.0", "01.0.0.0", "1.2.3"]),
        (
            #"{"type":"string","pattern":"^(a|b)+$","minLength":3,"maxLength":4}"#, ["aba", "bbbb"],
            ["ab", "ababa", "abc"]
        ),
        (#"{"type":"string","pattern":"b"}"#, ["b", "abc", "\n\u{1F600}b\""], ["", "ac"]),
        (#"{"type":"string","minLength":2,"maxLength":2}"#, ["é\u{1F600}", "\\\u{7F}"], ["é", "abc"]),
    ])
    func stringsAreReadAsTheSchemaSays(_ source: String, _ valid: [String], _ invalid: [String]) throws {
        let automaton = try Self.automaton(source)
        for text in valid { #expect(automaton.accepts(JSONWriter().bytes(.string(text))), "\(text)") }
        for text in invalid { #expect(!automaton.accepts(JSONWriter().bytes(.string(text))), "\(text)") }
    }

    @Test(arguments: [
        (
            #"{"type":"integer","minimum":-12,"exclusiveMaximum":105}"#, ["-12", "-9", "0", "99", "104"],
            ["-13", "105", "1.0", "-0", "01", "1e1"]
        ),
        (#"{"type":"integer","multipleOf":7}"#, ["0", "-7", "14", "700"], ["1", "-6", "71"]),
        (#"{"type":"number","multipleOf":0.01,"minimum":0}"#, ["0", "0.01", "12.5", "12.50"], ["0.001", "-0.01"]),
        (
            #"{"type":"number","exclusiveMinimum":0.5,"maximum":2.25}"#, ["0.51", "1", "2.25", "2.250", "0.500001"],
            ["0.5", "0.50", "2.251", "2.26", "3", "-1"]
        ),
        (#"{"type":"number","minimum":-1.5,"maximum":-0.25}"#, ["-1.5", "-0.25", "-1"], ["-1.51", "-0.2", "0", "-2"]),
        (
            #"{"type":"integer","minimum":100000000000000000000}"#, ["100000000000000000000", "999999999999999999999"],
            ["99999999999999999999"]
        ),
        (#"{"enum":[1,1e3,"1",null]}"#, ["1", "1000", "\"1\"", "null"], ["10", "100", "1e3"]),
    ])
    func numbersAreReadAsTheSchemaSays(_ source: String, _ valid: [String], _ invalid: [String]) throws {
        let automaton = try Self.automaton(source)
        for text in valid { #expect(automaton.accepts(text.utf8), "\(text)") }
        for text in invalid { #expect(!automaton.accepts(text.utf8), "\(text)") }
    }

    @Test func aStringWithoutMaximumIsClosedByTheConfiguredBound() throws {
        let automaton = try Self.automaton(#"{"type":"string"}"#) { $0.maximumStringLength = 3 }
        let state = try #require(automaton.start.advance(Array(#""abc"#.utf8)))
        #expect(state.nextBytes == [UInt8(ascii: "\"")])
        #expect(automaton.accepts(#""abcd""#.utf8, isLenient: true))
    }

    @Test func aStateIsNeverEnteredFromWhichThePatternCanNoLongerBeSatisfied() throws {
        let automaton = try Self.automaton(#"{"type":"string","pattern":"xyz$","maxLength":4}"#)
        #expect(try #require(automaton.start.advance(Array(#""a"#.utf8))).forcedBytes() == Array(#"xyz""#.utf8))
    }

    @Test(arguments: [
        #"{"type":"string","pattern":"a{3000}b{3000}"}"#,
        #"{"type":"integer","multipleOf":1000003}"#,
        #"{"type":"number","minimum":1e900000}"#,
        #"{"type":"object","patternProperties":{"(a|b)*a(a|b){20}$":true}}"#,
    ])
    func whatNeedsTooManyStatesIsRefusedAndDoesNotTakeForever(_ source: String) throws {
        #expect(throws: AutomatonError.self) { try Self.automaton(source) }
    }

    @Test func alternativesThatMultiplyAreRefusedEvenWhenNoneHolds() throws {
        let choice: JSONValue = ["anyOf": [["minLength": 1], ["maxLength": 3]]]
        let schema = try JSONSchema(source: [
            "allOf": .array(Array(repeating: choice, count: 30) + [["$ref": "#/$defs/none"]]), "$defs": ["none": false],
        ])
        #expect(throws: AutomatonError.tooManyCases(JSONPointer(), limit: 512)) { try SchemaAutomaton(schema: schema) }
    }

    @Test func aRefusalNamesThePlaceAndSaysWhatToDo() throws {
        let error = #expect(throws: AutomatonError.self) {
            try Self.automaton(#"{"properties":{"a":{"oneOf":[{"minLength":1},{"maxLength":3}]}}}"#)
        }
        #expect(error?.issue.pointer == JSONPointer(["properties", "a", "oneOf"]))
        #expect(error?.issue.keyword == "oneOf")
        #expect(error?.description.hasSuffix("or write anyOf") == true)
    }

    @Test(arguments: [
        #"{"type":"string","minLength":2000}"#, #"{"type":"array","items":{"type":"null"},"minItems":1500}"#,
    ])
    func aBoundOfTheOptionsGivesWayToTheSchema(_ source: String) throws {
        let automaton = try Self.automaton(source)
        var state = automaton.start
        var count = 0
        while !state.isComplete {
            let next = state.nextBytes
            let byte = try #require(next.first { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "]") } ?? next.last)
            state = try #require(state.advance(byte))
            count += 1
        }
        #expect(count >= 2_000)
    }

    @Test func forcedBytesEndEvenWhenTheSchemaForcesAVeryLongArray() throws {
        let automaton = try Self.automaton(#"{"type":"array","items":{"type":"null"},"minItems":1000000000}"#)
        #expect(automaton.start.forcedBytes(atMost: 11) == Array("[null,null,".utf8))
    }

    @Test func recursionEndsAtTheConfiguredDepth() throws {
        let source =
            ##"{"type":"object","required":["next"],"additionalProperties":false,"properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}"##
        let automaton = try Self.automaton(source) { $0.maximumDepth = 2 }
        #expect(automaton.accepts(#"{"next":{"next":null}}"#.utf8))
        #expect(!automaton.accepts(#"{"next":{"next":{"next":null}}}"#.utf8))
        #expect(automaton.accepts(#"{"next": {"next":{"next":null}}}"#.utf8, isLenient: true))
    }

    @Test func aPropertyThatCanNotExistIsNeverBegun() throws {
        let automaton = try Self.automaton(
            #"{"type":"object","properties":{"a":{"type":"integer","minimum":2,"maximum":1},"b":true},"additionalProperties":false}"#
        )
        #expect(try #require(automaton.start.advance(Array(#"{""#.utf8))).forcedBytes() == Array(#"b":"#.utf8))
    }

    @Test func aKeyIsNeverRepeated() throws {
        let automaton = try Self.automaton(
            #"{"type":"object","patternProperties":{"^[ab]$":{"type":"null"}},"additionalProperties":false}"#
        )
        let state = try #require(automaton.start.advance(Array(#"{"b":null,"#.utf8)))
        #expect(state.forcedBytes() == Array(#""a":null}"#.utf8))
    }

    @Test func membersComeInTheOrderOfTheSchemaUnlessLenient() throws {
        let automaton = try Self.automaton(#"{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}}}"#)
        #expect(automaton.accepts(#"{"a":null,"b":null,"c":[1]}"#.utf8))
        #expect(!automaton.accepts(#"{"b":null,"a":null}"#.utf8))
        #expect(automaton.accepts(#" {"b": null, "\u0061":null}"#.utf8, isLenient: true))
    }

    @Test(arguments: [
        (
            #"{"oneOf":[{"type":"number"},{"type":"integer"}]}"#,
            AutomatonError.overlappingAlternatives(
                JSONPointer(["oneOf"]),
                JSONPointer(["oneOf", "0"]),
                JSONPointer(["oneOf", "1"])
            )
        ),
        (
            #"{"oneOf":[{"type":"string","format":"time"},{"type":"string","pattern":":60"}]}"#,
            .overlappingAlternatives(JSONPointer(["oneOf"]), JSONPointer(["oneOf", "0"]), JSONPointer(["oneOf", "1"]))
        ),
        (
            #"{"type":"string","pattern":"(a|b)*a(a|b){20}$"}"#,
            .tooManyStates(JSONPointer(["pattern"]), keyword: "pattern", detail: "(a|b)*a(a|b){20}$", limit: 20_000)
        ),
    ])
    func whatCanNotBeGuaranteedIsRefused(_ source: String, _ error: AutomatonError) throws {
        #expect(throws: error) { try Self.automaton(source) }
    }

    @Test(arguments: [
        #"{"oneOf":[{"type":"string","pattern":"^a"},{"type":"string","pattern":"^b"}]}"#,
        #"{"oneOf":[{"type":"integer","maximum":3},{"type":"number","exclusiveMinimum":3}]}"#,
        #"{"type":"object","required":["k"],"oneOf":[{"properties":{"k":{"const":1}}},{"properties":{"k":{"enum":[2,3]}}}]}"#,
    ])
    func alternativesThatExcludeEachOtherMayStandInOneOf(_ source: String) throws {
        _ = try Self.automaton(source)
    }
}
