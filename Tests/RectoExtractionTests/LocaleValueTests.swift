import RectoExtraction
import RectoPages
import RectoSchema
import Testing

@Suite struct LocaleValueTests {
    private func locale(_ name: String) throws -> PrintedLocale { try #require(PrintedLocale(name)) }

    @Test(
        arguments: [
            ("de-DE", "1.234", "1234"), ("de-DE", "1.234,50 €", "1234.50"), ("de-DE", "1 234,50", "1234.50"),
            ("de-DE", "1234,5", "1234.5"), ("de-DE", "-1.234.567,89 EUR", "-1234567.89"), ("de-DE", "0,500", "0.500"),
            ("de-DE", "1,234", "1.234"), ("de-DE", "12,–", "12"), ("de-DE", "1,234.50", nil), ("de-DE", "12.34", nil),
            ("de-DE", "12.5", nil), ("de-DE", "1.234.56", nil), ("de-DE", "1'234,50", nil),
            ("de-DE", "1.234 567,00", nil),
            ("de-AT", "€ 1.234,50", "1234.50"), ("de-AT", "1 234,50", "1234.50"),
            ("de-CH", "CHF 1'234.50", "1234.50"), ("de-CH", "1’234.–", "1234"), ("de-CH", "1.234", "1.234"),
            ("de-CH", "1.234,50", nil), ("de-CH", "12,50", nil), ("de-LI", "Fr. 1'000.05", "1000.05"),
            ("en-US", "1.234", "1.234"), ("en-US", "1,234", "1234"), ("en-US", "$1,234.50", "1234.50"),
            ("en-US", "($1,234.50)", "-1234.50"), ("en-US", ".50", "0.50"), ("en-US", "1,23", nil),
            ("en-US", "1.234,50", nil),
            ("en-US", "1 234.50", nil), ("en-US", "1,2345", nil), ("en-US", ",234", nil), ("en-US", "12.", nil),
            ("en-GB", "£1,234.50", "1234.50"), ("en-GB", "1,234.5-", "-1234.5"), ("en-IE", "€1,000", "1000"),
            ("en-IN", "₹ 12,34,567.89", "1234567.89"), ("en-IN", "Rs. 1,234", "1234"), ("en-IN", "123,456", "123456"),
            ("en-IN", "1,2,345", nil), ("en-US", "12,34,567.89", nil),
            ("fr-FR", "1 234,50 €", "1234.50"), ("fr-FR", "1\u{202F}234\u{A0}€", "1234"), ("fr-FR", "12,5 %", "12.5"),
            ("fr-FR", "1.234", nil), ("fr-FR", "1.234,50", nil), ("fr-BE", "1.234,50 EUR", "1234.50"),
            ("fr-CH", "CHF 1 234.50", "1234.50"), ("fr-CH", "1'234,50", "1234.50"), ("fr-CH", "1.234", "1.234"),
            ("fr-CA", "1 234,56 $", "1234.56"), ("fr-CA", "1,234.56", nil),
            ("es-ES", "1.234,50 €", "1234.50"), ("es-ES", "1 234,50", "1234.50"), ("es-MX", "$1,234.50", "1234.50"),
            ("es-MX", "1.234,50", nil), ("es-AR", "$ 1.234,50", "1234.50"), ("es-CO", "$ 1.234", "1234"),
            ("it-IT", "€ 1.234,50", "1234.50"), ("it-CH", "1'234.50", "1234.50"), ("it-IT", "1,234.50", nil),
            ("nl-NL", "€ 1.234,50", "1234.50"), ("nl-NL", "€ 12,-", "12"), ("nl-BE", "1.234", "1234"),
            ("pt-PT", "1 234,50 €", "1234.50"), ("pt-PT", "1.234,50 €", "1234.50"), ("pt-BR", "R$ 1.234,50", "1234.50"),
            ("pt-BR", "1.234", "1234"), ("sv-SE", "1 234,50 kr", "1234.50"), ("sv-SE", "1.234", nil),
            ("nb-NO", "kr 1 234,50", "1234.50"), ("da-DK", "1.234,50 kr.", "1234.50"),
        ] as [(String, String, String?)]
    )
    func readsAmountsByTheMarksOfTheirLocale(name: String, text: String, number: String?) throws {
        #expect(AmountParser(locale: try locale(name)).parse(text)?.text == number)
    }

    @Test(
        arguments: [
            ("en-US", "03/04/2026", "2026-03-04"), ("en-GB", "03/04/2026", "2026-04-03"),
            ("de-DE", "03/04/2026", "2026-04-03"),
            ("en-US", "3-4-26", "2026-03-04"), ("en-US", "3.4.2026", "2026-03-04"), ("de-DE", "3.4.26", "2026-04-03"),
            ("en-US", "21/11/2026", nil), ("en-GB", "11/21/2026", nil), ("de-DE", "11/21/2026", nil),
            ("en-AU", "1/12/2025", "2025-12-01"), ("en-IE", "31/01/2025", "2025-01-31"),
            ("en-IN", "05-06-2025", "2025-06-05"),
            ("fr-FR", "03/04/2026", "2026-04-03"), ("it-IT", "3-4-2026", "2026-04-03"),
            ("nl-NL", "03-04-2026", "2026-04-03"),
            ("es-ES", "3/4/26", "2026-04-03"), ("pt-BR", "03/04/2026", "2026-04-03"),
            ("da-DK", "3.4.2026", "2026-04-03"),
            ("sv-SE", "2026-04-03", "2026-04-03"), ("sv-SE", "26-04-03", "2026-04-03"), ("sv-SE", "03/04/2026", nil),
            ("en-CA", "03/04/2026", nil), ("en-CA", "13/04/2026", "2026-04-13"), ("en-CA", "04/13/2026", "2026-04-13"),
            ("en-CA", "04/04/2026", "2026-04-04"), ("en-CA", "03/04/26", nil), ("fr-CA", "2026/04/03", "2026-04-03"),
            ("en-US", "2026-04-03", "2026-04-03"), ("de-DE", "2026.04.03", "2026-04-03"),
            ("en-US", "April 3, 2026", "2026-04-03"), ("de-DE", "3. April 2026", "2026-04-03"),
            ("de-DE", "den 3. März 2026", "2026-03-03"), ("de-DE", "3. Mrz. 2026", "2026-03-03"),
            ("de-DE", "3 Maerz 2026", "2026-03-03"), ("de-AT", "5. Jänner 2026", "2026-01-05"),
            ("de-AT", "5. Feber 2026", "2026-02-05"), ("de-DE", "Mi., 4. Okt. 2023", "2023-10-04"),
            ("fr-FR", "1er août 2026", "2026-08-01"), ("fr-FR", "1 aout 2026", "2026-08-01"),
            ("fr-FR", "le 3 févr. 2026", "2026-02-03"), ("fr-FR", "3 FEVRIER 2026", "2026-02-03"),
            ("fr-FR", "14 juil. 2026", "2026-07-14"), ("fr-FR", "mar. 3 mars 2026", "2026-03-03"),
            ("fr-FR", "25 déc. 26", "2026-12-25"), ("fr-FR", "3 jui 2026", nil),
            ("es-ES", "3 de abril de 2026", "2026-04-03"), ("es-ES", "1 ene. 2026", "2026-01-01"),
            ("es-ES", "miércoles, 7 de enero de 2026", "2026-01-07"), ("es-PE", "5 setiembre 2026", "2026-09-05"),
            ("it-IT", "3 aprile 2026", "2026-04-03"), ("it-IT", "5 gen 2026", "2026-01-05"),
            ("it-IT", "5 giu. 2026", "2026-06-05"), ("it-IT", "5 lug. 2026", "2026-07-05"),
            ("it-IT", "5 ott 2026", "2026-10-05"), ("it-IT", "giovedì 8 ottobre 2026", "2026-10-08"),
            ("nl-NL", "3 mrt. 2026", "2026-03-03"), ("nl-NL", "3 mei 2026", "2026-05-03"),
            ("nl-NL", "3 maart 2026", "2026-03-03"),
            ("nl-NL", "woensdag 4 maart 2026", "2026-03-04"), ("pt-PT", "3 de março de 2026", "2026-03-03"),
            ("pt-BR", "1º de fev. de 2026", "2026-02-01"), ("pt-BR", "5 out. 2026", "2026-10-05"),
            ("pt-BR", "segunda-feira, 5 de setembro de 2022", "2022-09-05"), ("sv-SE", "3 maj 2026", "2026-05-03"),
            ("nb-NO", "3. desember 2026", "2026-12-03"), ("da-DK", "3. marts 2026", "2026-03-03"),
            ("en-GB", "Tues 3 Mar 2026", "2026-03-03"), ("en-GB", "3rd of March 2026", "2026-03-03"),
            ("en-US", "Sept 5, 26", "2026-09-05"),
        ] as [(String, String, String?)]
    )
    func readsDatesInTheOrderOfTheirLocale(name: String, text: String, iso: String?) throws {
        #expect(DateParser(locale: try locale(name)).parse(text)?.iso == iso)
    }

    @Test(
        arguments: [
            ("€", "EUR"), ("€ 1.234,50", "EUR"), ("1.234,50 €", "EUR"), ("EUR", "EUR"), ("eur", "EUR"), ("Euro", "EUR"),
            ("euros", "EUR"), ("Euro (EUR)", "EUR"), ("US$", "USD"), ("US $ 5.00", "USD"), ("U.S. dollars", "USD"),
            ("US Dollar (USD)", "USD"), ("$1,234.00 USD", "USD"), ("$5 CAD", "CAD"), ("C$ 5", "CAD"), ("CA$5", "CAD"),
            ("A$5", "AUD"), ("NZ$ 5", "NZD"), ("HK$5", "HKD"), ("MX$ 5", "MXN"), ("R$ 5,00", "BRL"), ("£", "GBP"),
            ("£12.50", "GBP"), ("Pounds Sterling", "GBP"), ("CHF", "CHF"), ("CHF 1'234.–", "CHF"), ("SFr. 5", "CHF"),
            ("Schweizer Franken", "CHF"), ("Swiss francs", "CHF"), ("yen", "JPY"), ("RMB", "CNY"),
            ("₹ 12,34,567", "INR"),
            ("500 Kč", "CZK"), ("12,50 zł", "PLN"), ("5000 Ft", "HUF"), ("SKr 5", "SEK"), ("500 SEK", "SEK"),
            ("sek", "SEK"),
            ("ISK", "ISK"), ("THB 5", "THB"), ("₩5000", "KRW"), ("¥5000 JPY", "JPY"), ("(€ 5,00)", "EUR"),
            ("-€5", "EUR"),
        ] as [(String, String)]
    )
    func readsCurrenciesAsCodes(text: String, code: String) {
        #expect(CurrencyParser().parse(text) == .code(code))
    }

    @Test(arguments: [
        "", "5.00", "12 %", "EUR/USD", "€ $", "thb", "all", "XYZ", "Currency", "A 5 $ x", "EUR #5", "Betrag: EUR",
        "us d",
    ])
    func readsNoCurrencyWhereThereIsNone(text: String) {
        #expect(CurrencyParser().parse(text) == nil)
    }

    @Test(
        arguments: [
            ("$", "en-US", "USD"), ("$ 5.00", "en-CA", "CAD"), ("5,00 $", "fr-CA", "CAD"), ("$5", "en-AU", "AUD"),
            ("$5", "es-MX", "MXN"), ("$ 5", "es-CO", "COP"), ("dólares", "en-NZ", "NZD"), ("pesos", "es-AR", "ARS"),
            ("kr", "sv-SE", "SEK"), ("500 kr.", "da-DK", "DKK"), ("kr 500", "nb-NO", "NOK"), ("kroner", "da-DK", "DKK"),
            ("Fr. 5.–", "de-CH", "CHF"), ("Franken", "de-LI", "CHF"), ("francs", "fr-CH", "CHF"),
            ("Rs. 500", "en-IN", "INR"),
            ("$", "de-DE", nil), ("$", "en-GB", nil), ("kr", "en-US", nil), ("Fr.", "fr-FR", nil), ("¥", "en-US", nil),
            ("$", nil, nil), ("kr", nil, nil), ("¥ 500", nil, nil), ("Rs 5", nil, nil), ("Fr. 5", nil, nil),
            ("pesos", nil, nil),
        ] as [(String, String?, String?)]
    )
    func signsOfSeveralCountriesMeanTheLocalesOwn(text: String, name: String?, code: String?) throws {
        let reading = CurrencyParser(locale: try name.map(locale)).parse(text)
        if let code {
            #expect(reading == .code(code))
        } else if case .ambiguous(let codes) = try #require(reading) {
            #expect(codes.count > 1)
        } else {
            Issue.record("\(text) was read as \(String(describing: reading))")
        }
    }

    @Test(
        arguments: [
            (["All prices in USD.", "$ 5"], "$", "USD"), (["Total (CAD)"], "$ 12.00", "CAD"),
            (["US dollars"], "$", "USD"),
            (["USD or CAD"], "$", nil), (["EUR"], "$", nil), (["contact us $5"], "$", nil), (["CALL US $5"], "$", nil),
            (["Plan A $5"], "$", nil),
            (["Belopp i SEK"], "500 kr", "SEK"), (["$ 5"], "$", nil),
        ] as [([String], String, String?)]
    )
    func theDocumentMayDecideWhatASignMeans(texts: [String], text: String, code: String?) {
        let codes = texts.reduce(into: Set<String>()) { $0.formUnion(CurrencyParser.codes(in: $1)) }
        let reading = CurrencyParser(documentCodes: codes).parse(text)
        if let code { #expect(reading == .code(code)) } else { #expect(reading != nil && !isCode(reading)) }
    }

    private func isCode(_ reading: CurrencyParser.Reading?) -> Bool {
        if case .code = reading { true } else { false }
    }

    @Test(
        arguments: [
            (#"{"type":"number","x-recto":{"type":"amount","locale":"de-DE"}}"#, "1.234", "1234"),
            (#"{"type":"number","x-recto":{"type":"amount","locale":"en-US"}}"#, "1.234", "1.234"),
            (#"{"type":"number","x-recto":{"locale":"de-DE"}}"#, "1.234", "1234"),
            (#"{"type":"integer","x-recto":{"locale":"de-DE"}}"#, "1.234", "1234"),
            (#"{"type":"integer","x-recto":{"locale":"en-US"}}"#, "1.234", nil),
            (#"{"type":"string","x-recto":{"type":"amount","locale":"de-DE"}}"#, "1.234,50 €", #""1234.50""#),
            (#"{"type":"string","x-recto":{"type":"amount","locale":"en-US"}}"#, "1.234,50 €", nil),
            (#"{"type":"string","x-recto":{"type":"amount"}}"#, "1.234,50 €", #""1.234,50 €""#),
            (#"{"type":"string","x-recto":{"type":"date","locale":"en-US"}}"#, "03/04/2026", #""2026-03-04""#),
            (#"{"type":"string","x-recto":{"type":"date","locale":"EN-gb"}}"#, "03/04/2026", #""2026-04-03""#),
            (#"{"type":"string","format":"date","x-recto":{"locale":"de-DE"}}"#, "03/04/2026", #""2026-04-03""#),
            (#"{"type":"string","format":"date","x-recto":{"locale":"de-DE"}}"#, "11/21/2026", nil),
            (#"{"type":"string","x-recto":{"type":"date"}}"#, "3. März 2026", #""3. März 2026""#),
            (#"{"type":"string","x-recto":{"type":"currency"}}"#, "€ 12,00", #""EUR""#),
            (#"{"type":"string","x-recto":{"type":"currency"}}"#, "$ 12.00", nil),
            (#"{"type":"string","x-recto":{"type":"currency","locale":"en-US"}}"#, "$ 12.00", #""USD""#),
            (#"{"type":"string","enum":["EUR","USD"],"x-recto":{"type":"currency"}}"#, "Euro", #""EUR""#),
            (#"{"type":"string","enum":["EUR","USD"],"x-recto":{"type":"currency"}}"#, "£", nil),
        ] as [(String, String, String?)]
    )
    func normalisesByTheSchemasLocale(node: String, text: String, json: String?) throws {
        let schema = try schema(#"{"type":"object","properties":{"v":\#(node)}}"#)
        let outcome = ValueConverter().convert(text, to: schema.root.properties[0].node)
        switch (outcome, json) {
        case (.value(let value), let json?): #expect(JSONWriter().string(value) == json)
        case (.refused(let expected), nil): #expect(!expected.isEmpty)
        default: Issue.record("\(text) gave \(outcome)")
        }
    }

    @Test func saysWhatWouldDecide() throws {
        let schema = try schema(
            #"""
            {"type":"object","properties":{"c":{"type":"string","x-recto":{"type":"currency"}},
             "a":{"type":"number","x-recto":{"locale":"de-DE"}}}}
            """#
        )
        let nodes = schema.root.properties.map(\.node)
        guard case .refused(let currency) = ValueConverter().convert("$ 5", to: nodes[0]),
            case .refused(let amount) = ValueConverter().convert("1,234.50", to: nodes[1])
        else {
            Issue.record("they are not refused")
            return
        }
        #expect(currency.contains("USD, CAD, AUD") && currency.contains("x-recto.locale"))
        #expect(amount == "a number as de-DE writes it")
    }

    @Test(
        arguments: [
            (#"{"type":"amount","locale":"xx-YY"}"#, "locale"), (#"{"type":"amount","locale":"de"}"#, "locale"),
            (#"{"type":"amount","locale":"de_DE"}"#, "locale"), (#"{"type":"amount","locale":""}"#, "locale"),
            (#"{"type":"amount","locale":1}"#, "locale"), (#"{"type":"text","locale":"de-DE"}"#, "locale"),
            (#"{"locale":"de-DE"}"#, "locale"), (#"{"type":"money"}"#, "type"),
        ] as [(String, String)]
    )
    func refusesLocalesThatItDoesNotKnowOrUse(form: String, keyword: String) throws {
        let error = try #require(throws: ExtractionError.self) {
            try schema(#"{"type":"object","properties":{"v":{"type":"string","x-recto":\#(form)}}}"#)
        }
        #expect(error.facts["keyword"] == keyword)
        #expect(error.facts["pointer"] == "/properties/v/x-recto")
    }

    @Test func listsTheLocalesThatItKnows() throws {
        let error = try #require(throws: ExtractionError.self) {
            try schema(#"{"type":"object","properties":{"v":{"type":"number","x-recto":{"locale":"tlh"}}}}"#)
        }
        #expect(PrintedLocale.allNames == PrintedLocale.allNames.sorted())
        #expect(error.description.contains(PrintedLocale.allNames.joined(separator: ", ")))
        for name in PrintedLocale.allNames { #expect(PrintedLocale(name.uppercased())?.name == name) }
    }

    @Test func currenciesAreTextsOnly() throws {
        let error = try #require(throws: ExtractionError.self) {
            try schema(#"{"type":"object","properties":{"v":{"type":"number","x-recto":{"type":"currency"}}}}"#)
        }
        #expect(error.facts["keyword"] == "type")
    }

    /// What is printed stays beside what it means.
    @Test func evidenceKeepsWhatIsPrinted() async throws {
        let page = PageDouble([
            ["Amounts in CAD"], ["Datum", "03/04/2026"], ["Netto", "1.234 €"], ["Gesamtbetrag", "1.468,50 €"],
            ["Fee", "$ 5.00"],
        ])
        let schema = try schema(
            #"""
            {"type":"object","properties":{
             "date":{"type":"string","title":"Datum","x-recto":{"type":"date","locale":"de-DE"}},
             "net":{"type":"number","title":"Netto","x-recto":{"locale":"de-DE"}},
             "total":{"type":"string","title":"Gesamtbetrag","x-recto":{"type":"amount","locale":"de-DE"}},
             "currency":{"type":"string","title":"Gesamtbetrag","x-recto":{"type":"currency"}},
             "fee":{"type":"string","title":"Fee","x-recto":{"type":"currency"}}}}
            """#
        )
        let model = try ModelDouble([page], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema).extract(from: [page.page], model: model)
        let text = #"{"date":"2026-04-03","net":1234,"total":"1468.50","currency":"EUR","fee":"CAD"}"#
        #expect(JSONWriter().string(.object(result.fields)) == text)
        #expect(result.errors.isEmpty, "\(result.errors)")
        let printed = ["03/04/2026", "1.234 €", "1.468,50 €", "1.468,50 €", "$ 5.00"]
        let seen = Grounder().ground(result, textLayer: [:])
        #expect(seen.map { $0.evidence.map(\.quote) } == printed.map { [$0] })
        let words = page.pieces.flatMap { piece in piece.text.split(separator: " ").map { (String($0), piece.box) } }
        let layer = words.map { TextLayerWord(text: $0.0, box: $0.1) }
        let found = Grounder().ground(result, textLayer: [PageNumber(1): layer])
        #expect(found.map { $0.evidence.map(\.quote).joined(separator: " ") } == printed)
        #expect(found.allSatisfy { $0.evidence.allSatisfy { $0.match == .exact } })
    }
}
