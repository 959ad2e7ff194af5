package import Foundation

/// A prompt as text and as the token ids that the text decoder reads.
package struct TokenizedPrompt: Sendable, Hashable {
    /// The prompt with every image expanded.
    package let text: String
    /// Its token ids.
    package let tokenIDs: [Int]
}

/// Writes requests in the form that Idefics2 checkpoints were trained on.
package struct Idefics2PromptTemplate: Sendable {
    /// Reads the chat template of a checkpoint folder.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - imageTokensPerView: How many image tokens stand for one view: the resampler's latents.
    /// - Throws: `ModelInputError` when a file is damaged.
    package init(folder: URL, imageTokensPerView: Int) throws(ModelInputError) {
        throw .unknownChatTemplate(model: folder.lastPathComponent)
    }

    /// Builds the prompt of a request.
    ///
    /// - Parameters:
    ///   - parts: Texts and images in the order in which they are seen.
    ///   - template: One user message in the chat template, or the parts as they stand.
    ///   - viewCounts: For each image, how many views it has.
    ///   - tokenizer: The checkpoint's tokenizer.
    /// - Returns: Text and token ids.
    /// - Throws: `ModelInputError` when the chat template is not known or a text holds an image marker.
    package func prompt(
        of parts: [GenerationRequest.Part],
        template: GenerationRequest.Template,
        viewCounts: [Int],
        tokenizer: Tokenizer
    ) throws(ModelInputError) -> TokenizedPrompt {
        TokenizedPrompt(text: "", tokenIDs: [])
    }
}
