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
        ("{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}}", "linear"),
        ("{\"rope_scaling\": {\"rope_type\": \"llama3\"}}", "llama3"),
        ("{\"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 1}}", "yarn"),
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
        "{\"vocab_size\": 99999999999}",
    ])
    func numbersThatMakeNoNetworkAreRefused(_ json: String) throws {
        let configuration = try decode(TextConfiguration.self, json)
        #expect { try configuration.validate(path: "config.json") } throws: { error in
            guard case .malformedConfiguration? = error as? VLMError else { return false }
            return true
        }
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
}
