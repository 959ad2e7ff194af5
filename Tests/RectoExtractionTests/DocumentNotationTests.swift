import RectoExtraction
import RectoSchema
import Testing

/// What the rest of a document says about how its amounts are written and what they are in.
@Suite struct DocumentNotationTests {
    private static let amount = #"""
        {"type":"object","properties":{"v":{"type":["number","null"],"x-recto":{"labels":["Net"]}}}}
        """#
    private static let currency = #"""
        {"type":"object","properties":{"v":{"type":["string","null"],"x-recto":{"type":"currency","labels":["Total"]}}}}
        """#

    /// Asks a model that answers with what stands to the right of the label.
    private func result(_ rows: [[String?]], _ source: String) async throws -> ExtractionResult {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        return try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
    }

    @Test(arguments: [
        ("1.234", "12.50", nil), ("1,234", "12,5", nil), ("1.234", "12,50", "1234"), ("1,234", "0.99", "1234"),
        ("1.234", "see 3.4.2026", "1234"), ("1.234", "12.50 or 12,50", nil), ("1.234.567", "12.50", "1234567"),
        ("12.345", "1,000.50", nil), ("0.234", "12.50", "0.234"),
    ])
    func aMarkThatPartsDecimalsElsewhereLeavesThreeDigitsBehindItOpen(text: String, other: String, value: String?)
        async throws
    {
        let result = try await result([["Net", text], ["Fee", other]], Self.amount)
        #expect(result.fields["v"]?.numberValue?.text == value)
        #expect(result.errors.map(\.code) == (value == nil ? ["extraction.value-invalid"] : []))
        if value == nil { #expect(result.errors[0].description.contains("x-recto.locale decides")) }
    }

    @Test func cellsOfTablesFollowTheDocumentToo() throws {
        let table = TableTests.self
        let lines = [table.heads, table.board, table.row("Cable", "3", "1.250", "3.75")]
        let result = try assemble(
            table.invoice.replacing(
                #""string", "null"], "x-recto": {"type": "amount", "labels": ["Unit"#,
                with: #""number", "null"], "x-recto": {"type": "amount", "labels": ["Unit"#
            ),
            [ReadPage(1, lines)]
        )
        #expect(result.rows()?.last == "Cable | 3 | - | 3.75")
        #expect(result.errors.map { $0.facts["found"] } == ["1.250"])
    }

    @Test(arguments: [
        // A word that is a currency's code, or its name, decides nothing.
        (["CAD drawings of the roof, 3 sheets"], "$100.00", nil), (["Drawings made with CAD 2026"], "$100.00", nil),
        (["Not payable in CAD"], "$100.00", nil), (["Fees are 5.00 CAD"], "$100.00", "CAD"),
        (["All prices in Canadian dollars."], "$100.00", "CAD"), (["Amount (CAD)"], "$100.00", "CAD"),
        (["Total CAD"], "$100.00", "CAD"),
        // A currency that is declared is the only one's, though it does not stand at the amount.
        (["Amount (EUR)"], "100.00", "EUR"), (["Currency: EUR"], "100.00", "EUR"),
        (["All prices in euros"], "100.00", "EUR"),
        (["Amount (EUR)", "Paid (USD)"], "100.00", nil), (["Euro Trading Ltd, Euro Street 4"], "100.00", nil),
        (["Pound Lane"], "100.00", nil), (["TOP"], "100.00", nil), (["EUR"], "100.00", "EUR"),
        (["Reference CHF 2026, ALL PRICES TRY TOP"], "100.00", nil),
        // Words behind `in` that are currencies as well.
        (["Balance in real time"], "100.00", nil), (["Weight in pounds"], "100.00", nil),
        (["Available in ALL stores"], "100.00", nil), (["All prices in pounds"], "100.00", "GBP"),
        (["Amounts in real"], "100.00", "BRL"), (["Invoiced in CHF"], "100.00", "CHF"),
        (["Amount SEK incl. VAT"], "100.00", "SEK"), (["Total in RON"], "100.00", "RON"),
        // A number's sign denies nothing.
        (["Invoice No. 17 Currency: EUR"], "100.00", "EUR"), (["Order No 5 Currency: EUR"], "100.00", "EUR"),
        (["No EUR accepted"], "100.00", nil),
    ])
    func aDocumentNamesItsCurrencyOnlyWhereItSpeaksOfOne(lines: [String], total: String, code: String?) async throws {
        let result = try await result([["Total", total]] + lines.map { [nil, nil, $0] }, Self.currency)
        #expect(result.fields["v"]?.stringValue == code)
        // An undecided sign is told; an amount without a currency is no currency that was read.
        #expect(result.errors.map(\.code) == (total.hasPrefix("$") && code == nil ? ["extraction.value-invalid"] : []))
    }

    @Test func aSignOfOtherCurrenciesIsAnObjection() async throws {
        let result = try await result([["Total", "€100.00"], ["Total", "$110.00"]], Self.currency)
        #expect(result.fields["v"] == .null)
        #expect(result.errors.map { $0.facts["found"] } == ["$110.00"])
        let conflict = try #require(result.conflicts.first)
        #expect(conflict.candidates.map(\.value) == ["EUR", .null])
        #expect(conflict.candidates.map(\.isChosen) == [false, false])
    }

    @Test func aSignThatMayBeTheSameCurrencyIsNone() async throws {
        let result = try await result([["Total", "US$100.00"], ["Total", "$110.00"]], Self.currency)
        #expect(result.fields["v"] == "USD")
        #expect(result.errors.isEmpty && result.conflicts.isEmpty)
    }
}
