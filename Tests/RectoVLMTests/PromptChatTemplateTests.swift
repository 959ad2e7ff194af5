import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

@Suite struct PromptChatTemplateTests {
    /// As `chat_template.jinja` of SmolLM2-135M-Instruct has it.
    private static let smollm2 =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
        + "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}"
        + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

    /// As `processor_config.json` of idefics2-8b has it.
    private static let idefics2 =
        "{% for message in messages %}{{message['role'].capitalize()}}{% if message['content'][0]['type'] == 'image' %}"
        + "{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}"
        + "{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
        + "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"

    @Test func chatMLIsWrittenLikeTransformersWritesIt() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(Self.smollm2.utf8), as: "chat_template.jinja")
        let prompt = try textPrompt("What is 2+2?", .chat, folder)
        #expect(
            prompt.tokenIDs == [
                1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407, 19712,
                8182, 2,
                198, 1, 4093, 198, 1780, 314, 216, 34, 27, 34, 47, 2, 198, 1, 520, 9531, 198,
            ]
        )
    }

    @Test func escapedLineEndsAndOtherQuotesMakeNoDifference() throws {
        let folder = try TemporaryFolder()
        let escaped = Self.smollm2.replacing("\n", with: "\\n").replacing("'", with: "\"").replacing(
            "{{\"",
            with: "{{ \""
        )
        _ = try folder.write(Array(escaped.utf8), as: "chat_template.jinja")
        let prompt = try textPrompt("Hi", .chat, folder)
        #expect(prompt.text.hasPrefix("<|im_start|>system\nYou are a helpful AI assistant named SmolLM"))
        #expect(prompt.text.hasSuffix("<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"))
    }

    @Test func plainChatMLHasNoSystemMessage() throws {
        let folder = try TemporaryFolder()
        let template = "{% for message in messages %}" + Self.smollm2.split(separator: "{% endif %}", maxSplits: 1)[1]
        _ = try folder.write(JSONEncoder().encode(["chat_template": template]).map(\.self), as: "tokenizer_config.json")
        #expect(try textPrompt("Hi", .chat, folder).text == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
    }

    /// Old tokenizers keep several templates as a list, processors as an object; transformers takes the one named "default".
    @Test(arguments: [true, false])
    func ofSeveralTemplatesTheDefaultOneIsTaken(areListed: Bool) throws {
        let folder = try TemporaryFolder()
        let named = ["tool_use": "{{ tools }}", "default": Self.smollm2]
        let list = named.map { ["name": $0.key, "template": $0.value] }
        let json =
            areListed
            ? try JSONEncoder().encode(["chat_template": list]) : try JSONEncoder().encode(["chat_template": named])
        let file = try folder.write(Array(json), as: "tokenizer_config.json")
        let expected = "<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        #expect(try textPrompt("Hi", .chat, folder).text.hasSuffix(expected))
        try Data(#"{"chat_template": [{"name": "tool_use", "template": "{{ tools }}"}]}"#.utf8).write(to: file)
        #expect(throws: ModelInputError.unknownChatTemplate(model: folder.url.lastPathComponent)) {
            try textPrompt("Hi", .chat, folder)
        }
    }

    @Test(arguments: [
        nil, "", "{{ messages }}", "{{ bos_token }}" + smollm2, smollm2.replacing("!=", with: "=="),
        smollm2.replacing("You are", with: "You' + x + 'are"), idefics2,
    ])
    func aTemplateThatIsNotKnownIsNeverGuessed(template: String?) throws {
        let folder = try TemporaryFolder()
        if let template { _ = try folder.write(Array(template.utf8), as: "chat_template.jinja") }
        #expect(throws: ModelInputError.unknownChatTemplate(model: folder.url.lastPathComponent)) {
            try textPrompt("Hi", .chat, folder)
        }
        #expect(try textPrompt("Hi", .raw, folder).text == "Hi")
    }

    @Test func textModelsRefuseImages() throws {
        let folder = try TemporaryFolder()
        let template = try TextPromptTemplate(folder: folder.url)
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        let image = GenerationRequest.Part.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        #expect(throws: ModelInputError.imagesNotSupported(model: folder.url.lastPathComponent)) {
            try template.prompt(of: [image], template: .raw, tokenizer: tokenizer)
        }
    }

    @Test func idefics2KnowsItsOwnTemplateAndRefusesOthers() throws {
        let folder = try TemporaryFolder()
        let tokenizer = try TokenizerGolden.tokenizer("mistral-idefics2")
        func chat() throws -> String {
            try Idefics2PromptTemplate(folder: folder.url, imageTokensPerView: 1)
                .prompt(of: [.text("Hi")], template: .chat, viewCounts: [], tokenizer: tokenizer).text
        }
        let expected = "User: Hi<end_of_utterance>\nAssistant:"
        #expect(try chat() == expected)
        _ = try folder.write(
            JSONEncoder().encode(["chat_template": Self.idefics2]).map(\.self),
            as: "processor_config.json"
        )
        #expect(try chat() == expected)
        _ = try folder.write(Array("{{ messages[0] }}".utf8), as: "chat_template.jinja")
        #expect(throws: ModelInputError.unknownChatTemplate(model: folder.url.lastPathComponent)) { try chat() }
    }

    private func textPrompt(
        _ text: String,
        _ template: GenerationRequest.Template,
        _ folder: TemporaryFolder
    ) throws -> TokenizedPrompt {
        try TextPromptTemplate(folder: folder.url)
            .prompt(of: [.text(text)], template: template, tokenizer: TokenizerGolden.tokenizer("smollm2"))
    }
}
