import Foundation
import RectoTestSupport
import RectoVLM
import Testing

@Suite struct TokenizerFileTests {
    /// A whole file with one member replaced.
    private static func file(
        vocabulary: String = #"{"a": 0, "b": 1, "ab": 2, "<unk>": 3}"#,
        merges: String = #"["a b"]"#,
        model: String = "",
        rest: String = ""
    ) -> String {
        #"{"model": {"type": "BPE", "vocab": \#(vocabulary), "merges": \#(merges)\#(model)}\#(rest)}"#
    }

    @Test func aPlainFileLoads() throws {
        let tokenizer = try load(Self.file())
        #expect(tokenizer.encode("abba") == [2, 1, 0])
        #expect(tokenizer.decode([2, 1, 0]) == "ab b a")
        #expect(tokenizer.vocabularySize == 4)
        #expect(tokenizer.token(of: 2) == "ab" && tokenizer.token(of: 4) == nil && tokenizer.token(of: -1) == nil)
    }

    @Test(arguments: [
        (file(model: #", "dropout": 0.1"#), "dropout"),
        (file(model: #", "continuing_subword_prefix": "\#u{23}\#u{23}""#), "continuing_subword_prefix"),
        (file(model: #", "end_of_word_suffix": "</w>""#), "end_of_word_suffix"),
        (#"{"model": {"type": "Unigram", "vocab": []}}"#, "Unigram"),
        (file(rest: #", "normalizer": {"type": "Precompiled"}"#), "Precompiled"),
        (
            file(rest: #", "normalizer": {"type": "Replace", "pattern": {"Regex": "a+"}, "content": "b"}"#),
            "Replace with a regex"
        ),
        (file(rest: #", "pre_tokenizer": {"type": "BertPreTokenizer"}"#), "BertPreTokenizer"),
        (
            file(
                rest: #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "x{2}"}, "behavior": "Isolated"}"#
            ), "x{2}"
        ),
        (
            file(rest: #", "pre_tokenizer": {"type": "Split", "pattern": {"String": "x"}, "behavior": "Mirrored"}"#),
            "Mirrored"
        ),
        (file(rest: #", "post_processor": {"type": "BertProcessing"}"#), "BertProcessing"),
        (file(rest: #", "decoder": {"type": "WordPiece"}"#), "WordPiece"),
    ])
    func whatIsNotDoneIsRefusedByName(json: String, name: String) throws {
        let error = #expect(throws: ModelInputError.self) { try load(json) }
        #expect(error?.code == "model.setting-unsupported")
        #expect(error?.facts["setting"]?.contains(name) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "", "{", "[]", "{}", "nul", #"{"model": 3}"#, #"{"model": {}} x"#, "\u{FEFF}{}", #"{"a": "\ud800"}"#,
        #"{"a": "\x"}"#,
        #"{"model": {"vocab": {"a": -1}, "merges": []}}"#, #"{"model": {"vocab": {"a": 1e30}, "merges": []}}"#,
        #"{"model": {"vocab": {"a": 0.5}, "merges": []}}"#, #"{"model": {"vocab": {"a": 99999999}, "merges": []}}"#,
        #"{"model": {"vocab": {"a": 0}}}"#, #"{"model": {"vocab": [], "merges": []}}"#,
        file(merges: #"["a"]"#), file(merges: #"["a b c"]"#), file(merges: #"[["a", "x"]]"#), file(merges: #"["b a"]"#),
        file(merges: "[1]"), file(model: #", "unk_token": "?""#), file(rest: #", "normalizer": {"kind": 1}"#),
        file(rest: #", "added_tokens": [{"id": 1, "content": "a"}]"#),
        file(rest: #", "added_tokens": [{"id": 0, "content": "x"}]"#),
        file(rest: #", "added_tokens": [{"id": -4, "content": "x"}]"#), file(rest: #", "added_tokens": {}"#),
        file(rest: #", "post_processor": {"type": "TemplateProcessing", "single": []}"#),
        file(
            rest: """
                , "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "s"}},
                {"Sequence": {"id": "A"}}], "special_tokens": {"s": {"ids": [9]}}}
                """
        ),
        String(repeating: "[", count: 100_000),
    ])
    func damagedFilesAreRefused(json: String) throws {
        let error = #expect(throws: ModelInputError.self) { try load(json) }
        #expect(error?.code == "model.file-malformed", "\(String(describing: error))")
        #expect(error?.description.isEmpty == false)
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write([0x7B, 0x22, 0xFF, 0x22, 0x7D], as: "tokenizer.json")
        let error = #expect(throws: ModelInputError.self) { try Tokenizer(folder: folder.url) }
        #expect(error?.code == "model.file-malformed")
    }

    @Test func tokensThatDifferOnlyInHowAnAccentIsWrittenStayTwo() throws {
        let tokenizer = try load(
            Self.file(vocabulary: #"{"\u00e9": 0, "e": 1, "\u0301": 2, "e\u0301": 3}"#, merges: #"[["e", "\u0301"]]"#)
        )
        #expect(tokenizer.encode("\u{E9}e\u{301}") == [0, 3])
        #expect(tokenizer.id(of: "\u{E9}") == 0 && tokenizer.id(of: "e\u{301}") == 3)
    }

    @Test(arguments: ["mistral-idefics2", "smollm2"])
    func aHundredThousandLettersTakeNoLongTime(name: String) throws {
        let tokenizer = try TokenizerGolden.tokenizer(name)
        for text in ["a", "ab", " ", "=", "é", "9"].map({ String(repeating: $0, count: 100_000 / $0.utf8.count) }) {
            let clock = ContinuousClock()
            let duration = clock.measure { #expect(tokenizer.decode(tokenizer.encode(text)) == text) }
            #expect(duration < .seconds(10))
        }
    }

    @Test func largerRanksNeverComeFirstInShortAndInLongWords() throws {
        // The same word alone (looked through) and inside a long piece (kept in a heap) must be merged alike.
        let tokenizer = try TokenizerGolden.tokenizer("mistral-idefics2")
        for word in ["▁internationalization", "▁uncharacteristically", "▁aaaaaaaaaaaaaaaaaaa", "▁Donaudampfschiff"] {
            let alone = tokenizer.encode(String(word.dropFirst()), addsSpecialTokens: false)
            let long = tokenizer.encode("\n\n" + String(repeating: word, count: 8), addsSpecialTokens: false)
            #expect(Array(long.suffix(alone.count)) == alone)
        }
    }

    @Test func textIsHeldBackOnlyWhileACharacterIsIncomplete() throws {
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        let ids = tokenizer.encode("a 𓀀 b")
        var stream = tokenizer.streamingDecoder()
        let pieces = ids.map { stream.append($0) }
        #expect(pieces.joined() == "a 𓀀 b")
        #expect(stream.finish().isEmpty)
        #expect(pieces.contains(""))
    }

    @Test func halfACharacterAtTheEndIsShownAsReplacement() throws {
        let tokenizer = try TokenizerGolden.tokenizer("mistral-idefics2")
        let bytes = ["<0xE2>", "<0x82>"].compactMap(tokenizer.id(of:))
        var stream = tokenizer.streamingDecoder()
        #expect(bytes.map { stream.append($0) }.joined().isEmpty)
        #expect(stream.finish() == "\u{FFFD}\u{FFFD}")
        #expect(tokenizer.decode(bytes) == "\u{FFFD}\u{FFFD}")
    }

    private func load(_ json: String) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(json.utf8), as: "tokenizer.json")
        return try Tokenizer(folder: folder.url)
    }
}
