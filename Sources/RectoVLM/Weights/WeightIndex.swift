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
        for (tensor, shard) in map {
            if shard.contains("/") || shard == ".." || shard.isEmpty {
                throw .malformedConfiguration(
                    path: file.path(percentEncoded: false),
                    problem: "the shard \"\(shard)\" is not a file of the folder"
                )
            }
            shards[shard, default: []].append(tensor)
        }
        shardTensors = shards
    }
}
