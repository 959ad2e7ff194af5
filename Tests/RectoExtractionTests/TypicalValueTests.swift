import RectoExtraction
import RectoSchema
import Testing

/// Values that are told by what they say, whatever stands beside them.
struct TypicalValueTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "terms": {"type": ["string", "null"], "x-recto": {"type": "text", "labels": ["Terms"],
            "values": ["30 days net", "2% 10 days, net 30", "Due on receipt", "À réception"]}},
          "due": {"type": ["string", "null"], "x-recto": {"type": "date", "labels": ["Due"]}},
          "number": {"type": ["string", "null"], "x-recto": {"type": "text", "labels": ["Number"]}}}}
        """

    private func terms(_ rows: [[String?]]) async throws -> String? {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let extractor = try FieldExtractor(schema: schema(Self.invoice))
        return try await extractor.extract(from: [page.page], model: model).fields["terms"]?.stringValue
    }

    @Test(
        arguments: [
            ([["Conditions", "14 days net"]], "14 days net"), ([["Conditions: 14 DAYS NET"]], "14 DAYS NET"),
            ([["Credit:"], ["2 % 10 days, net 60."]], "2 % 10 days, net 60."),
            ([["Règlement", "A réception"]], "A réception"),
            ([["Pay: Due on receipt"], ["Note: due on receipt"]], "Due on receipt"),
            ([["2% 10 days,", "net 60"]], "2% 10 days, net 60"), ([["Gross 16"], ["14 days net"]], nil),
            ([["You may pay:"], ["PayPal"], ["Due on receipt"]], nil),
            ([["Our usual terms are:"], ["Due on receipt"]], nil),
            ([["Credit", "Due on receipt", "Cash"]], nil), ([["5% 10 days,", "30 days net"]], nil),
            // Of three digits none is listed.
            ([["Credit", "486 days net"]], nil),
            // Behind a label in its own tile, whatever stands below; cut into tiles, beside a label.
            ([["Terms Due on receipt"], ["IBAN DE46 0671"]], "Due on receipt"),
            ([["Terms", "2% 10 days,", "net 60"]], "2% 10 days, net 60"),
            // What reads like a label of another field.
            ([["Terms", "Due on receipt"], ["IBAN", "DE46 0671"]], "Due on receipt"),
            // A label leads elsewhere.
            ([["Terms", "Cheque"], ["Bank", "Due on receipt"]], "Cheque"),
            // More is said, a number goes before, several stand there, or there is none.
            ([["Goods are sent 14 days net weight"]], nil), ([["Your orders 14 days net"]], nil),
            ([["7 or 14 days net"]], nil),
            ([["14 days net"], ["30 days net"]], nil), ([["days net"]], nil), ([["Net", "14 days"]], nil),
        ] as [([[String]], String?)]
    )
    func aTextThatSaysNothingElseIsTheValue(_ rows: [[String]], _ expected: String?) async throws {
        #expect(try await terms(rows) == expected)
    }

    @Test(arguments: [
        [["Terms", "Due on receipt"], ["IBAN DE46 0671"]], [["Terms Due on receipt"], ["IBAN DE46 0671"]],
    ])
    func whatTheModelTakesFromElsewhereIsLeftOut(_ rows: [[String]]) async throws {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, texts in (texts.last ?? "", -0.01) }
        let result = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
        #expect(result.fields["terms"] == "Due on receipt")
    }
}
