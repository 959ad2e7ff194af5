import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import Testing

@Suite struct GrounderTests {
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
        let hit = try #require(TextLayerIndex(words: TextLayerPage.words(lines)).find(text, near: TextLayerPage.row(0)))
        #expect(hit.match == match)
        #expect(hit.lines.map(\.quote) == [quote])
    }

    @Test(arguments: ["234.00", "1,23", "1,284.00", "Tot", "EU", "5", ""])
    func findsNoPartsOfNumbersAndWords(text: String) {
        #expect(TextLayerIndex(words: TextLayerPage.words(["Total 1,234.00 EUR 15"])).find(text, near: nil) == nil)
    }

    @Test func followsAValueOverLineBreaks() throws {
        let hit = try #require(
            TextLayerIndex(words: TextLayerPage.words(["Bill to Acme", "Trading Company", "Ltd"])).find(
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
        let index = TextLayerIndex(words: TextLayerPage.words(["Net 5.00", "Due 5.00", "Total 5.00"]))
        let hit = try #require(index.find("5.00", near: TextLayerPage.row(line)))
        #expect(hit.lines[0].box.y0 == Double(line) * 20)
        #expect(hit.isWhereItWasRead)
    }

    @Test func doesNotTakeAnotherNumberElsewhereForAMisreadOne() throws {
        let index = TextLayerIndex(words: TextLayerPage.words(["Net 1,234.00", "Total 1,284.00"]))
        let misread = try #require(index.find("1,234.00", near: TextLayerPage.row(1)))
        #expect(misread.match == .fuzzy)
        #expect(misread.lines[0].quote == "1,284.00")
        #expect(misread.distance == 1)
    }

    @Test func saysThatAValueStandsElsewhere() throws {
        let hit = try #require(
            TextLayerIndex(words: TextLayerPage.words(["Acme", "hello there"])).find("Acme", near: TextLayerPage.row(1))
        )
        #expect(hit.match == .exact)
        #expect(!hit.isWhereItWasRead)
    }

    @Test func takesTheNearestOfSeveralPlacesElsewhere() throws {
        let index = TextLayerIndex(words: TextLayerPage.words(["Acme", "hello", "there", "you", "Acme"]))
        #expect(try #require(index.find("Acme", near: TextLayerPage.row(3))).lines[0].box.y0 == 80)
        #expect(try #require(index.find("Acme", near: TextLayerPage.row(1))).lines[0].box.y0 == 0)
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
                Evidence(
                    page: PageNumber(1),
                    box: Box(x0: 155, y0: 0, x1: 200, y1: 12),
                    quote: "5.00",
                    match: .vision,
                    located: .proportion
                )
            ]
        )
    }

    @Test func isSurerOfWhatTheTextLayerSaysToo() throws {
        let result = ExtractionResult(
            fields: ["total": 5],
            answers: [candidate("5.00", box: TextLayerPage.row(0))],
            pages: [],
            errors: []
        )
        func confidence(_ lines: [String]) throws -> Double {
            try #require(
                Grounder().ground(result, textLayer: [PageNumber(1): TextLayerPage.words(lines)]).first?.confidence
            )
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
            { $0.isElsewhere = true }, { $0.labelFit = 0.7 }, { $0.isApart = true },
            { $0.glyphShare = 0.4 }, { $0.rivalScore = 0.9 },
        ]
        for change in worse {
            var signals = best
            change(&signals)
            #expect(signals.confidence < best.confidence, "\(signals)")
        }
        // What stands beside the label is read as surely as the model answers: the fit gives that a weight of its own.
        var beside = best
        beside.isTakenFromBeside = true
        #expect(beside.confidence > 0.95)
        var guessed = best
        guessed.labelFit = 0.7
        guessed.supporters = 3
        #expect(guessed.confidence <= 0.75, "no listed label leads to it")
        var supported = best
        supported.supporters = 1
        #expect(supported.confidence > best.confidence, "another page says the same")
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

    @Test(
        arguments: [
            ("Acme GmbH", "Acme GmbH", nil), ("ACME GmbH", "Acme GmbH", 0), ("Total 1.234,50", "1,234.50", 0),
            ("Acrne GmbH", "Acme GmbH", 2), ("nothing of it", "1,234.50", nil),
        ] as [(String, String, Int?)]
    )
    func theRecordTellsHowFarAFuzzyMatchIs(line: String, text: String, distance: Int?) throws {
        let result = ExtractionResult(
            fields: ["total": .string(text)],
            answers: [candidate(text, box: TextLayerPage.row(0))],
            pages: [],
            errors: []
        )
        let words = [PageNumber(1): TextLayerPage.words([line])]
        let evidence = try #require(Grounder().ground(result, textLayer: words).first?.evidence.first)
        #expect(evidence.distance == distance)
        #expect(evidence.json().objectValue?["distance"] == distance.map(JSONValue.integer))
        #expect((evidence.match == .fuzzy) == (distance != nil))
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
