/// Texts and expanded images of a request, put together in the order in which they are seen.
struct ImagePrompt {
    private let chatTemplate: ChatTemplate
    private let modelName: String

    /// Prepares to write prompts.
    ///
    /// - Parameters:
    ///   - chatTemplate: The checkpoint's chat template.
    ///   - modelName: The checkpoint's name, for messages.
    init(chatTemplate: ChatTemplate, modelName: String) {
        self.chatTemplate = chatTemplate
        self.modelName = modelName
    }

    /// Writes the text of a prompt.
    ///
    /// - Parameters:
    ///   - parts: Texts and images in order.
    ///   - expansions: What stands for each image.
    ///   - template: One user message in the chat template, or the parts as they stand.
    /// - Returns: The text.
    /// - Throws: `ModelInputError` when the chat template is not known, a text holds an image marker, or images and
    ///   expansions differ in number.
    func text(
        of parts: [GenerationRequest.Part],
        expansions: [String],
        template: GenerationRequest.Template
    ) throws(ModelInputError) -> String {
        var items: [MessageItem] = []
        var images = 0
        for part in parts {
            switch part {
            case .text(let text):
                if Array(text.utf8).split(at: Array(imageMarker.utf8)).count > 1 {
                    throw .imageMarkerInText(marker: imageMarker)
                }
                items.append(MessageItem(text: text, isImage: false))
            case .image:
                if images < expansions.count {
                    items.append(MessageItem(text: expansions[images], isImage: true))
                }
                images += 1
            }
        }
        guard images == expansions.count else { throw .imageCountMismatch(markers: images, images: expansions.count) }
        guard template == .chat else { return items.map(\.text).joined() }
        // ChatML as Recto knows it joins strings: it fails on a message that is a list of texts and images.
        if case .chatML = chatTemplate { throw .unknownChatTemplate(model: modelName) }
        guard let text = chatTemplate.message(items) else {
            throw .unknownChatTemplate(model: modelName)
        }
        return text
    }
}
