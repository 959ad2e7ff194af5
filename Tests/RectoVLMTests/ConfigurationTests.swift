import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// Checkpoint configurations: defaults of absent values, both generations of names, and what is refused.
struct ConfigurationTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    @Test func theSparseConfigurationOfIdefics2GetsItsEffectiveValues() throws {
        let json = """
            {"architectures": ["Idefics2ForConditionalGeneration"], "model_type": "idefics2", "image_token_id": 32001,
             "perceiver_config": {"model_type": "idefics2"}, "tie_word_embeddings": false,
             "text_config": {"max_position_embeddings": 32768, "model_type": "mistral", "pad_token_id": 0,
                             "rms_norm_eps": 1e-05, "vocab_size": 32003},
             "vision_config": {"hidden_size": 1152, "image_size": 980, "intermediate_size": 4304,
                               "model_type": "idefics2", "num_attention_heads": 16, "num_hidden_layers": 27,
                               "patch_size": 14}}
            """
        let configuration = try decode(Idefics2Configuration.self, json)
        try configuration.validate(path: "config.json")
        let text = configuration.text
        #expect([Int]([text.hiddenSize, text.intermediateSize, text.layerCount]) == [4096, 14336, 32])
        #expect([Int]([text.headCount, text.keyValueHeadCount, text.headDimension]) == [32, 8, 128])
        #expect(text.epsilon == 1e-5 && text.ropeTheta == 10000 && text.slidingWindow == 4096)
        #expect(text.vocabularySize == 32003 && text.endTokens == [2])
        let perceiver = configuration.perceiver
        #expect([Int]([perceiver.latentCount, perceiver.depth, perceiver.headCount]) == [64, 3, 16])
        #expect([Int]([perceiver.headDimension, perceiver.keyValueHeadCount, perceiver.hiddenSize]) == [96, 4, 4096])
        #expect(perceiver.epsilon == 1e-6)
        #expect(configuration.vision.epsilon == 1e-6 && configuration.vision.channelCount == 3)
        #expect(configuration.vision.activation == "gelu_pytorch_tanh")
    }

    @Test func theResamplerTakesSizeAndEpsilonFromTheTextModelWhenTheyDisagree() throws {
        let json = "{\"text_config\": {\"hidden_size\": 64, \"num_attention_heads\": 4, \"rms_norm_eps\": 0.001}}"
        let configuration = try decode(Idefics2Configuration.self, json)
        #expect(configuration.perceiver.hiddenSize == 64 && configuration.perceiver.epsilon == 0.001)
        #expect(configuration.vision.hiddenSize == 768 && configuration.vision.patchSize == 32)
        #expect(configuration.text.headDimension == 16)
    }

    @Test func bothGenerationsOfRotaryNamesAreRead() throws {
        #expect(try decode(TextConfiguration.self, "{\"rope_theta\": 500000}").ropeTheta == 500000)
        let newer = "{\"rope_parameters\": {\"rope_theta\": 100000.0, \"rope_type\": \"default\"}}"
        #expect(try decode(TextConfiguration.self, newer).ropeTheta == 100000)
        #expect(try decode(TextConfiguration.self, "{}").ropeTheta == 10000)
    }

    @Test func everyKindOfRotaryScalingIsReadFromBothGenerationsOfKeys() throws {
        func scaling(_ json: String) throws -> RotaryScaling { try decode(TextConfiguration.self, json).ropeScaling }
        #expect(try scaling("{\"rope_scaling\": null}") == .none)
        #expect(try scaling("{\"rope_scaling\": {\"type\": \"default\"}}") == .none)
        #expect(try scaling("{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}}") == .linear(factor: 4))
        #expect(
            try scaling("{\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2.5}}") == .linear(factor: 2.5)
        )
        let dynamic = "{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}, \"max_position_embeddings\": 100}"
        #expect(try scaling(dynamic) == .dynamic(factor: 2, positions: 100))
        #expect(try decode(TextConfiguration.self, dynamic).maximumPositions == 200)
        let llama3 = """
            {"rope_theta": 500000, "max_position_embeddings": 131072, "rope_scaling": {"rope_type": "llama3",
             "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
            """
        #expect(
            try scaling(llama3)
                == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, positions: 8192)
        )
        #expect(try decode(TextConfiguration.self, llama3).ropeTheta == 500000)
        #expect(try decode(TextConfiguration.self, llama3).maximumPositions == 131072)
    }

    @Test func aNullWindowSeesEverythingAndAnAbsentOneIsMistralsDefault() throws {
        #expect(try decode(TextConfiguration.self, "{\"sliding_window\": null}").slidingWindow == nil)
        #expect(try decode(TextConfiguration.self, "{\"sliding_window\": 7}").slidingWindow == 7)
        #expect(try decode(TextConfiguration.self, "{}").slidingWindow == 4096)
        #expect(try decode(TextConfiguration.self, "{\"model_type\": \"llama\"}").slidingWindow == nil)
    }

    @Test func llamaHasDefaultsOfItsOwn() throws {
        let text = try decode(TextConfiguration.self, "{\"model_type\": \"llama\", \"head_dim\": null}")
        #expect([Int]([text.intermediateSize, text.keyValueHeadCount, text.headDimension]) == [11008, 32, 128])
        #expect(text.maximumPositions == 2048)
    }

    @Test func endTokensAreOneOrSeveral() throws {
        #expect(try decode(TextConfiguration.self, "{\"eos_token_id\": 5}").endTokens == [5])
        #expect(try decode(TextConfiguration.self, "{\"eos_token_id\": [5, 6]}").endTokens == [5, 6])
        #expect(try decode(TextConfiguration.self, "{\"eos_token_id\": null}").endTokens == [2])
    }

    @Test(arguments: [
        ("{\"rope_scaling\": {\"rope_type\": \"longrope\", \"factor\": 2}}", "rope_scaling of type longrope"),
        ("{\"rope_scaling\": {\"factor\": 2}}", "rope_scaling of no type"),
        ("{\"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 1}}", "rope_parameters of type yarn"),
        ("{\"rope_parameters\": {\"partial_rotary_factor\": 0.5}}", "rope_parameters.partial_rotary_factor 0.5"),
        ("{\"hidden_act\": \"gelu\"}", "gelu"), ("{\"model_type\": \"gemma\"}", "gemma"),
        ("{\"attention_bias\": true}", "attention_bias"), ("{\"mlp_bias\": true}", "mlp_bias"),
    ])
    func whatRectoDoesNotDoIsRefusedByName(_ json: String, _ name: String) throws {
        let configuration = try decode(TextConfiguration.self, json)
        #expect { try configuration.validate(path: "config.json") } throws: { error in
            guard case .unsupportedSetting("config.json", let setting)? = error as? VLMError else { return false }
            return setting.contains(name)
        }
    }

    @Test(arguments: [
        "{\"hidden_size\": 0}", "{\"num_hidden_layers\": -1}", "{\"num_attention_heads\": 0}",
        "{\"num_attention_heads\": 32, \"num_key_value_heads\": 5}", "{\"head_dim\": 7}", "{\"sliding_window\": 0}",
        "{\"vocab_size\": 99999999999}", "{\"rope_scaling\": {\"type\": \"linear\"}}",
        "{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 0}}",
        "{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}, \"head_dim\": 2}",
        "{\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8}}",
        "{\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, \"high_freq_factor\": 4}}",
    ])
    func numbersThatMakeNoNetworkAreRefused(_ json: String) throws {
        let configuration = try decode(TextConfiguration.self, json)
        #expect { try configuration.validate(path: "config.json") } throws: { error in
            guard case .malformedConfiguration? = error as? VLMError else { return false }
            return true
        }
    }

    /// As transformers 5 has it, for checkpoints that keep the length beside the parameters.
    @Test func theTrainedLengthBesideTheRotaryParametersHolds() throws {
        let rope =
            #""rope_parameters": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4"#
        func scaling(_ inside: String, _ beside: String) throws -> RotaryScaling {
            try decode(
                TextConfiguration.self,
                #"{"max_position_embeddings": 4096, \#(rope)\#(inside)}\#(beside)}"#
            ).ropeScaling
        }
        func expected(_ positions: Int) -> RotaryScaling {
            .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, positions: positions)
        }
        let inside = #", "original_max_position_embeddings": 32"#
        #expect(try scaling("", #", "original_max_position_embeddings": 16"#) == expected(16))
        #expect(try scaling(inside, #", "original_max_position_embeddings": 16"#) == expected(16))
        #expect(try scaling(inside, "") == expected(32) && scaling("", "") == expected(4096))
    }

    @Test func aWrongTypeIsAnErrorThatNamesThePlace() throws {
        let folder = try TemporaryFolder()
        let json = "{\"text_config\": {\"hidden_size\": \"large\"}}"
        let file = try ConfigurationFile(folder.write(Array(json.utf8), as: "config.json"))
        #expect { try file.decode(Idefics2Configuration.self) } throws: { error in
            guard case .malformedConfiguration(let path, let problem)? = error as? VLMError else { return false }
            return path == file.path && problem.contains("text_config.hidden_size")
        }
    }

    /// As granite-docling-258M has it, without what Recto does not look at.
    @Test func theDoclingConfigurationIsReadAsTransformersReadsIt() throws {
        let json = """
            {"model_type": "idefics3", "eos_token_id": 100257, "image_token_id": 100270, "scale_factor": 4,
             "tie_word_embeddings": true,
             "text_config": {"model_type": "llama", "attention_bias": false, "head_dim": 64, "hidden_size": 576,
                             "intermediate_size": 1536, "max_position_embeddings": 8192, "num_attention_heads": 9,
                             "num_hidden_layers": 30, "num_key_value_heads": 3, "rms_norm_eps": 1e-05,
                             "rope_scaling": null, "rope_theta": 100000.0, "vocab_size": 100352},
             "vision_config": {"hidden_size": 768, "image_size": 512, "max_image_size": {"longest_edge": 512},
                               "num_attention_heads": 12, "patch_size": 16, "size": {"longest_edge": 512}}}
            """
        let configuration = try decode(Idefics3Configuration.self, json)
        try configuration.validate(path: "config.json")
        #expect(configuration.tiesEmbeddings && configuration.imageTokenID == 100270 && configuration.scaleFactor == 4)
        #expect(configuration.endTokens == [100257])
        let (text, vision) = (configuration.text, configuration.vision)
        #expect(
            [Int]([text.layerCount, text.headCount, text.keyValueHeadCount, text.headDimension]) == [30, 9, 3, 64]
        )
        #expect(text.ropeTheta == 100000 && text.ropeScaling == .none && text.slidingWindow == nil)
        #expect([Int]([vision.layerCount, vision.intermediateSize, vision.patchSize]) == [12, 3072, 16])
    }

    @Test func whatIdefics3LeavesOutIsTheDefaultOfItsOwnClasses() throws {
        let configuration = try decode(Idefics3Configuration.self, "{\"text_config\": {\"hidden_size\": 64}}")
        #expect(configuration.text.family == "llama" && configuration.text.keyValueHeadCount == 32)
        #expect(configuration.vision.hiddenSize == 1152 && configuration.vision.headCount == 16)
        #expect(configuration.scaleFactor == 2 && !configuration.tiesEmbeddings)
        #expect(configuration.imageTokenID == 128257 && configuration.endTokens == [2])
    }

    @Test(arguments: [
        ("{}", "text_config is missing"),
        ("{\"text_config\": {\"model_type\": \"gemma\"}}", "text_config.model_type gemma"),
        ("{\"text_config\": {\"rope_scaling\": {\"type\": \"yarn\"}}}", "text_config.rope_scaling of type yarn"),
        ("{\"text_config\": {\"attention_bias\": true}}", "text_config.attention_bias"),
        ("{\"text_config\": {}, \"vision_config\": {\"hidden_act\": \"relu\"}}", "vision_config.hidden_act relu"),
        ("{\"text_config\": {}, \"vision_config\": {\"num_channels\": 1}}", "vision_config.num_channels 1"),
        (
            "{\"text_config\": {}, \"vision_config\": {\"num_attention_heads\": 7}}",
            "vision_config.num_attention_heads 7"
        ),
        ("{\"text_config\": {}, \"image_token_id\": 32000}", "image_token_id 32000"),
        ("{\"text_config\": {}, \"image_token_id\": 1, \"scale_factor\": 0}", "scale_factor 0"),
        ("{\"text_config\": {}, \"image_token_id\": 1, \"scale_factor\": 8}", "scale_factor 8"),
    ])
    func whatIdefics3CannotBeIsRefusedByFileAndKey(_ json: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        let file = try ConfigurationFile(folder.write(Array(json.utf8), as: "config.json"))
        #expect { try file.decode(Idefics3Configuration.self).validate(path: file.path) } throws: { error in
            let sentence = "\(error)"
            return error is VLMError && sentence.contains(words) && sentence.contains(file.path)
        }
    }

    /// As llava-1.5-7b-hf has it, without what Recto does not look at.
    @Test func theLlavaConfigurationIsReadAsTransformersReadsIt() throws {
        let json = """
            {"architectures": ["LlavaForConditionalGeneration"], "ignore_index": -100, "image_token_index": 32000,
             "model_type": "llava", "pad_token_id": 32001, "projector_hidden_act": "gelu",
             "text_config": {"model_type": "llama", "max_position_embeddings": 4096, "rms_norm_eps": 1e-05,
                             "vocab_size": 32064},
             "vision_config": {"hidden_size": 1024, "image_size": 336, "intermediate_size": 4096,
                               "model_type": "clip_vision_model", "num_attention_heads": 16,
                               "num_hidden_layers": 24, "patch_size": 14, "projection_dim": 768, "vocab_size": 32000},
             "vision_feature_layer": -2, "vision_feature_select_strategy": "default", "vocab_size": 32064}
            """
        let configuration = try decode(LlavaConfiguration.self, json)
        try configuration.validate(path: "config.json")
        #expect(configuration.imageTokenID == 32000 && configuration.featureLayers == [23])
        #expect(configuration.dropsFirstState && configuration.hasProjectorBias && !configuration.tiesEmbeddings)
        let (text, vision) = (configuration.text, configuration.vision)
        #expect([Int]([text.intermediateSize, text.keyValueHeadCount, text.maximumPositions]) == [11008, 32, 4096])
        #expect(vision.kind == .clip && vision.activation == "quick_gelu" && vision.epsilon == 1e-5)
        #expect(configuration.views.imageTokenCount == 576)
    }

    /// As Mantis-8B-siglip-llama3 has it, without what Recto does not look at.
    @Test func theMantisConfigurationIsReadAsTransformersReadsIt() throws {
        let json = """
            {"model_type": "llava", "image_token_index": 128256, "vision_feature_select_strategy": "default",
             "text_config": {"model_type": "llama", "intermediate_size": 14336, "max_position_embeddings": 8192,
                             "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
                             "vocab_size": 128258, "eos_token_id": 128009},
             "vision_config": {"hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
                               "model_type": "siglip_vision_model", "num_attention_heads": 16, "num_hidden_layers": 27,
                               "patch_size": 14}}
            """
        let configuration = try decode(LlavaConfiguration.self, json)
        try configuration.validate(path: "config.json")
        #expect(configuration.imageTokenID == 128256 && configuration.featureLayers == [26])
        #expect(configuration.endTokens == [128009] && configuration.text.ropeTheta == 500000)
        let vision = configuration.vision
        #expect(vision.kind == .siglip && vision.activation == "gelu_pytorch_tanh" && vision.epsilon == 1e-6)
        #expect(
            configuration.views.imageTokenCount == 728,
            "the first patch is left out, though there is no class token"
        )
    }

    /// As idefics-9b and idefics-80b have it, without what Recto does not look at.
    @Test(arguments: [(4096, 11008, 32, 32, 8), (8192, 22016, 80, 64, 20)])
    func theIdeficsConfigurationIsReadAsTransformersReadsIt(
        _ hidden: Int,
        _ intermediate: Int,
        _ layers: Int,
        _ heads: Int,
        _ blocks: Int
    ) throws {
        let json = """
            {"additional_vocab_size": 2, "alpha_initializer": "zeros", "alpha_type": "float", "cross_layer_interval": 4,
             "hidden_act": "silu", "hidden_size": \(hidden), "intermediate_size": \(intermediate), "model_type": "idefics",
             "max_position_embeddings": 2048, "num_attention_heads": \(heads), "num_hidden_layers": \(layers),
             "perceiver_config": {"model_type": "idefics", "qk_layer_norms_perceiver": true, "resampler_depth": 6,
                                  "resampler_head_dim": 96, "resampler_n_heads": 16, "resampler_n_latents": 64,
                                  "use_resampler": false},
             "qk_layer_norms": true, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "use_resampler": true,
             "vision_config": {"embed_dim": 1280, "hidden_act": "gelu", "image_size": 224, "intermediate_size": 5120,
                               "layer_norm_eps": 1e-05, "model_type": "idefics", "num_attention_heads": 16,
                               "num_hidden_layers": 32, "patch_size": 14},
             "vocab_size": 32000}
            """
        let configuration = try decode(IdeficsConfiguration.self, json)
        try configuration.validate(path: "config.json")
        let (text, vision) = (configuration.text, configuration.vision)
        #expect(text.vocabularySize == 32002 && text.family == "llama" && text.headDimension == 128)
        #expect(text.layerCount / configuration.crossLayerInterval == blocks && text.ropeTheta == 10000)
        #expect(vision.kind == .clip && vision.hiddenSize == 1280 && vision.activation == "gelu")
        #expect(configuration.normalizesHeads && !configuration.hasVectorGates && !configuration.tiesEmbeddings)
        #expect(configuration.resampler?.normalizesHeads == true && configuration.statesPerImage == 64)
    }

    @Test func whatIdeficsLeavesOutIsTheDefaultOfItsOwnClasses() throws {
        let none = try decode(IdeficsConfiguration.self, #"{"model_type": "idefics"}"#)
        try none.validate(path: "config.json")
        #expect(none.text.vocabularySize == 32000 && none.text.maximumPositions == 2048 && none.text.epsilon == 1e-6)
        #expect(
            none.text.intermediateSize == 11008 && none.text.keyValueHeadCount == 32 && none.text.slidingWindow == nil
        )
        #expect(none.resampler == nil && none.crossLayerInterval == 1 && !none.normalizesHeads && !none.hasVectorGates)
        let vision = none.vision
        #expect([Int]([vision.hiddenSize, vision.intermediateSize, vision.layerCount]) == [768, 5120, 32])
        #expect(
            vision.imageSize == 224 && vision.patchSize == 14 && vision.epsilon == 1e-5 && vision.activation == "gelu"
        )
        #expect(none.statesPerImage == 257)
        let resampler = try #require(
            try decode(IdeficsConfiguration.self, #"{"use_resampler": true, "perceiver_config": null}"#).resampler
        )
        #expect(resampler.latentCount == 64 && resampler.depth == 6 && !resampler.normalizesHeads)
        #expect(resampler.headCount == 16 && resampler.headDimension == 96)
    }

    @Test func whatLlavaLeavesOutIsTheDefaultOfItsOwnClasses() throws {
        let none = try decode(LlavaConfiguration.self, #"{"text_config": {}, "image_token_id": 5}"#)
        #expect(none.imageTokenID == 5 && none.text.family == "llama")
        #expect(none.vision.kind == .clip && none.vision.layerCount == 24 && none.vision.imageSize == 336)
        let clip = try decode(LlavaConfiguration.self, #"{"text_config": {}, "vision_config": {}}"#)
        #expect(clip.vision.kind == .clip && clip.vision.hiddenSize == 768 && clip.vision.patchSize == 32)
        let json =
            #"{"text_config": {"tie_word_embeddings": true}, "vision_config": {"model_type": "siglip_vision_model"}}"#
        let siglip = try decode(LlavaConfiguration.self, json)
        #expect(siglip.vision.kind == .siglip && siglip.vision.patchSize == 16 && siglip.tiesEmbeddings)
        let layers = try decode(LlavaConfiguration.self, #"{"text_config": {}, "vision_feature_layer": [-1, 0, 3]}"#)
        #expect(layers.featureLayers == [24, 0, 3])
    }

    @Test(arguments: [
        ("{}", "text_config is missing"),
        (#"{"mm_vision_tower": "openai/clip-vit-large-patch14-336"}"#, "mm_vision_tower"),
        (#"{"text_config": {"model_type": "qwen2"}}"#, "text_config.model_type qwen2"),
        (#"{"text_config": {}, "vision_config": {"model_type": "pixtral"}}"#, "vision_config.model_type pixtral"),
        (#"{"text_config": {}, "vision_config": {"hidden_act": "relu"}}"#, "vision_config.hidden_act relu"),
        (#"{"text_config": {}, "vision_config": {"image_size": [336, 448]}}"#, "vision_config.image_size"),
        (#"{"text_config": {}, "vision_config": {"patch_size": 0}}"#, "vision_config.patch_size is 0"),
        (#"{"text_config": {}, "projector_hidden_act": "mish"}"#, "projector_hidden_act mish"),
        (#"{"text_config": {}, "vision_feature_select_strategy": "cls"}"#, "vision_feature_select_strategy cls"),
        (#"{"text_config": {"vocab_size": 9}}"#, "image_token_index 32000"),
        (#"{"text_config": {}, "image_token_id": 1, "image_token_index": 2}"#, "image_token_index and image_token_id"),
        (#"{"text_config": {}, "image_token_id": 1, "vision_feature_layer": -26}"#, "vision_feature_layer -26"),
        (#"{"text_config": {}, "image_token_id": 1, "vision_feature_layer": [1, 25]}"#, "vision_feature_layer 25"),
        (#"{"text_config": {}, "image_token_id": 1, "vision_feature_layer": []}"#, "vision_feature_layer is empty"),
        (
            #"{"text_config": {}, "image_token_id": 1, "vision_config": {"model_type": "siglip_vision_model", "#
                + #""image_size": 16}}"#, "no image token"
        ),
    ])
    func whatLlavaCannotBeIsRefusedByFileAndKey(_ json: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        let file = try ConfigurationFile(folder.write(Array(json.utf8), as: "config.json"))
        #expect { try file.decode(LlavaConfiguration.self).validate(path: file.path) } throws: { error in
            let sentence = "\(error)"
            return error is VLMError && sentence.contains(words) && sentence.contains(file.path)
        }
    }
}
