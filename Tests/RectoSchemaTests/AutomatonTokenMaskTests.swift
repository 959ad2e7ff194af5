import RectoSchema
import Testing

struct AutomatonTokenMaskTests {
    /// Single bytes, pieces of JSON that cross values, and half characters, as byte-level tokenizers have them.
    private static let vocabulary: [[UInt8]?] = {
        let single: [[UInt8]?] = (0x20..<0x7F).map { [UInt8($0)] } + (0x80...0xFF).map { [UInt8($0)] }
        let pieces = [
            "{\"", "\":", "\":\"", "\",\"", "\"}", "\"]", "},{\"", "]}", "}}", "[]", "{}", "null", "true", "false",
            "\":null,\"",
            "a\":1,\"", "\":1,\"a", "\\u00", "\\n", "\\", "12", "00", "-1", ".5", "1,", "2024", "-0", "T1", "ab", "abb",
            "été", "a\"", "total",
            "kind", "v\":", "\":{\"", "\":[", "b\":null,\"b",
        ]
        return [nil, []] + single + pieces.map { Array($0.utf8) } + [[0xC3, 0xA9, 0x22], [0xF0, 0x9F], [0x98, 0x80]]
    }()
    private static let trie = TokenTrie(vocabulary: vocabulary)

    @Test func aThousandGenerationsEndAndSatisfyTheirSchemas() throws {
        var generator = AutomatonSchemaGenerator(seed: 11)
        var generations = 0
        while generations < 1_000 {
            let schema = try JSONSchema(source: generator.document())
            let options = AutomatonDifferentialTests.options
            guard let automaton = try? SchemaAutomaton(schema: schema, options: options) else { continue }
            let masks = TokenMasks(automaton: automaton, trie: Self.trie, endTokens: [0])
            for _ in 0..<5 {
                let text = try Self.generate(masks, &generator.random)
                let value = try JSONParser().parse(text)
                #expect(schema.validate(value).isEmpty, "\(JSONWriter().string(value))")
                generations += 1
            }
        }
    }

    @Test func aMaskHoldsExactlyTheTokensThatTheAutomatonReads() throws {
        var generator = AutomatonSchemaGenerator(seed: 12)
        var states = 0
        while states < 6_000 {
            let schema = try JSONSchema(source: generator.document())
            let options = AutomatonDifferentialTests.options
            guard let automaton = try? SchemaAutomaton(schema: schema, options: options) else { continue }
            let masks = TokenMasks(automaton: automaton, trie: Self.trie, endTokens: [0], cacheLimit: 64)
            for _ in 0..<3 {
                var state = automaton.start
                while true {
                    let mask = masks.mask(for: state)
                    let tokens = Self.vocabulary.indices.filter { token in
                        guard let text = Self.vocabulary[token], !text.isEmpty else {
                            return token == 0 && state.isComplete
                        }
                        return state.advance(text) != nil
                    }
                    #expect(mask.tokens == tokens)
                    states += 1
                    guard let token = Self.choose(mask, &generator.random), let text = Self.vocabulary[token] else {
                        break
                    }
                    state = try #require(state.advance(text))
                }
            }
        }
    }

    @Test func forcedTextIsWhatEveryInstanceGoesOnWith() throws {
        let automaton = try SchemaAutomaton(
            schema: JSONSchema(source: [
                "type": "object", "required": ["été", "kind"], "additionalProperties": false,
                "properties": ["été": ["type": "boolean"], "kind": ["const": "invoice"]],
            ])
        )
        var constraint = SchemaConstraint(masks: TokenMasks(automaton: automaton, trie: Self.trie, endTokens: [0]))
        let forced = constraint.forcedText()
        #expect(forced == Array(#"{"été":"#.utf8))
        let isForcedAccepted = constraint.accept(text: forced)
        let isEndAccepted = constraint.accept(token: 0)
        #expect(isForcedAccepted && !isEndAccepted)
        #expect(constraint.forcedText().isEmpty)
        let isChoiceAccepted = constraint.accept(text: "f".utf8)
        let rest = constraint.forcedText()
        #expect(isChoiceAccepted && rest == Array(#"alse,"kind":"invoice"}"#.utf8))
        let isRestAccepted = constraint.accept(text: rest)
        #expect(isRestAccepted && constraint.isComplete)
        #expect(constraint.allowedTokens().tokens == [0])
        let hasEnded = constraint.accept(token: 0)
        #expect(hasEnded && constraint.allowedTokens().count == 0)
        let isMoreAccepted = constraint.accept(text: " ".utf8)
        #expect(!isMoreAccepted)
    }

    private static func generate(_ masks: TokenMasks, _ random: inout AutomatonRandom) throws -> [UInt8] {
        var constraint = SchemaConstraint(masks: masks)
        var text: [UInt8] = []
        while !constraint.hasEnded {
            let forced = constraint.forcedText()
            let isForcedAccepted = constraint.accept(text: forced)
            #expect(isForcedAccepted)
            text += forced
            let token = try #require(choose(constraint.allowedTokens(), &random), "a dead end after \(text)")
            let isAccepted = constraint.accept(token: token)
            #expect(isAccepted)
            if token != 0 { text += vocabulary[token] ?? [] }
        }
        return text
    }

    /// Chooses a token, one that ends something more often than not.
    private static func choose(_ mask: TokenMask, _ random: inout AutomatonRandom) -> Int? {
        let tokens = mask.tokens
        if mask.contains(0), tokens.count == 1 || random.chance(30) { return 0 }
        let closing = tokens.filter { [0x22, 0x5D, 0x7D].contains(vocabulary[$0]?.last) }
        return !closing.isEmpty && random.chance(30) ? random.pick(closing) : tokens.randomElement(using: &random)
    }
}
