import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Values that stand on a page several times, read by a checkpoint that sees the whole page at once.
@Suite struct PlaceChoiceTests {
    private static let page = Box(x0: 0, y0: 0, x1: 600, y1: 800)

    private static let invoice = """
        {"type": "object", "properties": {
          "price": {"type": "string", "x-recto": {"type": "amount", "labels": ["Unit price"]}},
          "subtotal": {"type": "string", "x-recto": {"type": "amount", "labels": ["Subtotal", "Sub total"]}},
          "tax": {"type": "string", "x-recto": {"type": "amount", "labels": ["VAT", "Tax"]}},
          "total": {"type": "string", "x-recto": {"type": "amount", "labels": ["Total", "Total due"]}}
        }}
        """

    /// Grounds answers to fields and gives the row, in units of 20 points, and the left edge of each place.
    private func places(
        _ answers: [(String, String)],
        in words: [TextLayerWord],
        schema source: String? = invoice,
        box: Box? = page
    ) throws -> [String: [Double]] {
        let answers = answers.map { (field: $0.0, text: $0.1) }
        let candidates = answers.map { answer in
            FieldCandidate(
                pointer: JSONPointer(answer.field.split(separator: "/").map(String.init)),
                page: PageNumber(1),
                labelTile: nil,
                valueTile: nil,
                box: box,
                text: answer.text,
                logProbabilities: [-0.1],
                labelFit: nil
            )
        }
        var fields = JSONObject()
        var rows: [JSONValue] = []
        for answer in answers {
            if answer.field.hasPrefix("rows/") {
                rows.append(.object(["amount": .string(answer.text)]))
            } else {
                fields[answer.field] = .string(answer.text)
            }
        }
        if !rows.isEmpty { fields["rows"] = .array(rows) }
        let result = ExtractionResult(fields: fields, answers: candidates, pages: [], errors: [])
        let grounder = Grounder(schema: try source.map { try schema($0) })
        let grounded = grounder.ground(result, textLayer: [PageNumber(1): words])
        return Dictionary(
            uniqueKeysWithValues: try grounded.map { field in
                let box = try #require(field.evidence.first?.box)
                return (field.pointer.tokens.joined(separator: "/"), [box.y0 / 20, box.x0])
            }
        )
    }

    private static let table = TextLayerPage.table([
        ["Article", "Unit price", "Amount"], ["Bolts", "100.00", "100.00"], ["", "Subtotal", "100.00"],
        ["", "VAT 0 %", "0.00"], ["", "Total due", "100.00"],
    ])

    @Test func eachFieldHasTheOccurrenceBesideItsLabel() throws {
        let answers = [("total", "100.00"), ("tax", "0.00"), ("subtotal", "100.00"), ("price", "100.00")]
        let places = try places(answers, in: Self.table)
        #expect(places == ["total": [4, 300], "tax": [3, 300], "subtotal": [2, 300], "price": [1, 150]])
    }

    @Test func notationDoesNotHideTheLabelledOccurrence() throws {
        let words = TextLayerPage.words(["Paid 100.00 in May", "Total 100,00 EUR"])
        #expect(try places([("total", "100.00")], in: words) == ["total": [1, 60]])
    }

    @Test func onlyOneFieldHasALabelledOccurrenceWhileAnotherIsFree() throws {
        let words = TextLayerPage.words(["Total 100.00", "Total due 100.00"])
        let both = """
            {"type": "object", "properties": {
              "a": {"type": "string", "x-recto": {"labels": ["Total"]}}, "b": {"type": "string", "x-recto": {"labels": ["Total"]}}
            }}
            """
        let places = try places([("a", "100.00"), ("b", "100.00")], in: words, schema: both)
        #expect(Set(places.values.map { $0[0] }) == [0, 1])
    }

    @Test func bothFieldsShareAnOccurrenceThatBothLabelsPointAt() throws {
        let words = TextLayerPage.words(["Order 17", "Invoice and order number 2041", "x", "see 2041"])
        let numbers = """
            {"type": "object", "properties": {
              "invoice": {"type": "string", "x-recto": {"labels": ["Invoice and order number"]}},
              "order": {"type": "string", "x-recto": {"labels": ["Order number", "Invoice and order number"]}}
            }}
            """
        let places = try places([("invoice", "2041"), ("order", "2041")], in: words, schema: numbers)
        #expect(places["invoice"]?[0] == 1)
        #expect(places["order"]?[0] == 1)
    }

    @Test func aLabelThatFitsAnotherFieldBetterCountsLess() throws {
        // "Invoice date" is nearly "Invoice data", and is the label of another field.
        let words = TextLayerPage.words(["Invoice date 17", "x", "Invoice dates 17"])
        let source = """
            {"type": "object", "properties": {
              "a": {"type": "string", "x-recto": {"labels": ["Invoice datum"]}},
              "b": {"type": "string", "x-recto": {"labels": ["Invoice date"]}}
            }}
            """
        let places = try places([("a", "17")], in: words, schema: source)
        #expect(places["a"]?[0] == 2)
    }

    @Test func elementsOfAListDoNotShareAnOccurrence() throws {
        let words = TextLayerPage.words(["Amount 5.00", "y", "z 5.00"])
        let source = """
            {"type": "object", "properties": {"rows": {"type": "array", "items": {"type": "object", "properties": {
              "amount": {"type": "string", "x-recto": {"labels": ["Amount"]}}}}}}}
            """
        let places = try places([("rows/0/amount", "5.00"), ("rows/1/amount", "5.00")], in: words, schema: source)
        #expect(places["rows/0/amount"]?[0] == 0)
        #expect(places["rows/1/amount"]?[0] == 2)
    }

    @Test func withoutLabelsOrderDecides() throws {
        let words = TextLayerPage.words(["x 5.00", "y 5.00", "z 5.00"])
        let answers = [("rows/0/amount", "5.00"), ("rows/1/amount", "5.00"), ("rows/2/amount", "5.00")]
        let places = try places(answers, in: words, schema: nil)
        #expect(places == ["rows/0/amount": [0, 20], "rows/1/amount": [1, 20], "rows/2/amount": [2, 20]])
    }

    @Test func aLineThatWasReadDecidesBeforeLabels() throws {
        let words = TextLayerPage.words(["Subtotal 100.00", "Total 100.00"])
        let places = try places([("total", "100.00")], in: words, box: TextLayerPage.row(0))
        #expect(places == ["total": [0, 90]])
    }

    @Test func labelsDecideWithinALineThatWasRead() throws {
        let words = TextLayerPage.words(["Subtotal 100.00 VAT 0.00 Total 100.00"])
        let answers = [("total", "100.00"), ("subtotal", "100.00")]
        let places = try places(answers, in: words, box: TextLayerPage.row(0))
        #expect(places["subtotal"]?[1] == 90)
        #expect(places["total"]?[1] == 310)
    }

    @Test func aLabelAboveCounts() throws {
        let words = TextLayerPage.table([
            ["Due date", "Invoice date"], ["2026-03-03", "2026-03-03"], ["paid 2026-03-03", ""],
        ])
        let dates = """
            {"type": "object", "properties": {
              "invoice_date": {"type": "string", "x-recto": {"type": "date", "labels": ["Invoice date"]}},
              "due_date": {"type": "string", "x-recto": {"type": "date", "labels": ["Due date"]}}
            }}
            """
        let answers = [("invoice_date", "2026-03-03"), ("due_date", "2026-03-03")]
        #expect(try places(answers, in: words, schema: dates) == ["invoice_date": [1, 150], "due_date": [1, 0]])
    }

    @Test func labelsStandToTheRightOfRightToLeftValues() throws {
        let lines = [["שולם:", "100.00"], ["סה״כ:", "100.00"]]
        let source = """
            {"type": "object", "properties": {"total": {"type": "string", "x-recto": {"labels": ["סה״כ"]}}}}
            """
        for producer in [TextLayerPage.Producer.logical, .visualWords] {
            let words = TextLayerPage.rightToLeft(lines, by: producer)
            #expect(try places([("total", "100.00")], in: words, schema: source)["total"]?[0] == 1)
        }
    }

    @Test func digitsAreNotGuessedOnAWholePage() throws {
        let candidate = FieldCandidate(
            pointer: JSONPointer(["total"]),
            page: PageNumber(1),
            labelTile: nil,
            valueTile: nil,
            box: Self.page,
            text: "1,234.00",
            logProbabilities: [-0.1],
            labelFit: nil
        )
        let words = TextLayerPage.words(["Total 1,284.00"] + (0..<8).map { _ in "and more lines" })
        let result = ExtractionResult(fields: ["total": "1,234.00"], answers: [candidate], pages: [], errors: [])
        let field = try #require(Grounder().ground(result, textLayer: [PageNumber(1): words]).first)
        #expect(field.evidence.map(\.match) == [.vision])
    }
}
