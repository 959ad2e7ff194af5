import Foundation
import RectoTestSupport
import RectoVLM

/// A copy of a checkpoint folder whose files a test may change.
struct CheckpointCopy {
    let temporary: TemporaryFolder
    let folder: URL

    static let index = "model.safetensors.index.json"
    /// The checkpoints of all families: the golden ones, and the shipped reader.
    static let names: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: GoldenModel.folder.path)) ?? []
        return names.sorted() + ["reader"]
    }()

    static func original(_ name: String) -> URL {
        guard name == "reader" else { return GoldenModel.folder.appending(path: name) }
        let root = GoldenModel.folder.appending(path: "../../../..").standardizedFileURL
        return root.appending(path: "Sources/RectoReader/Resources/reader")
    }

    init(of name: String) throws {
        temporary = try TemporaryFolder()
        folder = temporary.url.appending(path: "checkpoint")
        let original = Self.original(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: original.path) where !file.hasPrefix("golden.")
        {
            try FileManager.default.copyItem(at: original.appending(path: file), to: folder.appending(path: file))
        }
    }

    func url(_ file: String) -> URL { folder.appending(path: file) }

    func write(_ text: String, as file: String) throws { try Data(text.utf8).write(to: url(file)) }

    /// Changes a JSON file.
    func change(_ file: String, _ change: (inout [String: Any]) -> Void) throws {
        var members = try JSONSerialization.jsonObject(with: Data(contentsOf: url(file))) as? [String: Any] ?? [:]
        change(&members)
        try JSONSerialization.data(withJSONObject: members, options: .sortedKeys).write(to: url(file))
    }

    /// `config.json` as it is.
    func configuration() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(contentsOf: url("config.json"))) as? [String: Any] ?? [:]
    }

    /// The files with the weights.
    func shards() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".safetensors") }
            .sorted()
    }

    /// The header of a file with weights.
    func header(of shard: String) throws -> [String: Any] {
        let data = try Data(contentsOf: url(shard))
        let header = try JSONSerialization.jsonObject(with: data[8..<8 + Self.headerLength(data)]) as? [String: Any]
        return (header ?? [:]).filter { $0.key != "__metadata__" }
    }

    /// Names of the tensors of a file, sorted.
    func tensors(of shard: String) throws -> [String] { try header(of: shard).keys.sorted() }

    /// Changes the header of a file with weights; its data stay.
    func changeHeader(of shard: String, _ change: (inout [String: Any]) -> Void) throws {
        let data = try Data(contentsOf: url(shard))
        var members = try header(of: shard)
        change(&members)
        var text = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        let length = littleEndianBytes(UInt64(text.count))
        try (Data(length) + text + data[(8 + Self.headerLength(data))...]).write(to: url(shard))
    }

    /// Renames tensors in all files; the index follows.
    func rename(_ name: (String) -> String) throws {
        for shard in try shards() {
            try changeHeader(of: shard) { members in
                members = Dictionary(uniqueKeysWithValues: members.map { (name($0.key), $0.value) })
            }
        }
        guard FileManager.default.fileExists(atPath: url(Self.index).path) else { return }
        try change(Self.index) { members in
            let map = members["weight_map"] as? [String: String] ?? [:]
            members["weight_map"] = Dictionary(uniqueKeysWithValues: map.map { (name($0.key), $0.value) })
        }
    }

    /// Finds a tensor by the end of its name.
    func place(ofTensorEnding suffix: String) throws -> (shard: String, name: String)? {
        for shard in try shards() {
            if let name = try tensors(of: shard).first(where: { $0.hasSuffix(suffix) }) { return (shard, name) }
        }
        return nil
    }

    private static func headerLength(_ data: Data) -> Int {
        data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

/// The bytes of a number, the least first.
func littleEndianBytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
}
