import RectoSchema
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", "null"), (" true ", "true"), ("\t[ ]\n", "[]"), ("{ }", "{}"), ("-0", "-0"),
            ("1234.00", "1234.00"), ("1E+2", "1E+2"),
            ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
            (#"{"b":1,"a":[1,2.50,{"z":null,"y":false}]}"#, #"{"b":1,"a":[1,2.50,{"z":null,"y":false}]}"#),
            (#""\u00e9\n\t\"\\\/\b\f\r""#, #""é\n\t\"\\/\b\f\r""#),
            (#""\ud83d\ude00 \u0001""#, "\"😀 \\u0001\""),
            (#"{"a/b":{"~":"é"}}"#, #"{"a/b":{"~":"é"}}"#),
        ] as [(String, String)]
    )
    func keepsOrderNumbersAndTextThroughReadingAndWriting(text: String, compact: String) throws {
        let value = try JSONParser().parse(text)
        #expect(JSONWriter().string(value) == compact)
        #expect(try JSONParser().parse(compact) == value)
        #expect(try JSONParser().parse(JSONWriter(.pretty).string(value)) == value)
    }

    @Test func roundTripsGeneratedValues() throws {
        var random = SplitMix(state: 42)
        for _ in 0..<400 {
            let value = Self.value(&random, depth: 0)
            let compact = JSONWriter().string(value)
            #expect(try JSONParser().parse(compact) == value)
            #expect(JSONWriter().string(try JSONParser().parse(JSONWriter(.pretty).string(value))) == compact)
        }
    }

    @Test(
        arguments: [
            ("", 1, 1), (" ", 1, 2), ("nul", 1, 1), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6),
            ("{a:1}", 1, 2), ("{\"a\":1,}", 1, 8), ("{\"a\":1,\n \"a\":2}", 2, 2), ("01", 1, 1), ("-", 1, 1),
            ("1.", 1, 1),
            (".5", 1, 1), ("+1", 1, 1), ("1e", 1, 1), ("NaN", 1, 1), ("Infinity", 1, 1), ("'a'", 1, 1), ("\"a", 1, 1),
            ("\"a\nb\"", 1, 3), (#""\x""#, 1, 2), (#""\u12g4""#, 1, 2), (#""\ud800""#, 1, 2),
            (#""\ud800\u0041""#, 1, 2),
            (#""\udc00""#, 1, 2), ("1 2", 1, 3), ("[\n\n  é]", 3, 3), ("[\"é\", x]", 1, 7), ("// a\n1", 1, 1),
            ("\u{FEFF}1", 1, 1), ("[", 1, 2), ("{\"a\":", 1, 6), ("[1,\n2,\n", 3, 1),
        ] as [(String, Int, Int)]
    )
    func saysWhereMalformedTextIsWrong(text: String, line: Int, column: Int) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSONParser().parse(text) }
        #expect(error.line == line, "\(error)")
        #expect(error.column == column, "\(error)")
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x00, 0x22], [0xFF],
    ])
    func refusesBytesThatAreNoUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser().parse(bytes) }
    }

    @Test func stopsAtTheDepthLimit() throws {
        let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(throws: Never.self) { try JSONParser().parse(deep(128)) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser().parse(deep(129)) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser().parse(deep(100_000)) }
        #expect(throws: JSONSyntaxError.self) {
            try JSONParser().parse(String(repeating: "{\"a\":", count: 100_000))
        }
    }

    @Test func refusesKeysThatAreRepeatedThroughAnEscape() {
        #expect(throws: JSONSyntaxError.self) { try JSONParser().parse(#"{"a":1,"\u0061":2}"#) }
    }

    @Test func writesPrettyTextWithFlatRowsOfNumbers() throws {
        let value = try JSONParser().parse(#"{"a":[1,2.0],"b":[],"c":{},"d":[{"e":null},[]]}"#)
        let pretty = """
            {
              "a": [1, 2.0],
              "b": [],
              "c": {},
              "d": [
                {
                  "e": null
                },
                []
              ]
            }
            """
        #expect(JSONWriter(.pretty).string(value) == pretty)
    }

    private static func value(_ random: inout SplitMix, depth: Int) -> JSONValue {
        switch random.next(below: depth < 4 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(random.next(below: 2) == 0)
        case 2: return .integer(random.next(below: 2_000_000) - 1_000_000)
        case 3: return .decimal(Double(random.next(below: 1_000_000)) / 997, decimals: 4)
        case 4: return .string(text(&random))
        case 5: return .array((0..<random.next(below: 5)).map { _ in value(&random, depth: depth + 1) })
        default:
            let members = (0..<random.next(below: 5)).map { _ in
                JSONObject.Member(key: text(&random), value: value(&random, depth: depth + 1))
            }
            return .object(JSONObject(members))
        }
    }

    private static func text(_ random: inout SplitMix) -> String {
        let alphabet: [Character] = [
            "a", "é", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "😀", "€", " ", "~", "\u{2028}",
        ]
        return String((0..<random.next(below: 8)).map { _ in alphabet[random.next(below: alphabet.count)] })
    }
}

/// A small generator with a seed, so that every run sees the same values.
struct SplitMix {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
