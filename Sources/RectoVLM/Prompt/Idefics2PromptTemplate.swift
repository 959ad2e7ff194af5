package import Foundation

/// Writes requests in the form that Idefics2 checkpoints were trained on.
///
/// A view becomes the fake token, its image tokens and the fake token again; where two fake tokens meet, one is left. The
/// checkpoint's tokenizer then reads the whole as one string.
package struct Idefics2PromptTemplate: Sendable {
    private let chatTemplate: ChatTemplate
    private let modelName: String
    private let imageTokensPerView: Int
    private static let fakeToken = "<fake_token_around_image>"

    /// Reads the chat template of a checkpoint folder; a folder without one has that of the Idefics2 family.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - imageTokensPerView: How many image tokens stand for one view: the resampler's latents.
    /// - Throws: `ModelInputError` when a file is damaged.
    package init(folder: URL, imageTokensPerView: Int) throws(ModelInputError) {
        chatTemplate = try ChatTemplate(folder: folder)
        modelName = folder.lastPathComponent
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
        var pieces: [String] = []
        var views = viewCounts[...]
        for part in parts {
            switch part {
            case .text(let text):
                if Array(text.utf8).split(at: Array(imageMarker.utf8)).count > 1 {
                    throw .imageMarkerInText(marker: imageMarker)
                }
                pieces.append(text)
            case .image:
                guard let count = views.popFirst() else { throw countMismatch(parts, viewCounts) }
                let view = Self.fakeToken + String(repeating: imageMarker, count: imageTokensPerView) + Self.fakeToken
                pieces.append(String(repeating: view, count: count))
            }
        }
        if !views.isEmpty { throw countMismatch(parts, viewCounts) }
        let expanded = try template == .chat ? inChatTemplate(parts, pieces) : pieces.joined()
        let fake = Array(Self.fakeToken.utf8)
        let text = String(decoding: Array(expanded.utf8).replacing(fake + fake, by: fake), as: UTF8.self)
        return TokenizedPrompt(text: text, tokenIDs: tokenizer.encode(text))
    }

    private func inChatTemplate(_ parts: [GenerationRequest.Part], _ pieces: [String]) throws(ModelInputError) -> String
    {
        guard chatTemplate == .idefics2 || chatTemplate == .absent else {
            throw .unknownChatTemplate(model: modelName)
        }
        let colon: String
        if case .image = parts.first { colon = ":" } else { colon = ": " }
        return "User" + colon + pieces.joined() + "<end_of_utterance>\nAssistant:"
    }

    private func countMismatch(_ parts: [GenerationRequest.Part], _ viewCounts: [Int]) -> ModelInputError {
        let images = parts.count { part in if case .image = part { true } else { false } }
        return .imageCountMismatch(markers: images, images: viewCounts.count)
    }
}
