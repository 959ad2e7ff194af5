import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// Everything here is compared byte for byte: `String` itself compares by canonical equivalence.
@Suite struct TokenizerGoldenTests {
    private static let checkpoints = ["mistral-idefics2", "smollm2"]

    @Test(arguments: checkpoints)
    func everyLineHasTheIdsOfTheTokenizersPackage(name: String) throws {
        let tokenizer = try TokenizerGolden.tokenizer(name)
        let lines = try TokenizerGolden.values([String].self, "lines")
        let ids = try TokenizerGolden.values([[Int]].self, "\(name).ids")
        #expect(lines.count >= 2000 && lines.count == ids.count)
        let wrong = lines.indices.filter { tokenizer.encode(lines[$0]) != ids[$0] }
        let first = wrong.first.map { "\(lines[$0].debugDescription): \(tokenizer.encode(lines[$0])), not \(ids[$0])" }
        #expect(wrong.isEmpty, "\(wrong.count) lines differ, the first is \(first ?? "")")
    }

    @Test(arguments: checkpoints)
    func everyLineDecodesToTheTextOfTheTokenizersPackage(name: String) throws {
        let tokenizer = try TokenizerGolden.tokenizer(name)
        let lines = try TokenizerGolden.values([String].self, "lines")
        let ids = try TokenizerGolden.values([[Int]].self, "\(name).ids")
        let decoded = try TokenizerGolden.values([String?].self, "\(name).decoded")
        for index in lines.indices {
            #expect(Array(tokenizer.decode(ids[index]).utf8) == Array((decoded[index] ?? lines[index]).utf8))
        }
    }

    @Test(arguments: checkpoints)
    func sequencesNobodyWouldWriteDecodeLikeTheTokenizersPackage(name: String) throws {
        let tokenizer = try TokenizerGolden.tokenizer(name)
        for sequence in try TokenizerGolden.values([TokenizerGolden.Sequence].self, "\(name).sequences") {
            let text = tokenizer.decode(sequence.ids)
            #expect(Array(text.utf8) == Array(sequence.text.utf8), "\(sequence.ids)")
            let full = tokenizer.decode(sequence.ids, skipsSpecialTokens: false)
            #expect(Array(full.utf8) == Array(sequence.fullText.utf8), "\(sequence.ids)")
        }
    }

    @Test func smallTokenizersCoverEveryWayOfCuttingText() throws {
        var tokenizers: [String: Tokenizer] = [:]
        let cases = try TokenizerGolden.values([TokenizerGolden.SmallCase].self, "small")
        #expect(cases.count > 1000)
        for entry in cases {
            let tokenizer = try tokenizers[entry.name] ?? TokenizerGolden.tokenizer("small/\(entry.name)")
            tokenizers[entry.name] = tokenizer
            #expect(tokenizer.encode(entry.text) == entry.ids, "\(entry.name): \(entry.text.debugDescription)")
            let decoded = tokenizer.decode(entry.ids)
            #expect(
                Array(decoded.utf8) == Array((entry.decoded ?? entry.text).utf8),
                "\(entry.name): \(entry.text.debugDescription)"
            )
        }
        #expect(tokenizers.count == 18)
    }

    @Test(arguments: checkpoints)
    func piecesOfAStreamJoinToTheDecodedTextAndNeverShowHalfACharacter(name: String) throws {
        let tokenizer = try TokenizerGolden.tokenizer(name)
        for ids in try TokenizerGolden.values([[Int]].self, "\(name).ids") where ids.count < 200 {
            var stream = tokenizer.streamingDecoder()
            let pieces = ids.map { stream.append($0) } + [stream.finish()]
            let text = tokenizer.decode(ids)
            #expect(Array(pieces.joined().utf8) == Array(text.utf8))
            if !text.unicodeScalars.contains("\u{FFFD}") {
                #expect(!pieces.contains { $0.unicodeScalars.contains("\u{FFFD}") })
            }
        }
    }
}

/// The files of `Golden/text` and `Golden/tokenizers`.
enum TokenizerGolden {
    /// A case of a small tokenizer: its name, a text, its ids and the text of those.
    struct SmallCase: Decodable {
        let name: String
        let text: String
        let ids: [Int]
        let decoded: String?

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            name = try values.decode(String.self)
            text = try values.decode(String.self)
            ids = try values.decode([Int].self)
            decoded = try values.decode(String?.self)
        }
    }

    /// Ids, their text without special tokens, and with them.
    struct Sequence: Decodable {
        let ids: [Int]
        let text: String
        let fullText: String

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            ids = try values.decode([Int].self)
            text = try values.decode(String.self)
            fullText = try values.decode(String.self)
        }
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    private static let mistral = Result { try load("mistral-idefics2") }
    private static let smollm2 = Result { try load("smollm2") }

    /// Loads a tokenizer; the two large ones only once.
    static func tokenizer(_ name: String) throws -> Tokenizer {
        switch name {
        case "mistral-idefics2": try mistral.get()
        case "smollm2": try smollm2.get()
        default: try load(name)
        }
    }

    /// The vocabulary of SmolLM2 with tokens added behind it.
    static func smollm2(adding tokens: [String]) throws -> Tokenizer {
        let text = try String(contentsOf: folder.appending(path: "tokenizers/smollm2/tokenizer.json"), encoding: .utf8)
        let mark = #"],"normalizer":null"#
        let place = try #require(text.range(of: mark))
        let added = tokens.enumerated().map { index, token in
            #",{"id":\#(49152 + index),"content":"\#(token)","single_word":false,"lstrip":false,"rstrip":false,"#
                + #""normalized":false,"special":true}"#
        }
        let folder = try TemporaryFolder()
        let edited = text[..<place.lowerBound] + added.joined() + text[place.lowerBound...]
        _ = try folder.write(Array(edited.utf8), as: "tokenizer.json")
        return try Tokenizer(folder: folder.url)
    }

    private static func load(_ name: String) throws -> Tokenizer {
        try Tokenizer(folder: folder.appending(path: "tokenizers/\(name)"))
    }

    static func values<Value: Decodable>(_ type: [Value].Type, _ name: String) throws -> [Value] {
        let data = try Data(contentsOf: folder.appending(path: "text/\(name).jsonl"))
        let decoder = JSONDecoder()
        return try data.split(separator: 0x0A).map { try decoder.decode(Value.self, from: $0) }
    }
}
