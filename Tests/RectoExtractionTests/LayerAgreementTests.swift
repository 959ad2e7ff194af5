import RectoExtraction
import RectoPages
import Testing

@Suite struct LayerAgreementTests {
    private static func word(_ text: String, x: Double, y: Double) -> TextLayerWord {
        TextLayerWord(text: text, box: Box(x0: x, y0: y, x1: x + 8 * Double(text.count), y1: y + 12))
    }

    private static func reading(_ lines: [(text: String, y: Double)]) -> PageReading {
        let tiles = lines.enumerated().map { index, line in
            TileReading(
                index: index,
                row: index,
                box: Box(x0: 50, y0: line.y - 4, x1: 550, y1: line.y + 16),
                text: line.text,
                logProbabilities: []
            )
        }
        return PageReading(page: PageNumber(1), tiles: tiles, candidates: [], requestCount: tiles.count)
    }

    private static let words = [
        word("Invoice", x: 60, y: 100), word("number:", x: 140, y: 100), word("INV-2041", x: 220, y: 100),
        word("of", x: 60, y: 140), word("Naïve", x: 100, y: 140),
    ]

    @Test func wordsThatWereReadWhereTheyStandAgree() {
        let reading = Self.reading([("Invoice numher: INV-2041", 100), ("of NAIVE", 140)])
        let agreement = LayerAgreement(of: Self.words, with: reading)
        #expect(agreement.words == 4, "'of' is too short to say anything")
        #expect(agreement.read == 4, "one wrong character in six is a misreading, case and accents are none")
        #expect(agreement.outside == 0)
    }

    @Test func anotherTextDoesNotAgree() {
        let agreement = LayerAgreement(of: Self.words, with: Self.reading([("aoᴉoʌul xq 7 lO", 100), ("ll", 140)]))
        #expect(agreement.read == 0)
        #expect(agreement.outside == 0)
    }

    @Test func aWordIsNotReadOnAnotherLine() {
        let agreement = LayerAgreement(of: Self.words, with: Self.reading([("Naïve", 100), ("Invoice", 140)]))
        #expect(agreement.read == 0)
    }

    @Test func wordsWhereNoLineWasFoundAreCounted() {
        let agreement = LayerAgreement(of: Self.words, with: Self.reading([("Invoice number: INV-2041", 100)]))
        #expect(agreement.read == 3)
        #expect(agreement.outside == 1)
    }

    @Test func aWordCutBetweenTwoTilesIsRead() {
        let box = Box(x0: 60, y0: 96, x1: 100, y1: 116)
        let tiles = [("Invo", 50.0, 88.0), ("ice", 88.0, 120.0)].enumerated().map { index, part in
            var box = box
            (box.x0, box.x1) = (part.1, part.2)
            return TileReading(index: index, row: 0, box: box, text: part.0, logProbabilities: [])
        }
        let reading = PageReading(page: PageNumber(1), tiles: tiles, candidates: [], requestCount: 2)
        #expect(LayerAgreement(of: [Self.words[0]], with: reading).read == 1)
    }
}
