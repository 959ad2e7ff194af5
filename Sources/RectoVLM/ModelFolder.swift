import Foundation
import RectoPages

/// A checkpoint folder in the Hugging Face layout, opened: its network and what it says of itself.
struct ModelFolder {
    private struct Family: Decodable {
        let modelType: String
        let quantization: Quantization?

        struct Quantization: Decodable {
            let method: String?
            let weights: WeightType?

            enum CodingKeys: String, CodingKey {
                case method = "quant_method"
                case weights
            }
        }

        enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
            case quantization = "quantization_config"
        }
    }

    /// How weights are to be kept.
    private struct Kept {
        let type: WeightType
        let isPacked: Bool
        let widenedBytes: Int
        let collector: PackedCollector?
        let adapters: [ModelAdapter]
    }

    /// The checkpoint's tensors.
    let store: WeightStore
    /// Names of the files that decide the output.
    let decidingFiles: [String]
    let network: any LanguageNetwork
    let generation: GenerationConfiguration
    let description: ModelDescription
    /// How its family cuts images and writes prompts.
    let promptForm: PromptForm
    /// What names the characters under patches; nil where `recto.json` declares nothing of it.
    let glyphHead: GlyphHead?

    /// Memory that computing takes beside the weights.
    private static let workingBytes = 256 << 20

    /// Opens a folder and loads its network.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weights: How linear layers keep their weights; nil takes them as they were quantised, else single precision.
    ///   - adapters: What is merged into the weights, in this order.
    ///   - collector: Notes what is packed, for writing it.
    /// - Throws: `VLMError` when a file is missing or damaged, or the network cannot be run here.
    init(
        _ folder: URL,
        widenedBytes: Int,
        weights: WeightType?,
        adapters: [ModelAdapter] = [],
        collector: PackedCollector? = nil
    ) throws {
        let configurationFile = try ConfigurationFile(folder.appending(path: "config.json"))
        let family = try configurationFile.decode(Family.self)
        let path = configurationFile.path
        let packed = family.quantization.flatMap { $0.method == "recto" ? $0.weights : nil }
        if let quantization = family.quantization, packed == nil {
            let method = quantization.method ?? "of no name"
            throw VLMError.unsupportedSetting(path: path, setting: "quantization_config with quant_method \(method)")
        }
        if let packed, let weights, weights != packed {
            throw VLMError.quantizedAlready(path: path, weights: packed.rawValue, wanted: weights.rawValue)
        }
        let kept = Kept(
            type: packed ?? weights ?? .float32,
            isPacked: packed != nil,
            widenedBytes: widenedBytes,
            collector: collector,
            adapters: adapters
        )
        let declaration = try Self.declaration(of: folder)
        let endTokens: [Int]
        switch family.modelType {
        case "idefics2":
            let configuration = try configurationFile.decode(Idefics2Configuration.self)
            try configuration.validate(path: path)
            store = try Self.weights(folder, aliases: .idefics2, kept)
            network = try Idefics2(configuration, in: store)
            glyphHead = try GlyphHead(declaration?.glyphHead, in: store, on: configuration.vision)
            promptForm = .idefics2(imageTokensPerView: configuration.perceiver.latentCount)
            endTokens = configuration.text.endTokens
        case "idefics3", "smolvlm":
            let configuration = try configurationFile.decode(Idefics3Configuration.self)
            try configuration.validate(path: path)
            store = try Self.weights(folder, aliases: .idefics3, kept)
            network = try Idefics3(configuration, in: store)
            glyphHead = try GlyphHead(declaration?.glyphHead, in: store, on: configuration.vision)
            promptForm = .idefics3(
                patchSize: configuration.vision.patchSize,
                scaleFactor: configuration.scaleFactor
            )
            endTokens = configuration.endTokens
        case "llava":
            let configuration = try configurationFile.decode(LlavaConfiguration.self)
            try configuration.validate(path: path)
            store = try Self.weights(folder, aliases: .llava, kept)
            network = try Llava(configuration, in: store)
            glyphHead = nil
            promptForm = .llava(configuration.views)
            endTokens = configuration.endTokens
        case "mistral", "llama":
            let configuration = try configurationFile.decode(TextConfiguration.self)
            try configuration.validate(path: path)
            store = try Self.weights(folder, aliases: .none, kept)
            network = try Llama(configuration, in: store)
            glyphHead = nil
            promptForm = .text
            endTokens = configuration.endTokens
        default:
            throw VLMError.unknownFamily(path: path, family: family.modelType)
        }
        try store.adapters?.checkThatAllWereMade()
        generation = try GenerationConfiguration(folder: folder, defaultEndTokens: endTokens)
        decidingFiles = Self.decidingFiles(of: folder, store: store)
        description = ModelDescription(
            name: declaration?.name ?? folder.standardizedFileURL.lastPathComponent,
            family: family.modelType,
            digest: try adapters.digest(with: FolderDigest(of: folder, files: decidingFiles)).hexadecimal,
            weights: store.weightType == .float32 ? store.elementType : store.weightType.rawValue,
            declaration: declaration
        )
        if glyphHead == nil, declaration?.glyphHead != nil {
            throw VLMError.unsupportedSetting(
                path: path,
                setting: "the glyph_head of recto.json without a vision tower"
            )
        }
    }

    private static func weights(
        _ folder: URL,
        aliases: WeightAliases,
        _ kept: Kept
    ) throws -> WeightStore {
        var store = try WeightStore(
            folder: folder,
            aliases: aliases,
            widenedBytes: kept.widenedBytes,
            weightType: kept.type,
            isPacked: kept.isPacked,
            collector: kept.collector
        )
        try store.merge(kept.adapters, aliases: aliases)
        try checkMemory(for: store)
        return store
    }

    /// Refuses weights that would not fit into memory.
    ///
    /// - Parameter store: The weights.
    /// - Throws: `VLMError.insufficientMemory`.
    static func checkMemory(for store: WeightStore) throws(VLMError) {
        let needed = store.residentBytes + workingBytes
        let free = AvailableMemory.bytes
        if needed > free { throw .insufficientMemory(path: store.path, neededBytes: needed, freeBytes: free) }
    }

    private static func isThere(_ name: String, in folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path(percentEncoded: false))
    }

    private static func decidingFiles(of folder: URL, store: WeightStore) -> [String] {
        let names = [
            "config.json", "generation_config.json", "preprocessor_config.json", "processor_config.json",
            "tokenizer.json", "tokenizer_config.json", "chat_template.json", "chat_template.jinja", "recto.json",
        ]
        return names.filter { isThere($0, in: folder) } + store.fileNames
    }

    private static func declaration(of folder: URL) throws(VLMError) -> ReaderDeclaration? {
        guard isThere("recto.json", in: folder) else { return nil }
        return try ConfigurationFile(folder.appending(path: "recto.json")).decode(ReaderDeclaration.self)
    }
}
