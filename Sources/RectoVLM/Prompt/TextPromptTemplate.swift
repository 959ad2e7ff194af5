package import Foundation

/// Writes requests for text-only checkpoints: raw text, or a chat template that is known.
package struct TextPromptTemplate: Sendable {
    private let chatTemplate: ChatTemplate
    private let modelName: String

    /// Reads the chat template of a checkpoint folder.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when a file is damaged.
    package init(folder: URL) throws(ModelInputError) {
        chatTemplate = try ChatTemplate(folder: folder)
        modelName = folder.lastPathComponent
    }

    /// Makes the template of a checkpoint whose chat template is known already.
    ///
    /// - Parameters:
    ///   - chatTemplate: The chat template.
    ///   - modelName: The checkpoint's name, for messages.
    init(chatTemplate: ChatTemplate, modelName: String) {
        self.chatTemplate = chatTemplate
        self.modelName = modelName
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
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { throw .imagesNotSupported(model: modelName) }
            text += piece
        }
        guard template == .chat else { return TokenizedPrompt(text, in: template, tokenizer) }
        guard case .chatML = chatTemplate, let chat = chatTemplate.message([MessageItem(text: text, isImage: false)])
        else {
            throw .unknownChatTemplate(model: modelName)
        }
        // The template writes the special tokens itself.
        return TokenizedPrompt(text: chat, tokenIDs: tokenizer.encode(chat, addsSpecialTokens: false))
    }
}
