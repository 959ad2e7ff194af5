public import Foundation
import RectoPages

extension GenerationConfiguration {
    /// Ends at tokens that are known already, and forbids nothing.
    ///
    /// - Parameter endTokens: Tokens after which generation ends.
    init(endTokens: [Int]) {
        self.init(endTokens: Set(endTokens), stated: [], badWords: [])
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
        case .gguf(let place): try self.init(GGUFTokenizer(GGUFFile(place.model)).json())
        }
    }
}

extension ChatTemplate {
    /// Reads the template of a GGUF file.
    ///
    /// - Parameter gguf: The file.
    /// - Throws: `VLMError` when there is something else in its place.
    init(gguf: GGUFFile) throws(VLMError) {
        self = try gguf.string("tokenizer.chat_template").map { ChatTemplate(recognizing: $0) } ?? .absent
    }
}

extension PromptBuilder {
    /// Loads tokenizer, chat template and image settings of GGUF files.
    ///
    /// - Parameters:
    ///   - gguf: The files.
    ///   - form: How the family cuts images and writes prompts.
    /// - Throws: `ModelInputError` or `VLMError` when something is missing or damaged.
    init(gguf: GGUFModel, form: PromptForm) throws {
        let file = gguf.text.file
        let tokenizer = try Tokenizer(GGUFTokenizer(file).json())
        let template = try ChatTemplate(gguf: file)
        guard let tower = gguf.tower, case .idefics3(let patchSize, let scaleFactor) = form else {
            self.init(
                tokenizer: tokenizer,
                template: TextPromptTemplate(chatTemplate: template, modelName: file.path)
            )
            return
        }
        let processor = try Idefics3ImageProcessor(settings: tower.imageSettings())
        self.init(
            tokenizer: tokenizer,
            template: Idefics3PromptTemplate(
                chatTemplate: template,
                modelName: file.path,
                imageTokensPerView: try processor.imageTokensPerView(patchSize: patchSize, scaleFactor: scaleFactor)
            ),
            processor: processor
        )
    }
}
