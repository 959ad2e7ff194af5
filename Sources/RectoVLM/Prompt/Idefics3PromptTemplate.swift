package import Foundation

/// Writes requests in the form that Idefics3 and SmolVLM checkpoints were trained on.
///
/// A tile becomes the fake token, its place (`<row_1_col_2>`) and its image tokens; a line feed ends a row of tiles. The whole
/// image follows after another one, as `<global-img>`, with the fake token once more behind it. Whether a place is one token or
/// several is the tokenizer's matter: the checkpoints differ.
package struct Idefics3PromptTemplate: Sendable {
    private let prompt: ImagePrompt
    private let imageTokensPerView: Int
    private static let fakeToken = "<fake_token_around_image>"

    /// Reads the chat template of a checkpoint folder, and checks what `processor_config.json` says of image tokens.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - imageTokensPerView: How many image tokens stand for one view: the blocks of its patches.
    /// - Throws: `ModelInputError` when a file is damaged or contradicts the number.
    package init(folder: URL, imageTokensPerView: Int) throws(ModelInputError) {
        prompt = ImagePrompt(chatTemplate: try ChatTemplate(folder: folder), modelName: folder.lastPathComponent)
        self.imageTokensPerView = imageTokensPerView
        let name = "processor_config.json"
        let path = folder.appending(path: name).path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path),
            let node = try CheckpointNode(reading: name, in: folder)["image_seq_len"]
        else { return }
        let count = try node.integer()
        guard count == imageTokensPerView else {
            throw node.malformed("is \(count) where the sizes of tiles, patches and blocks make \(imageTokensPerView)")
        }
    }

    /// Makes the template of a checkpoint whose chat template is known already.
    ///
    /// - Parameters:
    ///   - chatTemplate: The chat template.
    ///   - modelName: The checkpoint's name, for messages.
    ///   - imageTokensPerView: How many image tokens stand for one view: the blocks of its patches.
    init(chatTemplate: ChatTemplate, modelName: String, imageTokensPerView: Int) {
        prompt = ImagePrompt(chatTemplate: chatTemplate, modelName: modelName)
        self.imageTokensPerView = imageTokensPerView
    }

    /// Builds the prompt of a request.
    ///
    /// - Parameters:
    ///   - parts: Texts and images in the order in which they are seen.
    ///   - template: One user message in the chat template, or the parts as they stand.
    ///   - grids: For each image, how it is cut.
    ///   - tokenizer: The checkpoint's tokenizer.
    /// - Returns: Text and token ids.
    /// - Throws: `ModelInputError` when the chat template is not known or a text holds an image marker.
    package func prompt(
        of parts: [GenerationRequest.Part],
        template: GenerationRequest.Template,
        grids: [Idefics3ImageProcessor.TileGrid],
        tokenizer: Tokenizer
    ) throws(ModelInputError) -> TokenizedPrompt {
        let text = try prompt.text(of: parts, expansions: grids.map(expansion), template: template)
        return TokenizedPrompt(text, in: template, tokenizer)
    }

    private func expansion(_ grid: Idefics3ImageProcessor.TileGrid) -> String {
        let tokens = String(repeating: imageMarker, count: imageTokensPerView)
        var text = ""
        for row in 0..<grid.rows {
            for column in 0..<grid.columns { text += Self.fakeToken + "<row_\(row + 1)_col_\(column + 1)>" + tokens }
            text += "\n"
        }
        if grid.rows > 0 { text += "\n" }
        return text + Self.fakeToken + "<global-img>" + tokens + Self.fakeToken
    }
}
