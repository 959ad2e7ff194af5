import RectoExtraction
import RectoSchema
import Testing

/// A currency is that of the amounts it stands at, never one from elsewhere on the page.
@Suite struct CurrencyPlaceTests {
    private let source = #"""
        {"type":"object","properties":{"currency":{"type":["string","null"],"x-recto":{"type":"currency","labels":["Total"]}}}}
        """#

    private func result(_ rows: [[String?]], answer: String = "", source: String? = nil) async throws
        -> ExtractionResult
    {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, _ in (answer, -0.01) }
        return try await FieldExtractor(schema: schema(source ?? self.source)).extract(from: [page.page], model: model)
    }

    @Test(arguments: ["", "EUR", "1 EUR", "USD"])
    func anExchangeRateIsNoAnswer(answer: String) async throws {
        let rows = [["Total", "100.00"], ["Exchange rate 1 EUR = 1.1 USD"]]
        let result = try await result(rows, answer: answer)
        #expect(result.fields["currency"] == .null)
    }

    @Test(arguments: ["", "EUR"])
    func aCurrencyOfAnotherTextMustBeTheDocumentsOnlyOne(answer: String) async throws {
        let fee = ["A fee of 5 EUR applies"]
        let only = try await result([["Total", "100.00"], fee], answer: answer)
        #expect(only.fields["currency"] == (answer.isEmpty ? .null : "EUR"))
        let two = try await result([["Total", "100.00"], fee, ["Paid", "USD 7.00"]], answer: answer)
        #expect(two.fields["currency"] == .null)
    }

    @Test(arguments: [
        ([["Total", "100.00 EUR"], ["Exchange rate 1 EUR = 1.1 USD"]], "EUR"),
        ([["Total"], ["USD 100.00"], ["Exchange rate 1 EUR = 1.1 USD"]], "USD"),
        ([["Total", "$100.00"], ["Prices in Canadian dollars (CAD)."]], "CAD"),
    ])
    func theCurrencyAtTheAmountsCounts(rows: [[String]], code: String) async throws {
        let result = try await result(rows)
        #expect(result.fields["currency"]?.stringValue == code)
        #expect(result.errors.isEmpty)
    }

    @Test(
        arguments: [
            ([["Account currency", "EUR"]], nil), ([["Account currency: EUR"]], nil),
            ([["For payments in US$ please contact us."]], nil), ([["If you pay in EUR, ask us."]], nil),
            ([["Tutti i prezzi si intendono in EUR"]], "EUR"), ([["Contact: Anna", "Amounts in EUR"]], "EUR"),
            ([["Billed in", "EUR"]], "EUR"), ([["All prices in EUR."]], "EUR"),
        ] as [([[String]], String?)]
    )
    func theCurrencyOfAnAccountIsNotTheAmounts(rows: [[String]], code: String?) async throws {
        let source = source.replacing(#"["Total"]"#, with: #"["Currency"]"#)
        let result = try await result(rows + [["Total", "100.00"]], source: source)
        #expect(result.fields["currency"]?.stringValue == code)
    }

    @Test(arguments: [MergePolicy.best, .first])
    func differentCurrenciesAreNotChosenAmong(policy: MergePolicy) async throws {
        let pages = ["EUR 100.00", "USD 110.00"].enumerated().map { PageDouble([["Total", $1]], number: $0 + 1) }
        let model = try ModelDouble(pages) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let result = try await FieldExtractor(schema: schema(source), merge: policy)
            .extract(from: pages.map(\.page), model: model)
        let error = ExtractionError.currencyUndecided(
            pointer: "/currency",
            currencies: ["EUR 100.00", "USD 110.00"],
            pages: [1, 2]
        )
        #expect(result.fields["currency"] == (policy == .best ? .null : "EUR"))
        #expect(result.errors == (policy == .best ? [error] : []))
        #expect(error.description.contains(#""EUR 100.00" on page 1 and "USD 110.00" on page 2"#))
    }

    @Test func twoCurrenciesInOneAmountAreToldAsAnError() async throws {
        let result = try await result([["Total", "100.00 EUR (110.00 USD)"]])
        #expect(result.fields["currency"] == .null)
        let error = ExtractionError.valueInvalid(
            pointer: "/currency",
            quote: "100.00 EUR (110.00 USD)",
            expected: "one currency, and this names EUR and USD"
        )
        #expect(result.errors == [error])
    }

    @Test(arguments: [
        ("Total (CAD)", "$12.00", "CAD"), ("Total (CAD)", "12.00", "CAD"), ("Total EUR", "12.00", "EUR"),
        ("Total (EUR)", "12.00 USD", nil),
    ])
    func whatTheLabelDeclaresCounts(label: String, amount: String, code: String?) async throws {
        let source = source.replacing(#""labels""#, with: #""locale":"en-US","labels""#)
        for answer in [amount, ""] {
            let result = try await result([[label, amount]], answer: answer, source: source)
            #expect(result.fields["currency"]?.stringValue == code, "\(answer)")
            #expect(result.errors.map(\.code) == (code == nil ? ["extraction.currency-undecided"] : []), "\(answer)")
        }
    }

    @Test(
        arguments: [
            ([["Whg.: EUR"], ["Total", "100.00"]], "EUR"), ([["Monnaie", "EUR"], ["Total", "100.00"]], "EUR"),
            ([["Whg.: EUR"], ["Total", "100.00 USD"]], "USD"), ([["Shop: ALL"], ["Total", "100.00"]], nil),
            ([["Fee: 5 EUR"], ["Fee: CHF 7"], ["Total", "100.00"]], nil),
        ] as [([[String]], String?)]
    )
    func aCodeByItselfIsTheCurrencyWhateverItsCaption(rows: [[String]], code: String?) async throws {
        #expect(try await result(rows).fields["currency"]?.stringValue == code)
    }
}
