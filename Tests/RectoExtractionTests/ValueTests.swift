import RectoExtraction
import RectoSchema
import Testing

@Suite struct ValueTests {
    @Test(
        arguments: [
            ("1,234.00", "1234.00"), ("1.234,50 €", "1234.50"), ("€ 1 234,50", "1234.50"), ("$12.5", "12.5"),
            ("12", "12"),
            ("0.125", "0.125"),
            ("1.234", "1234"), ("1,234", "1234"), ("12.34", "12.34"), ("12,34", "12.34"), ("1,234,567", "1234567"),
            ("1.234.567,8", "1234567.8"),
            ("CHF 1'234.50", "1234.50"), ("1’234.50 CHF", "1234.50"), ("-5.00", "-5.00"), ("5.00-", "-5.00"),
            ("(5.00)", "-5.00"), ("−5.00", "-5.00"),
            ("EUR -1.234,00", "-1234.00"), ("-€5.00", "-5.00"), ("19 %", "19"), ("007", "7"),
            ("1234.5678", "1234.5678"), ("12.3456", "12.3456"),
            ("12.–", "12"),
            ("1\u{A0}234,00\u{A0}€", "1234.00"), ("0,50", "0.50"), ("+3", "3"), ("000.00", "0.00"),
            ("1234567.89", "1234567.89"), (".50", "0.50"),
        ] as [(String, String)]
    )
    func readsPrintedNumbers(text: String, number: String) {
        #expect(AmountParser().parse(text)?.text == number)
    }

    @Test(arguments: [
        "", "EUR", "abc", "12a", "1.2.3", "1,23,4", "1,234.5.6", "12.34,56,78", "1 23", "INV-1", "--5", "(-5)", "5-6",
        "12:30", "1.234,567.8", "12.",
        "१२", "1,2345,678",
    ])
    func readsNoNumberWhereThereIsNone(text: String) {
        #expect(AmountParser().parse(text) == nil)
    }

    @Test(
        arguments: [
            ("2026-11-21", "2026-11-21"), ("2026/1/2", "2026-01-02"), ("21.11.2026", "2026-11-21"),
            ("1.2.26", "2026-02-01"), ("21-11-2026", "2026-11-21"),
            ("11/21/2026", "2026-11-21"), ("21/11/2026", "2026-11-21"), ("3/4/2026", "2026-03-04"),
            ("21 November 2026", "2026-11-21"),
            ("21. November 2026", "2026-11-21"), ("November 21, 2026", "2026-11-21"), ("Nov. 21st, 2026", "2026-11-21"),
            ("21-Nov-2026", "2026-11-21"),
            ("5. März 2024", "2024-03-05"), ("14 août 2025", "2025-08-14"), ("29 Feb 2024", "2024-02-29"),
            ("1 de enero de 2025", "2025-01-01"),
            ("Monday, 3 June 2024", "2024-06-03"), ("12 Sept 99", "1999-09-12"), ("2026 Jan 5", "2026-01-05"),
        ] as [(String, String)]
    )
    func readsPrintedDates(text: String, iso: String) {
        #expect(DateParser().parse(text)?.iso == iso)
    }

    @Test(arguments: [
        "", "29 Feb 2023", "31.04.2026", "2026-13-01", "1234.00", "12:30:00", "Ju 5 2024", "5 Foo 2024", "1.2",
        "20261121", "13/13/2026", "1.2.3.4", "1/2.2024",
        "32 May 2020", "21 November",
    ])
    func readsNoDateWhereThereIsNone(text: String) {
        #expect(DateParser().parse(text) == nil)
    }

    @Test(
        arguments: [
            (#"{"type":"number"}"#, "1.234,50 €", "1234.50"), (#"{"type":"integer"}"#, "12.00", "12"),
            (#"{"type":"integer"}"#, "12.50", nil),
            (#"{"type":"number"}"#, "twelve", nil), (#"{"type":"string"}"#, "INV-1", "\"INV-1\""),
            (#"{"type":"string","format":"date"}"#, "5. März 2024", "\"2024-03-05\""),
            (#"{"type":"string","x-recto":{"type":"date"}}"#, "5. März 2024", "\"5. März 2024\""),
            (#"{"type":"string","x-recto":{"type":"date"}}"#, "INV-1", nil),
            (#"{"type":"string","x-recto":{"type":"amount"}}"#, "5,00 €", "\"5,00 €\""),
            (#"{"type":"string","enum":["EUR","USD"]}"#, "eur", "\"EUR\""),
            (#"{"type":"string","enum":["EUR","USD"]}"#, "GBP", nil), (#"{"type":"boolean"}"#, "Yes", "true"),
            (#"{"type":"boolean"}"#, "maybe", nil),
            (#"{"type":"string","pattern":"^[0-9]+$"}"#, "12a", nil),
            (#"{"type":["number","null"],"maximum":10}"#, "11", nil),
            (#"{"type":"string","minLength":3}"#, "ab", nil),
            (#"{"type":"string","format":"email"}"#, "a.b@c-d.org", "\"a.b@c-d.org\""),
            (#"{"type":"string","format":"email"}"#, "a@b", nil),
            (#"{"type":"string","format":"email"}"#, "a b@c.org", nil),
            (#"{"type":"string","format":"email"}"#, "\"a b\"@c.org", nil),
            (#"{"type":"string","format":"email"}"#, "a@[127.0.0.1]", nil),
            (#"{"type":"string","format":"ipv4"}"#, "10.0.0.1", "\"10.0.0.1\""),
            (#"{"type":"string","format":"ipv4"}"#, "10.0.0.256", nil),
            (#"{"type":"number","exclusiveMaximum":11}"#, "11.00", nil),
        ] as [(String, String, String?)]
    )
    func convertsWhatWasReadOrRefusesIt(node: String, text: String, json: String?) throws {
        let source = #"{"type":"object","properties":{"v":\#(node)}}"#
        let schema = try ExtractionSchema(bytes: source.utf8, file: "v.json")
        let outcome = ValueConverter().convert(text, to: schema.root.properties[0].node)
        switch (outcome, json) {
        case (.value(let value), let json?): #expect(JSONWriter().string(value) == json)
        case (.refused(let expected), nil): #expect(!expected.isEmpty)
        default: Issue.record("\(text) gave \(outcome)")
        }
    }
}
