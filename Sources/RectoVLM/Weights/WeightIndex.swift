import Foundation

/// `model.safetensors.index.json`: which shard holds which tensor.
struct WeightIndex {
    private struct File: Decodable {
        let weightMap: [String: String]

        enum CodingKeys: String, CodingKey {
            case weightMap = "weight_map"
        }
    }

    /// The tensors that each shard must hold, by the shard's file name.
    let shardTensors: [String: [String]]

    /// Reads an index.
    ///
    /// - Parameter file: The index file.
    /// - Throws: `VLMError` when it is unreadable, damaged, or names a file outside the folder.
    init(_ file: URL) throws(VLMError) {
        let map = try ConfigurationFile(file).decode(File.self).weightMap
        var shards: [String: [String]] = [:]
        for (tensor, shard) in map.sorted(by: { $0.key < $1.key }) {
            if let problem = Self.problem(with: shard, in: file) {
                throw .malformedConfiguration(
                    path: file.path(percentEncoded: false),
                    problem: "the shard \"\(shard)\" of \(tensor) \(problem)"
                )
            }
            shards[shard, default: []].append(tensor)
        }
        if shards.isEmpty {
            throw .malformedConfiguration(path: file.path(percentEncoded: false), problem: "its weight_map is empty")
        }
        shardTensors = shards
    }

    /// What is wrong with the name of a shard; nil when nothing is.
    private static func problem(with shard: String, in index: URL) -> String? {
        if shard.contains("/") || shard == ".." || shard.isEmpty { return "is not a file of the folder" }
        if shard == index.lastPathComponent { return "is the index itself" }
        return shard.hasSuffix(".safetensors") ? nil : "is no safetensors file"
    }
}
