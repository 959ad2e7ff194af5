package import RectoPages

/// A prompt as text and as the token ids that the text decoder reads.
package struct TokenizedPrompt: Sendable, Hashable {
    /// The prompt with every image expanded.
    package let text: String
    /// Its token ids.
    package let tokenIDs: [Int]
}

extension TokenizedPrompt {
    /// Turns a prompt into tokens.
    ///
    /// Special tokens are put around it, unless the chat template wrote those in front already: transformers looks for
    /// the token that begins a text, too.
    ///
    /// - Parameters:
    ///   - text: The prompt with every image expanded.
    ///   - template: Whether a chat template wrote it.
    ///   - tokenizer: The checkpoint's tokenizer.
    init(_ text: String, in template: GenerationRequest.Template, _ tokenizer: Tokenizer) {
        let opening = tokenizer.openingTokens
        let plain = tokenizer.encode(text, addsSpecialTokens: false)
        let isOpened = template == .chat && !opening.isEmpty && plain.starts(with: opening)
        self.init(text: text, tokenIDs: isOpened ? plain : tokenizer.encode(text))
    }
}

/// The marker that stands for an image in a prompt that is written as one string.
package let imageMarker = "<image>"

extension GenerationRequest {
    /// Takes a prompt apart that is written as one string.
    ///
    /// - Parameters:
    ///   - prompt: The prompt; each `<image>` in it stands for one image. A chat prompt may leave the markers out: then the
    ///     images come first.
    ///   - images: The images in order.
    ///   - template: How the parts will become a token sequence.
    /// - Returns: Texts and images in order.
    /// - Throws: `ModelInputError.imageCountMismatch` when markers and images differ in number.
    package static func parts(
        of prompt: String,
        images: [PixelImage],
        template: Template
    ) throws(ModelInputError) -> [Part] {
        let texts = Array(prompt.utf8).split(at: Array(imageMarker.utf8)).map { String(decoding: $0, as: UTF8.self) }
        if texts.count == 1, template == .chat { return images.map { .image($0) } + [.text(prompt)] }
        guard texts.count == images.count + 1 else {
            throw .imageCountMismatch(markers: texts.count - 1, images: images.count)
        }
        var parts: [Part] = []
        for (index, text) in texts.enumerated() {
            if index > 0 { parts.append(.image(images[index - 1])) }
            if !text.isEmpty { parts.append(.text(text)) }
        }
        return parts
    }
}

extension [UInt8] {
    /// Cuts a text at every occurrence of a string.
    ///
    /// - Parameter separator: The string, not empty.
    /// - Returns: What lies between, one more than there are occurrences.
    func split(at separator: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        var position = 0
        while position < count {
            if self[position...].starts(with: separator) {
                pieces.append([])
                position += separator.count
            } else {
                pieces[pieces.count - 1].append(self[position])
                position += 1
            }
        }
        return pieces
    }
}
