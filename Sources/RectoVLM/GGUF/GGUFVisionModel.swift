import Foundation

/// The vision tower and projector of an Idefics3, which llama.cpp keeps in a file of their own (`mmproj`).
package struct GGUFVisionModel {
    let file: GGUFFile

    /// Checks that a file holds such a tower.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError` when it holds another one.
    package init(_ file: GGUFFile) throws(VLMError) {
        self.file = file
        let architecture = try file.string("general.architecture") ?? "of no name"
        guard architecture == "clip" else {
            let reason = "it is no vision tower, its general.architecture being \(architecture) and not clip: "
            throw .notACheckpoint(path: file.path, reason: reason + "--mmproj names the tower, --model the text model")
        }
        // The second is what files with several towers say.
        let ofVision = try file.string("clip.vision.projector_type")
        let named = try file.string("clip.projector_type") ?? ofVision
        guard named == "idefics3" else {
            throw file.unsupported("the image projector \(named ?? "of no name") (clip.projector_type)")
        }
        // llama.cpp computes other functions than the family's where these say something else.
        let (usesGELU, usesSiLU) = (try file.bool("clip.use_gelu"), try file.bool("clip.use_silu"))
        guard usesGELU == true, usesSiLU != true else {
            throw file.unsupported("a vision tower without GELU (clip.use_gelu, clip.use_silu)")
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

    /// What `preprocessor_config.json` of an Idefics3 would say.
    ///
    /// What no key says is as in the family: Lanczos resampling, splitting. A file without the length of the longer side gives
    /// every image in one view, as llama.cpp does then.
    ///
    /// - Returns: The settings.
    /// - Throws: `VLMError` when one is missing, of another kind, or no size of an image.
    func imageSettings() throws(VLMError) -> CheckpointNode {
        let tile = try pixels("image_size", try required("image_size"))
        let longest = try file.integer("clip.vision.preproc_image_size") ?? tile
        let patches = tile / max(try required("patch_size"), 1)
        let scaleFactor = try required("projector.scale_factor")
        guard scaleFactor > 0, patches > 0, patches % scaleFactor == 0 else {
            throw file.malformed(
                "its clip.vision.image_size \(tile) makes \(patches) patches a side, which "
                    + "clip.vision.projector.scale_factor \(scaleFactor) does not divide"
            )
        }
        let values: KeyValuePairs<String, ExactJSON> = [
            "image_processor_type": "Idefics3ImageProcessor",
            "resample": 1,
            "size": ["longest_edge": .number(Double(try pixels("preproc_image_size", longest)))],
            "max_image_size": ["longest_edge": .number(Double(tile))],
            "image_mean": try channels("image_mean"),
            "image_std": try channels("image_std", isDivisor: true),
        ]
        return CheckpointNode(value: .object(values.map { (Array($0.key.utf8), $0.value) }), file: file.path)
    }

    private func required(_ key: String) throws(VLMError) -> Int { try file.required("clip.vision.\(key)") }

    /// A side of an image, as far as the image processor takes it.
    private func pixels(_ key: String, _ value: Int) throws(VLMError) -> Int {
        guard (1...16_384).contains(value) else {
            throw file.malformed("its clip.vision.\(key) \(value) is not between 1 and 16384 pixels")
        }
        return value
    }

    /// A number for each channel.
    private func channels(_ key: String, isDivisor: Bool = false) throws(VLMError) -> ExactJSON {
        guard let numbers = try file.numbers("clip.vision.\(key)") else {
            throw file.malformed("it lacks clip.vision.\(key)")
        }
        guard numbers.count == 3, numbers.allSatisfy({ $0.isFinite && !(isDivisor && $0 == 0) }) else {
            throw file.malformed("its clip.vision.\(key) \(numbers) is not one number for each channel")
        }
        return .array(numbers.map { .number($0) })
    }

    /// Looks for every tensor that a tower has, by its name in the file.
    ///
    /// - Throws: `VLMError.missingTensor`.
    func checkThatItIsWhole() throws(VLMError) {
        func check(_ name: String) throws(VLMError) {
            if file.tensors[name] == nil { throw .missingTensor(path: file.path, tensor: name) }
        }
        for name in GGUFTensorNames.idefics3Outside { try check(name) }
        for layer in 0..<max(try required("block_count"), 0) {
            for name in GGUFTensorNames.idefics3InLayers { try check("v.blk.\(layer).\(name)") }
        }
    }

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
