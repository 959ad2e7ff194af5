import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Prompts about one to three images of several sizes, token by token those of transformers' own processor
/// (`Golden/make_idefics3_golden.py`).
@Suite struct Idefics3PromptTests {
    private struct Golden: Decodable {
        let added: [String: [String]]
        let templates: [String: String]
        let cases: [Case]
    }

    private struct Case: Decodable {
        let variant: String
        /// Longest edge, side of a tile, image tokens of a view.
        let settings: [Int]
        /// Height and width of each image.
        let sizes: [[Int]]
        let texts: [String]
        let split: Bool
        let template: String
        /// A negative number -n stands for n image tokens.
        let ids: [Int]
    }

    @Test(arguments: ["places", "plain"])
    func promptsHaveTheTokensOfTheProcessor(_ variant: String) throws {
        let golden = try Self.golden()
        let cases = golden.cases.filter { $0.variant == variant }
        #expect(cases.count == 62)
        let tokenizer = try TokenizerGolden.smollm2(adding: try #require(golden.added[variant]))
        let imageToken = try #require(tokenizer.id(of: "<image>"))
        for entry in cases {
            let ids = try prompt(entry, golden.templates[entry.template], tokenizer).tokenIDs
            let expected = entry.ids.flatMap { $0 < 0 ? [Int](repeating: imageToken, count: -$0) : [$0] }
            let what = "\(entry.template), \(entry.sizes), split \(entry.split), \(entry.settings)"
            let place = zip(ids, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            #expect(ids == expected, "\(what): they differ at \(place ?? min(ids.count, expected.count))")
        }
    }

    @Test func anA4PageIs863TokensWherePlacesAreTokens() throws {
        let golden = try Self.golden()
        let tokenizer = try TokenizerGolden.smollm2(adding: try #require(golden.added["places"]))
        let page = Case(
            variant: "places",
            settings: [2048, 512, 64],
            sizes: [[3508, 2480]],
            texts: ["", ""],
            split: true,
            template: "raw",
            ids: []
        )
        #expect(try prompt(page, nil, tokenizer).tokenIDs.count == 863)
    }

    @Test func theTokenThatBeginsATextIsWrittenOnce() throws {
        let model = GoldenModel.folder.appending(path: "idefics3-opened-dynamic")
        let tokenizer = try Tokenizer(folder: model)
        let folder = try TemporaryFolder()
        let template = try #require(try Self.golden().templates["idefics3"])
        _ = try folder.write(Array(template.utf8), as: "chat_template.jinja")
        let prompts = try Idefics3PromptTemplate(folder: folder.url, imageTokensPerView: 4)
        let chat = try prompts.prompt(of: [.text("the")], template: .chat, grids: [], tokenizer: tokenizer)
        #expect(chat.text == "<|begin_of_text|>User: the<end_of_utterance>\nAssistant:")
        let opening = try #require(tokenizer.id(of: "<|begin_of_text|>"))
        #expect(chat.tokenIDs.filter { $0 == opening }.count == 1 && chat.tokenIDs.first == opening)
        let raw = try prompts.prompt(of: [.text(chat.text)], template: .raw, grids: [], tokenizer: tokenizer)
        #expect(raw.tokenIDs == [opening] + chat.tokenIDs, "a raw prompt is taken as it stands")
    }

    @Test(arguments: [nil, "{{ messages }}", "User: {{ messages }}", "chatml"])
    func aTemplateThatIsNotKnownIsNeverGuessed(_ template: String?) throws {
        let folder = try TemporaryFolder()
        let chatML =
            "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + "
            + "'\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
        if let template {
            _ = try folder.write(
                Array((template == "chatml" ? chatML : template).utf8),
                as: "chat_template.jinja"
            )
        }
        let prompts = try Idefics3PromptTemplate(folder: folder.url, imageTokensPerView: 4)
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        #expect(throws: ModelInputError.unknownChatTemplate(model: folder.url.lastPathComponent)) {
            try prompts.prompt(of: [.text("the")], template: .chat, grids: [], tokenizer: tokenizer)
        }
        #expect(try prompts.prompt(of: [.text("the")], template: .raw, grids: [], tokenizer: tokenizer).text == "the")
    }

    @Test func spaceAroundTheTagsOfADoclingTemplateMakesNoDifference() throws {
        let roles = try #require(try Self.golden().templates["docling"])
        let tokenizer = try TokenizerGolden.tokenizer("smollm2")
        for template in [roles, roles.replacing("-%}\n{%-", with: "%}{%"), roles.replacing("\n{", with: "\n  {")] {
            let folder = try TemporaryFolder()
            _ = try folder.write(Array(template.utf8), as: "chat_template.jinja")
            let text = try Idefics3PromptTemplate(folder: folder.url, imageTokensPerView: 4)
                .prompt(of: [.text("Convert.")], template: .chat, grids: [], tokenizer: tokenizer).text
            #expect(
                text == "<|start_of_role|>user<|end_of_role|>Convert.<|end_of_text|>\n"
                    + "<|start_of_role|>assistant<|end_of_role|>"
            )
        }
    }

    @Test func aContradictionAboutImageTokensIsRefusedByFileAndKey() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(#"{"image_seq_len": 169}"#.utf8), as: "processor_config.json")
        let error = #expect(throws: ModelInputError.self) {
            try Idefics3PromptTemplate(folder: folder.url, imageTokensPerView: 64)
        }
        #expect(error?.description.contains("processor_config.json") == true)
        #expect(error?.description.contains("image_seq_len is 169") == true)
        #expect(throws: Never.self) { try Idefics3PromptTemplate(folder: folder.url, imageTokensPerView: 169) }
    }

    // MARK: - Golden files

    private func prompt(_ entry: Case, _ template: String?, _ tokenizer: Tokenizer) throws -> TokenizedPrompt {
        let folder = try TemporaryFolder()
        let settings = """
            {"do_image_splitting": \(entry.split), "size": {"longest_edge": \(entry.settings[0])},
             "max_image_size": {"longest_edge": \(entry.settings[1])}}
            """
        _ = try folder.write(Array(settings.utf8), as: "preprocessor_config.json")
        if let template { _ = try folder.write(Array(template.utf8), as: "chat_template.jinja") }
        let processor = try Idefics3ImageProcessor(folder: folder.url)
        var parts: [GenerationRequest.Part] = []
        for (index, text) in entry.texts.enumerated() {
            if !text.isEmpty { parts.append(.text(text)) }
            if index < entry.sizes.count {
                parts.append(.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0])))
            }
        }
        return try Idefics3PromptTemplate(folder: folder.url, imageTokensPerView: entry.settings[2]).prompt(
            of: parts,
            template: entry.template == "raw" ? .raw : .chat,
            grids: entry.sizes.map { processor.grid(width: $0[1], height: $0[0], splits: nil) },
            tokenizer: tokenizer
        )
    }

    private static func golden() throws -> Golden {
        let file = GoldenModel.goldenFolder.appending(path: "idefics3-prompts.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}
