package import Foundation

/// Writes requests in the form that Idefics2 checkpoints were trained on.
///
/// A view becomes the fake token, its image tokens and the fake token again; where two fake tokens meet, one is left. The
/// checkpoint's tokenizer then reads the whole as one string.
package struct Idefics2PromptTemplate: Sendable {
    private let prompt: ImagePrompt
    private let imageTokensPerView: Int
    private static let fakeToken = "<fake_token_around_image>"

    /// Reads the chat template of a checkpoint folder; a folder without one has that of the Idefics2 family.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - imageTokensPerView: How many image tokens stand for one view: the resampler's latents.
    /// - Throws: `ModelInputError` when a file is damaged.
    package init(folder: URL, imageTokensPerView: Int) throws(ModelInputError) {
        let chatTemplate = try ChatTemplate(folder: folder)
        prompt = ImagePrompt(
            chatTemplate: chatTemplate == .absent ? .utterances(opening: "") : chatTemplate,
            modelName: folder.lastPathComponent
        )
        self.imageTokensPerView = imageTokensPerView
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
        let view = Self.fakeToken + String(repeating: imageMarker, count: imageTokensPerView) + Self.fakeToken
        let expanded = try prompt.text(
            of: parts,
            expansions: viewCounts.map { String(repeating: view, count: $0) },
            template: template
        )
        let fake = Array(Self.fakeToken.utf8)
        let text = String(decoding: Array(expanded.utf8).replacing(fake + fake, by: fake), as: UTF8.self)
        return TokenizedPrompt(text, in: template, tokenizer)
    }
}
