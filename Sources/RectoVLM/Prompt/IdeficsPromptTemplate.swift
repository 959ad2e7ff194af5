package import Foundation

/// Writes requests in the form that the first Idefics was trained on: texts and images in turn, as `IdeficsProcessor` writes them.
///
/// An image is one token between two fake ones, of which images that follow each other share one; spaces around texts are left
/// out, and the token that begins a text stands before all. A chat is written as the model cards write dialogues:
/// `User:…<end_of_utterance>\nAssistant:` where the tokenizer knows that token (the instruct checkpoints), else without it.
package struct IdeficsPromptTemplate: Sendable {
    private let prompt: ImagePrompt
    private let modelName: String
    /// The token that begins every prompt.
    private let opening: String
    /// Whether texts that follow each other are utterances, and the end of one is marked.
    private let marksUtterances: Bool
    /// Tokens that end the answer in a chat.
    package let chatEndTokens: Set<Int>

    private static let fakeToken = "<fake_token_around_image>"
    private static let utteranceEnd = "<end_of_utterance>"

    /// Reads what a checkpoint folder says of its prompts.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - tokenizer: The checkpoint's tokenizer.
    /// - Throws: `ModelInputError` when a file is damaged, or the tokenizer lacks a token that prompts need.
    package init(folder: URL, tokenizer: Tokenizer) throws(ModelInputError) {
        let settings = try Self.tokenizerSettings(in: folder)
        modelName = folder.lastPathComponent
        opening = try settings?["bos_token"]?.tokenContent() ?? "<s>"
        for token in [opening, Self.fakeToken] where tokenizer.id(of: token) == nil {
            throw .malformedFile(
                path: folder.appending(path: "tokenizer.json").path(percentEncoded: false),
                problem: "it has no token \(token), which prompts of Idefics are written with"
            )
        }
        let end = tokenizer.id(of: Self.utteranceEnd)
        chatEndTokens = Set([end].compactMap(\.self))
        let isNamed = try Self.names(Self.utteranceEnd, settings)
        marksUtterances = end != nil && isNamed
        var chatTemplate = try ChatTemplate(folder: folder)
        if chatTemplate == .absent { chatTemplate = end == nil ? .turns : .utterances(opening: "") }
        prompt = ImagePrompt(chatTemplate: chatTemplate, modelName: modelName)
    }

    /// Builds the prompt of a request.
    ///
    /// - Parameters:
    ///   - parts: Texts and images in the order in which they are seen.
    ///   - template: One user message in the chat template, or the parts as the processor takes them.
    ///   - splits: Whether each image is to be split, which this family does not.
    ///   - tokenizer: The checkpoint's tokenizer.
    /// - Returns: Text and token ids.
    /// - Throws: `ModelInputError` when images are to be split, the chat template is not known or a text holds an image
    ///   marker.
    package func prompt(
        of parts: [GenerationRequest.Part],
        template: GenerationRequest.Template,
        splits: Bool = false,
        tokenizer: Tokenizer
    ) throws(ModelInputError) -> TokenizedPrompt {
        let count = parts.count { if case .image = $0 { true } else { false } }
        if splits, count > 0 { throw .splittingNotSupported(model: modelName) }
        let markers = Array(repeating: imageMarker, count: count)
        let text = try prompt.text(of: parts, expansions: markers, template: template)
        var written = written(template == .chat ? Self.items(of: text) : parts.map(Item.init))
        if !written.hasPrefix(opening) || template == .raw { written = opening + written }
        return TokenizedPrompt(text: written, tokenIDs: tokenizer.encode(written, addsSpecialTokens: false))
    }

    /// A text, or an image.
    private enum Item {
        case text(String)
        case image

        init(_ part: GenerationRequest.Part) {
            switch part {
            case .text(let text): self = .text(text)
            case .image: self = .image
            }
        }
    }

    /// Takes a message apart at its images.
    private static func items(of message: String) -> [Item] {
        let texts = Array(message.utf8).split(at: Array(imageMarker.utf8)).map { String(decoding: $0, as: UTF8.self) }
        return texts.enumerated().flatMap { index, text in
            (index > 0 ? [Item.image] : []) + (text.isEmpty ? [] : [.text(text)])
        }
    }

    private func written(_ items: [Item]) -> String {
        var text = ""
        var last: Item?
        for item in items {
            switch (item, last) {
            case (.image, .image): text += imageMarker + Self.fakeToken
            case (.image, _): text += Self.fakeToken + imageMarker + Self.fakeToken
            case (.text(let piece), .text) where marksUtterances: text += Self.utteranceEnd + piece.withoutOuterSpaces
            case (.text(let piece), _): text += piece.withoutOuterSpaces
            }
            last = item
        }
        return text
    }
}

extension IdeficsPromptTemplate {
    private static func tokenizerSettings(in folder: URL) throws(ModelInputError) -> CheckpointNode? {
        let name = "tokenizer_config.json"
        let path = folder.appending(path: name).path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try CheckpointNode(reading: name, in: folder)
    }

    /// Whether the tokenizer was trained with a token beyond those of every text.
    private static func names(_ token: String, _ settings: CheckpointNode?) throws(ModelInputError) -> Bool {
        for key in ["additional_special_tokens", "extra_special_tokens"] {
            guard let list = settings?[key], case .array = list.value else { continue }
            for node in try list.elements() {
                if try node.tokenContent() == token { return true }
            }
        }
        return false
    }
}

extension CheckpointNode {
    /// The text of a token, which stands alone or among what else is said of it.
    ///
    /// - Returns: The text.
    /// - Throws: `ModelInputError` when there is none.
    func tokenContent() throws(ModelInputError) -> String { try (self["content"] ?? self).string() }
}

extension String {
    /// The text without spaces at its ends; other white space stays.
    fileprivate var withoutOuterSpaces: String {
        String(decoding: utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed(), as: UTF8.self)
    }
}
