package import Foundation

/// Writes requests in the forms that LLaVA and Mantis checkpoints were trained on.
///
/// An image becomes its image tokens. Mantis, which was trained on several images in one prompt, numbers them:
/// `(image 2: <Image>…</Image>)`. Its released code sends the messages of a Llama 3 with a system message that it took over
/// from an example; checkpoints of LLaVA say in a chat template how messages are written.
package struct LlavaPromptTemplate: Sendable {
    private let prompt: ImagePrompt
    private let modelName: String
    private let imageTokens: String
    private let numbersImages: Bool
    /// Tokens that end an answer, where the family's own code names them; nil leaves them to the checkpoint's files.
    package let endTokens: Set<Int>?

    /// The system message of Mantis' released code.
    private static let mantisSystem = "You are a pirate chatbot who always responds in pirate speak!"
    private static let mantisEnd = "<|eot_id|>"

    /// Reads chat template and kind of a checkpoint folder, and checks what its processor files say of images.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - form: How the tower reads images.
    ///   - tokenizer: The checkpoint's tokenizer.
    /// - Throws: `ModelInputError` when a file is damaged, contradicts the tower, or asks for something that Recto does not
    ///   do.
    package init(folder: URL, form: LlavaViewForm, tokenizer: Tokenizer) throws(ModelInputError) {
        imageTokens = String(repeating: imageMarker, count: form.imageTokenCount)
        let files = try Self.processorFiles(in: folder)
        for file in files { try Self.check(file, against: form) }
        numbersImages = try Self.isMantis(files)
        modelName = folder.lastPathComponent
        let chatTemplate: ChatTemplate
        if !numbersImages {
            chatTemplate = try ChatTemplate(folder: folder)
            endTokens = nil
        } else if let end = tokenizer.id(of: Self.mantisEnd) {
            chatTemplate = .headers(system: Self.mantisSystem)
            let textEnd = try Self.endToken(in: folder).flatMap { tokenizer.id(of: $0) }
            endTokens = Set([end, textEnd].compactMap(\.self))
        } else {
            chatTemplate = .unknown
            endTokens = nil
        }
        prompt = ImagePrompt(chatTemplate: chatTemplate, modelName: modelName)
    }

    /// Builds the prompt of a request.
    ///
    /// - Parameters:
    ///   - parts: Texts and images in the order in which they are seen.
    ///   - template: One user message in the chat template, or the parts as they stand.
    ///   - splits: Whether each image is to be split, which these families do not.
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
        let expansions = (0..<count).map { index in
            numbersImages ? "(image \(index + 1): <Image>\(imageTokens)</Image>)" : imageTokens
        }
        let text = try prompt.text(of: parts, expansions: expansions, template: template)
        return TokenizedPrompt(text, in: template, tokenizer)
    }
}

extension LlavaPromptTemplate {
    /// The files in which transformers keeps what it knows of a processor, those that are there.
    private static func processorFiles(in folder: URL) throws(ModelInputError) -> [CheckpointNode] {
        var files: [CheckpointNode] = []
        for name in ["processor_config.json", "preprocessor_config.json", "tokenizer_config.json"] {
            let path = folder.appending(path: name).path(percentEncoded: false)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            files.append(try CheckpointNode(reading: name, in: folder))
        }
        return files
    }

    /// Whether the processor is that of Mantis, as the first file says that names one; others of LLaVA's relatives write other
    /// prompts.
    private static func isMantis(_ files: [CheckpointNode]) throws(ModelInputError) -> Bool {
        for file in files {
            guard let node = file["processor_class"] else { continue }
            let name = try node.string()
            if name.hasPrefix("Llava"), name != "LlavaProcessor" { throw node.unsupported("the processor \(name)") }
            return name == "MLlavaProcessor"
        }
        return false
    }

    /// Refuses numbers of image tokens other than the tower's.
    private static func check(_ file: CheckpointNode, against form: LlavaViewForm) throws(ModelInputError) {
        let numbers = [
            ("patch_size", form.patchSize, "vision_config.patch_size"),
            ("num_additional_image_tokens", form.classTokenCount, "the tower's number of class tokens"),
        ]
        for (key, expected, source) in numbers {
            guard let node = file[key] else { continue }
            let found = try node.integer()
            if found != expected { throw node.malformed("is \(found) where \(source) in config.json is \(expected)") }
        }
        if let node = file["vision_feature_select_strategy"] {
            let (found, expected) = (try node.string(), form.dropsFirstState ? "default" : "full")
            if found != expected { throw node.malformed("is \(found) where config.json says \(expected)") }
        }
        if let node = file["image_token"], try node.tokenContent() != imageMarker {
            throw node.unsupported("an image token other than \(imageMarker)")
        }
    }

    /// The token that ends a text by `tokenizer_config.json`.
    private static func endToken(in folder: URL) throws(ModelInputError) -> String? {
        let name = "tokenizer_config.json"
        let path = folder.appending(path: name).path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path),
            let node = try CheckpointNode(reading: name, in: folder)["eos_token"]
        else { return nil }
        return try node.tokenContent()
    }
}
