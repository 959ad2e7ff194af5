import Foundation
import RectoExtraction
import RectoPages
import RectoVLM
import Synchronization

/// A page made of texts in places, and a model that reads it; every tile's first pixel names the tile.
struct PageDouble {
    struct Piece {
        var text: String
        var row: Int
        var box: Box
    }

    var number = 1
    var pieces: [Piece]

    /// Lays out rows of texts: columns are 100 points wide, rows 20 points high.
    init(_ rows: [[String?]], number: Int = 1) {
        self.number = number
        pieces = rows.enumerated().flatMap { row, texts in
            texts.enumerated().compactMap { column, text in
                text.map { text in
                    let x = Double(column) * 100
                    let y = Double(row) * 20
                    return Piece(text: text, row: row, box: Box(x0: x, y0: y, x1: x + 90, y1: y + 12))
                }
            }
        }
    }

    var page: ExtractionPage {
        ExtractionPage(
            page: PageNumber(number),
            tiles: pieces.enumerated().map { index, piece in
                let name = [UInt8(number), UInt8(index), 0]
                let (width, height) = (piece.box.x1 - piece.box.x0, piece.box.y1 - piece.box.y0)
                let map = Affine(scaleX: width, scaleY: height, shiftX: piece.box.x0, shiftY: piece.box.y0)
                return Tile(
                    page: PageNumber(number),
                    index: index,
                    role: .line,
                    row: piece.row,
                    image: PixelImage(width: 1, height: 1, pixels: name),
                    pixelToPoints: map
                )
            }
        )
    }
}

/// A model that knows the text of each tile, and answers field questions as it is told.
final class ModelDouble: VisionLanguageModel {
    typealias Answer = @Sendable (_ question: String, _ texts: [String]) -> (text: String, logProbability: Float)

    let description: ModelDescription
    let groups = Mutex<[Int]>([])
    let questions = Mutex<[String]>([])
    let named = Mutex(0)
    private let texts: [[UInt8]: String]
    private let stopReason: StopReason
    private let answer: Answer

    init(
        _ pages: [PageDouble],
        declares: Bool = true,
        imagesPerPrompt: Int = 3,
        stopReason: StopReason = .endOfSequence,
        declaresGlyphs: Bool = false,
        imagesPerChoice: Int? = nil,
        answersObjects: Bool = false,
        answer: @escaping Answer = { _, _ in ("", -0.01) }
    ) throws {
        var texts: [[UInt8]: String] = [:]
        for page in pages {
            for (index, piece) in page.pieces.enumerated() {
                texts[[UInt8(page.number), UInt8(index), 0]] = piece.text
            }
        }
        self.texts = texts
        self.stopReason = stopReason
        self.answer = answer
        let head = declaresGlyphs ? #""glyph_head": {"slots": 3, "classes": 90, "first_token": 259},"# : ""
        let choice = imagesPerChoice.map { ", \"images_per_choice\": \($0)" } ?? ""
        let tile = imagesPerChoice == nil ? "" : #", "tile": "Which tile holds the {field}?""#
        let object = answersObjects ? #", "object": "Extract as JSON: {fields}.""# : ""
        let declaration = """
            {"name": "double", \(head)
             "prompts": {"transcribe": "Transcribe.", "field": "What is the {field}?"\(tile)\(object)},
             "splitting": {"strategy": "lines", "tile_height": 28, "tile_width": [56, 392], "text_height": 20,
                           "characters_per_tile": 40, "images_per_prompt": \(imagesPerPrompt)\(choice)}}
            """
        description = ModelDescription(
            name: "double",
            family: "idefics2",
            digest: String(repeating: "c", count: 64),
            weights: "float32",
            declaration: declares
                ? try JSONDecoder().decode(ReaderDeclaration.self, from: Data(declaration.utf8)) : nil
        )
    }

    /// One column for each character.
    private static func grid(_ text: String) -> GlyphGrid {
        GlyphGrid(
            rows: 1,
            columns: text.count,
            patchSize: 14,
            viewWidth: 14 * text.count,
            viewHeight: 14,
            patches: text.map { [.init(slot: 0, character: String($0), logProbability: 0)] }
        )
    }

    func generate(_ requests: [GenerationRequest]) async throws -> [Generation] {
        groups.withLock { $0.append(requests.count) }
        return requests.map { request in
            var seen: [String] = []
            var question = ""
            for part in request.parts {
                switch part {
                case .image(let image): seen.append(texts[image.pixels] ?? "")
                case .text(let text): question = text
                }
            }
            let (text, logProbability) = question == "Transcribe." ? (seen[0], -0.02) : answer(question, seen)
            if question != "Transcribe." { questions.withLock { $0.append("\(question) \(seen)") } }
            var generation = Generation(
                text: text,
                tokenIDs: text.utf8.map(Int.init),
                logProbabilities: text.map { _ in logProbability },
                stopReason: stopReason,
                promptTokenCount: 1
            )
            if request.namesGlyphs {
                named.withLock { $0 += 1 }
                generation.glyphs = seen.map { [Self.grid($0)] }
            }
            return generation
        }
    }
}

/// Answers as a good reader would: the text after the label in the first image, else the second image's text, else the third.
@Sendable func carefulAnswer(_ question: String, _ texts: [String]) -> (text: String, logProbability: Float) {
    let label = question.dropFirst("What is the ".count).dropLast()
    guard let found = texts[0].range(of: label, options: .caseInsensitive) else { return ("", -0.01) }
    let rest = texts[0][found.upperBound...].drop { ": ".contains($0) }
    return (rest.isEmpty ? (texts.count > 1 ? texts[1] : "") : String(rest), -0.05)
}

func schema(_ text: String) throws -> ExtractionSchema { try ExtractionSchema(bytes: text.utf8, file: "test.json") }
