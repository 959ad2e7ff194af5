import Foundation
import RectoPages

/// An image and how it is cut, by which its features are known again.
struct ImageInput: Hashable, Sendable {
    let image: PixelImage
    let isSplit: Bool
    /// Whether it is padded where its edges would be lost.
    let keepsEdges: Bool

    /// Hashes a sample of the pixels; all of them take part in the comparison.
    func hash(into hasher: inout Hasher) {
        hasher.combine(image.width)
        hasher.combine(image.height)
        for index in stride(from: 0, to: image.pixels.count, by: 61) { hasher.combine(image.pixels[index]) }
    }
}

/// How a family cuts images and writes prompts, as far as its `config.json` says it.
enum PromptForm: Sendable, Hashable {
    /// Four crops and the whole; a fixed number of image tokens for each view.
    case idefics2(imageTokensPerView: Int)
    /// Square tiles and the whole; an image token for each block of patches.
    case idefics3(patchSize: Int, scaleFactor: Int)
    /// One view, of one size.
    case llava(LlavaViewForm)
    /// One view, of one size, beside the text; one image token for it.
    case idefics(imageSize: Int)
    /// No images.
    case text
}

/// Turns requests into what the network reads: token ids and views.
struct PromptBuilder: Sendable {
    private enum Form {
        case idefics2(Idefics2PromptTemplate, Idefics2ImageProcessor)
        case idefics3(Idefics3PromptTemplate, Idefics3ImageProcessor)
        case llava(LlavaPromptTemplate, LlavaImageProcessor)
        case idefics(IdeficsPromptTemplate, LlavaImageProcessor)
        case text(TextPromptTemplate)
    }

    let tokenizer: Tokenizer
    private let form: Form

    /// Loads what a checkpoint's prompts are made with.
    ///
    /// - Parameter plan: What the checkpoint's configuration calls for.
    /// - Throws: `ModelInputError` or `VLMError` when a file is missing or damaged, or files contradict each other.
    init(_ plan: ModelPlan) throws {
        if let gguf = plan.gguf {
            try self.init(gguf: gguf, form: plan.family.promptForm)
        } else {
            try self.init(folder: plan.location, form: plan.family.promptForm)
        }
    }

    /// Loads tokenizer, prompt template and image processor.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - form: How the checkpoint's family cuts images and writes prompts.
    /// - Throws: `ModelInputError` when a file is missing or damaged, or files contradict each other.
    init(folder: URL, form: PromptForm) throws(ModelInputError) {
        tokenizer = try Tokenizer(folder: folder)
        switch form {
        case .idefics2(let imageTokensPerView):
            self.form = .idefics2(
                try Idefics2PromptTemplate(folder: folder, imageTokensPerView: imageTokensPerView),
                try Idefics2ImageProcessor(folder: folder)
            )
        case .idefics3(let patchSize, let scaleFactor):
            let processor = try Idefics3ImageProcessor(folder: folder)
            let count = try processor.imageTokensPerView(patchSize: patchSize, scaleFactor: scaleFactor)
            self.form = .idefics3(
                try Idefics3PromptTemplate(folder: folder, imageTokensPerView: count),
                processor
            )
        case .llava(let views):
            let processor = try LlavaImageProcessor(folder: folder)
            try processor.checkViews(fit: views)
            self.form = .llava(
                try LlavaPromptTemplate(folder: folder, form: views, tokenizer: tokenizer),
                processor
            )
        case .idefics(let imageSize):
            let processor = try LlavaImageProcessor(folder: folder, defaultFamily: "Idefics")
            try processor.checkViews(are: imageSize)
            self.form = .idefics(try IdeficsPromptTemplate(folder: folder, tokenizer: tokenizer), processor)
        case .text: self.form = .text(try TextPromptTemplate(folder: folder))
        }
    }

    /// Builds prompts of text alone.
    ///
    /// - Parameters:
    ///   - tokenizer: The checkpoint's tokenizer.
    ///   - template: The checkpoint's prompt template.
    init(tokenizer: Tokenizer, template: TextPromptTemplate) {
        self.tokenizer = tokenizer
        form = .text(template)
    }

    /// Builds prompts of an Idefics3.
    ///
    /// - Parameters:
    ///   - tokenizer: The checkpoint's tokenizer.
    ///   - template: The checkpoint's prompt template.
    ///   - processor: The checkpoint's image processor.
    init(tokenizer: Tokenizer, template: Idefics3PromptTemplate, processor: Idefics3ImageProcessor) {
        self.tokenizer = tokenizer
        form = .idefics3(template, processor)
    }

    /// Tokens that end an answer, where the family's own code names them; nil leaves them to the checkpoint's files.
    var endTokens: Set<Int>? {
        if case .llava(let template, _) = form { template.endTokens } else { nil }
    }

    /// Tokens that end the answer to a request beside those that end every answer.
    ///
    /// - Parameter request: The request.
    /// - Returns: What its template makes an end of: the end of an utterance, in the chats of Idefics.
    func endTokens(of request: GenerationRequest) -> Set<Int> {
        guard case .idefics(let template, _) = form, request.template == .chat else { return [] }
        return template.chatEndTokens
    }

    /// Whether an image may become several views.
    var canSplitImages: Bool {
        switch form {
        case .idefics2, .idefics3: true
        case .llava, .idefics, .text: false
        }
    }

    /// Writes a request's prompt.
    ///
    /// - Parameter request: The request.
    /// - Returns: The ids of the expanded prompt.
    /// - Throws: `ModelInputError` when the prompt cannot be written.
    func tokenIDs(of request: GenerationRequest) throws(ModelInputError) -> [Int] {
        let (parts, splits) = (request.parts, request.splitsImages)
        switch form {
        case .idefics2(let template, let processor):
            let count = processor.viewCount(splits: splits)
            return try template.prompt(
                of: parts,
                template: request.template,
                viewCounts: parts.images.map { _ in count },
                tokenizer: tokenizer
            ).tokenIDs
        case .idefics3(let template, let processor):
            return try template.prompt(
                of: parts,
                template: request.template,
                grids: parts.images.map { processor.grid(width: $0.width, height: $0.height, splits: splits) },
                tokenizer: tokenizer
            ).tokenIDs
        case .llava(let template, _):
            return try template.prompt(
                of: parts,
                template: request.template,
                splits: splits ?? false,
                tokenizer: tokenizer
            ).tokenIDs
        case .idefics(let template, _):
            return try template.prompt(
                of: parts,
                template: request.template,
                splits: splits ?? false,
                tokenizer: tokenizer
            ).tokenIDs
        case .text(let template):
            return try template.prompt(of: parts, template: request.template, tokenizer: tokenizer).tokenIDs
        }
    }

    /// Finds a request's images.
    ///
    /// - Parameter request: The request.
    /// - Returns: The images in order, with how they are cut.
    func images(of request: GenerationRequest) -> [ImageInput] {
        let splitsByDefault: Bool
        switch form {
        case .idefics2(_, let processor): splitsByDefault = processor.splitsImages
        case .idefics3(_, let processor): splitsByDefault = processor.splitsImages
        case .llava(_, let processor), .idefics(_, let processor):
            let keepsEdges = request.keepsImageEdges && processor.cropsLongImages
            return request.parts.images.map { ImageInput(image: $0, isSplit: false, keepsEdges: keepsEdges) }
        case .text: return []
        }
        let isSplit = request.splitsImages ?? splitsByDefault
        return request.parts.images.map { ImageInput(image: $0, isSplit: isSplit, keepsEdges: false) }
    }

    /// Makes an image's views.
    ///
    /// - Parameter input: The image.
    /// - Returns: The views in order.
    func views(of input: ImageInput) -> [PixelValues] {
        switch form {
        case .idefics2(_, let processor): processor.views(of: input.image, splits: input.isSplit)
        case .idefics3(_, let processor): processor.views(of: input.image, splits: input.isSplit)
        case .llava(_, let processor), .idefics(_, let processor):
            [processor.view(of: input.image, keepsEdges: input.keepsEdges)]
        case .text: []
        }
    }
}

extension [GenerationRequest.Part] {
    /// The images among the parts, in order.
    fileprivate var images: [PixelImage] {
        compactMap { part in if case .image(let image) = part { image } else { nil } }
    }
}
