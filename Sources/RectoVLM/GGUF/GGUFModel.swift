import Foundation
import RectoPages

/// A model of GGUF files: a text model, and where it sees images the vision tower that llama.cpp keeps in a file of its own.
///
/// Tower and text model together are an Idefics3: SmolVLM, granite-docling and others differ from it in their settings alone.
struct GGUFModel {
    let text: GGUFTextModel
    /// The vision tower; nil for text alone.
    let tower: GGUFVisionModel?

    private let textFile: URL
    private let towerFile: URL?

    /// Opens a model.
    ///
    /// - Parameters:
    ///   - place: Where it lies.
    ///   - named: The vision tower's file, where it was named; else one beside the text model is taken, if that was made to
    ///     see images.
    /// - Throws: `VLMError` when a file is damaged or holds something else, when files do not belong together, or when several
    ///   towers could be meant.
    init(_ place: GGUFPlace, tower named: URL? = nil) throws(VLMError) {
        text = try GGUFTextModel(GGUFFile(place.model))
        textFile = place.model
        let seesImages = try text.imageToken() != nil
        let towers = named.map { [$0] } ?? (place.isFolder || seesImages ? place.towers : [])
        guard towers.count <= 1 else {
            throw .ambiguousFiles(path: text.file.path, files: towers.map(\.lastPathComponent), option: "--mmproj")
        }
        towerFile = towers.first
        guard let towerFile else {
            tower = nil
            return
        }
        tower = try GGUFVisionModel(GGUFFile(towerFile))
        try checkThatTheyBelongTogether()
    }

    private func checkThatTheyBelongTogether() throws(VLMError) {
        guard let tower else { return }
        func foreign(_ reason: String) -> VLMError {
            .foreignTower(path: tower.file.path, model: text.file.path, reason: reason)
        }
        let width = try text.file.required("llama.embedding_length")
        for (name, found) in [
            ("clip.vision.projection_dim", try tower.file.integer("clip.vision.projection_dim")),
            ("the tensor mm.model.fc.weight", tower.file.shape(of: "mm.model.fc.weight")?.first),
        ] {
            guard let found, found != width else { continue }
            throw foreign("\(name) gives rows of \(found) and llama.embedding_length is \(width)")
        }
        if try text.imageToken() == nil {
            throw foreign("tokenizer.ggml.tokens has no \(imageMarker), at which image features could stand")
        }
    }

    /// The network's family as `model_type` would name it.
    var family: String { tower == nil ? "llama" : "idefics3" }

    /// What `config.json` would say.
    ///
    /// - Returns: The configuration as a file of JSON.
    /// - Throws: `VLMError` when a number is missing, of another kind, or none that a tower has.
    func configuration() throws(VLMError) -> ConfigurationFile {
        let members = try text.configuration()
        guard let tower else { return try text.file.configuration(members) }
        // What is wrong with the tower is said of its own file.
        _ = try tower.imageSettings()
        let vision = try tower.configuration()
        struct Tower: Decodable {
            let configuration: VisionConfiguration

            private enum CodingKeys: String, CodingKey { case vision = "vision_config" }

            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: CodingKeys.self)
                configuration = try VisionConfiguration(from: values, forKey: .vision, defaults: .idefics3)
            }
        }
        try tower.file.configuration(vision).decode(Tower.self).configuration.validate(path: tower.file.path)
        let outer: [String: Any] = [
            "model_type": family,
            "image_token_id": try text.imageToken() ?? -1,
            "eos_token_id": members["eos_token_id"] ?? [Int](),
            "tie_word_embeddings": members["tie_word_embeddings"] ?? false,
            "text_config": members,
        ]
        return try text.file.configuration(outer.merging(vision) { own, _ in own })
    }

    /// The tensors under the names that transformers gives them.
    ///
    /// - Returns: The tensors of all files.
    /// - Throws: `VLMError` for a tensor that the family does not have, and for one of the tower that is missing.
    func tensors() throws(VLMError) -> [String: StoredTensor] {
        let sizes = try text.file.configuration(try text.configuration()).decode(TextConfiguration.self)
        let decoder = try text.tensors(prefix: tower == nil ? "model" : "model.text_model", sizes)
        guard let tower else { return decoder }
        try tower.checkThatItIsWhole()
        return decoder.merging(try tower.tensors()) { own, _ in own }
    }

    /// Names of the files.
    var fileNames: [String] { [textFile, towerFile].compactMap { $0?.lastPathComponent } }

    /// One digest over the files, wherever they lie.
    ///
    /// - Returns: The digest.
    /// - Throws: `PagesError` when one cannot be read.
    func digest() throws -> FolderDigest {
        func digest(_ file: URL) throws -> FolderDigest {
            try FolderDigest(of: file.deletingLastPathComponent(), files: [file.lastPathComponent])
        }
        guard let towerFile else { return try digest(textFile) }
        return FolderDigest(of: [try digest(textFile).hexadecimal, try digest(towerFile).hexadecimal])
    }
}

extension GGUFFile {
    /// Wraps what this file says as the JSON that a checkpoint folder would say it in.
    ///
    /// - Parameter members: What it says.
    /// - Returns: The configuration as a file of JSON.
    /// - Throws: `VLMError.malformedGGUF` for what JSON cannot say.
    func configuration(_ members: [String: Any]) throws(VLMError) -> ConfigurationFile {
        do {
            return ConfigurationFile(
                path: path,
                data: try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
            )
        } catch {
            throw malformed(error.localizedDescription)
        }
    }
}
