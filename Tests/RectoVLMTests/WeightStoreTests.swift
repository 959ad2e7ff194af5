import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// Finding weights by name: shards, older names, and tensors that nobody asked for.
struct WeightStoreTests {
    private func write(_ tensors: [SafetensorsWriter.Tensor], as name: String, in folder: TemporaryFolder) throws {
        _ = try folder.write([UInt8](SafetensorsWriter.data(of: tensors)), as: name)
    }

    private func text(_ text: String, as name: String, in folder: TemporaryFolder) throws {
        _ = try folder.write(Array(text.utf8), as: name)
    }

    @Test func shardsAreFoundThroughTheIndex() throws {
        let folder = try TemporaryFolder()
        try write([.init(name: "a", shape: [1], floats: [1])], as: "one.safetensors", in: folder)
        try write([.init(name: "b", shape: [2], floats: [2, 3])], as: "two.safetensors", in: folder)
        try text(
            "{\"metadata\":{\"total_size\":12},\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}",
            as: "model.safetensors.index.json",
            in: folder
        )
        let store = try WeightStore(folder: folder.url, aliases: .none)
        #expect(store.names == ["a", "b"])
        #expect(try store.tensor("b", shape: [2]).elements == [2, 3])
        #expect(store.residentBytes == 12)
        #expect(store.elementType == "float32")
    }

    @Test func anIndexMustNotLieNorLeaveTheFolder() throws {
        let folder = try TemporaryFolder()
        try write([.init(name: "a", shape: [1], floats: [1])], as: "one.safetensors", in: folder)
        let index = "model.safetensors.index.json"
        try text("{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}}", as: index, in: folder)
        let shard = folder.url.appending(path: "one.safetensors").path(percentEncoded: false)
        #expect(throws: VLMError.missingTensor(path: shard, tensor: "b")) {
            try WeightStore(folder: folder.url, aliases: .none)
        }
        for name in ["../one.safetensors", "..", "", "/etc/passwd"] {
            try text("{\"weight_map\":{\"a\":\"\(name)\"}}", as: index, in: folder)
            #expect("\(name)") { try WeightStore(folder: folder.url, aliases: .none) } throws: { error in
                guard case .malformedConfiguration? = error as? VLMError else { return false }
                return true
            }
        }
        try text("{\"weight_map\":[]}", as: index, in: folder)
        #expect(throws: VLMError.self) { try WeightStore(folder: folder.url, aliases: .none) }
    }

    @Test func missingWrongAndUnreadableTensorsAreNamed() throws {
        let folder = try TemporaryFolder()
        try write(
            [
                .init(name: "a", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6]),
                .init(name: "n", shape: [1], integers: [1]),
            ],
            as: "model.safetensors",
            in: folder
        )
        let store = try WeightStore(folder: folder.url, aliases: .none)
        let file = folder.url.appending(path: "model.safetensors").path(percentEncoded: false)
        #expect(throws: VLMError.missingTensor(path: file, tensor: "b")) { try store.tensor("b", shape: [1]) }
        #expect(throws: VLMError.tensorShape(path: file, tensor: "a", expected: [3, 2], found: [2, 3])) {
            try store.matrix("a", rows: 3, columns: 2)
        }
        #expect(throws: VLMError.unsupportedElementType(path: file, tensor: "n", elementType: "I64")) {
            try store.tensor("n", shape: [1])
        }
        #expect(try store.matrix("a", rows: 2, columns: 3).rows([1]).elements == [4, 5, 6])
    }

    @Test func aFolderWithoutWeightsSaysWhichFileIsMissing() throws {
        let folder = try TemporaryFolder()
        #expect { try WeightStore(folder: folder.url, aliases: .none) } throws: { error in
            guard case .unreadableFile(let path, _)? = error as? VLMError else { return false }
            return path.hasSuffix("/model.safetensors")
        }
    }

    @Test func preReleaseNamesOfIdefics2AreUnderstood() throws {
        let names = [
            "model.layers.0.mlp.up_proj.weight": "model.text_model.layers.0.mlp.up_proj.weight",
            "model.embed_tokens.weight": "model.text_model.embed_tokens.weight",
            "model.norm.weight": "model.text_model.norm.weight",
            "model.perceiver_resampler.latents": "model.connector.perceiver_resampler.latents",
            "model.modality_projection.up_proj.weight": "model.connector.modality_projection.up_proj.weight",
            "model.vision_model.post_layernorm.bias": "model.vision_model.post_layernorm.bias",
            "lm_head.weight": "lm_head.weight",
        ]
        for (old, new) in names { #expect(WeightAliases.idefics2.canonicalName(of: old) == new) }
        #expect(WeightAliases.idefics2.canonicalName(of: "model.layers.0.self_attn.rotary_emb.inv_freq") == nil)
        #expect(WeightAliases.none.canonicalName(of: "model.norm.weight") == "model.norm.weight")
    }

    @Test func rowsAddedToTheVocabularyFollowTheOthers() throws {
        let folder = try TemporaryFolder()
        try write(
            [
                .init(name: "model.embed_tokens.weight", shape: [2, 2], floats: [1, 2, 3, 4]),
                .init(name: "model.embed_tokens.additional_embedding.weight", shape: [1, 2], floats: [5, 6]),
            ],
            as: "model.safetensors",
            in: folder
        )
        let store = try WeightStore(folder: folder.url, aliases: .idefics2)
        let matrix = try store.matrix("model.text_model.embed_tokens.weight", rows: 3, columns: 2)
        #expect(matrix.rows([2, 0]).elements == [5, 6, 1, 2])
        #expect(throws: VLMError.self) {
            try store.matrix("model.text_model.embed_tokens.weight", rows: 4, columns: 2)
        }
    }
}
