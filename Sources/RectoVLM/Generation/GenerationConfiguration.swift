import Foundation

/// `generation_config.json`: when to stop and what never to say.
struct GenerationConfiguration: Sendable {
    private struct File: Decodable {
        let endTokens: TokenList?
        let badWords: [[Int]]?

        enum CodingKeys: String, CodingKey {
            case endTokens = "eos_token_id"
            case badWords = "bad_words_ids"
        }
    }

    /// Tokens after which generation ends.
    let endTokens: Set<Int>
    /// Those of them that `generation_config.json` names.
    let statedEndTokens: Set<Int>
    /// Token sequences that must not be completed.
    let badWords: BadWords

    /// Reads the file if there is one.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - defaultEndTokens: The end tokens of `config.json`, which hold where the file names none.
    /// - Throws: `VLMError` when the file is damaged.
    init(folder: URL, defaultEndTokens: [Int]) throws(VLMError) {
        let url = folder.appending(path: "generation_config.json")
        guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else {
            self.init(endTokens: Set(defaultEndTokens), stated: [], badWords: [])
            return
        }
        let file = try ConfigurationFile(url).decode(File.self)
        let stated = file.endTokens?.ids
        self.init(endTokens: Set(stated ?? defaultEndTokens), stated: Set(stated ?? []), badWords: file.badWords ?? [])
    }

    init(endTokens: Set<Int>, stated: Set<Int>, badWords: [[Int]]) {
        self.init(endTokens: endTokens, stated: stated, badWords: BadWords(badWords, endTokens: endTokens))
    }

    private init(endTokens: Set<Int>, stated: Set<Int>, badWords: BadWords) {
        self.endTokens = endTokens
        self.statedEndTokens = stated
        self.badWords = badWords
    }

    /// Ends at the tokens that a family's own code names, instead of those of the checkpoint's files.
    ///
    /// - Parameter tokens: The family's tokens; nil changes nothing.
    /// - Returns: The same otherwise.
    func ending(at tokens: Set<Int>?) -> GenerationConfiguration {
        guard let tokens else { return self }
        return GenerationConfiguration(endTokens: tokens, stated: [], badWords: badWords)
    }
}
