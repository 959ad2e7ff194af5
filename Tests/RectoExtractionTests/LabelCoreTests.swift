import RectoExtraction
import RectoSchema
import Testing

/// Labels that say the same as those of the schema in words which it does not list.
struct LabelCoreTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "number": {"type": ["string", "null"], "title": "invoice number", "x-recto": {"labels": ["Invoice number", "Facture n°"]}},
          "customer": {"type": ["string", "null"], "title": "customer number",
            "x-recto": {"labels": ["Client no.", "Account number", "Kundennummer"]}},
          "order": {"type": ["string", "null"], "title": "order number", "x-recto": {"labels": ["Order number", "Bestellnummer", "Commande n°"]}},
          "tax": {"type": ["string", "null"], "title": "tax", "x-recto": {"type": "amount", "labels": ["Tax"]}},
          "terms": {"type": ["string", "null"], "title": "terms", "x-recto": {"labels": ["Terms of payment"]}}}}
        """

    private func found(_ rows: [[String?]]) async throws -> [String: String] {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let fields = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .fields
        return fields.reduce(into: [:]) { found, member in found[member.key] = member.value.stringValue }
    }

    @Test(
        arguments: [
            ([["Client reference", "222 6119"]], "customer", "222 6119"),
            ([["Your account:", "XY/9105/33"]], "customer", "XY/9105/33"),
            ([["Kunde", "4711"]], "customer", "4711"),
            ([["Your account", "850 012 345 678"]], "customer", "850 012 345 678"),
            ([["Ihre Kunden-Nr.", "4711"]], "customer", "4711"),
            ([["Our order ref.: RH-7497"]], "order", "RH-7497"),
            ([["Ihre Bestellung", "559 1465"]], "order", "559 1465"),
            ([["Réf. facture", "Client ref."], ["T/0967/07", "C-12"]], "number", "T/0967/07"),
            ([["Taxes", "88.35"]], "tax", "88.35"), ([["Plus tax", "140"]], "tax", "140"),
            ([["Plus tax 14.00"]], "tax", "14.00"),
        ]
    )
    func whatSaysTheSameIsALabel(_ rows: [[String]], _ field: String, _ value: String) async throws {
        #expect(try await found(rows)[field] == value)
    }

    @Test(arguments: [
        // It names something else, or nothing.
        [["Order date", "559 1465"]], [["Reference", "559 1465"]], [["Tax office", "140"]],
        [["Bank account", "12345678"]],
        // What stands there is no such number.
        [["Client", "Bramble Clinic"]], [["Our order", "2 boxes"]], [["Your order", "4 May 2024"]],
        [["Your account", "12.50"]],
        [["Your account", "DE89 3704 0044 0532 0130 00"]], [["Your account", "+44 20 7946 0018"]],
        [["Your order", "7"]], [["Our order", "01865 722 118"]], [["Your order", "01865 722118"]],
        [["Your order", "470 123 4567"]],
        [["Your account", "a1@mail.test"]], [["Our order", "45 %"]],
        // Several.
        [["Our order", "559 1465"], ["Your order", "17-288"]],
        // The head of a column of amounts.
        [["Taxes", "Sums"], ["5.00", "30.00"]],
        // One tile, and no money.
        [["Taxes 14"]],
        // Only numbers and amounts are found so: of other texts nothing says what they look like.
        [["Our terms", "Net 30"]],
    ])
    func whatSaysMoreIsNone(_ rows: [[String]]) async throws {
        #expect(try await found(rows).isEmpty)
    }

    @Test(arguments: [
        [["Sort code", "40-22-18"], ["Account number", "51882047"]],
        [["Bank", "Lloyds"], ["Account number", "51882047"]],
        [["Account number", "51882047"], ["IBAN", "DE89 3704"]],
        [["Kontonummer", "7742110"], ["Bankleitzahl", "200 505 50"]],
        [["Client account, 20-99-31, 40118872"]], [["Company No. 04471182"]],
        [["N° de compte", "00010088211"]], [["NIF client", "B-84411022"]],
        // Amounts are no numbers.
        [["Bestellwert", "500,00"]], [["Order number", "440,00 €"]],
    ])
    func anAccountAtABankIsNoCustomer(_ rows: [[String]]) async throws {
        #expect(try await found(rows).isEmpty)
    }

    @Test(
        arguments: [
            ("account number", "Account number", "Account number", "Sort code"),
            ("order number", "Purchase order", "Purchase order number", "Total"),
        ]
    )
    func aFieldsOwnWordsAreNoOtherCaption(_ title: String, _ label: String, _ caption: String, _ next: String)
        async throws
    {
        let page = PageDouble([[caption, "51882047"], [next, "40-22-18"]])
        let model = try ModelDouble([page], answer: carefulAnswer)
        let source =
            #"{"type": "object", "properties": {"n": {"type": ["string", "null"], "title": ""# + title
            + #"", "x-recto": {"labels": [""# + label + #""]}}}}"#
        let fields = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model).fields
        #expect(fields["n"] == "51882047")
    }

    @Test func anAccountElsewhereIsACustomers() async throws {
        #expect(
            try await found([["Account number", "51882047"], ["Order number", "17"]]) == [
                "customer": "51882047", "order": "17",
            ]
        )
    }

    @Test(
        arguments: [
            ([["Facture n°", "No. 0311"]], "0311"), ([["Invoice number", "N° 12/7"]], "12/7"),
            ([["Invoice number", "NO-311"]], "NO-311"), ([["Invoice number", "N311"]], "N311"),
        ] as [([[String]], String)]
    )
    func theSignOfANumberIsNoPartOfIt(_ rows: [[String]], _ number: String) async throws {
        #expect(try await found(rows)["number"] == number)
    }

    @Test func aListedLabelGoesBefore() async throws {
        #expect(try await found([["Your order", "559 1465"], ["Order number", "17-288"]]) == ["order": "17-288"])
    }

    @Test func inAListWhatStandsBesideItsLabelGoesBefore() async throws {
        let page = PageDouble([["Order number", "17-288"], ["Kunde", "CB-77"], ["4711"]])
        let model = try ModelDouble([page]) { question, texts in
            question.contains("customer") ? (texts.last ?? "", -0.05) : carefulAnswer(question, texts)
        }
        let fields = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .fields
        #expect(fields["customer"] == "CB-77")
    }

    @Test func itCountsLittle() async throws {
        let page = PageDouble([["Your order", "559 1465"]])
        let model = try ModelDouble([page], answer: carefulAnswer)
        let answers = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .answers
        #expect(answers.map(\.labelFit) == [0.7])
    }

    @Test(
        arguments: [
            ("Payment terms", "Payment received", nil), ("Payment", "Payment sent", nil),
            ("Payment", "Payment details", nil), ("Payment", "Payment", "Visa 4411"),
            ("Payment", "Payment:", "Visa 4411"),
        ] as [(String, String, String?)]
    )
    func smallLettersBehindALabelBelongToTheCaption(_ label: String, _ caption: String, _ value: String?) async throws {
        let page = PageDouble([[caption, "Visa 4411"]])
        let model = try ModelDouble([page], answer: carefulAnswer)
        let source =
            #"{"type": "object", "properties": {"terms": {"type": ["string", "null"], "title": "terms", "x-recto": {"labels": [""#
            + label + #""]}}}}"#
        let fields = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model).fields
        #expect(fields["terms"]?.stringValue == value)
    }

    @Test(
        arguments: [
            ([["Terms", "Dated"], ["Net 30", "16/12/21"]], "Net 30"), ([["Terms", "Data"]], "Data"),
            ([["Terms", "Data"], [nil, "30"]], "Data"),
        ] as [([[String?]], String)]
    )
    func theHeadOfADayIsNoValue(_ rows: [[String?]], _ terms: String) async throws {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let source =
            #"{"type": "object", "properties": {"terms": {"type": ["string", "null"], "x-recto": {"labels": ["Terms"]}}}}"#
        let fields = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model).fields
        #expect(fields["terms"]?.stringValue == terms)
    }
}
