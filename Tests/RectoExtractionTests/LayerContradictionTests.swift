import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// The same characters in the text layer, and another value.
@Suite struct LayerContradictionTests {
    private let tile = Box(x0: 100, y0: 0, x1: 200, y1: 12)

    /// Words side by side from the left edge of the tile, 6 points a character.
    private func words(_ texts: [String], gap: Double = 3) -> [TextLayerWord] {
        var x = tile.x0
        return texts.map { text in
            let word = TextLayerWord(text: text, box: Box(x0: x, y0: 1, x1: x + 6 * Double(text.count), y1: 11))
            x = word.box.x1 + gap
            return word
        }
    }

    private func grounded(
        _ read: String,
        layer: [TextLayerWord],
        schema: ExtractionSchema? = nil
    ) throws -> GroundedField {
        let answer = FieldCandidate(
            pointer: JSONPointer(["total"]),
            page: PageNumber(1),
            labelTile: 0,
            valueTile: 1,
            box: tile,
            text: read,
            logProbabilities: [-0.001],
            labelFit: 1
        )
        let result = ExtractionResult(fields: ["total": .string(read)], answers: [answer], pages: [], errors: [])
        return try #require(Grounder(schema: schema).ground(result, textLayer: [PageNumber(1): layer]).first)
    }

    @Test(arguments: [
        ("1,000", ["1,000,000.00"], "1,000,000.00"), ("AB-12", ["AB-AB-12"], "AB-AB-12"),
        ("12", ["12", "345"], "12 345"),
        ("234.50", ["1", "234.50"], "1 234.50"), ("5.00", ["(5.00)"], "(5.00)"), ("5.00", ["5.00-"], "5.00-"),
        ("5.00", ["-5.00"], "-5.00"), ("50", [".50"], ".50"), ("7-7-7", ["7-7-7-7"], "7-7-7-7"),
        ("$1,000.00", ["$1,000,000.00"], "$1,000,000.00"), ("9999", ["1234"], "1234"),
    ])
    func whatTheTextLayerSaysOtherwiseIsTold(read: String, layer: [String], says: String) throws {
        let field = try grounded(read, layer: words(layer, gap: 2))
        #expect(field.contradiction?.read == read)
        #expect(field.contradiction?.layer == says)
        let report = try #require(ErrorReport(contradicted: field, stage: "reading"))
        #expect(report.code == "field.contradicted")
        #expect(report.message.contains("\"\(read)\"") && report.message.contains("\"\(says)\""))
        let agreed = try grounded(read, layer: words([read]))
        #expect(try #require(field.confidence) < #require(agreed.confidence) / 1.5)
    }

    /// A quantity beside a price has the characters of a larger price.
    @Test func digitsOfTwoCellsAreNoAmount() throws {
        let schema = try schema(
            #"{"type": "object", "properties": {"total": {"type": "string", "x-recto": {"type": "amount"}}}}"#
        )
        func grounded(_ read: String, _ layer: [String], gap: Double) throws -> GroundedField {
            try self.grounded(read, layer: words(layer, gap: gap), schema: schema)
        }
        let price = try grounded("11,234.00", ["1", "1,234.00"], gap: 1)
        #expect(price.contradiction?.layer == "1 1,234.00")
        #expect(price.evidence.map(\.match) == [.fuzzy])
        // What stands beside a price is another cell, unless both are one number.
        #expect(try grounded("1,234.00", ["1", "1,234.00"], gap: 1).contradiction == nil)
        #expect(try grounded("1,234.00", ["1,234.00", "7"], gap: 1).contradiction == nil)
        #expect(try grounded("234.50", ["1", "234.50"], gap: 1).contradiction?.layer == "1 234.50")
        for (read, layer) in [("1,234.00", ["1", "234.00"]), ("1234.00", ["1", "2", "3", "4", ".00"])] {
            let field = try grounded(read, layer, gap: 1)
            #expect(field.contradiction == nil)
            #expect(field.evidence.first?.distance ?? 0 == 0)
        }
        #expect(try grounded("1234.00", ["1", "234.00"], gap: 1).evidence.map(\.match) == [.exact])
        // Of what is no amount, nothing says how digits are grouped.
        #expect(try self.grounded("0301234567", layer: words(["030", "1234567"], gap: 1)).contradiction == nil)
    }

    @Test(arguments: [
        ("100.00", ["Total:100.00"]), ("5", ["$5"]), ("12.50", ["12.50."]), ("INV-7", ["(INV-7)"]), ("5", ["No.5"]),
        ("2", ["2", "100.00"]),
        ("March 2026", ["March", "2026,"]), ("1'234", ["1'234.–"]), ("A 17", ["A", "17"]),
    ])
    func marksAroundAValueAreNoPartOfIt(read: String, layer: [String]) throws {
        #expect(try grounded(read, layer: words(layer, gap: 8)).contradiction == nil)
    }

    /// Two cells of one text, the first one read more surely than the second.
    private func twoAnswers(_ layer: [String], labelTile: Int? = 0) throws -> GroundedField {
        let answers = [("long line", -0.01), ("x", -2)].enumerated().map { place, read in
            FieldCandidate(
                pointer: JSONPointer(["total"]),
                page: PageNumber(1),
                labelTile: labelTile,
                valueTile: nil,
                box: Box(x0: 100, y0: 20 * Double(place), x1: 200, y1: 20 * Double(place) + 12),
                text: read.0,
                logProbabilities: read.0.map { _ in Float(read.1) },
                labelFit: labelTile.map { _ in 1 },
                source: .transcription,
                relation: .column
            )
        }
        let words = layer.enumerated().map { place, text in
            TextLayerWord(text: text, box: Box(x0: 100, y0: 20 * Double(place), x1: 150, y1: 20 * Double(place) + 12))
        }
        let result = ExtractionResult(fields: ["total": "long line x"], answers: answers, pages: [], errors: [])
        return try #require(Grounder().ground(result, textLayer: [PageNumber(1): words]).first)
    }

    @Test func theFirstContradictionOfAValueIsTold() throws {
        let field = try twoAnswers(["other", "words"])
        #expect(field.contradiction?.read == "long line")
        #expect(field.contradiction?.layer == "other")
        #expect(field.signals.map(\.isElsewhere) == [true, true])
        #expect(try twoAnswers(["other", "words"], labelTile: nil).contradiction?.layer == "other")
        #expect(try twoAnswers(["longline", "x"]).signals.map(\.isElsewhere) == [false, false])
    }

    @Test func aLongLineCountsMoreThanAShortOne() throws {
        let field = try twoAnswers(["longline", "x"])
        let parts = field.signals.map(\.confidence)
        try #require(parts.count == 2 && parts[0] > parts[1] + 0.05)
        let confidence = try #require(field.confidence)
        #expect(abs(confidence - (9 * parts[0] + parts[1]) / 10) < 1e-9)
    }

    @Test func aPageWithoutTextLayerContradictsNothing() throws {
        #expect(try grounded("9999", layer: []).contradiction == nil)
        #expect(ErrorReport(contradicted: try grounded("9999", layer: []), stage: nil) == nil)
    }
}
