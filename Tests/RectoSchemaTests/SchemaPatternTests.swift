import RectoSchema
import Testing

@Suite struct SchemaPatternTests {
    private static func isFound(_ pattern: String, _ text: String) throws -> Bool {
        try JSONSchema(source: ["pattern": .string(pattern)]).validate(.string(text)).isEmpty
    }

    @Test(
        arguments: [
            ("", ["", "a"], []), ("a", ["a", "xay"], ["", "b"]), ("^a", ["ab"], ["ba"]), ("a$", ["ba"], ["ab", "a\n"]),
            ("^a|b$", ["ax", "xb"], ["xax", "bx"]), ("^(?:a|b)$", ["a", "b"], ["ab"]),
            ("^a{2}$", ["aa"], ["a", "aaa"]),
            ("^a{2,}$", ["aa", "aaaaa"], ["a"]), ("^a{1,3}?$", ["a", "aaa"], ["", "aaaa"]),
            ("^(a*)*$", ["", "aa"], ["b"]),
            ("^(?<name>ab)+?$", ["abab"], ["aba"]), ("^.$", ["a", "😀"], ["", "\n", "\r", "\u{2028}", "ab"]),
            ("^[^a-c]$", ["d", "\n"], ["a", "c"]), ("^[]$", [], ["", "a"]), ("^[^]$", ["a", "\n"], [""]),
            ("^[a\\-z]$", ["-", "a", "z"], ["b"]), ("^[-a]$", ["-", "a"], ["b"]), ("^[a-]$", ["-", "a"], ["b"]),
            ("^[\\]\\\\]$", ["]", "\\"], ["a"]), ("^[\\w-]$", ["_", "-"], ["é", " "]), ("^[\\b]$", ["\u{8}"], ["b"]),
            ("^\\x41\\u0042\\u{1F600}$", ["AB😀"], ["AB"]), ("^\\ud83d\\ude00$", ["😀"], ["a"]),
            ("^\\0\\v\\f\\r\\n\\t$", ["\u{0}\u{B}\u{C}\r\n\t"], [""]), ("^\\/\\.\\-\\@$", ["/.-@"], ["/x-@"]),
            ("^\\p{Lu}\\p{Ll}$", ["Éa"], ["ÉA", "aa"]), ("^\\P{L}$", ["1", "😀"], ["a"]),
            ("^\\p{N}$", ["1", "Ⅷ", "½"], ["a"]),
            ("^\\p{Letter}\\p{gc=Nd}\\p{General_Category=P}$", ["ø٣!"], ["a1a"]), ("^[\\p{Sc}\\d]+$", ["€5"], ["5."]),
            ("^\\p{Cn}$", ["\u{E0080}"], ["a"]), ("a||b", ["", "x"], []), ("^()$", [""], ["a"]),
            ("^🐲{2}$", ["🐲🐲"], ["🐲"]), ("^e\u{301}$", ["e\u{301}"], ["é"]),
            ("^\\d{4}-\\d{2}$", ["2024-05"], ["2024-5", "२०२४-05"]),
            ("^(\\+49|0)[1-9]\\d{3,}$", ["+4930123"], ["+4903012"]),
        ] as [(String, [String], [String])]
    )
    func findsWhatECMAScriptFinds(pattern: String, found: [String], notFound: [String]) throws {
        for text in found { #expect(try Self.isFound(pattern, text), "\(pattern) in \(text)") }
        for text in notFound { #expect(try !Self.isFound(pattern, text), "\(pattern) in \(text)") }
    }

    @Test(
        arguments: [
            ("a(?=b)", "lookahead", 2), ("a(?!b)", "lookahead", 2), ("(?<=a)b", "lookbehind", 1),
            ("(?<!a)b", "lookbehind", 1),
            ("(a)\\1", "backreference \\1", 4), ("\\k<a>", "backreference \\k", 1), ("a\\b", "word boundary \\b", 2),
            ("\\B", "word boundary \\B", 1), ("(^a)", "^", 2), ("(a$)", "$", 3), ("a^b", "^", 2), ("a$b", "$", 3),
            ("^^a", "^", 2), ("(", "no end", 1), (")", "no group", 1), ("[a", "no end", 1), ("[z-a]", "wrong order", 2),
            ("[\\d-z]", "range", 4), ("*", "nothing", 1), ("a**", "nothing", 3), ("a{2,1}", "wrong order", 2),
            ("a{", "\\{", 2), ("{", "\\{", 1), ("]", "\\]", 1), ("a{1", "no end", 2), ("a{1,99999}", "repetitions", 5),
            ("\\a", "\\a", 1), ("\\é", "\\é", 1), ("\\", "backslash", 1), ("\\x4", "2 hexadecimal", 1),
            ("\\u12", "4 hexadecimal", 1), ("\\ud800", "surrogate", 1), ("\\u{110000}", "scalar", 1),
            ("\\u{}", "no end", 1),
            ("\\c1", "letter", 1), ("\\01", "octal", 1), ("\\p{Script=Greek}", "Script=Greek", 1), ("\\pL", "{", 1),
            ("(?i:a)", "kind of group", 1), ("(?<1>a", "no end", 1),
            ("(a{1000}){1000}", "repetitions are written out", 1),
        ] as [(String, String, Int)]
    )
    func refusesByNameAndPlaceWhatItCannotDecide(pattern: String, word: String, column: Int) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error.reason.contains(word), "\(error)")
        #expect(error.column == column, "\(error)")
    }

    @Test func refusesGroupsThatAreNestedTooDeeply() {
        let deep = { (count: Int) in String(repeating: "(", count: count) + String(repeating: ")", count: count) }
        #expect(throws: Never.self) { try Pattern(deep(32)) }
        #expect(throws: PatternError.self) { try Pattern(deep(33)) }
        #expect(throws: PatternError.self) { try Pattern(deep(1_000_000)) }
    }

    @Test func takesNoLongerForPatternsThatMakeOthersBacktrack() throws {
        let text = String(repeating: "a", count: 5_000) + "!"
        #expect(try !Self.isFound("^(a+)+$", text))
        #expect(try !Self.isFound("^(a|a|aa)*$", text))
    }

    @Test func setsOfCodePointsAreSortedAndWithoutSurrogates() {
        let set = CodePointSet([5...9, 1...3, 4...4, 0xD000...0xE001, 8...12])
        #expect(set.ranges == [1...12, 0xD000...0xD7FF, 0xE000...0xE001])
        #expect(set.complement.complement == set)
        #expect(CodePointSet([]).complement == .all)
        #expect(set.contains("\u{1}") && set.contains("\u{C}") && !set.contains("\u{D}") && !set.contains("\u{0}"))
        #expect(set.union(set.complement) == .all)
    }

    @Test func agreesWithSetsOfPlacesOnRandomPatterns() throws {
        var random = SplitMix(state: 99)
        for _ in 0..<3_000 {
            let shape = PatternShape(&random, depth: 0)
            let (isAtStart, isAtEnd) = (random.next(below: 2) == 0, random.next(below: 2) == 0)
            let pattern = (isAtStart ? "^" : "") + shape.text + (isAtEnd ? "$" : "")
            let schema = try JSONSchema(source: ["pattern": .string(pattern)])
            for _ in 0..<12 {
                let letters = (0..<random.next(below: 8)).map { _ in Array("abc")[random.next(below: 3)] }
                let ends = shape.ends(from: isAtStart ? [0] : Set(0...letters.count), in: letters)
                let isFound = isAtEnd ? ends.contains(letters.count) : !ends.isEmpty
                let isValid = schema.validate(.string(String(letters))).isEmpty
                #expect(isValid == isFound, "\(pattern) in \(String(letters))")
            }
        }
    }
}

/// A pattern over a, b and c that says itself which places a match may end at.
private indirect enum PatternShape {
    case letters(text: String, Set<Character>)
    case sequence([PatternShape])
    case choice([PatternShape])
    case repetition(PatternShape, quantifier: String, minimum: Int, maximum: Int?)

    private static let quantifiers: [(String, Int, Int?)] = [
        ("*", 0, nil), ("+", 1, nil), ("?", 0, 1), ("{2}", 2, 2), ("{1,3}", 1, 3), ("{0,2}?", 0, 2), ("{2,}", 2, nil),
        ("*?", 0, nil), ("{0}", 0, 0),
    ]

    init(_ random: inout SplitMix, depth: Int) {
        switch random.next(below: depth < 4 ? 8 : 3) {
        case 0:
            let letter = Array("abc")[random.next(below: 3)]
            self = .letters(text: String(letter), [letter])
        case 1:
            let classes: [(String, Set<Character>)] = [
                ("[ab]", ["a", "b"]), ("[^a]", ["b", "c"]), (".", ["a", "b", "c"]), ("[b-c]", ["b", "c"]), ("[]", []),
            ]
            let chosen = classes[random.next(below: classes.count)]
            self = .letters(text: chosen.0, chosen.1)
        case 2: self = .sequence([])
        case 3, 4:
            self = .sequence([
                PatternShape(&random, depth: depth + 1), PatternShape(&random, depth: depth + 1),
            ])
        case 5: self = .choice((0..<(2 + random.next(below: 2))).map { _ in PatternShape(&random, depth: depth + 1) })
        default:
            let (quantifier, minimum, maximum) = Self.quantifiers[random.next(below: Self.quantifiers.count)]
            let part = PatternShape(&random, depth: depth + 1)
            self = .repetition(part, quantifier: quantifier, minimum: minimum, maximum: maximum)
        }
    }

    var text: String {
        switch self {
        case .letters(let text, _): text
        case .sequence(let parts): parts.map(\.text).joined()
        case .choice(let parts): "(?:" + parts.map(\.text).joined(separator: "|") + ")"
        case .repetition(let part, let quantifier, _, _): "(" + part.text + ")" + quantifier
        }
    }

    func ends(from starts: Set<Int>, in letters: [Character]) -> Set<Int> {
        switch self {
        case .letters(_, let set):
            return Set(starts.filter { $0 < letters.count && set.contains(letters[$0]) }.map { $0 + 1 })
        case .sequence(let parts): return parts.reduce(starts) { $1.ends(from: $0, in: letters) }
        case .choice(let parts): return parts.reduce([]) { $0.union($1.ends(from: starts, in: letters)) }
        case .repetition(let part, _, let minimum, let maximum):
            var current = starts
            for _ in 0..<minimum { current = part.ends(from: current, in: letters) }
            var all = current
            // After as many turns as there are letters nothing new can be reached.
            for _ in 0..<(maximum.map { $0 - minimum } ?? letters.count + 1) {
                current = part.ends(from: current, in: letters)
                all.formUnion(current)
            }
            return all
        }
    }
}
