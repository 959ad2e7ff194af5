public import RectoPages

/// Why a checkpoint folder's tokenizer, image processor or prompt template cannot be used, or a prompt cannot be built.
public enum ModelInputError: RectoError, Equatable {
    /// A file of the checkpoint folder cannot be read.
    case unreadableFile(path: String, reason: String)
    /// A file of the checkpoint folder is not what it must be.
    case malformedFile(path: String, problem: String)
    /// A file of the checkpoint folder asks for something that Recto does not do.
    case unsupportedSetting(path: String, setting: String)
    /// The checkpoint has no chat template that Recto knows.
    case unknownChatTemplate(model: String)
    /// The checkpoint reads no images.
    case imagesNotSupported(model: String)
    /// The checkpoint reads an image in one view.
    case splittingNotSupported(model: String)
    /// The text of a prompt holds the marker that stands for an image.
    case imageMarkerInText(marker: String)
    /// A prompt's markers and images differ in number.
    case imageCountMismatch(markers: Int, images: Int)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .unreadableFile: "model.file-unreadable"
        case .malformedFile: "model.file-malformed"
        case .unsupportedSetting: "model.setting-unsupported"
        case .unknownChatTemplate: "prompt.chat-template-unknown"
        case .imagesNotSupported: "prompt.images-unsupported"
        case .splittingNotSupported: "prompt.splitting-unsupported"
        case .imageMarkerInText: "prompt.image-marker-in-text"
        case .imageCountMismatch: "prompt.image-count"
        }
    }

    /// Whose fault it is: all of these are mistakes in a model folder or in how it is asked.
    public var category: FailureCategory { .defect }

    /// What was found.
    public var facts: [String: String] {
        switch self {
        case .unreadableFile(let path, let reason): ["file": path, "reason": reason]
        case .malformedFile(let path, let problem): ["file": path, "problem": problem]
        case .unsupportedSetting(let path, let setting): ["file": path, "setting": setting]
        case .unknownChatTemplate(let model), .imagesNotSupported(let model), .splittingNotSupported(let model):
            ["model": model]
        case .imageMarkerInText(let marker): ["marker": marker]
        case .imageCountMismatch(let markers, let images): ["markers": String(markers), "images": String(images)]
        }
    }

    /// One sentence that says what happened and what to do.
    public var description: String {
        switch self {
        case .unreadableFile(let path, let reason):
            "\(path) cannot be read (\(reason)); copy the whole checkpoint folder and check its permissions."
        case .malformedFile(let path, let problem):
            "\(path) is damaged or of another format: \(problem); fetch the checkpoint again."
        case .unsupportedSetting(let path, let setting):
            "\(path) asks for \(setting), which Recto does not do; use another checkpoint."
        case .unknownChatTemplate(let model):
            "The checkpoint \(model) has no chat template that Recto knows; "
                + "write the prompt out in the checkpoint's own form and send it raw."
        case .imagesNotSupported(let model):
            "The checkpoint \(model) reads text only; leave the images out or choose a checkpoint that sees."
        case .splittingNotSupported(let model):
            "The checkpoint \(model) reads an image in one view; do not split it, or cut it before and give several images."
        case .imageMarkerInText(let marker):
            "The text of a prompt holds \(marker), which stands for an image; take it out of the text."
        case .imageCountMismatch(let markers, let images):
            "The prompt holds \(markers) image markers for \(images) images; give one marker for each image."
        }
    }
}
