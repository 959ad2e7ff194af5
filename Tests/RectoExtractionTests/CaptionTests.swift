import RectoExtraction
import RectoSchema
import Synchronization
import Testing

/// Labels are whole captions: a label in a longer one names something else.
@Suite struct CaptionTests {
    @Test(
        arguments: [
            ("Total", .amount, "Total", 1.0), ("Total", .amount, "Total: 5.00", 1.0),
            ("Total", .amount, "TOTAL 5.00", 1.0),
            ("Total", .amount, "Total (EUR) 5.00", 1.0), ("Total", .amount, "Total EUR 5.00", 1.0),
            ("Total", .amount, "Total amount: 5.00", 0.97), ("Total", .amount, "Grand total", 0.97),
            ("Total", .amount, "Total incl. VAT 5.00", 1.0), ("Total", .amount, "Gesamt / Total", 1.0),
            ("VAT", .amount, "VAT 20 % 1.60", 1.0), ("VAT", .amount, "Total VAT 1.60", 0.97),
            ("Tax", .amount, "Tax (8.5%)", 1.0), ("Due", .date, "Due date: May 3", 0.97),
            ("Date", .date, "Date May 3, 2026", 1.0), ("Date", .date, "Date Mon 3/5/26", 1.0),
            ("Order", .text, "Your order: A-1", 0.97), ("First name", .text, "First name(s)", 1.0),
            ("Customer", .text, "Customer Ann Lee", 0.8), ("Currency", .currency, "Currency Swiss francs", 1.0),
            ("Tax", .amount, "Total plus tax 120.00", nil), ("MwSt.", .amount, "Summe zzgl. MwSt. 5,00", nil),
            ("Total", .amount, "Total discount", nil), ("Total", .amount, "Total weight 25 kg", nil),
            ("Total", .amount, "Total items 3", nil), ("Total", .amount, "Total VAT", nil),
            ("Total", .amount, "Net total 5.00", nil), ("Total", .amount, "Total (gross) 2.00", nil),
            ("Total", .text, "Total (gross)", 0.8), ("Date", .date, "Delivery date: 3/5/26", nil),
            ("Date", .date, "Date of birth 3/5/26", nil), ("Invoice", .text, "Invoice date: 3 May", nil),
            ("Customer", .text, "Customer number 17", nil), ("Reference", .text, "see our reference A-1", nil),
            ("Customer", .text, "Customer address: 1 Mill Street", nil), ("VAT", .amount, "Total incl. VAT", nil),
        ] as [(String, ValueKind, String, Double?)]
    )
    func aLabelIsItsWholeCaption(label: String, kind: ValueKind, text: String, fit: Double?) throws {
        let match = try #require(LabelMatcher(labels: [label], kind: kind).match(text))
        #expect(match.isPart == (fit == nil))
        if let fit { #expect(abs(match.fit - fit) < 0.001, "\(match.fit)") }
    }

    @Test func wordsOfTheFieldsOtherLabelsDoNotLeadAway() throws {
        let matcher = LabelMatcher(labels: ["Total", "Amount due", "Balance to pay"], kind: .amount)
        #expect(try #require(matcher.match("Total balance due")).isPart == false)
        #expect(try #require(matcher.match("Total balence due")).isPart == false, "one edit")
        #expect(try #require(matcher.match("Total discount")).isPart)
    }

    @Test func whatTheFieldIsCalledDoesNotLeadAway() async throws {
        let page = PageDouble([["Buyer name:", "Ann Lee"], ["Seller name:", "Bo Ray"]])
        let member = #"{"type":"object","properties":{"name":{"type":"string","title":"Name"}}}"#
        let text = #"{"type":"object","properties":{"buyer":\#(member),"seller":\#(member)}}"#
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        let fields = #"{"buyer":{"name":"Ann Lee"},"seller":{"name":"Bo Ray"}}"#
        #expect(JSONWriter().string(.object(result.fields)) == fields)
    }

    @Test func aWholeCaptionWinsOverAPartOfOne() throws {
        let matcher = LabelMatcher(labels: ["Total", "Total discount"], kind: .amount)
        let match = try #require(matcher.match("Total discount 2.00"))
        #expect(!match.isPart)
        #expect("Total discount 2.00".dropFirst(match.end) == "2.00")
    }

    @Test func aNumberInALabelIsThatNumber() {
        #expect(LabelMatcher(labels: ["Line 12"]).match("Line 12: a")?.fit == 1)
        #expect(LabelMatcher(labels: ["Field label A0"]).match("Field label J9") == nil)
        let other = LabelMatcher(labels: ["VAT 20%"]).match("VAT 19%: 5")?.fit ?? 0
        #expect(other > 0.65 && other < 0.9, "another rate is asked, but an exact label wins")
    }

    @Test func whatOnlyResemblesACaptionGivesNoValue() async throws {
        let page = PageDouble([
            ["Subtotal", "10.00"], ["Total discount", "2.00"], ["Total weight", "25 kg"], ["Total items", "3"],
            ["Total VAT", "1.60"],
        ])
        let text = #"""
            {"type":"object","properties":{
              "total":{"type":["number","null"],"x-recto":{"labels":["Total"]}},
              "tax":{"type":["number","null"],"x-recto":{"labels":["VAT","Tax"]}}}}
            """#
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(JSONWriter().string(.object(result.fields)) == #"{"total":null,"tax":1.60}"#)
        #expect(result.conflicts.isEmpty)
    }

    @Test func theExactCaptionIsTheOnlyOneThatIsAsked() async throws {
        let page = PageDouble([["Net total", "10.00"], ["Total (net)", "9.00"], ["Total", "12.00"]])
        let text = #"{"type":"object","properties":{"total":{"type":"number","x-recto":{"labels":["Total"]}}}}"#
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.fields["total"]?.numberValue?.text == "12.00")
        #expect(model.questions.withLock { $0.count } == 1)
    }
}
