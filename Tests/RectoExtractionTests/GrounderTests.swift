import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import Testing

@Suite struct GrounderTests {
    /// Words laid out in lines: 10 points a character, lines 20 points apart.
    private func words(_ lines: [String]) -> [TextLayerWord] {
        lines.enumerated().flatMap { row, line in
            var x = 0.0
            return line.split(separator: " ").map { word in
                let box = Box(x0: x, y0: Double(row) * 20, x1: x + Double(word.count) * 10, y1: Double(row) * 20 + 12)
                x = box.x1 + 10
                return TextLayerWord(text: String(word), box: box)
            }
        }
    }

    private func row(_ number: Int) -> Box {
        Box(x0: 0, y0: Double(number) * 20, x1: 500, y1: Double(number) * 20 + 12)
    }

    @Test(
        arguments: [
            (["Total: 1,234.00 EUR"], "1,234.00", EvidenceMatch.exact, "1,234.00"),
            (["Total:1,234.00€"], "1,234.00", .exact, "1,234.00"),
            (["Invoice No. INV – 7"], "INV - 7", .exact, "INV – 7"), (["ACME GmbH"], "Acme GmbH", .fuzzy, "ACME GmbH"),
            (["Summe 1.234,00 €"], "1,234.00", .fuzzy, "1.234,00"),
            (["am 5. März 2024 in"], "2024-03-05", .fuzzy, "5. März 2024"),
            (["Musterrnann AG"], "Mustermann AG", .fuzzy, "Musterrnann AG"), (["(INV-7)"], "INV-7", .exact, "INV-7"),
        ] as [([String], String, EvidenceMatch, String)]
    )
    func findsValuesAcrossNotations(lines: [String], text: String, match: EvidenceMatch, quote: String) throws {
        let hit = try #require(TextLayerIndex(words: words(lines)).find(text, near: row(0)))
        #expect(hit.match == match)
        #expect(hit.lines.map(\.quote) == [quote])
    }

    @Test(arguments: ["234.00", "1,23", "1,284.00", "Tot", "EU", "5", ""])
    func findsNoPartsOfNumbersAndWords(text: String) {
        #expect(TextLayerIndex(words: words(["Total 1,234.00 EUR 15"])).find(text, near: nil) == nil)
    }

    @Test func followsAValueOverLineBreaks() throws {
        let hit = try #require(
            TextLayerIndex(words: words(["Bill to Acme", "Trading Company", "Ltd"])).find(
                "Acme Trading Company Ltd",
                near: nil
            )
        )
        #expect(hit.match == .exact)
        #expect(hit.lines.map(\.quote) == ["Acme", "Trading Company", "Ltd"])
        #expect(hit.lines[1].box == Box(x0: 0, y0: 20, x1: 150, y1: 32))
    }

    @Test(arguments: [0, 1, 2])
    func prefersTheRepetitionThatWasRead(line: Int) throws {
        let index = TextLayerIndex(words: words(["Net 5.00", "Due 5.00", "Total 5.00"]))
        let hit = try #require(index.find("5.00", near: row(line)))
        #expect(hit.lines[0].box.y0 == Double(line) * 20)
        #expect(hit.isWhereItWasRead)
    }

    @Test func doesNotTakeAnotherNumberElsewhereForAMisreadOne() throws {
        let index = TextLayerIndex(words: words(["Net 1,234.00", "Total 1,284.00"]))
        let misread = try #require(index.find("1,234.00", near: row(1)))
        #expect(misread.match == .fuzzy)
        #expect(misread.lines[0].quote == "1,284.00")
    }

    @Test func saysThatAValueStandsElsewhere() throws {
        let hit = try #require(TextLayerIndex(words: words(["Acme", "hello there"])).find("Acme", near: row(1)))
        #expect(hit.match == .exact)
        #expect(!hit.isWhereItWasRead)
    }

    @Test func takesTheNearestOfSeveralPlacesElsewhere() throws {
        let index = TextLayerIndex(words: words(["Acme", "hello", "there", "you", "Acme"]))
        #expect(try #require(index.find("Acme", near: row(3))).lines[0].box.y0 == 80)
        #expect(try #require(index.find("Acme", near: row(1))).lines[0].box.y0 == 0)
    }

    @Test func cutsTheTileByCharactersWhereThereIsNoTextLayer() throws {
        let tile = TileReading(
            index: 4,
            row: 0,
            box: Box(x0: 100, y0: 0, x1: 200, y1: 12),
            text: "Total 5.00",
            logProbabilities: [-0.1]
        )
        var answer = candidate("5.00", box: tile.box)
        answer.valueTile = 4
        let page = PageReading(page: PageNumber(1), tiles: [tile], candidates: [], requestCount: 1)
        let result = ExtractionResult(fields: ["total": 5], answers: [answer], pages: [page], errors: [])
        let field = try #require(Grounder().ground(result, textLayer: [:]).first)
        #expect(
            field.evidence == [
                Evidence(page: PageNumber(1), box: Box(x0: 155, y0: 0, x1: 200, y1: 12), quote: "5.00", match: .vision)
            ]
        )
    }

    @Test func isSurerOfWhatTheTextLayerSaysToo() throws {
        let result = ExtractionResult(
            fields: ["total": 5],
            answers: [candidate("5.00", box: row(0))],
            pages: [],
            errors: []
        )
        func confidence(_ lines: [String]) throws -> Double {
            try #require(Grounder().ground(result, textLayer: [PageNumber(1): words(lines)]).first?.confidence)
        }
        let probability = exp(-0.5)
        #expect(abs(try confidence(["Total 5.00"]) - (1 + probability) / 2) < 1e-9)
        #expect(abs(try confidence(["Total 5,00"]) - probability) < 1e-9)
        #expect(abs(try confidence(["Summe"]) - probability) < 1e-9)
        #expect(abs(try confidence(["Summe", "5.00"]) - probability) < 1e-9)
    }

    @Test func confidenceFallsWithEverySignalAgainst() {
        let best = ConfidenceSignals(
            probability: 0.999,
            leastProbability: 0.99,
            match: .exact,
            isElsewhere: false,
            labelFit: 1,
            isTakenFromBeside: false,
            isApart: false
        )
        #expect(best.confidence > 0.95 && best.confidence < 1)
        let worse: [(inout ConfidenceSignals) -> Void] = [
            { $0.probability = 0.8 }, { $0.leastProbability = 0.4 }, { $0.match = .vision }, { $0.match = .fuzzy },
            { $0.isElsewhere = true }, { $0.labelFit = 0.7 }, { $0.isTakenFromBeside = true }, { $0.isApart = true },
        ]
        for change in worse {
            var signals = best
            change(&signals)
            #expect(signals.confidence < best.confidence, "\(signals)")
        }
    }

    @Test func saysNoneWhereNothingIsKnown() throws {
        let result = ExtractionResult(
            fields: ["total": 5],
            answers: [candidate("5.00", box: nil)],
            pages: [],
            errors: []
        )
        let field = try #require(Grounder().ground(result, textLayer: [:]).first)
        #expect(field.evidence == [Evidence(page: PageNumber(1), box: nil, quote: "5.00", match: .none)])
        #expect(abs(try #require(field.confidence) - exp(-0.5) / 2) < 1e-9)
    }

    @Test func leavesOutLeavesThatCameFromNoAnswer() {
        let result = ExtractionResult(fields: ["kind": "invoice", "total": nil], answers: [], pages: [], errors: [])
        #expect(Grounder().ground(result, textLayer: [:]).isEmpty)
    }

    private func candidate(_ text: String, box: Box?) -> FieldCandidate {
        FieldCandidate(
            pointer: JSONPointer(["total"]),
            page: PageNumber(1),
            labelTile: nil,
            valueTile: nil,
            box: box,
            text: text,
            logProbabilities: [-0.5, -0.5],
            labelFit: nil
        )
    }
}
