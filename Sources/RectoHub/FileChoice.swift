/// Which files of a repository are fetched: what a checkpoint needs, and nothing that could be run or unpickled.
struct FileChoice {
    let model: String
    /// The repository's files, those in folders left out.
    private let files: [HubFile]
    /// The GGUF file that is wanted instead of a folder with safetensors.
    private let gguf: String?

    /// The index of a checkpoint in several files.
    static let index = "model.safetensors.index.json"

    private static let texts: Set<String> = [
        "tokenizer.model", "merges.txt", "vocab.txt", "chat_template.jinja", "README.md", "LICENSE", "LICENSE.txt",
        "LICENSE.md", "NOTICE", "NOTICE.txt",
    ]
    private static let aboutTheModel: Set<String> = [
        "README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE", "NOTICE.txt",
    ]
    /// No configuration or tokenizer is larger.
    private static let largestText = 256 << 20

    /// Looks at a listing.
    ///
    /// - Parameters:
    ///   - listing: All that the repository holds.
    ///   - model: Its name, for messages.
    ///   - gguf: A GGUF file that is wanted.
    /// - Throws: `HubError` for a name that would leave the folder, or where the GGUF file is not there.
    init(_ listing: [HubFile], model: String, gguf: String?) throws(HubError) {
        if let file = listing.first(where: { !$0.isSafe }) { throw .unsafePath(file.path) }
        files = listing.filter { $0.isFile && !$0.path.contains("/") }
        self.model = model
        self.gguf = gguf
        guard let gguf else { return }
        guard files.contains(where: { $0.path == gguf && gguf.lowercased().hasSuffix(".gguf") }) else {
            throw .noWeights(model: model, found: files.map(\.path).filter { $0.lowercased().hasSuffix(".gguf") })
        }
    }

    /// Configuration, tokenizer and what tells about the model, in the order of the listing.
    var settings: [HubFile] {
        files.filter { file in
            if gguf != nil { return Self.aboutTheModel.contains(file.path) }
            guard file.size <= Self.largestText, !file.path.hasPrefix(".") else { return false }
            // The index of pickled weights is JSON, too.
            return Self.texts.contains(file.path)
                || (file.path.hasSuffix(".json") && !file.path.hasSuffix(".bin.index.json"))
        }
    }

    /// The files with the weights.
    ///
    /// - Parameter shards: What the index names; nil where there is none.
    /// - Returns: The files.
    /// - Throws: `HubError` when there are none of a kind that Recto reads, or a shard is not listed.
    func weights(shards: [String]?) throws(HubError) -> [HubFile] {
        let names: [String]
        if let gguf {
            names = [gguf]
        } else if let shards {
            names = shards
        } else if let single = ["model.safetensors", "adapter_model.safetensors"].first(where: has) {
            names = [single]
        } else {
            let isWeights = { (name: String) in
                [".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".onnx", ".safetensors", ".gguf"].contains {
                    name.hasSuffix($0)
                }
            }
            throw .noWeights(model: model, found: files.map(\.path).filter(isWeights))
        }
        var chosen: [HubFile] = []
        for name in names {
            guard let file = files.first(where: { $0.path == name }) else { throw .notFound("\(name) in \(model)") }
            chosen.append(file)
        }
        return chosen
    }

    private func has(_ name: String) -> Bool { files.contains { $0.path == name } }

    /// Whether the weights lie in several files.
    var hasIndex: Bool { gguf == nil && has(Self.index) }
}
