package import Foundation

/// The tensors of a checkpoint by name: one safetensors file, shards with an index, or a GGUF file.
package struct WeightStore: Sendable {
    /// How a checkpoint's weights are to be kept.
    struct Keeping: Sendable {
        /// 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
        var widenedBytes = WeightStore.usuallyWidenedBytes
        /// How linear layers keep their weights.
        var type: WeightType = .float32
        /// Whether tensors in blocks stay in the packed type nearest to them, whatever `type` says.
        var keepsBlocks = false
        /// Whether the files hold weights that `recto models quantize` packed.
        var isPacked = false
        /// Notes what is packed, for writing it; used by one thread while a network is loaded.
        var collector: PackedCollector?
    }

    /// The path of the checkpoint's folder or file, for messages.
    package let path: String
    /// The file that says which tensors there are: the weights themselves, or the index of the shards; for messages.
    let weightsPath: String
    /// Names of the files that hold weights, the index included.
    package let fileNames: [String]
    /// Whether 16-bit matrices are widened to float32 when they are loaded.
    package let widensAtLoad: Bool
    let keeping: Keeping
    let tensors: [String: StoredTensor]
    /// How many tensors have names of an older release in the file.
    private(set) var renamedCount = 0
    /// What adapters change while tensors are read.
    private(set) var adapters: AdapterSet?
    /// Notes what is asked for instead of reading it.
    private(set) var survey: WeightSurvey?

    /// How linear layers keep their weights; `float32` computes in single precision.
    package var weightType: WeightType { keeping.type }

    /// Checkpoints with at most this many bytes as float32 are widened at load: they are then fastest, and cost little.
    package static let usuallyWidenedBytes = 256 << 20

    /// Opens the weights of a checkpoint folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - aliases: Names of older releases.
    ///   - widenedBytes: 16-bit matrices are widened at load when all weights take at most so many bytes as float32.
    ///   - weightType: How linear layers keep their weights.
    ///   - isPacked: Whether the files hold weights that `recto models quantize` packed.
    ///   - collector: Notes what is packed.
    /// - Throws: `VLMError` when a file is missing or damaged.
    package init(
        folder: URL,
        aliases: WeightAliases,
        widenedBytes: Int = usuallyWidenedBytes,
        weightType: WeightType = .float32,
        isPacked: Bool = false,
        collector: PackedCollector? = nil
    ) throws(VLMError) {
        let index = folder.appending(path: "model.safetensors.index.json")
        let shards: [String: [String]]?
        let names: [String]
        if FileManager.default.fileExists(atPath: index.path(percentEncoded: false)) {
            let map = try WeightIndex(index).shardTensors
            shards = map
            names = ["model.safetensors.index.json"] + map.keys.sorted()
        } else {
            shards = nil
            names = ["model.safetensors"]
        }
        var tensors: [String: StoredTensor] = [:]
        var renamed = 0
        for name in shards.map({ $0.keys.sorted() }) ?? names {
            let url = folder.appending(path: name)
            if let held = shards?[name], !FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) {
                let path = url.path(percentEncoded: false)
                throw .missingShard(path: path, tensor: held.first ?? "", others: held.count - 1)
            }
            let file = try SafetensorsFile(url)
            for tensor in shards?[name] ?? [] where file.entries[tensor] == nil {
                throw .missingTensor(path: file.path, tensor: tensor)
            }
            for (tensor, entry) in file.entries {
                guard let canonical = aliases.canonicalName(of: tensor) else { continue }
                if canonical != tensor { renamed += 1 }
                if tensors.updateValue(file.stored(entry), forKey: canonical) != nil {
                    throw .malformedSafetensors(path: file.path, tensor: tensor, problem: "it appears twice")
                }
            }
        }
        self.init(
            path: folder.path(percentEncoded: false),
            weightsPath: folder.appending(path: names[0]).path(percentEncoded: false),
            fileNames: names,
            tensors: tensors,
            keeping: Keeping(
                widenedBytes: widenedBytes,
                type: weightType,
                isPacked: isPacked,
                collector: collector
            )
        )
        renamedCount = renamed
    }

    /// Wraps tensors that were found already.
    ///
    /// - Parameters:
    ///   - path: The path of the checkpoint's folder or file.
    ///   - weightsPath: The file that says which tensors there are; nil where `path` is that file.
    ///   - fileNames: Names of the files that hold weights.
    ///   - tensors: The tensors by their canonical names.
    ///   - keeping: How they are to be kept.
    init(
        path: String,
        weightsPath: String? = nil,
        fileNames: [String],
        tensors: [String: StoredTensor],
        keeping: Keeping
    ) {
        self.path = path
        self.weightsPath = weightsPath ?? path
        self.fileNames = fileNames
        self.tensors = tensors
        self.keeping = keeping
        widensAtLoad = tensors.values.reduce(0) { $0 + $1.count } <= keeping.widenedBytes / 4
    }

    /// Opens the tensors of a GGUF file by their names in the file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - weightType: How matrices are kept.
    ///   - keepsBlocks: Whether tensors in blocks stay in the packed type nearest to them, whatever `weightType` says.
    package init(_ file: GGUFFile, weightType: WeightType = .float32, keepsBlocks: Bool = false) {
        self.init(
            path: file.path,
            fileNames: [],
            tensors: file.tensors,
            keeping: Keeping(type: weightType, keepsBlocks: keepsBlocks)
        )
    }

    /// Has adapters change tensors as they are read.
    ///
    /// - Parameters:
    ///   - adapters: The adapters, in the order in which they are merged.
    ///   - aliases: Older names of the checkpoint's family.
    /// - Throws: `VLMError` or `ModelInputError` when one is damaged or of another checkpoint.
    mutating func merge(_ adapters: [ModelAdapter], aliases: WeightAliases) throws {
        if adapters.isEmpty { return }
        self.adapters = try AdapterSet(adapters, for: self, aliases: aliases)
    }

    /// Has what is asked for noted and nothing read.
    ///
    /// - Parameter survey: Takes the notes.
    /// - Returns: The same tensors, of which no number is read.
    func surveyed(by survey: WeightSurvey) -> WeightStore {
        var store = self
        store.survey = survey
        return store
    }

    /// The names of all tensors.
    package var names: [String] { tensors.keys.sorted() }

    /// Whether there is a tensor of a name.
    ///
    /// - Parameter name: Its canonical name.
    /// - Returns: Whether it is there.
    package func has(_ name: String) -> Bool { tensors[name] != nil }

    /// Memory that the weights take while the network runs, in bytes.
    package var residentBytes: Int { bytes { $0.bytes } }

    /// Memory that those of the weights take that are not used where the file is mapped, in bytes.
    var unmappedBytes: Int { bytes { $0.isMapped ? 0 : $0.bytes } }

    private func bytes(_ count: ((bytes: Int, isMapped: Bool)) -> Int) -> Int {
        tensors.reduce(0) { $0 + count(memory(of: $1.value, named: $1.key)) }
    }

    private func memory(of tensor: StoredTensor, named name: String) -> (bytes: Int, isMapped: Bool) {
        let shape = tensor.shape
        if keeping.isPacked { return (tensor.bytes.count, true) }
        let type = wantedType(of: tensor, for: .layer)
        if type != .float32, shape.count == 2 { return (type.packedBytes(rows: shape[0], columns: shape[1]), false) }
        if !widensAtLoad && tensor.plainType != nil && adapters?.changes(name) != true {
            return (tensor.bytes.count, true)
        }
        return (tensor.count * 4, false)
    }

    /// The element type that most of the weights have on disk.
    package var elementType: String {
        let bytes = Dictionary(grouping: tensors.values, by: \.elementType)
            .mapValues { $0.reduce(0) { $0 + $1.bytes.count } }
        let largest = bytes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? ElementType.float32.rawValue
        if BlockFormat(rawValue: largest) != nil { return largest.lowercased() }
        return ElementType(rawValue: largest)?.name ?? largest
    }

    /// How a matrix is kept.
    ///
    /// - Parameters:
    ///   - tensor: The matrix.
    ///   - use: What it is for.
    /// - Returns: The type.
    func wantedType(of tensor: StoredTensor, for use: WeightUse) -> WeightType {
        if keeping.keepsBlocks, let format = tensor.blockFormat { return format.keptType }
        return use.type(of: keeping.type)
    }

    /// Where a tensor lies.
    ///
    /// - Parameter name: Its canonical name.
    /// - Returns: The tensor; nil when there is none.
    func place(of name: String) -> StoredTensor? { tensors[name] }
}
