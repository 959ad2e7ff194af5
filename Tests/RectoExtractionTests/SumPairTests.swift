import RectoExtraction
import RectoSchema
import Testing

/// Two amounts under words that the schema does not list, found by the sum that they make true.
struct SumPairTests {
    private static let receipt = """
        {"type": "object", "properties": {
          "total": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Total", "Total to pay"]}},
          "paid": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Tendered", "Payment received"], "sum": ["total", "change"]}},
          "change": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Change", "Change due"]}}}}
        """
    private static let invoice = """
        {"type": "object", "properties": {
          "total": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Total"], "sum": ["paid", "change"]}},
          "paid": {"type": ["string", "null"], "title": "subtotal", "x-recto": {"type": "amount", "labels": ["Subtotal"]}},
          "change": {"type": ["string", "null"], "title": "tax", "x-recto": {"type": "amount", "labels": ["Tax"]}}}}
        """

    private func fields(_ rows: [[String?]], schema text: String) async throws -> [String?] {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let fields = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model).fields
        return ["total", "paid", "change"].map { fields[$0]?.stringValue }
    }

    @Test(
        arguments: [
            ([["Total", "5.45"], ["Received", "10.00"], ["Back", "4.55"]], ["5.45", "10.00", "4.55"]),
            ([["To pay", "5.45"], ["Tendered", "10.00"], ["Back", "4.55"]], ["5.45", "10.00", "4.55"]),
            ([["Pay", "9.55"], ["Tendered", "9.55"], ["Change", "0.00"]], ["9.55", "9.55", "0.00"]),
            ([["Total", "9.55"], ["Visa", "9.55"]], ["9.55", "9.55", nil]),
            ([["Pay", "9.55"], ["Tendered", "9.55"]], ["9.55", "9.55", nil]),
            // What follows the change is left of nothing.
            (
                [["Total", "5.45"], ["Contant", "10.00"], ["Change", "4.55"], ["BTW 9 %", "0.45"]],
                ["5.45", "10.00", "4.55"]
            ),
            // Several pairs; too far apart for the same amount; a second one; no words beside it.
            (
                [["Total", "5.00"], ["A", "10.00"], ["B", "5.00"], ["C", "20.00"], ["D", "15.00"]], ["5.00", nil, nil]
            ),
            ([["Milk", "9.55"], ["Bread", "1.20"], ["Eggs", "2.30"], ["Tendered", "9.55"]], [nil, "9.55", nil]),
            ([["Milk", "9.55"], ["Pay", "9.55"], ["Tendered", "9.55"]], ["9.55", "9.55", nil]),
            ([["Total", "9.55"], ["9.55"]], ["9.55", nil, nil]),
            // Neither is named.
            ([["Total", "9.00"], ["Card before", "30.00"], ["Card now", "21.00"]], ["9.00", nil, nil]),
            // The deposit stands above.
            ([["Deposit", "10.00"], ["Total", "5.45"], ["Back", "4.55"]], ["5.45", nil, nil]),
        ] as [([[String]], [String?])]
    )
    func thePaidAmountAndTheChange(_ rows: [[String]], _ expected: [String?]) async throws {
        #expect(try await fields(rows, schema: Self.receipt) == expected)
    }

    @Test(
        arguments: [
            ([["Subtotal", "100.00"], ["Plus tax", "20.00"], ["Pay", "120.00"]], ["120.00", "100.00", "20.00"]),
            ([["Goods", "100.00"], ["Plus tax", "20.00"], ["Total", "120.00"]], ["120.00", "100.00", "20.00"]),
            // A charge is no tax.
            ([["Subtotal", "100.00"], ["Carriage", "20.00"], ["Pay", "120.00"]], [nil, "100.00", nil]),
            ([["Goods", "100.00"], ["Carriage", "20.00"], ["Total", "120.00"]], ["120.00", nil, nil]),
        ] as [([[String]], [String?])]
    )
    func theSumAndWhatIsAdded(_ rows: [[String]], _ expected: [String?]) async throws {
        #expect(try await fields(rows, schema: Self.invoice) == expected)
    }
}
