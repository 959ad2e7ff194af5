import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// Tokenizers from GGUF metadata: the same ids as llama.cpp, and as the `tokenizer.json` that they were made from.
struct GGUFTokenizerTests {
    @Test(arguments: ["tiny-spm", "tiny-bpe"])
    func smallVocabulariesCutLinesLikeLlamaCpp(name: String) throws {
        let tokenizer = try Tokenizer(checkpoint: GGUFModelTests.folder.appending(path: "\(name).gguf"))
        let text = try String(contentsOf: GGUFModelTests.folder.appending(path: "\(name).jsonl"), encoding: .utf8)
        struct Line: Decodable {
            let text: String
            let ids: [Int]

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                text = try values.decode(String.self)
                ids = try values.decode([Int].self)
            }
        }
        let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        #expect(lines.count == 15)
        for line in lines {
            #expect(tokenizer.encode(line.text) == line.ids, "\(line.text.debugDescription)")
        }
    }

    /// What a golden `tokenizer.json` says beside its vocabulary; lists of strings keep every byte.
    private struct File: Decodable {
        struct Added: Decodable {
            let id: Int
            let special: Bool
        }

        struct Model: Decodable {
            let merges: [Merge]
        }

        /// Two tokens, as a pair or with a space between.
        struct Merge: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                text = try (try? value.decode([String].self).joined(separator: " ")) ?? value.decode(String.self)
            }
        }

        let addedTokens: [Added]
        let model: Model

        enum CodingKeys: String, CodingKey {
            case addedTokens = "added_tokens"
            case model
        }
    }

    /// The vocabulary of a golden tokenizer as GGUF metadata would hold it.
    private func metadata(of name: String) throws -> GGUFBuilder {
        let folder = TokenizerGolden.folder.appending(path: "tokenizers/\(name)")
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: folder.appending(path: "tokenizer.json")))
        let original = try TokenizerGolden.tokenizer(name)
        let tokens = (0..<original.vocabularySize).map { Array((original.token(of: $0) ?? "").utf8) }
        let added = Dictionary(uniqueKeysWithValues: file.addedTokens.map { ($0.id, $0.special) })
        let isByteLevel = name == "smollm2"
        var builder = GGUFBuilder()
        builder.add("tokenizer.ggml.model", isByteLevel ? "gpt2" : "llama")
        builder.add("tokenizer.ggml.pre", isByteLevel ? "gpt-2" : "default")
        builder.add("tokenizer.ggml.tokens", texts: tokens)
        let kinds: [Int32] = tokens.enumerated().map { id, token in
            if id == 0, !isByteLevel { return 2 }
            if let isSpecial = added[id] { return isSpecial ? 3 : 4 }
            return !isByteLevel && token.count == 6 && token.starts(with: "<0x".utf8) ? 6 : 1
        }
        builder.add("tokenizer.ggml.token_type", integers: kinds)
        if isByteLevel {
            builder.add("tokenizer.ggml.merges", texts: file.model.merges.map { Array($0.text.utf8) })
            builder.add("tokenizer.ggml.add_bos_token", false)
        } else {
            // The better a token's score, the earlier is the first of the pairs that make it.
            var scores = [Float](repeating: -1e6, count: tokens.count)
            for (rank, merge) in file.model.merges.enumerated() {
                let id = try #require(original.id(of: merge.text.replacing(" ", with: "")))
                scores[id] = max(scores[id], -Float(rank))
            }
            builder.add("tokenizer.ggml.scores", floats: scores)
            builder.add("tokenizer.ggml.bos_token_id", 1 as UInt32)
        }
        return builder
    }

    /// The file of SmolLM2 was made by transformers, which leaves the digits of the word rule `smollm` out: it is GPT-2's.
    @Test(arguments: ["mistral-idefics2", "smollm2"])
    func realVocabulariesCutLinesLikeTheirTokenizerFile(name: String) throws {
        let (folder, file) = try metadata(of: name).write()
        let tokenizer = try Tokenizer(checkpoint: file)
        let lines = try TokenizerGolden.values([String].self, "lines")
        let ids = try TokenizerGolden.values([[Int]].self, "\(name).ids")
        #expect(lines.count >= 2000)
        let wrong = lines.indices.filter { tokenizer.encode(lines[$0]) != ids[$0] }
        let first = wrong.first.map { "\(lines[$0].debugDescription): \(tokenizer.encode(lines[$0])), not \(ids[$0])" }
        #expect(wrong.isEmpty, "\(wrong.count) lines differ, the first is \(first ?? "")")
        let decoded = try TokenizerGolden.values([String?].self, "\(name).decoded")
        for index in lines.indices {
            #expect(Array(tokenizer.decode(ids[index]).utf8) == Array((decoded[index] ?? lines[index]).utf8))
        }
        #expect(folder.url.isFileURL)
    }

    /// The names of word rules lead to the pre-tokenizers of the models that they are named after.
    @Test(arguments: [
        ("gpt-2", "a 1234 b", ["a", " 1234", " b"]), ("smollm", "a 12", ["a", " ", "1", "2"]),
        ("llama-bpe", "a 1234\n!", ["a", " ", "123", "4", "\n", "!"]),
        ("qwen2", "I'LL 12", ["I", "'LL", " ", "1", "2"]),
    ])
    func wordRulesGoByName(_ name: String, _ text: String, _ words: [String]) throws {
        let plain = Set(Array(33...126) + Array(161...172) + Array(174...255))
        var others = 0
        let alphabet: [[UInt8]] = (0..<256).map { byte in
            if !plain.contains(byte) { others += 1 }
            return Array(
                String(UnicodeScalar(plain.contains(byte) ? byte : 255 + others).map(Character.init) ?? " ").utf8
            )
        }
        // Each word is a token that two halves make, so that a cut elsewhere shows.
        var tokens = alphabet
        var merges: [[UInt8]] = []
        for word in words + [" 12", "1234", " a", "'LL "] {
            let spelled = word.utf8.map { alphabet[Int($0)] }
            for end in 2..<max(spelled.count + 1, 2) where end <= spelled.count {
                let (left, right) = (Array(spelled[..<(end - 1)].joined()), spelled[end - 1])
                merges.append(left + [0x20] + right)
                if !tokens.contains(left + right) { tokens.append(left + right) }
            }
        }
        var builder = GGUFBuilder()
        builder.add("tokenizer.ggml.model", "gpt2")
        builder.add("tokenizer.ggml.pre", name)
        builder.add("tokenizer.ggml.tokens", texts: tokens)
        builder.add("tokenizer.ggml.merges", texts: merges)
        let (folder, file) = try builder.write()
        let tokenizer = try Tokenizer(checkpoint: file)
        let pieces = tokenizer.encode(text).map { tokenizer.decode([$0]) }
        #expect(pieces == words)
        #expect(folder.url.isFileURL)
    }
}
