package import Foundation

/// Writes requests for text-only checkpoints: raw text, or a chat template that is known.
package struct TextPromptTemplate: Sendable {
    /// Reads the chat template of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when a file is damaged.
    package init(folder: URL) throws(ModelInputError) {
        throw .unknownChatTemplate(model: folder.lastPathComponent)
    }

    /// Builds the prompt of a request.
    ///
    /// - Parameters:
    ///   - parts: Texts in order.
    ///   - template: One user message in the chat template, or the parts as they stand.
    ///   - tokenizer: The checkpoint's tokenizer.
    /// - Returns: Text and token ids.
    /// - Throws: `ModelInputError` when there is an image or the chat template is not known.
    package func prompt(
        of parts: [GenerationRequest.Part],
        template: GenerationRequest.Template,
        tokenizer: Tokenizer
    ) throws(ModelInputError) -> TokenizedPrompt {
        TokenizedPrompt(text: "", tokenIDs: [])
    }
}
