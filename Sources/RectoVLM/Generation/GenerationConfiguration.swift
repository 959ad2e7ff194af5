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
            endTokens = Set(defaultEndTokens)
            badWords = BadWords([], endTokens: Set(defaultEndTokens))
            return
        }
        let file = try ConfigurationFile(url).decode(File.self)
        endTokens = Set(file.endTokens?.ids ?? defaultEndTokens)
        badWords = BadWords(file.badWords ?? [], endTokens: endTokens)
    }

    private init(endTokens: Set<Int>, badWords: BadWords) {
        self.endTokens = endTokens
        self.badWords = badWords
    }

    /// Ends at other tokens.
    ///
    /// - Parameter tokens: The tokens; nil changes nothing.
    /// - Returns: The same otherwise.
    func ending(at tokens: Set<Int>?) -> GenerationConfiguration {
        tokens.map { GenerationConfiguration(endTokens: $0, badWords: badWords) } ?? self
    }
}
