import RectoExtraction
import RectoSchema
import Testing

/// Texts with several numbers or days behind one label.
@Suite struct SeveralValuesTests {
    private static let source = #"""
        {"type":"object","properties":{
        "total":{"type":["number","null"],"x-recto":{"labels":["Total"]}},
        "due":{"type":["string","null"],"format":"date","x-recto":{"labels":["Due"]}}}}
        """#

    private func result(_ rows: [[String?]], answer: String) async throws -> ExtractionResult {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, _ in (answer, -0.01) }
        return try await FieldExtractor(schema: schema(Self.source)).extract(from: [page.page], model: model)
    }

    @Test(arguments: [
        ("Total 12.00 15.00", ["12.00", "15.00", ""]), ("Total 10.00, 20.00", ["10.00", "20.00", ""]),
        ("Total 12.00 + 3.00", ["12.00", "3.00", ""]), ("Total 12.00 and 15.00", ["12.00", ""]),
        ("Total EUR 12.00 / USD 13.00", ["EUR 12.00", ""]), ("Total: up to 12.00", ["12.00", ""]),
        ("Total: see page 2", ["2", ""]), ("Total 1 234.00 56.00", ["566.00", "56.00", ""]),
        ("Due 3 May 2026 4 May 2026", ["3 May 2026", ""]), ("Due 03.05.2026, 04.05.2026", ["04.05.2026", ""]),
    ])
    func noneIsTakenWhereNothingDecides(line: String, answers: [String]) async throws {
        for answer in answers {
            let result = try await result([[line]], answer: answer)
            #expect(
                result.fields["total"]?.isNull ?? true && result.fields["due"]?.isNull ?? true,
                "\(answer): \(result.fields)"
            )
            #expect(result.errors.map(\.code) == ["extraction.value-invalid"], "\(answer)")
        }
    }

    @Test(arguments: [
        ("Total 12.00 + 3.00 = 15.00", "15.00"), ("Total 3 items 12.00", "12.00"), ("Total for 3 items 12.00", "12.00"),
        ("Total 12.00 (13.00 USD)", "12.00"), ("Total 1 234.00", "1234.00"), ("Total 12.00 12.00", "12.00"),
        ("Total 105.00 Paid 5.00", "105.00"), ("Total 105 Paid 5", "105"),
    ])
    func anAmountIsTakenWhereSomethingDoes(line: String, total: String) async throws {
        for answer in [total, ""] {
            let result = try await result([[line]], answer: answer)
            #expect(result.fields["total"]?.numberValue?.text == total, "\(answer): \(result.errors)")
        }
    }

    @Test(arguments: ["3 May 2026", ""])
    func ofDaysThatWordsKeepApartTheFirstIsTheLabels(answer: String) async throws {
        for line in ["Due 3 May 2026 Paid 9 May 2026", "Due 3 May 2026 (was 9 May 2026)"] {
            let result = try await result([[line]], answer: answer)
            #expect(result.fields["due"] == "2026-05-03", "\(line): \(result.errors)")
        }
    }
}
