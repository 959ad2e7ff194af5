import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Testing

/// The words of a tile found in its pixels.
struct TileWordsTests {
    /// A tile of 100 x 14 pixels, half a point each, with bars of ink.
    private static func tile(_ inks: [Range<Int>], rule: Bool = false) -> Tile {
        var pixels = [UInt8](repeating: 250, count: 100 * 14 * 3)
        for column in inks.joined() {
            for row in 3..<11 { for channel in 0..<3 { pixels[3 * (row * 100 + column) + channel] = 20 } }
        }
        if rule { for column in 0..<100 { for channel in 0..<3 { pixels[3 * (13 * 100 + column) + channel] = 0 } } }
        return Tile(
            page: PageNumber(1),
            index: 0,
            role: .line,
            row: 0,
            image: PixelImage(width: 100, height: 14, pixels: pixels),
            pixelToPoints: Affine(scaleX: 0.5, scaleY: 0.5, shiftX: 10, shiftY: 20)
        )
    }

    private static func words(_ tile: Tile, _ text: String) async throws -> [[Double]]? {
        struct Reader: VisionLanguageModel {
            let text: String
            let description: ModelDescription
            func generate(_ requests: [GenerationRequest]) async throws -> [Generation] {
                requests.map { _ in
                    Generation(
                        text: text,
                        tokenIDs: [],
                        logProbabilities: [],
                        stopReason: .endOfSequence,
                        promptTokenCount: 1
                    )
                }
            }
        }
        let source = #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"}}}}"#
        let model = Reader(text: text, description: try ModelDouble([]).description)
        let reading = try await FieldExtractor(schema: schema(source))
            .read(ExtractionPage(page: PageNumber(1), tiles: [tile]), model: model)
        return reading.words.first?.boxes.map { [$0.x0, $0.x1] }
    }

    @Test(arguments: [false, true])
    func theWidestGapsAreThoseBetweenWords(rule: Bool) async throws {
        let tile = Self.tile([4..<8, 10..<14, 40..<44, 46..<50, 60..<64], rule: rule)
        #expect(try await Self.words(tile, "ab cd e") == [[12, 17], [30, 35], [40, 42]])
        #expect(try await Self.words(tile, "abcd e") == [[12, 17], [30, 42]])
        #expect(try await Self.words(tile, "abcde") == [[12, 42]])
    }

    @Test func withoutEnoughGapsTheInkDoesNotSay() async throws {
        #expect(try await Self.words(Self.tile([4..<50]), "ab cd") == nil)
        #expect(try await Self.words(Self.tile([]), "ab") == nil)
    }
}
