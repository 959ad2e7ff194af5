import Foundation

/// The vision tower and projector of an Idefics3, which llama.cpp keeps in a file of their own (`mmproj`).
package struct GGUFVisionModel {
    private let file: GGUFFile

    /// Checks that a file holds such a tower.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError` when it holds another one.
    package init(_ file: GGUFFile) throws(VLMError) {
        self.file = file
        let architecture = try file.string("general.architecture") ?? "of no name"
        guard architecture == "clip" else { throw .unknownFamily(path: file.path, family: architecture) }
        let projector = try file.string("clip.projector_type") ?? "of no name"
        guard projector == "idefics3" else { throw file.unsupported("the image projector \(projector)") }
        guard try file.bool("clip.use_gelu") ?? true else {
            throw file.unsupported("a vision tower without GELU (clip.use_gelu)")
        }
    }

    /// Whether a file holds a vision tower rather than a text model.
    ///
    /// - Parameter file: The file.
    /// - Returns: Whether it does.
    static func isHeld(by file: GGUFFile) -> Bool {
        guard case .string(let bytes)? = file.metadata["general.architecture"] else { return false }
        return bytes == Array("clip".utf8)
    }

    /// What `config.json` of an Idefics3 would say of its images: `vision_config` and `scale_factor`.
    ///
    /// - Returns: The members.
    /// - Throws: `VLMError` when a number is missing or of another kind.
    package func configuration() throws(VLMError) -> [String: any Sendable] {
        guard let epsilon = try file.number("clip.vision.attention.layer_norm_epsilon") else {
            throw file.malformed("it lacks clip.vision.attention.layer_norm_epsilon")
        }
        let vision: [String: any Sendable] = [
            "hidden_size": try required("embedding_length"),
            "intermediate_size": try required("feed_forward_length"),
            "num_hidden_layers": try required("block_count"),
            "num_attention_heads": try required("attention.head_count"),
            "image_size": try required("image_size"),
            "patch_size": try required("patch_size"),
            "layer_norm_eps": epsilon,
            "hidden_act": "gelu_pytorch_tanh",
        ]
        return ["vision_config": vision, "scale_factor": try required("projector.scale_factor")]
    }

    private func required(_ key: String) throws(VLMError) -> Int { try file.required("clip.vision.\(key)") }

    /// The tensors under the names that transformers gives them.
    ///
    /// - Returns: The tensors of tower and projector.
    /// - Throws: `VLMError` for a tensor that Idefics3 does not have.
    func tensors() throws(VLMError) -> [String: StoredTensor] {
        let hidden = try required("embedding_length")
        // The first layer of an MLP takes as many features as the tower has, whatever it is called.
        let first = file.tensors["v.blk.0.ffn_down.weight"]?.shape
        let swapsLayers = first?.last == hidden && first?.first != hidden
        var result: [String: StoredTensor] = [:]
        for (name, tensor) in file.tensors {
            guard let known = GGUFTensorNames.idefics3(name, swapsLayers: swapsLayers) else {
                throw file.unsupported("the tensor \(name)")
            }
            result[known] = tensor
        }
        return result
    }

    /// The tensors, opened under the names that transformers gives them.
    ///
    /// - Returns: The tensors of tower and projector.
    /// - Throws: `VLMError` for a tensor that Idefics3 does not have.
    package func store() throws(VLMError) -> WeightStore {
        WeightStore(path: file.path, fileNames: [], tensors: try tensors(), keeping: .init())
    }
}
