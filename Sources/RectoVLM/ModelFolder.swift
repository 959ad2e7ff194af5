import Foundation
import RectoPages

/// A checkpoint, opened: its network and what it says of itself.
struct ModelFolder {
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
    /// What spells the line of an image; nil where `recto.json` declares nothing of it.
    let ctcHead: CTCHead?

    /// Memory that computing takes beside the weights.
    static let workingBytes = 256 << 20

    /// Which of the weights must fit into memory together.
    enum MemoryNeed {
        /// All of them: else each step would read from the disk.
        case all
        /// Those that are not used where the file is mapped: the others come and go.
        case unmapped
    }

    /// Loads the network of a checkpoint.
    ///
    /// - Parameters:
    ///   - plan: What its configuration calls for.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weights: How linear layers keep their weights; nil takes them as they were quantised, else single precision.
    ///   - adapters: What is merged into the weights, in this order.
    ///   - collector: Notes what is packed, for writing it.
    ///   - need: Which of the weights must fit into memory.
    /// - Throws: `VLMError` when a file is missing or damaged, or the network cannot be run here.
    init(
        _ plan: ModelPlan,
        widenedBytes: Int,
        weights: WeightType?,
        adapters: [ModelAdapter] = [],
        collector: PackedCollector? = nil,
        need: MemoryNeed = .all
    ) throws {
        store = try plan.store(
            weights: weights,
            widenedBytes: widenedBytes,
            adapters: adapters,
            collector: collector
        )
        try Self.checkMemory(for: store, need)
        let parts = try plan.parts(in: store)
        network = parts.network
        glyphHead = parts.glyphHead
        ctcHead = parts.ctcHead
        try store.adapters?.checkThatAllWereMade()
        promptForm = plan.family.promptForm
        generation = try GenerationConfiguration(plan)
        decidingFiles = plan.settingsFiles + store.fileNames
        description = ModelDescription(
            name: plan.name,
            family: plan.modelType,
            digest: try adapters.digest(with: plan.digest(weights: store.fileNames)).hexadecimal,
            weights: store.weightType == .float32 ? store.elementType : store.weightType.rawValue,
            declaration: plan.declaration
        )
    }

    /// Memory that running takes.
    ///
    /// - Parameters:
    ///   - store: The weights.
    ///   - need: Which of them must fit.
    /// - Returns: The bytes of these weights and of what is computed beside them.
    static func neededBytes(_ store: WeightStore, _ need: MemoryNeed = .all) -> Int {
        workingBytes + (need == .all ? store.residentBytes : store.unmappedBytes)
    }

    /// Refuses weights that would not fit into memory.
    ///
    /// - Parameters:
    ///   - store: The weights.
    ///   - need: Which of them must fit.
    /// - Throws: `VLMError.insufficientMemory`.
    private static func checkMemory(for store: WeightStore, _ need: MemoryNeed) throws(VLMError) {
        let needed = neededBytes(store, need)
        let free = AvailableMemory.bytes
        if needed > free { throw .insufficientMemory(path: store.path, neededBytes: needed, freeBytes: free) }
    }
}

extension GenerationConfiguration {
    /// Reads when a checkpoint's text ends.
    ///
    /// - Parameter plan: What its configuration calls for.
    /// - Throws: `VLMError` when `generation_config.json` is damaged.
    init(_ plan: ModelPlan) throws(VLMError) {
        if plan.gguf != nil {
            self.init(endTokens: plan.family.endTokens)
        } else {
            try self.init(folder: plan.location, defaultEndTokens: plan.family.endTokens)
        }
    }
}
