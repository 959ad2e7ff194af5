import Foundation

/// `adapter_config.json` of a PEFT adapter of the kinds LoRA and DoRA.
struct AdapterConfiguration {
    /// Names of modules: a list of endings, or one regex for whole names.
    enum Modules {
        case endings([String])
        case regex(String)
    }

    let path: String
    /// Whether rows are brought to learned lengths after the change (DoRA).
    let hasMagnitudes: Bool
    private let rank: Int
    private let alpha: Double
    private let usesRootOfRank: Bool
    private let rankPattern: [(key: String, value: Double)]
    private let alphaPattern: [(key: String, value: Double)]
    private let targets: Modules
    private let excluded: Modules
    /// Endings of modules that are replaced as a whole.
    let savedModules: [String]
    /// Whether biases were trained, too.
    let hasBiases: Bool
    private let layers: [Int]?
    private let layerPatterns: [String]

    /// Settings that change nothing when an adapter is merged.
    private static let harmless: Set = [
        "alpha_pattern", "auto_mapping", "base_model_name_or_path", "bias",
        "eva_config", "exclude_modules", "fan_in_fan_out", "inference_mode", "init_lora_weights", "layers_pattern",
        "layers_to_transform", "lora_alpha", "lora_dropout", "megatron_core", "modules_to_save", "peft_type",
        "peft_version", "qalora_group_size", "r", "rank_pattern", "revision", "runtime_config", "target_modules",
        "task_type", "use_dora", "use_rslora",
    ]
    /// Ways of starting that leave the checkpoint as it was; the others, such as PiSSA, change it.
    private static let plainStarts: Set = ["gaussian", "orthogonal", "eva"]

    /// Reads a configuration.
    ///
    /// - Parameter folder: The adapter's folder.
    /// - Throws: `VLMError` or `ModelInputError` when it is missing or damaged, or asks for something that Recto does not do.
    init(folder: URL) throws {
        let file = try CheckpointNode(reading: "adapter_config.json", in: folder)
        path = file.file
        let kind = try file.required("peft_type").string()
        guard kind == "LORA" else { throw file.unsupported("an adapter of the kind \(kind)") }
        guard case .object(let members) = file.value else { throw file.malformed("is not an object") }
        for (key, value) in members {
            let name = String(decoding: key, as: UTF8.self)
            if !Self.harmless.contains(name), !Self.isEmpty(value) { throw file.unsupported(name) }
        }
        if let start = file["init_lora_weights"], case .string(let bytes) = start.value {
            let name = String(decoding: bytes, as: UTF8.self)
            guard Self.plainStarts.contains(name) else { throw file.unsupported("init_lora_weights \(name)") }
        }
        rank = try file["r"]?.integer() ?? 8
        alpha = try file["lora_alpha"]?.number() ?? 8
        guard rank > 0 else { throw file.malformed("has the rank \(rank)") }
        usesRootOfRank = try file.flag("use_rslora", default: false)
        hasMagnitudes = try file.flag("use_dora", default: false)
        rankPattern = try Self.pattern(file["rank_pattern"])
        alphaPattern = try Self.pattern(file["alpha_pattern"])
        targets = try Self.modules(file["target_modules"])
        excluded = try Self.modules(file["exclude_modules"])
        savedModules =
            try file["modules_to_save"]?.elements().map { node throws(ModelInputError) in try node.string() } ?? []
        let biases = try file["bias"]?.string() ?? "none"
        guard ["none", "all", "lora_only"].contains(biases) else { throw file.unsupported("bias \(biases)") }
        hasBiases = biases != "none"
        if let node = file["layers_to_transform"] {
            if case .number = node.value {
                layers = [try node.integer()]
            } else {
                layers = try node.elements().map { item throws(ModelInputError) in try item.integer() }
            }
        } else {
            layers = nil
        }
        if let node = file["layers_pattern"] {
            if case .string = node.value {
                layerPatterns = [try node.string()]
            } else {
                layerPatterns = try node.elements().map { item throws(ModelInputError) in try item.string() }
            }
        } else {
            layerPatterns = []
        }
    }

    private static func isEmpty(_ value: ExactJSON) -> Bool {
        switch value {
        case .null, .bool(false): true
        case .array(let values): values.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }

    private static func pattern(_ node: CheckpointNode?) throws(ModelInputError) -> [(key: String, value: Double)] {
        guard let node else { return [] }
        guard case .object(let members) = node.value else { throw node.malformed("is not an object") }
        var result: [(key: String, value: Double)] = []
        for (key, _) in members {
            let name = String(decoding: key, as: UTF8.self)
            result.append((name, try node.required(name).number()))
        }
        return result
    }

    private static func modules(_ node: CheckpointNode?) throws(ModelInputError) -> Modules {
        guard let node else { return .endings([]) }
        if case .string = node.value { return .regex(try node.string()) }
        var endings: [String] = []
        for item in try node.elements() { endings.append(try item.string()) }
        return .endings(endings)
    }

    /// The rank of a module's change.
    ///
    /// - Parameter module: The module's name.
    /// - Returns: The rank.
    /// - Throws: `ModelInputError` for a pattern that is no regex.
    func rank(of module: String) throws -> Int {
        guard let found = try value(in: rankPattern, for: module) else { return rank }
        guard let whole = Int(exactly: found), whole > 0 else {
            throw ModelInputError.malformedFile(path: path, problem: "rank_pattern gives \(module) the rank \(found)")
        }
        return whole
    }

    /// The factor of a module's change.
    ///
    /// - Parameter module: The module's name.
    /// - Returns: alpha / rank, or alpha / √rank where the adapter says so.
    /// - Throws: `ModelInputError` for a pattern that is no regex.
    func scale(of module: String) throws -> Float {
        let rank = Double(try rank(of: module))
        let alpha = try value(in: alphaPattern, for: module) ?? alpha
        return Float(alpha / (usesRootOfRank ? rank.squareRoot() : rank))
    }

    /// The value of the first pattern that the end of a module's name matches.
    private func value(in pattern: [(key: String, value: Double)], for module: String) throws -> Double? {
        for (key, value) in pattern where try matches(module, #"(.*\.)?(\#(key))"#) { return value }
        return nil
    }

    /// Whether the adapter changes a module of a name.
    ///
    /// - Parameter module: The module's name, for example `model.layers.0.self_attn.q_proj`.
    /// - Returns: Whether it does; nil where that depends on what kind of layer the module is.
    /// - Throws: `ModelInputError` for a pattern that is no regex.
    func changes(_ module: String) throws -> Bool? {
        if try isNamed(module, by: excluded) || savedModules.contains(where: { Self.isPart($0, of: module) }) {
            return false
        }
        switch targets {
        case .regex("all-linear"): return nil
        case .regex: return try isNamed(module, by: targets)
        case .endings(let endings):
            if endings.contains(module) { return true }
            return try isNamed(module, by: targets) && isInLayers(module)
        }
    }

    /// Whether a module is saved as a whole, itself or as a part of another.
    ///
    /// - Parameter module: The module's name.
    /// - Returns: Whether it is.
    func saves(_ module: String) -> Bool { savedModules.contains { Self.isPart($0, of: module) } }

    /// PEFT saves every module whose name ends in the letters, whatever stands before them, with all that it holds.
    private static func isPart(_ saved: String, of module: String) -> Bool {
        let names = module.split(separator: ".")
        return names.indices.contains { names[...$0].joined(separator: ".").hasSuffix(saved) }
    }

    private func isNamed(_ module: String, by modules: Modules) throws -> Bool {
        switch modules {
        case .regex(let regex): try matches(module, regex)
        case .endings(let endings): endings.contains { module == $0 || module.hasSuffix(".\($0)") }
        }
    }

    private func isInLayers(_ module: String) throws -> Bool {
        guard let layers, !layers.isEmpty else { return true }
        let parts = module.split(separator: ".").map(String.init)
        // The first number behind a name, or behind one of the names that are given.
        for index in parts.indices.dropFirst() {
            guard let layer = Int(parts[index]), index + 1 < parts.count else { continue }
            if layerPatterns.isEmpty ? index >= 2 : layerPatterns.contains(parts[index - 1]) {
                return layers.contains(layer)
            }
        }
        return false
    }

    private func matches(_ text: String, _ pattern: String) throws -> Bool {
        do {
            return try text.wholeMatch(of: Regex(pattern)) != nil
        } catch {
            throw ModelInputError.malformedFile(path: path, problem: "it holds \(pattern), which is no regex")
        }
    }
}
