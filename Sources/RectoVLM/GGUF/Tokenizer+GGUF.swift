public import Foundation
import RectoPages

extension GenerationConfiguration {
    /// Ends at tokens that are known already, and forbids nothing.
    ///
    /// - Parameter endTokens: Tokens after which generation ends.
    init(endTokens: [Int]) {
        self.endTokens = Set(endTokens)
        badWords = BadWords([], endTokens: self.endTokens)
    }
}

extension Tokenizer {
    /// Loads the tokenizer of a checkpoint, be it a Hugging Face folder or a GGUF file.
    ///
    /// - Parameter checkpoint: The folder or file.
    /// - Throws: `ModelInputError` or `VLMError` when something is missing or damaged, or Recto does not do what it asks for.
    public init(checkpoint: URL) throws {
        switch try CheckpointPlace(checkpoint) {
        case .folder(let folder): try self.init(folder: folder)
        case .gguf(let file): try self.init(GGUFTokenizer(GGUFFile(file)).json())
        }
    }
}

extension PromptBuilder {
    /// Loads tokenizer and chat template of a GGUF file.
    ///
    /// - Parameter gguf: The file.
    /// - Throws: `ModelInputError` or `VLMError` when something is missing or damaged.
    init(gguf: GGUFFile) throws {
        let template = try gguf.string("tokenizer.chat_template").map { ChatTemplate(recognizing: $0) }
        self.init(
            tokenizer: try Tokenizer(GGUFTokenizer(gguf).json()),
            template: TextPromptTemplate(chatTemplate: template ?? .absent, modelName: gguf.path)
        )
    }
}
