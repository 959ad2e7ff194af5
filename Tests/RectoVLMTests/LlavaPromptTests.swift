import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Prompts about one to three images, token by token those of transformers' own processor and of Mantis'
/// (`Golden/make_llava_golden.py`).
@Suite struct LlavaPromptTests {
    private struct Golden: Decodable {
        let added: [String]
        let vicuna: String
        let cases: [Case]
    }

    private struct Case: Decodable {
        let tokenizer: String
        let form: Form
        /// What stands before, between and behind the images.
        let texts: [String]
        let template: String
        /// A negative number -n stands for n image tokens.
        let ids: [Int]
    }

    /// Sides of a view and of a patch, class tokens, `vision_feature_select_strategy`.
    private struct Form: Decodable {
        let views: LlavaViewForm
        let strategy: String

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            let (size, patch) = (try values.decode(Int.self), try values.decode(Int.self))
            let classTokens = try values.decode(Int.self)
            strategy = try values.decode(String.self)
            views = LlavaViewForm(
                imageSize: size,
                patchSize: patch,
                classTokenCount: classTokens,
                dropsFirstState: strategy == "default"
            )
        }
    }

    @Test(arguments: ["mistral-idefics2", "smollm2"])
    func promptsHaveTheTokensOfTheProcessor(_ name: String) throws {
        let golden = try Self.golden()
        let cases = golden.cases.filter { $0.tokenizer == name }
        #expect(cases.count == (name == "smollm2" ? 84 : 56))
        let tokenizer =
            name == "smollm2" ? try TokenizerGolden.smollm2(adding: golden.added) : try TokenizerGolden.tokenizer(name)
        let imageToken = try #require(tokenizer.id(of: "<image>"))
        for entry in cases {
            let ids = try prompt(entry, golden.vicuna, tokenizer).tokenIDs
            let expected = entry.ids.flatMap { $0 < 0 ? [Int](repeating: imageToken, count: -$0) : [$0] }
            let what = "\(entry.template), \(entry.texts), \(entry.form.views)"
            let place = zip(ids, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            #expect(ids == expected, "\(what): they differ at \(place ?? min(ids.count, expected.count))")
        }
    }

    @Test func imageTokensAreThoseOfThePublishedCheckpoints() {
        func count(_ size: Int, _ classTokens: Int, _ dropsFirst: Bool) -> Int {
            LlavaViewForm(imageSize: size, patchSize: 14, classTokenCount: classTokens, dropsFirstState: dropsFirst)
                .imageTokenCount
        }
        #expect(count(336, 1, true) == 576 && count(384, 0, true) == 728)
        #expect(count(336, 1, false) == 577 && count(384, 0, false) == 729)
    }

    @Test func mantisEndsWhereItsOwnCodeEnds() throws {
        let golden = try Self.golden()
        let tokenizer = try TokenizerGolden.smollm2(adding: golden.added)
        let folder = try TemporaryFolder()
        let form = LlavaViewForm(imageSize: 28, patchSize: 14, classTokenCount: 0, dropsFirstState: true)
        func endTokens() throws -> Set<Int>? {
            try LlavaPromptTemplate(folder: folder.url, form: form, tokenizer: tokenizer).endTokens
        }
        #expect(try endTokens() == nil)
        _ = try folder.write(Array(#"{"processor_class": "MLlavaProcessor"}"#.utf8), as: "preprocessor_config.json")
        let end = try #require(tokenizer.id(of: "<|eot_id|>"))
        #expect(try endTokens() == [end])
        for token in [#""<|im_end|>""#, #"{"content": "<|im_end|>", "special": true}"#] {
            _ = try folder.write(Array(#"{"eos_token": \#(token)}"#.utf8), as: "tokenizer_config.json")
            #expect(try endTokens() == [end, 2])
        }
        // Who names the processor first is believed, as by transformers.
        _ = try folder.write(Array(#"{"processor_class": "LlavaProcessor"}"#.utf8), as: "processor_config.json")
        #expect(try endTokens() == nil)
    }

    @Test func mantisWithoutTheTokensOfItsMessagesIsNotGuessed() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(#"{"processor_class": "MLlavaProcessor"}"#.utf8), as: "processor_config.json")
        let form = LlavaViewForm(imageSize: 28, patchSize: 14, classTokenCount: 1, dropsFirstState: true)
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        let prompts = try LlavaPromptTemplate(folder: folder.url, form: form, tokenizer: tokenizer)
        #expect(throws: ModelInputError.unknownChatTemplate(model: folder.url.lastPathComponent)) {
            try prompts.prompt(of: [.text("the")], template: .chat, tokenizer: tokenizer)
        }
        let image = GenerationRequest.Part.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        let raw = try prompts.prompt(of: [image], template: .raw, tokenizer: tokenizer)
        #expect(raw.text == "(image 1: <Image><image><image><image><image></Image>)")
    }

    @Test func imagesAreNotSplit() throws {
        let folder = try TemporaryFolder()
        let form = LlavaViewForm(imageSize: 28, patchSize: 14, classTokenCount: 1, dropsFirstState: true)
        let tokenizer = try TokenizerGolden.tokenizer("mistral-idefics2")
        let prompts = try LlavaPromptTemplate(folder: folder.url, form: form, tokenizer: tokenizer)
        let image = GenerationRequest.Part.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        #expect(throws: ModelInputError.splittingNotSupported(model: folder.url.lastPathComponent)) {
            try prompts.prompt(of: [image], template: .raw, splits: true, tokenizer: tokenizer)
        }
        let text = try prompts.prompt(of: [.text("the")], template: .raw, splits: true, tokenizer: tokenizer).text
        #expect(text == "the")
    }

    @Test(arguments: [
        ("processor_config.json", #"{"patch_size": 16}"#, "patch_size is 16"),
        ("processor_config.json", #"{"num_additional_image_tokens": 0}"#, "num_additional_image_tokens is 0"),
        (
            "processor_config.json", #"{"vision_feature_select_strategy": "full"}"#,
            "vision_feature_select_strategy is full"
        ),
        ("processor_config.json", #"{"image_token": "<|image|>"}"#, "image token"),
        ("tokenizer_config.json", #"{"image_token": {"content": "<img>"}}"#, "image token"),
        ("preprocessor_config.json", #"{"processor_class": "LlavaNextProcessor"}"#, "LlavaNextProcessor"),
        ("processor_config.json", #"{"processor_class": 1}"#, "processor_class"),
    ])
    func contradictionsAreRefusedByFileAndKey(_ name: String, _ json: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(json.utf8), as: name)
        let form = LlavaViewForm(imageSize: 336, patchSize: 14, classTokenCount: 1, dropsFirstState: true)
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        let error = #expect(throws: ModelInputError.self) {
            try LlavaPromptTemplate(folder: folder.url, form: form, tokenizer: tokenizer)
        }
        #expect(error?.description.contains(words) == true && error?.facts["file"]?.hasSuffix(name) == true)
    }

    @Test func theTemplateIsKnownWithoutItsMarksAndComments() throws {
        let template = try Self.golden().vicuna
        let plain = template.replacing("{% generation %}", with: "").replacing("{% endgeneration %}", with: "")
            .replacing("{# Render all images first #}", with: "").replacing("'", with: "\"")
        let other = template.replacing("USER", with: "HUMAN").replacing("+ ': '", with: "+ ':'")
        #expect(try chat(template) == "USER: the ASSISTANT:" && chat(plain) == "USER: the ASSISTANT:")
        #expect(throws: ModelInputError.self) { try chat(other) }
        #expect(throws: ModelInputError.self) { try chat(template + "{# never ends") }
        #expect(throws: ModelInputError.self) { try chat(nil) }
    }

    // MARK: - Golden files

    private func chat(_ template: String?) throws -> String {
        let folder = try TemporaryFolder()
        if let template {
            let json = try JSONEncoder().encode(["chat_template": template])
            _ = try folder.write([UInt8](json), as: "chat_template.json")
        }
        let form = LlavaViewForm(imageSize: 28, patchSize: 14, classTokenCount: 1, dropsFirstState: true)
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        return try LlavaPromptTemplate(folder: folder.url, form: form, tokenizer: tokenizer)
            .prompt(of: [.text("the")], template: .chat, tokenizer: tokenizer).text
    }

    private func prompt(_ entry: Case, _ vicuna: String, _ tokenizer: Tokenizer) throws -> TokenizedPrompt {
        let folder = try TemporaryFolder()
        let isMantis = entry.template.hasPrefix("mantis")
        let settings = """
            {"processor_class": "\(isMantis ? "MLlavaProcessor" : "LlavaProcessor")", "image_token": "<image>",
             "patch_size": \(entry.form.views.patchSize), "vision_feature_select_strategy": "\(entry.form.strategy)",
             "num_additional_image_tokens": \(entry.form.views.classTokenCount)}
            """
        _ = try folder.write(Array(settings.utf8), as: "processor_config.json")
        if entry.template == "vicuna" { _ = try folder.write(Array(vicuna.utf8), as: "chat_template.jinja") }
        var parts: [GenerationRequest.Part] = []
        for (index, text) in entry.texts.enumerated() {
            if !text.isEmpty { parts.append(.text(text)) }
            if index < entry.texts.count - 1 {
                parts.append(.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0])))
            }
        }
        return try LlavaPromptTemplate(folder: folder.url, form: entry.form.views, tokenizer: tokenizer).prompt(
            of: parts,
            template: entry.template.hasSuffix("raw") ? .raw : .chat,
            tokenizer: tokenizer
        )
    }

    private static func golden() throws -> Golden {
        let file = GoldenModel.goldenFolder.appending(path: "llava-prompts.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}
