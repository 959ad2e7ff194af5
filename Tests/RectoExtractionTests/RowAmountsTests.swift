import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Rows in which several amounts stand behind one label.
@Suite struct RowAmountsTests {
    private let source = #"""
        {"type":"object","required":["total"],"properties":{"total":{"type":"number","x-recto":{"labels":["Total"]}}}}
        """#

    /// Asks a model that answers with what stands to the right of the label.
    private func result(_ rows: [[String?]], source: String? = nil) async throws -> ExtractionResult {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        return try await FieldExtractor(schema: schema(source ?? self.source)).extract(from: [page.page], model: model)
    }

    private static let heads: [String?] = ["Description", "Qty", "Unit price", "Amount"]

    @Test(arguments: [
        ([heads, ["Labour", "1.5", "40.00", "60.00"], ["Total", "6.5", nil, "105.50"]], "105.50"),
        ([heads, ["Labour", "1.5", "40.00", "60.00"], ["Total", "3 pcs", nil, "105.50"]], "105.50"),
        ([["Item", "Hours", "Amount"], ["Labour", "12", "60"], ["Total", "14", "105"]], "105"),
        ([["", "2023", "2024"], ["Wages", "7", "8"], ["Total", "14", "15"]], "15"),
        ([["", "Dec 31, 2024", "Dec 31, 2023"], ["Wages", "7", "8"], ["Total", "14", "15"]], "14"),
        // The head decides before the two decimals do.
        ([["", "Hours", "Amount"], ["Labour", "37.50", "4500"], ["Total", "37.50", "4500"]], "4500"),
        // A rate belongs to the label.
        ([["Total", "19%:", "105.50"]], "105.50"),
        ([["Total", "(8.5 %)", "12", "105.50"]], "105.50"),
        // What stands behind words is not the label's.
        ([["Total", "105", "Paid", "14.50"]], "105"),
    ])
    func theAmountOfTheLabelIsToldFromThoseOfOtherColumns(rows: [[String?]], total: String) async throws {
        let result = try await result(rows)
        #expect(result.fields["total"]?.numberValue?.text == total)
        #expect(result.errors.isEmpty && result.conflicts.isEmpty)
    }

    @Test(
        arguments: [
            // Tiles that touch are one number.
            (["Total", "£3", "28.25"], [100...110, 109...150], "£328.25"),
            (["Total", "3", "28", ".25"], [100...110, 109...130, 128...150], "328.25"),
            (["Total", "328.2", "5"], [100...140, 141...150], "328.25"),
            // Others are two.
            (["Total", "28.25", "100.00"], [100...150, 154...190], "28.25"),
            (["Total", "28.25", "3.28.11"], [100...150, 150...190], "28.25"),
        ] as [([String], [ClosedRange<Double>], String)]
    )
    func aNumberThatWasCutIsWhole(_ row: [String], _ places: [ClosedRange<Double>], _ total: String) async throws {
        var page = PageDouble([row])
        for (piece, place) in places.enumerated() {
            page.pieces[piece + 1].box.x0 = place.lowerBound
            page.pieces[piece + 1].box.x1 = place.upperBound
        }
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let source = source.replacing(#""number""#, with: #""string""#).replacing(
            "\"labels",
            with: "\"type\":\"amount\",\"labels"
        )
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["total"]?.stringValue == total)
        #expect(result.answers.first?.box?.x0 == 100)
    }

    @Test(arguments: ["VAT 20%", "MwSt. 19 %", "Tax (8.5%)", "IVA 21,5 %"])
    func aLabelMayStandApartFromItsRate(label: String) async throws {
        let name = label.prefix { !$0.isNumber && $0 != "(" }
        let source = source.replacing("Total", with: label)
        let result = try await result([["\(name)", "7%:", "105.50"]], source: source)
        #expect(result.fields["total"]?.numberValue?.text == "105.50")
    }

    @Test func whereNothingTellsThemApartBothAreTold() async throws {
        let result = try await result([["Total", "14", "105"]])
        let conflict = try #require(result.conflicts.first)
        #expect(Set(conflict.candidates.map(\.answer.text)) == ["14", "105"])
        #expect(result.answers.first?.agreement?.rivalScore ?? 0 > 0.9)
    }

    @Test func whereAllMustAgreeTwoAmountsOfARowAreAnError() async throws {
        let result = try await result(
            [["Total", "14", "105"]],
            source: source.replacing(#""labels":["Total"]"#, with: #""labels":["Total"],"merge":"must-agree""#)
        )
        #expect(result.fields["total"] == nil)
        #expect(result.errors.map(\.code) == ["extraction.contradicting-answers"])
    }

    @Test(arguments: ["6.5", "105.50", ""])
    func ofTwoNumbersInOneTextTheOneThatIsNoMoneyIsNotCutOut(answer: String) async throws {
        let page = PageDouble([["Total 6.5 105.50"]])
        let model = try ModelDouble([page]) { _, _ in (answer, -0.01) }
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["total"]?.numberValue?.text == "105.50")
        #expect(result.errors.isEmpty)
    }
}
