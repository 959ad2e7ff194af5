import RectoExtraction
import RectoSchema
import Testing

/// Amounts under words that the schema does not list, found by what they add up to.
struct SumReadingTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "subtotal": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Subtotal", "Net amount"]}},
          "tax": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Tax", "VAT 20 %"]}},
          "total": {"type": ["string", "null"],
            "x-recto": {"type": "amount", "labels": ["Total", "Amount due"], "sum": ["subtotal", "tax"]}},
          "fee": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Fee"]}}}}
        """

    private func fields(_ rows: [[String?]], schema text: String = invoice) async throws -> [String?] {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let fields = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model).fields
        return ["subtotal", "tax", "total"].map { fields[$0]?.stringValue }
    }

    @Test(arguments: [
        [["Goods", "11,623.63"], ["Tax", "988.01"], ["Total", "£12,611.64"]],
        [["Goods: 11,623.63"], ["Tax: 988.01"], ["Total: £12,611.64"]],
        [["Goods", "Tax", "Total"], ["11,623.63", "988.01", "£12,611.64"]],
        [["Item", "11,623.63"], ["Total before tax", "11,623.63"], ["Tax", "988.01"], ["Total", "£12,611.64"]],
    ])
    func theLargestPartIsWhatIsLeftOfTheSum(_ rows: [[String]]) async throws {
        #expect(try await fields(rows) == ["11,623.63", "988.01", "£12,611.64"])
    }

    @Test(arguments: [
        [["Subtotal", "100.00"], ["Tax", "20.00"], ["Please remit", "120.00"]],
        [["Please remit", "120.00"], ["Subtotal", "100.00"], ["Tax", "20.00"]],
        [["Subtotal", "100.00"], ["Tax", "20.00"], ["Please remit 120.00"]],
    ])
    func theSumIsFoundByItsParts(_ rows: [[String]]) async throws {
        #expect(try await fields(rows) == ["100.00", "20.00", "120.00"])
    }

    @Test(arguments: [
        // A small rest may be anything.
        [["Subtotal", "100.00"], ["Carriage", "20.00"], ["Total", "120.00"]],
        // It is written as amounts are not, or is no amount.
        [["Room", "120"], ["Subtotal", "100.00"], ["Tax", "20.00"], ["Please remit", "70.00"]],
        [["Of this", "120 %"], ["Subtotal", "100"], ["Tax", "20"]],
        // The sum before a discount.
        [
            ["Subtotal", "100.00"], ["Tax", "20.00"], ["In all", "120.00"], ["Credit", "-10.00"], ["Remit", "110.00"],
        ],
        // Two of three are not known.
        [["Goods", "100.00"], ["Tax", "20.00"], ["Please remit", "120.00"]],
        // Nothing printed says it.
        [["Goods", "99.00"], ["Total", "120.00"], ["Fee", "21.00"]],
        [["Subtotal", "100.00"], ["Please remit", "120.00"]],
    ])
    func whatDoesNotFollowIsNotTaken(_ rows: [[String]]) async throws {
        let found = try await fields(rows)
        let labels = ["Subtotal", "Tax", "Total"]
        #expect(found == labels.map { label in rows.first { $0[0] == label }?[1] })
    }

    @Test(
        arguments: [
            // Of several the one that makes the sum true.
            ([["Subtotal", "400.00"], ["VAT 20 %", "80.00"], ["Tax", "20.00"], ["Total", "480.00"]], "80.00"),
            // Two taxes are parts of one, whether or not the schema lists both; another charge says nothing of the tax.
            ([["Subtotal", "1,000.00"], ["Tax", "50.00"], ["PST 7%", "70.00"], ["Total", "1,120.00"]], nil),
            (
                [["Subtotal", "1,000.00"], ["Tax", "50.00"], ["Carriage", "70.00"], ["Total", "1,120.00"]], "50.00"
            ),
            (
                [["Subtotal", "160.00"], ["VAT 10 %", "11.00"], ["VAT 20 %", "10.00"], ["Total", "181.00"]], nil
            ),
            // Equal ones are two as well.
            (
                [["Subtotal", "1,000.00"], ["Tax 9 %", "90.00"], ["Tax 9 %", "90.00"], ["Total", "1,180.00"]], nil
            ),
            ([["Subtotal", "160.00"], ["Tax", "11.00"], ["10 %", "10.00"], ["Total", "181.00"]], nil),
            // Two sums, before and after a deposit.
            (
                [
                    ["Subtotal", "1,850.00"], ["Tax", "57.50"], ["VAT 20 %", "255.00"], ["Total", "2,162.50"],
                    ["Deposit", "-500.00"], ["Amount due", "1,662.50"],
                ], nil
            ),
            (
                [
                    ["Subtotal", "400.00"], ["VAT 20 %", "80.00"], ["Tax", "20.00"], ["Total", "480.00"],
                    ["Deposit", "-100.00"], ["Amount due", "380.00"],
                ], "80.00"
            ),
            // One is printed twice.
            (
                [
                    ["Subtotal", "1,000.00"], ["Tax", "50.00"], ["VAT 20 %", "70.00"], ["Total", "1,120.00"],
                    ["Tax", "50.00"],
                ], nil
            ),
            (
                [["Subtotal", "1,000.00"], ["Tax", "50.00"], ["State tax 7 %", "70.00"], ["Total", "1,120.00"]],
                nil
            ),
            ([["Subtotal", "160.00"], ["Tax", "11.00"], ["MwSt 7 %", "10.00"], ["Total", "181.00"]], nil),
            // A rate is not always that of a tax.
            (
                [
                    ["Subtotal", "1,000.00"], ["Tax", "50.00"], ["Service charge", "7 %", "70.00"],
                    ["Total", "1,120.00"],
                ],
                "50.00"
            ),
            ([["Subtotal", "50.00"], ["Tax", "4.00"], ["TIP 18 %", "9.00"], ["Total", "63.00"]], "4.00"),
            (
                [
                    ["Subtotal", "1,000.00"], ["Tax", "50.00"], ["Service charge 7 %", "70.00"], ["Total", "1,120.00"],
                ],
                "50.00"
            ),
        ] as [([[String]], String?)]
    )
    func amongSeveralAmountsTheSumDecides(_ rows: [[String]], _ tax: String?) async throws {
        #expect(try await fields(rows)[1] == tax)
    }

    @Test(arguments: [
        // A column of a table, whatever its rows are called, the caption of rates.
        [["Description", "Tax"], ["Standard rate", "38.00"], ["Reduced rate", "7.00"]],
        [["Rate", "Tax"], ["19 %:", "38.00"], ["7 %:", "7.00"]],
        [["Rate", "Tax"], ["19 %", "38.00"], ["7 %", "7.00"]], [["Tax %", "20.00"]], [["Tax-rate", "20.00"]],
    ])
    func anAmountOfATableIsNotTheTax(_ rows: [[String]]) async throws {
        #expect(try await fields(rows)[1] == nil)
    }

    @Test func anotherCaptionBelowDoesNotMakeAColumn() async throws {
        #expect(try await fields([["Tax", "Total"], ["20.00", "120.00"], ["Amount due", "120.00"]])[2] == "120.00")
    }

    @Test(arguments: ["Tax 8% on $2,200.00", "Tax 8 % on EUR 2,200.00", "Tax 8% on 2,200.00"])
    func whatATaxIsTakenOfIsNotTheTax(_ caption: String) async throws {
        let page = PageDouble([[caption, "$176.00"]])
        let base = String(caption.split(separator: " ").last ?? "")
        let model = try ModelDouble([page]) { _, _ in (base, -0.01) }
        let fields = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .fields
        #expect(fields["tax"] == "$176.00")
    }

    @Test func aTotalThatIsPrintedTwiceIsOne() async throws {
        let rows = [
            ["Subtotal", "100.00"], ["Tax", "20.00"], ["Deposit 50 %", "-60.00"], ["Total", "60.00"],
            ["Amount due", "60.00"],
        ]
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let answers = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .answers
        #expect(answers.first { $0.pointer.description == "/total" }?.labelFit == 1)
    }

    @Test func whatIsNoSumIsNotSettled() async throws {
        #expect(try await fields([["Tax", "50.00"], ["PST 7%", "50.00"]]) == [nil, "50.00", nil])
    }

    @Test func theAmountOfAnotherLabelIsNotTaken() async throws {
        #expect(
            try await fields([["Subtotal", "100.00"], ["Tax", "20.00"], ["Fee", "120.00"]]) == ["100.00", "20.00", nil]
        )
    }

    @Test(arguments: MergePolicy.allCases)
    func whatALabelLeadsToOnAnotherPageGoesBefore(_ merge: MergePolicy) async throws {
        let pages = [
            PageDouble([["Subtotal", "100.00"], ["Tax", "20.00"], ["Deposit", "120.00"]]),
            PageDouble([["Total", "108.00"]], number: 2),
        ]
        let model = try ModelDouble(pages, answer: carefulAnswer)
        let extractor = try FieldExtractor(schema: schema(Self.invoice), merge: merge)
        let fields = try await extractor.extract(from: pages.map(\.page), model: model).fields
        #expect(fields["total"] == .string("108.00"))
    }

    @Test func itCountsLittle() async throws {
        let page = PageDouble([["Subtotal", "100.00"], ["Tax", "20.00"], ["Please remit", "120.00"]])
        let model = try ModelDouble([page], answer: carefulAnswer)
        let answers = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .answers
        let sum = try #require(answers.first { $0.pointer.description == "/total" })
        #expect(sum.labelFit == 0.7 && sum.source == .transcription && sum.labelTile == sum.valueTile)
    }

    @Test func withoutTheSchemasWordNothingIsAdded() async throws {
        let plain = Self.invoice.replacing(#", "sum": ["subtotal", "tax"]"#, with: "")
        let rows = [["Subtotal", "100.00"], ["Tax", "20.00"], ["Please remit", "120.00"]]
        #expect(try await fields(rows, schema: plain) == ["100.00", "20.00", nil])
    }

    @Test(arguments: [
        (#"["subtotal"]"#, "at least two"), (#"["subtotal", "subtotal"]"#, "at least two"),
        (#""subtotal""#, "at least two"),
        (#"["subtotal", "vat"]"#, "vat is none"), (#"["subtotal", "total"]"#, "total is none"),
    ])
    func aSumNamesOtherAmountsOfItsObject(_ sum: String, _ reason: String) throws {
        let text = Self.invoice.replacing(#"["subtotal", "tax"]}"#, with: sum + "}")
        let error = #expect(throws: ExtractionError.self) { try schema(text) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }
}
