import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

/// Prompts of the first Idefics and what each of their tokens looks at, as transformers' own processor has them
/// (`Golden/make_idefics_golden.py`).
@Suite struct IdeficsPromptTests {
    private struct Golden: Decodable {
        let added: [String]
        let cases: [Case]
    }

    private struct Case: Decodable {
        let tokenizer: String
        let parts: [Part]
        let template: String
        /// Whether the tokenizer has a token that ends utterances.
        let ends: Bool
        let ids: [Int]
        /// The image that each token looks at; -1 for none.
        let sees: [Int]
    }

    /// A text, or height and width of a picture.
    private enum Part: Decodable {
        case text(String)
        case picture([Int])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else {
                self = .picture(try value.decode([Int].self))
            }
        }
    }

    private static let end = "<end_of_utterance>"

    private static func golden() throws -> Golden {
        let file = GoldenModel.goldenFolder.appending(path: "idefics-prompts.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    @Test(arguments: ["mistral-idefics2", "small/metaspace-first"])
    func promptsHaveTheTokensOfTheProcessor(_ name: String) throws {
        let golden = try Self.golden()
        let cases = golden.cases.filter { $0.tokenizer == name }
        #expect(cases.count == 36)
        #expect(Set(cases.map(pictureCount)) == [0, 1, 2, 3])
        for ends in [false, true] {
            let folder = try folder(name, golden.added, ends: ends)
            let tokenizer = try Tokenizer(folder: folder.url)
            let prompts = try IdeficsPromptTemplate(folder: folder.url, tokenizer: tokenizer)
            for entry in cases where entry.ends == ends {
                let template = try #require(GenerationRequest.Template(rawValue: entry.template))
                let prompt = try prompts.prompt(of: parts(entry), template: template, tokenizer: tokenizer)
                #expect(prompt.tokenIDs == entry.ids, "\(template), \(entry.parts), \(ends): \(prompt.text)")
            }
        }
    }

    @Test(arguments: ["mistral-idefics2", "small/metaspace-first"])
    func tokensLookAtTheImagesOfTheProcessor(_ name: String) throws {
        let golden = try Self.golden()
        let folder = try folder(name, golden.added, ends: true)
        let tokenizer = try Tokenizer(folder: folder.url)
        let image = try #require(tokenizer.id(of: imageMarker))
        let rule = SeenImages.Rule(imageToken: image, textEnd: tokenizer.id(of: "</s>"))
        for entry in golden.cases where entry.tokenizer == name {
            var images = SeenImages()
            // In two pieces, as where a beginning is shared; whatever follows looks where the last token looked.
            let cut = entry.ids.count / 2
            var found = images.read(Array(entry.ids[..<cut]), promptCount: cut, rule)
            found += images.read(entry.ids[cut...] + [5, image, 5], promptCount: entry.ids.count - cut, rule)
            found += images.read([image, 2], promptCount: 0, rule)
            let last = try #require(entry.sees.last)
            #expect(found.map { $0 ?? -1 } == entry.sees + Array(repeating: last, count: 5), "\(entry.parts)")
        }
    }

    @Test func aChatStopsWhereAnUtteranceEnds() throws {
        let golden = try Self.golden()
        let with = try folder("mistral-idefics2", golden.added, ends: true)
        let without = try folder("small/metaspace-first", golden.added, ends: false)
        let tokenizer = try Tokenizer(folder: with.url)
        #expect(
            try IdeficsPromptTemplate(folder: with.url, tokenizer: tokenizer).chatEndTokens
                == [#require(tokenizer.id(of: Self.end))]
        )
        let base = try Tokenizer(folder: without.url)
        #expect(try IdeficsPromptTemplate(folder: without.url, tokenizer: base).chatEndTokens.isEmpty)
    }

    @Test func whatCannotBeWrittenIsRefused() throws {
        let golden = try Self.golden()
        let folder = try folder("mistral-idefics2", golden.added, ends: true)
        let tokenizer = try Tokenizer(folder: folder.url)
        let prompts = try IdeficsPromptTemplate(folder: folder.url, tokenizer: tokenizer)
        let image = GenerationRequest.Part.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        #expect(throws: ModelInputError.splittingNotSupported(model: folder.url.lastPathComponent)) {
            try prompts.prompt(of: [image], template: .raw, splits: true, tokenizer: tokenizer)
        }
        #expect(throws: ModelInputError.imageMarkerInText(marker: imageMarker)) {
            try prompts.prompt(of: [.text("an \(imageMarker)")], template: .raw, tokenizer: tokenizer)
        }
        _ = try folder.write(Array(#"{"chat_template": "{{ messages }}"}"#.utf8), as: "chat_template.json")
        #expect(throws: ModelInputError.unknownChatTemplate(model: folder.url.lastPathComponent)) {
            try IdeficsPromptTemplate(folder: folder.url, tokenizer: tokenizer)
                .prompt(of: [image], template: .chat, tokenizer: tokenizer)
        }
        _ = try folder.write(Array(#"{"bos_token": {"content": "<begin>"}}"#.utf8), as: "tokenizer_config.json")
        let error = #expect(throws: ModelInputError.self) {
            try IdeficsPromptTemplate(folder: folder.url, tokenizer: tokenizer)
        }
        #expect(error?.description.contains("<begin>") == true && error?.description.contains("tokenizer.json") == true)
    }

    @Test func aKnownChatTemplateIsFollowed() throws {
        let golden = try Self.golden()
        let folder = try folder("mistral-idefics2", golden.added, ends: true)
        let template =
            "{{ '<s>' }}{% for message in messages %}{{message['role'].capitalize()}}"
            + "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
            + "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
            + "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
            + "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
        let json = try JSONEncoder().encode(["chat_template": template.replacing("{{ '<s>' }}", with: "<s>")])
        _ = try folder.write([UInt8](json), as: "chat_template.json")
        let tokenizer = try Tokenizer(folder: folder.url)
        let image = GenerationRequest.Part.image(PixelImage(width: 1, height: 1, pixels: [0, 0, 0]))
        let prompt = try IdeficsPromptTemplate(folder: folder.url, tokenizer: tokenizer)
            .prompt(of: [image, image, .text("Which?")], template: .chat, tokenizer: tokenizer)
        let (fake, marker) = ("<fake_token_around_image>", imageMarker)
        let images = fake + marker + fake + marker + fake
        #expect(prompt.text == "<s>User:" + images + "Which?<end_of_utterance>\nAssistant:")
    }

    // MARK: - Folders

    /// A tokenizer of the golden files with the tokens of images; without the token that ends utterances where there is to be
    /// none, and with its name among those that the tokenizer was trained with where there is.
    private func folder(_ name: String, _ added: [String], ends: Bool) throws -> TemporaryFolder {
        let original = GoldenModel.goldenFolder.appending(path: "tokenizers/\(name)/tokenizer.json")
        var file = try JSONSerialization.jsonObject(with: Data(contentsOf: original)) as? [String: Any] ?? [:]
        var tokens = file["added_tokens"] as? [[String: Any]] ?? []
        let model = file["model"] as? [String: Any] ?? [:]
        var next = (model["vocab"] as? [String: Int] ?? [:]).count
        next = max(next, (tokens.compactMap { $0["id"] as? Int }.max() ?? 0) + 1)
        for token in added where !tokens.contains(where: { $0["content"] as? String == token }) {
            tokens.append([
                "id": next, "content": token, "special": true, "normalized": false, "lstrip": false, "rstrip": false,
                "single_word": false,
            ])
            next += 1
        }
        if !ends { tokens.removeAll { $0["content"] as? String == Self.end } }
        file["added_tokens"] = tokens
        let folder = try TemporaryFolder()
        _ = try folder.write([UInt8](JSONSerialization.data(withJSONObject: file)), as: "tokenizer.json")
        let names = ends ? #", "additional_special_tokens": ["<image>", {"content": "\#(Self.end)"}]"# : ""
        _ = try folder.write(Array(#"{"bos_token": "<s>"\#(names)}"#.utf8), as: "tokenizer_config.json")
        return folder
    }

    private func pictureCount(_ entry: Case) -> Int {
        entry.parts.count { if case .picture = $0 { true } else { false } }
    }

    private func parts(_ entry: Case) -> [GenerationRequest.Part] {
        entry.parts.map { part in
            switch part {
            case .text(let text): .text(text)
            case .picture(let size): .image(GoldenModel.synthetic(height: size[0], width: size[1], seed: 1))
            }
        }
    }
}
