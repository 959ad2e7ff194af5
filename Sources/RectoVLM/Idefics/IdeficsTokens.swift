package import Foundation

/// The tokens that decide which image a token looks at.
///
/// `config.json` of Idefics does not name them: its processor asks the tokenizer.
package struct IdeficsTokens: Sendable, Hashable {
    /// Stands for an image.
    package let image: Int
    /// Ends a text: behind it no image is seen until the next one.
    package let textEnd: Int?

    private struct Vocabulary: Decodable {
        struct Token: Decodable {
            let id: Int
            let content: String
        }

        let added: [Token]?

        enum CodingKeys: String, CodingKey {
            case added = "added_tokens"
        }
    }

    private struct Settings: Decodable {
        let textEnd: TokenName?

        enum CodingKeys: String, CodingKey {
            case textEnd = "eos_token"
        }
    }

    /// A token by its text, alone or among what else is said of it.
    private struct TokenName: Decodable {
        let content: String

        private struct Described: Decodable {
            let content: String
        }

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            content = try (try? value.decode(String.self)) ?? value.decode(Described.self).content
        }
    }

    /// Finds the tokens of a checkpoint folder.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - configuration: What its `config.json` says.
    /// - Throws: `VLMError` when a file is missing or damaged, or there is no token for images inside the vocabulary.
    package init(folder: URL, _ configuration: IdeficsConfiguration) throws(VLMError) {
        let file = try ConfigurationFile(folder.appending(path: "tokenizer.json"))
        let added = try file.decode(Vocabulary.self).added ?? []
        func id(of content: String) -> Int? { added.last { $0.content == content }?.id }
        guard let image = id(of: imageMarker) else {
            let problem = "it has no token \(imageMarker), at which images stand"
            throw .malformedConfiguration(path: file.path, problem: problem)
        }
        guard image >= 0, image < configuration.text.vocabularySize else {
            let problem = "\(imageMarker) has the id \(image), outside the vocabulary of config.json"
            throw .malformedConfiguration(path: file.path, problem: problem)
        }
        self.image = image
        let named = try Self.textEnd(in: folder)
        textEnd = named.flatMap(id) ?? configuration.text.endTokens.first
    }

    /// The token that ends a text by `tokenizer_config.json`.
    private static func textEnd(in folder: URL) throws(VLMError) -> String? {
        let url = folder.appending(path: "tokenizer_config.json")
        guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else { return nil }
        return try ConfigurationFile(url).decode(Settings.self).textEnd?.content
    }
}
