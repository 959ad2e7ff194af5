import RectoExtraction
import RectoSchema
import Testing

/// Numbers that the reader answers with and that are something else: a rate, a piece of a number, a day.
struct NumberOfOtherTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "tax": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Tax amount", "USt. 19 %"]}},
          "invoice_number": {"type": ["string", "null"], "title": "invoice number", "x-recto": {"type": "text", "labels": ["Invoice"]}}}}
        """

    /// The reader answers the same to every question about a tile; what stands in a tile is read right.
    private func field(_ name: String, _ rows: [[String]], answer: String) async throws -> String? {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, _ in (answer, -0.01) }
        let fields = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .fields
        return fields[name]?.stringValue
    }

    @Test(
        arguments: [
            ([["USt. 7 %:", "27.37"]], "7", "27.37"), ([["USt. 7 %:", "27.37"]], "37", "27.37"),
            ([["USt. 7 %:"], ["EUR 591,19"]], "7", "EUR 591,19"), ([["USt. 7 %:", "7"]], "7", "7"),
            ([["USt. 19 %: von 1.000,00", "190,00"]], "1.000,00", "190,00"),
            ([["USt. 7 %: auf 70,00 4,90"]], "70,00", "4,90"),
            ([["Tax amount:", "1 Aug 2019"]], "1", nil), ([["Tax amount:", "12.50"]], "12.50", "12.50"),
        ] as [([[String]], String, String?)]
    )
    func aRateAPieceOrADayIsNoAmount(_ rows: [[String]], _ answer: String, _ expected: String?) async throws {
        #expect(try await field("tax", rows, answer: answer) == expected)
    }

    @Test(arguments: [
        ("90402 Kiel", nil), ("Unit 147, Canal Yard", nil), ("1. Juni 2018", nil), ("12.08.2026", nil),
        ("2024/03/15", "2024/03/15"), ("RE 7 A", "RE 7 A"), ("KU-57090", "KU-57090"),
    ])
    func placesAndDaysAreNoNumbers(_ text: String, _ expected: String?) async throws {
        #expect(try await field("invoice_number", [["Invoice:", text]], answer: text) == expected)
    }
}
