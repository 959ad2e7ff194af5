import Foundation
import RectoPages

/// An image and how it is cut, by which its features are known again.
struct ImageInput: Hashable, Sendable {
    let image: PixelImage
    let isSplit: Bool

    /// Hashes a sample of the pixels; all of them take part in the comparison.
    func hash(into hasher: inout Hasher) {
        hasher.combine(image.width)
        hasher.combine(image.height)
        for index in stride(from: 0, to: image.pixels.count, by: 61) { hasher.combine(image.pixels[index]) }
    }
}

/// Turns requests into what the network reads: token ids and views.
struct PromptBuilder: Sendable {
    private enum Form {
        case idefics2(Idefics2PromptTemplate, Idefics2ImageProcessor)
        case text(TextPromptTemplate)
    }

    let tokenizer: Tokenizer
    private let form: Form

    /// Loads tokenizer, prompt template and image processor.
    ///
    /// - Parameters:
    ///   - folder: The checkpoint folder.
    ///   - imageTokensPerView: Image tokens of one view; nil for a text-only checkpoint.
    /// - Throws: `ModelInputError` when a file is missing or damaged.
    init(folder: URL, imageTokensPerView: Int?) throws(ModelInputError) {
        tokenizer = try Tokenizer(folder: folder)
        if let imageTokensPerView {
            form = .idefics2(
                try Idefics2PromptTemplate(folder: folder, imageTokensPerView: imageTokensPerView),
                try Idefics2ImageProcessor(folder: folder)
            )
        } else {
            form = .text(try TextPromptTemplate(folder: folder))
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

    /// Writes a request's prompt.
    ///
    /// - Parameter request: The request.
    /// - Returns: The ids of the expanded prompt.
    /// - Throws: `ModelInputError` when the prompt cannot be written.
    func tokenIDs(of request: GenerationRequest) throws(ModelInputError) -> [Int] {
        switch form {
        case .idefics2(let template, let processor):
            let count = processor.viewCount(splits: request.splitsImages)
            return try template.prompt(
                of: request.parts,
                template: request.template,
                viewCounts: images(of: request).map { _ in count },
                tokenizer: tokenizer
            ).tokenIDs
        case .text(let template):
            return try template.prompt(of: request.parts, template: request.template, tokenizer: tokenizer).tokenIDs
        }
    }

    /// Finds a request's images.
    ///
    /// - Parameter request: The request.
    /// - Returns: The images in order, with how they are cut.
    func images(of request: GenerationRequest) -> [ImageInput] {
        guard case .idefics2(_, let processor) = form else { return [] }
        let isSplit = request.splitsImages ?? processor.splitsImages
        return request.parts.compactMap { part in
            guard case .image(let image) = part else { return nil }
            return ImageInput(image: image, isSplit: isSplit)
        }
    }

    /// Makes an image's views.
    ///
    /// - Parameter input: The image.
    /// - Returns: The views in order.
    func views(of input: ImageInput) -> [PixelValues] {
        guard case .idefics2(_, let processor) = form else { return [] }
        return processor.views(of: input.image, splits: input.isSplit)
    }
}
