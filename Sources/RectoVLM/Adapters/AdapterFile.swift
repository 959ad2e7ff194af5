import Foundation

/// An adapter's folder, opened: what it changes, by the names that Recto knows the checkpoint's tensors by.
struct AdapterFile {
    /// Tensors of one module's change.
    private struct Parts {
        var down: StoredTensor?
        var up: StoredTensor?
        var magnitudes: StoredTensor?
        var isEmbedding = false
    }

    private(set) var replacements: [String: WeightChange] = [:]
    private(set) var products: [String: WeightChange] = [:]
    private let configuration: AdapterConfiguration
    private let weight: Float
    let path: String

    private static let prefix = "base_model.model."

    /// Opens an adapter.
    ///
    /// - Parameters:
    ///   - adapter: Where it is and how much of it is wanted.
    ///   - aliases: Older names of the checkpoint's family.
    /// - Throws: `VLMError` or `ModelInputError` when it is missing or damaged, or asks for something that Recto does not do.
    init(_ adapter: ModelAdapter, aliases: WeightAliases) throws {
        configuration = try AdapterConfiguration(folder: adapter.folder)
        weight = adapter.weight
        let file = try SafetensorsFile(adapter.folder.appending(path: "adapter_model.safetensors"))
        path = file.path
        var modules: [String: Parts] = [:]
        for (key, entry) in file.entries.sorted(by: { $0.key < $1.key }) {
            guard key.hasPrefix(Self.prefix) else {
                throw malformed(key, "its name does not begin with \(Self.prefix)")
            }
            let name = String(key.dropFirst(Self.prefix.count))
            let tensor = file.stored(entry)
            if let (module, part) = Self.part(name) {
                let isEmbedding =
                    part == \Parts.up && name.hasSuffix("_A") || part == \Parts.down && name.hasSuffix("_B")
                modules[module, default: Parts()][keyPath: part] = tensor
                if isEmbedding { modules[module, default: Parts()].isEmbedding = true }
            } else {
                try addReplacement(name, tensor, key, aliases)
            }
        }
        for (module, parts) in modules.sorted(by: { $0.key < $1.key }) {
            guard let name = aliases.canonicalName(of: "\(module).weight") else {
                throw malformed(module, "it changes something that is computed and not learned")
            }
            let change = WeightChange(kind: .lowRank(try product(module, parts)), weight: weight, path: path)
            if products.updateValue(change, forKey: name) != nil { throw malformed(module, "it is changed twice") }
        }
    }

    /// The names of all tensors that it changes.
    var names: Set<String> { Set(replacements.keys).union(products.keys) }

    /// Finds modules of a checkpoint that the adapter should change and does not.
    ///
    /// - Parameter store: The checkpoint's tensors.
    /// - Throws: `VLMError.missingTensor`.
    func checkThatNothingIsMissing(in store: WeightStore) throws {
        for name in store.names where name.hasSuffix(".weight") && products[name] == nil {
            let module = String(name.dropLast(".weight".count))
            guard let tensor = store.place(of: name) else { continue }
            let isMatrix = tensor.shape.count == 2 || store.keeping.isPacked && tensor.elementType == "U8"
            guard isMatrix, try configuration.changes(module) == true else { continue }
            throw VLMError.missingTensor(path: path, tensor: "\(Self.prefix)\(module).lora_A.weight")
        }
    }

    /// Which part of which module's change a tensor is.
    private static func part(_ name: String) -> (module: String, part: WritableKeyPath<Parts, StoredTensor?>)? {
        let endings: [(String, WritableKeyPath<Parts, StoredTensor?>)] = [
            (".lora_A.weight", \.down), (".lora_B.weight", \.up), (".lora_embedding_A", \.up),
            (".lora_embedding_B", \.down), (".lora_magnitude_vector", \.magnitudes),
            (".lora_magnitude_vector.weight", \.magnitudes),
        ]
        guard let (ending, part) = endings.first(where: { name.hasSuffix($0.0) }) else { return nil }
        return (String(name.dropLast(ending.count)), part)
    }

    private mutating func addReplacement(
        _ name: String,
        _ tensor: StoredTensor,
        _ key: String,
        _ aliases: WeightAliases
    ) throws {
        for (mark, what) in [("lora_", "lora_bias"), ("trainable_tokens", "trainable_token_indices")] {
            if name.split(separator: ".").contains(where: { $0.hasPrefix(mark) }) {
                throw VLMError.unsupportedSetting(path: path, setting: "\(what) (the tensor \(key))")
            }
        }
        // PEFT puts a module that it changes into another one, and leaves the name of that in the names of biases.
        let plain = name.replacing(".base_layer.", with: ".")
        let module = plain.split(separator: ".").dropLast().joined(separator: ".")
        let isBias = plain.hasSuffix(".bias") && configuration.hasBiases
        guard isBias || plain != name || configuration.saves(module) else {
            throw malformed(key, "adapter_config.json names it neither in modules_to_save nor as a bias")
        }
        guard let canonical = aliases.canonicalName(of: plain) else {
            throw malformed(key, "it changes something that is computed and not learned")
        }
        let change = WeightChange(kind: .replacement(tensor), weight: weight, path: path)
        if replacements.updateValue(change, forKey: canonical) != nil { throw malformed(key, "it appears twice") }
    }

    private func product(_ module: String, _ parts: Parts) throws -> WeightChange.LowRank {
        func missing(_ part: String) -> VLMError {
            .missingTensor(path: path, tensor: "\(Self.prefix)\(module).\(part)")
        }
        let names = parts.isEmbedding ? ["lora_embedding_B", "lora_embedding_A"] : ["lora_A.weight", "lora_B.weight"]
        guard let down = parts.down else { throw missing(names[0]) }
        guard let up = parts.up else { throw missing(names[1]) }
        if try configuration.changes(module) == false {
            throw malformed("\(Self.prefix)\(module)", "target_modules of adapter_config.json do not name its module")
        }
        if parts.magnitudes != nil, parts.isEmbedding || !configuration.hasMagnitudes {
            let what = parts.isEmbedding ? "use_dora for an embedding" : "lora_magnitude_vector without use_dora"
            throw VLMError.unsupportedSetting(path: path, setting: "\(what) (\(module))")
        }
        if configuration.hasMagnitudes, parts.magnitudes == nil {
            if parts.isEmbedding {
                throw VLMError.unsupportedSetting(path: path, setting: "use_dora for an embedding (\(module))")
            }
            throw missing("lora_magnitude_vector")
        }
        let rank = try configuration.rank(of: module)
        let first = try matrix(down, "\(module).\(names[0])")
        let second = try matrix(up, "\(module).\(names[1])")
        let change = WeightChange.LowRank(
            up: parts.isEmbedding ? second.transposed() : second,
            down: parts.isEmbedding ? first.transposed() : first,
            scale: try configuration.scale(of: module),
            magnitudes: try parts.magnitudes.map { try vector($0, "\(module).lora_magnitude_vector") }
        )
        guard change.down.rows == rank, change.up.columns == rank else {
            let expected = parts.isEmbedding ? [first.rows, rank] : [rank, first.columns]
            let isFirst = change.down.rows != rank
            throw VLMError.tensorShape(
                path: path,
                tensor: "\(Self.prefix)\(module).\(names[isFirst ? 0 : 1])",
                expected: isFirst ? expected : parts.isEmbedding ? [rank, second.columns] : [second.rows, rank],
                found: isFirst ? [first.rows, first.columns] : [second.rows, second.columns]
            )
        }
        return change
    }

    private func matrix(_ tensor: StoredTensor, _ name: String) throws(VLMError) -> Tensor {
        guard tensor.format != nil else {
            throw .unsupportedElementType(path: path, tensor: Self.prefix + name, elementType: tensor.elementType)
        }
        guard tensor.shape.count == 2 else {
            throw .unsupportedSetting(path: path, setting: "a change of a convolution (\(Self.prefix)\(name))")
        }
        return Tensor(expanding: tensor, rows: tensor.shape[0], columns: tensor.shape[1])
    }

    private func vector(_ tensor: StoredTensor, _ name: String) throws(VLMError) -> Tensor {
        guard tensor.format != nil, tensor.shape.count == 1 else {
            throw malformed(Self.prefix + name, "it is no vector of numbers that Recto reads")
        }
        return Tensor(expanding: tensor, rows: 1, columns: tensor.shape[0])
    }

    private func malformed(_ tensor: String, _ problem: String) -> VLMError {
        .malformedSafetensors(path: path, tensor: tensor, problem: problem)
    }
}

extension Tensor {
    /// A matrix with rows and columns exchanged.
    fileprivate func transposed() -> Tensor {
        let source = elements
        return Tensor(
            rows: columns,
            columns: rows,
            elements: (0..<count).map { source[$0 % rows * columns + $0 / rows] }
        )
    }
}
