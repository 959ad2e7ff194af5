import RectoPages
import Synchronization

/// The adapters of one checkpoint: what they do to each tensor, and whether anybody asked for it.
final class AdapterSet: Sendable {
    private static let head = "lm_head.weight"

    private let changes: [String: [WeightChange]]
    private let asked = Mutex<Set<String>>([])

    /// Opens adapters for a checkpoint.
    ///
    /// - Parameters:
    ///   - adapters: The adapters, in the order in which they are merged.
    ///   - store: The checkpoint's tensors.
    ///   - aliases: Older names of the checkpoint's family.
    /// - Throws: `VLMError` or `ModelInputError` when one is damaged, of another checkpoint, or asks for something that Recto
    ///   does not do.
    init(_ adapters: [ModelAdapter], for store: WeightStore, aliases: WeightAliases) throws {
        var changes: [String: [WeightChange]] = [:]
        for adapter in adapters {
            let file = try AdapterFile(adapter, aliases: aliases)
            for name in file.names.sorted() {
                guard let tensor = store.place(of: name) else {
                    if name == Self.head {
                        let what =
                            "a change of \(name), for which this checkpoint uses its embedding (tie_word_embeddings)"
                        throw VLMError.unsupportedSetting(path: file.path, setting: what)
                    }
                    throw VLMError.missingTensor(path: store.path, tensor: name)
                }
                let parts = [file.replacements[name], file.products[name]].compactMap(\.self)
                // How many rows and columns packed weights stand for is known when they are asked for.
                let isPacked = store.keeping.isPacked && tensor.elementType == "U8"
                if !isPacked { for part in parts { try part.check(name, shape: tensor.shape) } }
                changes[name, default: []] += parts
            }
            try file.checkThatNothingIsMissing(in: store)
        }
        self.changes = changes
    }

    /// What is done to a tensor, in order; notes that it was asked for.
    ///
    /// - Parameter name: The tensor's canonical name.
    /// - Returns: The changes; none for a tensor that stays as it is.
    func changes(of name: String) -> [WeightChange] {
        asked.withLock { _ = $0.insert(name) }
        return changes[name] ?? []
    }

    /// Notes that a network leaves tensors out that its outputs do not depend on, so that changes of them are made by doing
    /// nothing.
    ///
    /// - Parameter prefix: What their names begin with.
    func leaveOut(_ prefix: String) {
        asked.withLock { $0.formUnion(changes.keys.filter { $0.hasPrefix(prefix) }) }
    }

    /// Whether a tensor is changed.
    ///
    /// - Parameter name: The tensor's canonical name.
    /// - Returns: Whether it is.
    func changes(_ name: String) -> Bool { changes[name] != nil }

    /// Refuses changes that the network that was loaded leaves out.
    ///
    /// - Throws: `VLMError` for a change of a tensor that nobody asked for, or of an embedding that is the head, too.
    func checkThatAllWereMade() throws(VLMError) {
        let asked = asked.withLock(\.self)
        for (name, parts) in changes.sorted(by: { $0.key < $1.key }) {
            let path = parts.first?.path ?? ""
            if !asked.contains(name) {
                throw .unsupportedSetting(path: path, setting: "a change of \(name), which this network does not use")
            }
            if name.hasSuffix("embed_tokens.weight"), !asked.contains(Self.head) {
                throw .unsupportedSetting(
                    path: path,
                    setting: "a change of \(name), which this checkpoint uses for its head, too (tie_word_embeddings)"
                )
            }
        }
    }
}

extension [ModelAdapter] {
    /// The digest of a checkpoint with these adapters; its own when there are none.
    ///
    /// - Parameter checkpoint: The checkpoint's own digest.
    /// - Returns: A digest that changes with every file and weight of the adapters, and with their order.
    /// - Throws: Errors of reading the files.
    func digest(with checkpoint: FolderDigest) throws -> FolderDigest {
        try reduce(checkpoint) { digest, adapter in
            let own = try FolderDigest(
                of: adapter.folder,
                files: ["adapter_config.json", "adapter_model.safetensors"]
            )
            return FolderDigest(of: [digest.hexadecimal, own.hexadecimal, "\(adapter.weight)"])
        }
    }
}
