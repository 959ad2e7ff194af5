import RectoExtraction
import RectoSchema
import Testing

/// Amounts under words that the schema does not list, found by what a list's column adds up to.
struct ColumnSumTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "subtotal": {"type": ["string", "null"],
            "x-recto": {"type": "amount", "labels": ["Subtotal"], "sum": ["items/amount"]}},
          "tax": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Tax", "Umsatzsteuer"]}},
          "total": {"type": ["string", "null"],
            "x-recto": {"type": "amount", "labels": ["Total", "Amount due"], "sum": ["subtotal", "tax"]}},
          "items": {"type": "array", "items": {"type": "object", "properties": {
            "item": {"type": "string"},
            "quantity": {"type": ["string", "null"], "x-recto": {"type": "amount"}},
            "amount": {"type": ["string", "null"], "x-recto": {"type": "amount"}}}}}}}
        """

    private static let items: [[String?]] = [
        ["Item", "Quantity", "Amount"], ["Oak board", "2", "60.00"], ["Brass hinge", "4", "40.00"],
    ]

    private func fields(_ rows: [[String?]]) async throws -> [String?] {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let fields = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .fields
        return ["subtotal", "tax", "total"].map { fields[$0]?.stringValue }
    }

    @Test(
        arguments: [
            (
                [[nil, "Goods total", "100.00"], [nil, "Tax", "20.00"], [nil, "Balance", "120.00"]],
                ["100.00", "20.00", "120.00"]
            ),
            ([[nil, "Goods total", "100.00"], [nil, "Total", "120.00"]], ["100.00", nil, "120.00"]),
            ([[nil, "Tax", "20.00"], [nil, "Balance", "120.00"]], [nil, "20.00", "120.00"]),
            ([[nil, "Zzgl. Steuer:", "20.00"], [nil, "Total", "120.00"]], [nil, "20.00", "120.00"]),
        ] as [([[String?]], [String?])]
    )
    func whatTheRowsAddUpToIsKnown(_ sums: [[String?]], _ expected: [String?]) async throws {
        #expect(try await fields(Self.items + sums) == expected)
    }

    @Test(
        arguments: [
            // A small rest may be anything, whatever it shares with a label.
            ([[nil, "Shipping amount:", "20.00"], [nil, "Total", "120.00"]], [nil, nil, "120.00"]),
            ([[nil, "City tax:", "20.00"], [nil, "Total", "120.00"]], [nil, nil, "120.00"]),
            ([[nil, "Tax exempt goods:", "20.00"], [nil, "Total", "120.00"]], [nil, nil, "120.00"]),
            // Gross prices: the tax is a part of the rows, and a charge makes the rest.
            (
                [
                    [nil, "Goods total", "100.00"], [nil, "Carriage:", "20.00"], [nil, "Total", "120.00"],
                    [nil, "Tax", "19.16"],
                ],
                [nil, "19.16", "120.00"]
            ),
            (
                [[nil, "Goods total", "100.00"], [nil, "Carriage:", "20.00"], [nil, "Total", "120.00"]],
                [nil, nil, "120.00"]
            ),
            ([[nil, "Carriage:", "20.00"], [nil, "Total", "120.00"]], [nil, nil, "120.00"]),
            // Where nothing is added, what is printed below the rows is the whole.
            ([[nil, "Balance", "100.00"]], [nil, nil, nil]),
            ([[nil, "Goods total", "100.00"], [nil, "Total", "100.00"]], [nil, nil, "100.00"]),
            // Rows that add up to something else.
            (
                [[nil, "Goods total", "90.00"], [nil, "Tax", "20.00"], [nil, "Balance", "110.00"]], [nil, "20.00", nil]
            ),
        ] as [([[String?]], [String?])]
    )
    func whatDoesNotFollowIsNotTaken(_ sums: [[String?]], _ expected: [String?]) async throws {
        #expect(try await fields(Self.items + sums) == expected)
    }

    @Test func aSumOfAColumnAloneIsTheLastAmount() async throws {
        let plain = Self.invoice.replacing(#", "sum": ["items/amount"]"#, with: "")
            .replacing(#""sum": ["subtotal", "tax"]"#, with: #""sum": ["items/amount"]"#)
        func total(_ sums: [[String?]]) async throws -> String? {
            let page = PageDouble(Self.items + sums)
            let model = try ModelDouble([page], answer: carefulAnswer)
            return try await FieldExtractor(schema: schema(plain)).extract(from: [page.page], model: model)
                .fields["total"]?.stringValue
        }
        #expect(try await total([[nil, "Balance", "100.00"]]) == "100.00")
        #expect(
            try await total([[nil, "Goods total", "100.00"], [nil, "Delivery:", "20.00"], [nil, "To pay", "120.00"]])
                == nil
        )
    }

    @Test(
        arguments: [
            ([["Goods total", "100.00"], ["Tax", "20.00"], ["Balance", "120.00"]], ["100.00", "20.00", "120.00"]),
            ([["Goods total", "100.00"], ["Total", "120.00"]], ["100.00", nil, "120.00"]),
            ([["Tax", "20.00"], ["Balance", "120.00"]], [nil, "20.00", "120.00"]),
            ([["Deposit", "100.00"], ["Balance", "120.00"]], [nil, nil, nil]),
        ] as [([[String]], [String?])]
    )
    func whatTheRowsOfThePageBeforeAddUpToIsKnown(_ sums: [[String]], _ expected: [String?]) async throws {
        let pages = [PageDouble(Self.items), PageDouble(sums, number: 2)]
        let model = try ModelDouble(pages, answer: carefulAnswer)
        let extractor = try FieldExtractor(schema: schema(Self.invoice))
        let fields = try await extractor.extract(from: pages.map(\.page), model: model).fields
        #expect(["subtotal", "tax", "total"].map { fields[$0]?.stringValue } == expected)
    }

    @Test func rowsOfTwoTablesAreNotAddedUp() async throws {
        let rows =
            Self.items + [[nil, "Page total", nil]] + Self.items + [
                [nil, "Goods total", "200.00"], [nil, "Total", "240.00"],
            ]
        #expect(try await fields(rows)[0] == nil)
    }

    @Test func aRowThatSaysNoAmountLeavesTheSumUnknown() async throws {
        let rows =
            Self.items + [["Free sample", "1", nil], [nil, "Goods total", "100.00"], [nil, "Total", "120.00"]]
        #expect(try await fields(rows) == [nil, nil, "120.00"])
    }

    @Test(arguments: [
        (#"["items/price"]"#, "items/price is no amount"), (#"["items/item"]"#, "items/item is no amount"),
        (#"["rows/amount"]"#, "rows/amount is no amount"), (#"["tax/amount"]"#, "tax/amount is no amount"),
        (#"["amount"]"#, "one column of a list"), (#"["items/amount/x"]"#, "one column of a list"),
    ])
    func aColumnIsOneOfAListBesideIt(_ sum: String, _ reason: String) throws {
        let text = Self.invoice.replacing(#"["items/amount"]"#, with: sum)
        let error = #expect(throws: ExtractionError.self) { try schema(text) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }
}
