import Foundation
import RectoPages

/// What the configuration of a checkpoint calls for, before any of its numbers is read.
struct ModelPlan {
    /// A network and what stands beside it.
    struct Parts {
        let network: any LanguageNetwork
        /// What names the characters under patches; nil where `recto.json` declares nothing of it.
        let glyphHead: GlyphHead?
        /// What spells the line of an image; nil where `recto.json` declares nothing of it.
        var ctcHead: CTCHead?
    }

    /// How a family's `config.json` is understood.
    struct Family {
        /// Older names of the family's tensors.
        let aliases: WeightAliases
        /// How the family cuts images and writes prompts.
        let promptForm: PromptForm
        /// End tokens where `generation_config.json` names none.
        let endTokens: [Int]
        /// Puts the network together from a checkpoint's tensors.
        let parts: (WeightStore, ReaderDeclaration?) throws(VLMError) -> Parts
    }

    /// The checkpoint's folder or file.
    let location: URL
    /// The file that says what the network is, for messages.
    let configurationPath: String
    /// `model_type`.
    let modelType: String
    /// The name that the checkpoint gives itself.
    let statedName: String?
    /// How the weights were packed by `recto models quantize`; nil for others.
    let packed: WeightType?
    /// `recto.json`; nil for foreign checkpoints.
    let declaration: ReaderDeclaration?
    let family: Family
    /// What GGUF files hold, where the checkpoint is made of them.
    let gguf: GGUFModel?
    /// Names of the files that decide the output, those of the weights not among them.
    let settingsFiles: [String]

    /// Reads the configuration of a folder in the Hugging Face layout.
    ///
    /// - Parameter folder: The folder.
    /// - Throws: `VLMError` when a file is missing or damaged, or asks for something that Recto does not do.
    init(folder: URL) throws(VLMError) {
        try Self.checkThatItIsACheckpoint(folder)
        let file = try ConfigurationFile(folder.appending(path: "config.json"))
        let stated = try file.decode(StatedFamily.self)
        packed = stated.quantization.flatMap { $0.method == "recto" ? $0.weights : nil }
        if let quantization = stated.quantization, packed == nil {
            let method = quantization.method ?? "of no name"
            throw .unsupportedSetting(path: file.path, setting: "quantization_config with quant_method \(method)")
        }
        declaration =
            Self.isThere("recto.json", in: folder)
            ? try ConfigurationFile(folder.appending(path: "recto.json")).decode(ReaderDeclaration.self) : nil
        family = try Self.family(stated.modelType, file, in: folder)
        location = folder
        configurationPath = file.path
        modelType = stated.modelType
        statedName = declaration?.name
        gguf = nil
        settingsFiles = Self.settings.filter { Self.isThere($0, in: folder) }
    }

    /// Reads what GGUF files say of themselves.
    ///
    /// - Parameters:
    ///   - place: Where the model lies.
    ///   - visionTower: The vision tower's file, where it was named.
    /// - Throws: `VLMError` when a file is damaged, does not belong to the other, or asks for something that Recto does not do.
    init(gguf place: GGUFPlace, visionTower: URL?) throws(VLMError) {
        let model = try GGUFModel(place, tower: visionTower)
        location = place.model
        configurationPath = model.text.file.path
        modelType = model.family
        statedName = try model.text.name()
        packed = nil
        declaration = nil
        family = try Self.family(model.family, model.configuration(), in: place.model.deletingLastPathComponent())
        gguf = model
        settingsFiles = []
    }

    /// Looks at a path and reads the configuration of what lies there.
    ///
    /// - Parameters:
    ///   - checkpoint: A folder in the Hugging Face layout, or a GGUF file.
    ///   - visionTower: The GGUF file of the vision tower (`mmproj`), where it was named.
    /// - Throws: `VLMError` when a file is missing or damaged, or asks for something that Recto does not do.
    init(checkpoint: URL, visionTower: URL? = nil) throws(VLMError) {
        switch try CheckpointPlace(checkpoint) {
        case .folder(let folder):
            if let visionTower {
                let reason = "that is a folder in the Hugging Face layout, which keeps towers among its own weights"
                throw .foreignTower(
                    path: visionTower.path(percentEncoded: false),
                    model: folder.path(percentEncoded: false),
                    reason: reason
                )
            }
            try self.init(folder: folder)
        case .gguf(let place): try self.init(gguf: place, visionTower: visionTower)
        }
    }

    /// The name for people: the checkpoint's own, else that of its folder or file.
    var name: String {
        let url = location.standardizedFileURL
        return statedName ?? (gguf == nil ? url : url.deletingPathExtension()).lastPathComponent
    }

    /// Opens the weights: their headers are read and checked, their numbers are not.
    ///
    /// - Parameters:
    ///   - weights: How linear layers keep their weights; nil takes them as they were quantised, else single precision.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - adapters: What is merged into the weights, in this order.
    ///   - collector: Notes what is packed, for writing it.
    /// - Returns: The tensors.
    /// - Throws: `VLMError` or `ModelInputError` when a file is missing or damaged.
    func store(
        weights: WeightType?,
        widenedBytes: Int = WeightStore.usuallyWidenedBytes,
        adapters: [ModelAdapter] = [],
        collector: PackedCollector? = nil
    ) throws -> WeightStore {
        if let packed, let weights, weights != packed {
            throw VLMError.quantizedAlready(path: configurationPath, weights: packed.rawValue, wanted: weights.rawValue)
        }
        var store: WeightStore
        if let gguf {
            store = WeightStore(
                path: configurationPath,
                fileNames: gguf.fileNames,
                tensors: try gguf.tensors(),
                keeping: .init(widenedBytes: widenedBytes, type: weights ?? .float32, keepsBlocks: weights == nil)
            )
        } else {
            store = try WeightStore(
                folder: location,
                aliases: family.aliases,
                widenedBytes: widenedBytes,
                weightType: packed ?? weights ?? .float32,
                isPacked: packed != nil,
                collector: collector
            )
        }
        try store.merge(adapters, aliases: family.aliases)
        return store
    }

    /// One digest over the files that decide the output.
    ///
    /// - Parameter weights: Names of the files that hold weights.
    /// - Returns: The digest.
    /// - Throws: `PagesError` when one cannot be read.
    func digest(weights: [String]) throws -> FolderDigest {
        try gguf?.digest() ?? FolderDigest(of: location, files: settingsFiles + weights)
    }

    /// Puts the network together.
    ///
    /// - Parameter store: The checkpoint's tensors.
    /// - Returns: The network and what stands beside it.
    /// - Throws: `VLMError` when a tensor is missing or of another shape.
    func parts(in store: WeightStore) throws(VLMError) -> Parts {
        var parts = try family.parts(store, declaration)
        parts.ctcHead = try CTCHead(declaration?.ctcHead, in: store, on: parts.network)
        if parts.glyphHead == nil, declaration?.glyphHead != nil {
            let setting = "the glyph_head of recto.json without a vision tower that it could stand on"
            throw .unsupportedSetting(path: configurationPath, setting: setting)
        }
        return parts
    }

    private struct StatedFamily: Decodable {
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

    private static let settings = [
        "config.json", "generation_config.json", "preprocessor_config.json", "processor_config.json",
        "tokenizer.json", "tokenizer_config.json", "chat_template.json", "chat_template.jinja", "recto.json",
    ]

    private static func isThere(_ name: String, in folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path(percentEncoded: false))
    }

    /// Says what is wrong with a path that is no checkpoint folder at all.
    private static func checkThatItIsACheckpoint(_ folder: URL) throws(VLMError) {
        let path = folder.path(percentEncoded: false)
        // Where nothing is, the configuration cannot be read, and that is said.
        guard FileManager.default.fileExists(atPath: path) else { return }
        let target = folder.resolvingSymlinksInPath()
        guard (try? target.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw .notACheckpoint(path: path, reason: "it is a file and no GGUF file")
        }
        if isThere("config.json", in: folder) { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        if names.isEmpty { throw .notACheckpoint(path: path, reason: "it is an empty folder") }
        let isAdapter = names.contains("adapter_config.json")
        throw .notACheckpoint(
            path: path,
            reason: isAdapter ? "it is an adapter's folder, to be named with --adapter" : "it holds no config.json"
        )
    }
}
