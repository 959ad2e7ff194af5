import Foundation

extension ModelPlan {
    /// Understands `config.json` of a family.
    ///
    /// - Parameters:
    ///   - modelType: What `model_type` says.
    ///   - file: The configuration.
    ///   - folder: The checkpoint folder, for a family whose configuration does not say all.
    /// - Returns: What it calls for.
    /// - Throws: `VLMError` when it is damaged, of a family that Recto does not know, or asks for something that Recto does
    ///   not do.
    static func family(_ modelType: String, _ file: ConfigurationFile, in folder: URL) throws(VLMError) -> Family {
        switch modelType {
        case "idefics2":
            let configuration = try file.decode(Idefics2Configuration.self)
            try configuration.validate(path: file.path)
            return Family(
                aliases: .idefics2,
                promptForm: .idefics2(imageTokensPerView: configuration.perceiver.latentCount),
                endTokens: configuration.text.endTokens
            ) { store, declaration throws(VLMError) in
                Parts(
                    network: try Idefics2(configuration, in: store),
                    glyphHead: try GlyphHead(declaration?.glyphHead, in: store, on: configuration.vision)
                )
            }
        case "idefics3", "smolvlm":
            let configuration = try file.decode(Idefics3Configuration.self)
            try configuration.validate(path: file.path)
            let form = PromptForm.idefics3(
                patchSize: configuration.vision.patchSize,
                scaleFactor: configuration.scaleFactor
            )
            return Family(
                aliases: .idefics3,
                promptForm: form,
                endTokens: configuration.endTokens
            ) { store, declaration throws(VLMError) in
                Parts(
                    network: try Idefics3(configuration, in: store),
                    glyphHead: try GlyphHead(declaration?.glyphHead, in: store, on: configuration.vision)
                )
            }
        case "llava":
            let configuration = try file.decode(LlavaConfiguration.self)
            try configuration.validate(path: file.path)
            return Family(
                aliases: .llava,
                promptForm: .llava(configuration.views),
                endTokens: configuration.endTokens
            ) { store, _ throws(VLMError) in
                Parts(network: try Llava(configuration, in: store), glyphHead: nil)
            }
        case "idefics":
            let configuration = try file.decode(IdeficsConfiguration.self)
            try configuration.validate(path: file.path)
            let tokens = try IdeficsTokens(folder: folder, configuration)
            return Family(
                aliases: .idefics,
                promptForm: .idefics(imageSize: configuration.vision.imageSize),
                endTokens: configuration.text.endTokens
            ) { store, _ throws(VLMError) in
                Parts(network: try Idefics(configuration, tokens: tokens, in: store), glyphHead: nil)
            }
        case "mistral", "llama":
            let configuration = try file.decode(TextConfiguration.self)
            try configuration.validate(path: file.path)
            return .text(configuration)
        default:
            throw .unknownFamily(path: file.path, family: modelType)
        }
    }
}

extension ModelPlan.Family {
    /// A decoder without anything before it.
    ///
    /// - Parameter configuration: Its sizes.
    /// - Returns: What it calls for.
    static func text(_ configuration: TextConfiguration) -> Self {
        Self(
            aliases: .text,
            promptForm: .text,
            endTokens: configuration.endTokens
        ) { store, _ throws(VLMError) in
            ModelPlan.Parts(network: try Llama(configuration, in: store), glyphHead: nil)
        }
    }
}
