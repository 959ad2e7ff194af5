import Foundation
import RectoPages
import RectoTestSupport
import RectoVLM
import Testing

@Suite struct PromptTests {
    private static let fake = "<fake_token_around_image>"
    private let image = PixelImage(width: 1, height: 1, pixels: [0, 0, 0])

    @Test func theAnswerOpensWithTheTokensThatMantisTrainedOn() throws {
        let tokenizer = try TokenizerGolden.tokenizer("mistral-idefics2")
        let ids = tokenizer.encode("<end_of_utterance>\nAssistant:", addsSpecialTokens: false)
        #expect(ids == [32002, 28705, 13, 7226, 11143, 28747])
    }

    @Test func aQuestionAboutOneImageIsWrittenLikeTheChatTemplate() throws {
        let prompt = try idefics2Prompt([.image(image), .text("What do we see?")], .chat, viewCounts: [1], tokens: 3)
        let images = Self.fake + "<image><image><image>" + Self.fake
        #expect(prompt.text == "User:\(images)What do we see?<end_of_utterance>\nAssistant:")
        #expect(
            prompt.tokenIDs == [
                1, 1247, 28747, 32000, 32001, 32001, 32001, 32000, 1824, 511, 478, 1032, 28804, 32002, 28705, 13, 7226,
                11143, 28747,
            ]
        )
    }

    @Test func imagesInsideTheTextKeepTheirPlace() throws {
        let prompt = try idefics2Prompt(
            [.text("Compare "), .image(image), .text(" with "), .image(image), .text(", please.")],
            .chat,
            viewCounts: [1, 1],
            tokens: 3
        )
        #expect(
            prompt.tokenIDs == [
                1, 1247, 28747, 3880, 492, 28705, 32000, 32001, 32001, 32001, 32000, 28705, 395, 28705, 32000, 32001,
                32001,
                32001, 32000, 1200, 4665, 28723, 32002, 28705, 13, 7226, 11143, 28747,
            ]
        )
    }

    @Test func aWholeImageIs66TokensAndASplitOne326() throws {
        let view = [32000] + Array(repeating: 32001, count: 64)
        let whole = try idefics2Prompt([.image(image)], .raw, viewCounts: [1], tokens: 64)
        #expect(whole.tokenIDs == [1] + view + [32000])
        let split = try idefics2Prompt([.image(image)], .raw, viewCounts: [5], tokens: 64)
        #expect(split.tokenIDs == [1] + Array(repeating: view, count: 5).joined() + [32000])
        #expect(split.tokenIDs.count - 1 == 326)
    }

    @Test(arguments: [[1], [5], [1, 1], [5, 1], [1, 5, 1], [5, 5, 5]])
    func adjacentImagesShareTheirFakeToken(viewCounts: [Int]) throws {
        let parts = viewCounts.map { _ in GenerationRequest.Part.image(image) }
        let prompt = try idefics2Prompt(parts, .raw, viewCounts: viewCounts, tokens: 4)
        let views = viewCounts.reduce(0, +)
        let view = [32000, 32001, 32001, 32001, 32001]
        #expect(prompt.tokenIDs == [1] + Array(repeating: view, count: views).joined() + [32000])
    }

    @Test func aRawPromptIsTakenAsItStands() throws {
        let prompt = try idefics2Prompt([.text("a  b "), .image(image), .text("\n")], .raw, viewCounts: [1], tokens: 1)
        #expect(prompt.text == "a  b \(Self.fake)<image>\(Self.fake)\n")
    }

    @Test func aMarkerInTheTextIsNotTakenForAnImage() throws {
        #expect(throws: ModelInputError.imageMarkerInText(marker: "<image>")) {
            try idefics2Prompt([.text("see <image> here")], .chat, viewCounts: [], tokens: 1)
        }
    }

    @Test func everyImageNeedsItsViews() throws {
        #expect(throws: ModelInputError.imageCountMismatch(markers: 2, images: 1)) {
            try idefics2Prompt([.image(image), .image(image)], .raw, viewCounts: [1], tokens: 1)
        }
        #expect(throws: ModelInputError.imageCountMismatch(markers: 0, images: 1)) {
            try idefics2Prompt([.text("a")], .raw, viewCounts: [1], tokens: 1)
        }
    }

    @Test func aPromptInOneStringIsTakenApartAtItsMarkers() throws {
        let red = PixelImage(width: 1, height: 1, pixels: [255, 0, 0])
        let parts = try GenerationRequest.parts(of: "a<image><image>b", images: [image, red], template: .raw)
        #expect(parts.map(described) == ["a", "0", "255", "b"])
        let chat = try GenerationRequest.parts(of: "a?", images: [red, image], template: .chat)
        #expect(chat.map(described) == ["255", "0", "a?"])
        #expect(throws: ModelInputError.imageCountMismatch(markers: 1, images: 2)) {
            try GenerationRequest.parts(of: "a<image>", images: [image, red], template: .chat)
        }
        #expect(throws: ModelInputError.imageCountMismatch(markers: 0, images: 1)) {
            try GenerationRequest.parts(of: "a", images: [image], template: .raw)
        }
    }

    private func described(_ part: GenerationRequest.Part) -> String {
        switch part {
        case .text(let text): text
        case .image(let image): String(image.pixels[0])
        }
    }

    private func idefics2Prompt(
        _ parts: [GenerationRequest.Part],
        _ template: GenerationRequest.Template,
        viewCounts: [Int],
        tokens: Int
    ) throws -> TokenizedPrompt {
        let folder = TokenizerGolden.folder.appending(path: "tokenizers/mistral-idefics2")
        return try Idefics2PromptTemplate(folder: folder, imageTokensPerView: tokens).prompt(
            of: parts,
            template: template,
            viewCounts: viewCounts,
            tokenizer: TokenizerGolden.tokenizer("mistral-idefics2")
        )
    }
}
