public import Foundation
import RectoPages

extension ModelFolder {
    /// Opens a GGUF file and loads its network.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - gguf: What it holds.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weights: How linear layers keep their weights; nil leaves quantised ones as they are.
    ///   - adapters: What is merged into the weights, in this order.
    /// - Throws: `VLMError` when the file is damaged, or its network cannot be run here.
    init(
        _ url: URL,
        gguf: GGUFFile,
        widenedBytes: Int,
        weights: WeightType?,
        adapters: [ModelAdapter]
    ) throws {
        let model = try GGUFTextModel(gguf)
        let configurationFile = try model.configuration()
        let configuration = try configurationFile.decode(TextConfiguration.self)
        try configuration.validate(path: gguf.path)
        let names = [url.lastPathComponent]
        var store = WeightStore(
            path: gguf.path,
            fileNames: names,
            tensors: try model.tensors(prefix: "model", configuration),
            keeping: .init(widenedBytes: widenedBytes, type: weights ?? .float32, keepsBlocks: weights == nil)
        )
        try store.merge(adapters, aliases: .none)
        try Self.checkMemory(for: store)
        network = try Llama(configuration, in: store)
        try store.adapters?.checkThatAllWereMade()
        self.store = store
        generation = GenerationConfiguration(endTokens: configuration.endTokens)
        decidingFiles = names
        promptForm = .text
        glyphHead = nil
        description = ModelDescription(
            name: try model.name() ?? url.deletingPathExtension().lastPathComponent,
            family: configuration.family,
            digest: try adapters.digest(with: FolderDigest(of: url.deletingLastPathComponent(), files: names))
                .hexadecimal,
            weights: store.weightType == .float32 ? store.elementType : store.weightType.rawValue
        )
    }
}

extension GenerationConfiguration {
    /// Ends at tokens that are known already, and forbids nothing.
    ///
    /// - Parameter endTokens: Tokens after which generation ends.
    fileprivate init(endTokens: [Int]) {
        self.endTokens = Set(endTokens)
        badWords = BadWords([], endTokens: self.endTokens)
    }
}

extension Tokenizer {
    /// Loads the tokenizer of a checkpoint, be it a Hugging Face folder or a GGUF file.
    ///
    /// - Parameter checkpoint: The folder or file.
    /// - Throws: `ModelInputError` or `VLMError` when something is missing or damaged, or Recto does not do what it asks for.
    public init(checkpoint: URL) throws {
        switch try CheckpointPlace(checkpoint) {
        case .folder(let folder): try self.init(folder: folder)
        case .gguf(let file): try self.init(GGUFTokenizer(GGUFFile(file)).json())
        }
    }
}

extension PromptBuilder {
    /// Loads tokenizer and chat template of a GGUF file.
    ///
    /// - Parameter gguf: The file.
    /// - Throws: `ModelInputError` or `VLMError` when something is missing or damaged.
    init(gguf: GGUFFile) throws {
        let template = try gguf.string("tokenizer.chat_template").map { ChatTemplate(recognizing: $0) }
        self.init(
            tokenizer: try Tokenizer(GGUFTokenizer(gguf).json()),
            template: TextPromptTemplate(chatTemplate: template ?? .absent, modelName: gguf.path)
        )
    }
}
