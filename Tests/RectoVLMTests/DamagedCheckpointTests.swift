import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// What happens to checkpoints of every family when they are damaged: one sentence that names file and tensor, and no more.
struct DamagedCheckpointTests {
    enum Damage: String, CaseIterable {
        case missingShard, cyclicIndex, emptyIndex, truncatedWeights, emptyWeights, weightsThatAreAFolder, wrongShape
        case missingTensor, lyingHeader, shortHeader, headerOfNoJSON
        case unknownActivation, unknownVisionActivation, unsupportedFamily, configurationOfNoJSON
        case missingConfiguration, missingTokenizer, tokenizerOfNoJSON
    }

    /// Damages a copy of a checkpoint.
    ///
    /// - Returns: What the sentence must name; nil where this checkpoint cannot be damaged so.
    private func damage(_ copy: CheckpointCopy, _ damage: Damage) throws -> [String]? {
        let shards = try copy.shards()
        let shard = shards[0]
        let isText = try copy.configuration()["vision_config"] == nil
        switch damage {
        case .missingShard:
            if shards.count > 1 {
                let name = try copy.tensors(of: shards[1])[0]
                try FileManager.default.removeItem(at: copy.url(shards[1]))
                return [shards[1], name]
            }
            let names = try copy.tensors(of: shard)
            try writeIndex(
                copy,
                Dictionary(uniqueKeysWithValues: names.dropFirst().map { ($0, shard) }),
                names[0],
                "b.safetensors"
            )
            return ["b.safetensors", names[0]]
        case .cyclicIndex:
            let names = try copy.tensors(of: shard)
            try writeIndex(copy, [names[1]: shard], names[0], CheckpointCopy.index)
            return [CheckpointCopy.index, names[0], "the index itself"]
        case .emptyIndex:
            try copy.write("{\"weight_map\": {}}", as: CheckpointCopy.index)
            return [CheckpointCopy.index]
        case .truncatedWeights:
            let data = try Data(contentsOf: copy.url(shard))
            try data.dropLast(3).write(to: copy.url(shard))
            return [shard, "tensor"]
        case .emptyWeights:
            try Data().write(to: copy.url(shard))
            return [shard]
        case .weightsThatAreAFolder:
            try FileManager.default.removeItem(at: copy.url(shard))
            try FileManager.default.createDirectory(at: copy.url(shard), withIntermediateDirectories: false)
            return [shard]
        case .wrongShape:
            guard let (shard, name) = try copy.place(ofTensorEnding: "mlp.up_proj.weight") else { return nil }
            try copy.changeHeader(of: shard) { members in
                var entry = members[name] as? [String: Any] ?? [:]
                entry["shape"] = Array((entry["shape"] as? [Int] ?? []).reversed())
                members[name] = entry
            }
            return [shard, "mlp.up_proj.weight"]
        case .missingTensor:
            guard let (_, name) = try copy.place(ofTensorEnding: "mlp.up_proj.weight") else { return nil }
            try copy.rename { $0 == name ? "elsewhere" : $0 }
            return [shards.count > 1 ? CheckpointCopy.index : shard, "mlp.up_proj.weight"]
        case .lyingHeader:
            let data = try Data(contentsOf: copy.url(shard))
            try (Data(littleEndianBytes(1 << 62)) + data.dropFirst(8)).write(to: copy.url(shard))
            return [shard, "header"]
        case .shortHeader:
            let data = try Data(contentsOf: copy.url(shard))
            try (Data(littleEndianBytes(40)) + data.dropFirst(8)).write(to: copy.url(shard))
            return [shard, "header"]
        case .headerOfNoJSON:
            let data = try Data(contentsOf: copy.url(shard))
            try (data.prefix(8) + Data("[".utf8) + data.dropFirst(9)).write(to: copy.url(shard))
            return [shard, "header"]
        case .unknownActivation:
            try copy.change("config.json") { members in
                if members["text_config"] == nil {
                    members["hidden_act"] = "cosine"
                } else {
                    set(&members, "text_config", "hidden_act", "cosine")
                }
            }
            return ["config.json", "hidden_act cosine"]
        case .unknownVisionActivation:
            if isText { return nil }
            try copy.change("config.json") { set(&$0, "vision_config", "hidden_act", "cosine") }
            return ["config.json", "vision_config.hidden_act cosine"]
        case .unsupportedFamily:
            try copy.change("config.json") { $0["model_type"] = "unheard_of" }
            return ["config.json", "unheard_of"]
        case .configurationOfNoJSON:
            try copy.write("model_type: llama", as: "config.json")
            return ["config.json", "JSON"]
        case .missingConfiguration:
            try FileManager.default.removeItem(at: copy.url("config.json"))
            return ["config.json"]
        case .missingTokenizer:
            try FileManager.default.removeItem(at: copy.url("tokenizer.json"))
            return ["tokenizer.json"]
        case .tokenizerOfNoJSON:
            try copy.write("{", as: "tokenizer.json")
            return ["tokenizer.json"]
        }
    }

    private func set(_ members: inout [String: Any], _ part: String, _ key: String, _ value: Any) {
        var inner = members[part] as? [String: Any] ?? [:]
        inner[key] = value
        members[part] = inner
    }

    private func writeIndex(_ copy: CheckpointCopy, _ map: [String: String], _ tensor: String, _ file: String) throws {
        var map = map
        map[tensor] = file
        let data = try JSONSerialization.data(withJSONObject: ["weight_map": map], options: .sortedKeys)
        try data.write(to: copy.url(CheckpointCopy.index))
    }

    @Test(arguments: CheckpointCopy.names, Damage.allCases)
    func isRefusedInOneSentence(_ name: String, _ damage: Damage) async throws {
        let copy = try CheckpointCopy(of: name)
        guard let named = try self.damage(copy, damage) else { return }
        let memory = try PeakMemory()
        let error = #expect(throws: (any Error).self) { try InferenceEngine(folder: copy.folder, threads: 1) }
        expectOneSentence(error, naming: named)
        // The check finds the same and does not end over it.
        let check = try await ModelCheck(copy.folder, threads: 1)
        #expect(!check.passed)
        let problems = check.checks.flatMap(\.problems)
        #expect(problems.contains { problem in named.allSatisfy { problem.message.contains($0) } }, "\(problems)")
        #expect(try memory.growth() < 256 << 20)
    }

    private func expectOneSentence(_ error: (any Error)?, naming named: [String]) {
        guard let error = error as? any RectoError else {
            Issue.record("\(String(describing: error)) is not an error of Recto")
            return
        }
        let sentence = error.description
        for word in named { #expect(sentence.contains(word), "\(sentence)") }
        #expect(sentence.hasSuffix(".") && !sentence.contains("\n") && !sentence.contains(". "), "\(sentence)")
        #expect(error.category == .defect)
    }

    @Test func whatIsNoCheckpointAtAllIsNamed() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([1, 2, 3], as: "a-file")
        let empty = folder.url.appending(path: "empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: false)
        let adapter = folder.url.appending(path: "adapter")
        try FileManager.default.createDirectory(at: adapter, withIntermediateDirectories: false)
        try Data("{}".utf8).write(to: adapter.appending(path: "adapter_config.json"))
        for (url, words) in [(file, "is a file"), (empty, "empty folder"), (adapter, "--adapter")] {
            let error = #expect(throws: VLMError.self) { try InferenceEngine(folder: url, threads: 1) }
            guard case .notACheckpoint? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            expectOneSentence(error, naming: [url.lastPathComponent, words])
        }
        let nothing = folder.url.appending(path: "nothing")
        expectOneSentence(
            #expect(throws: VLMError.self) { try InferenceEngine(folder: nothing, threads: 1) },
            naming: ["nothing/config.json"]
        )
    }

    @Test func aPipeInPlaceOfWeightsHoldsNobodyUp() throws {
        let copy = try CheckpointCopy(of: "llama-tied")
        try FileManager.default.removeItem(at: copy.url("model.safetensors"))
        let status = unsafe mkfifo(copy.url("model.safetensors").path, 0o600)
        #expect(status == 0)
        expectOneSentence(
            #expect(throws: VLMError.self) { try InferenceEngine(folder: copy.folder, threads: 1) },
            naming: ["model.safetensors", "not a file"]
        )
    }

    /// Every whole number of `config.json`, at any depth, set to values that no network has.
    @Test(arguments: CheckpointCopy.names)
    func absurdSizesNeitherCrashNorTakeMemory(_ name: String) throws {
        let copy = try CheckpointCopy(of: name)
        let original = try copy.configuration()
        let memory = try PeakMemory()
        var tried = 0
        for path in Self.numbers(in: original) {
            for value in [0, -1, 1 << 27, 1 << 62] {
                var changed = original
                Self.set(value, at: path, in: &changed)
                let data = try JSONSerialization.data(withJSONObject: changed, options: .sortedKeys)
                try data.write(to: copy.url("config.json"))
                tried += 1
                do {
                    _ = try InferenceEngine(folder: copy.folder, threads: 1)
                } catch let error as any RectoError {
                    #expect(error.description.contains(copy.folder.lastPathComponent), "\(path) \(value): \(error)")
                }
                // The survey goes on where loading ends at the first tensor.
                _ = try? ModelOverview(checkpoint: copy.folder)
            }
        }
        #expect(tried >= 40)
        #expect(try memory.growth() < 256 << 20)
    }

    private static func numbers(in object: [String: Any]) -> [[String]] {
        object.sorted { $0.key < $1.key }.flatMap { key, value -> [[String]] in
            if let inner = value as? [String: Any] { return numbers(in: inner).map { [key] + $0 } }
            return value is Int && !(value is Bool) ? [[key]] : []
        }
    }

    private static func set(_ value: Int, at path: [String], in object: inout [String: Any]) {
        guard path.count > 1 else {
            object[path[0]] = value
            return
        }
        var inner = object[path[0]] as? [String: Any] ?? [:]
        set(value, at: Array(path.dropFirst()), in: &inner)
        object[path[0]] = inner
    }
}

/// The most memory that this process had in use since a moment.
struct PeakMemory {
    private let start: Int

    init() throws {
        // The kernel then counts the peak from what is in use now.
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        start = try Self.peak()
    }

    func growth() throws -> Int { try Self.peak() - start }

    private static func peak() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
