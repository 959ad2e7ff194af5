import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Synchronization
import Testing

@Suite struct FieldExtractorTests {
    private let invoice = PageDouble([
        ["Acme Ltd", nil, "INVOICE"],
        ["Invoice number:", "INV-2041", "Invoice date: 5 March 2024"],
        ["Due date", "Customer"],
        ["19.04.2024", "C-77"],
        ["Subtotal", "1,000.00"],
        ["Total", "1,234.00 €"],
    ])
    private let source = #"""
        {"type": "object", "required": ["number", "total"], "additionalProperties": false, "properties": {
          "number": {"type": "string", "title": "Invoice number"},
          "date": {"type": "string", "format": "date", "title": "Invoice date"},
          "due": {"type": "string", "format": "date", "title": "Due date"},
          "currency": {"type": ["string", "null"], "title": "Currency"},
          "discount": {"type": "number", "title": "Discount"},
          "total": {"type": "number", "title": "Total"}}}
        """#

    @Test func readsFieldsFromTheTileItsNeighbourAndTheTileBelow() async throws {
        let model = try ModelDouble([invoice], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [invoice.page], model: model)
        let text = #"{"number":"INV-2041","date":"2024-03-05","due":"2024-04-19","currency":null,"total":1234.00}"#
        #expect(JSONWriter().string(.object(result.fields)) == text)
        #expect(result.errors.isEmpty)
        let total = try #require(result.answers.last)
        #expect(total.text == "1,234.00 €")
        #expect(total.relation == .right)
        #expect(total.box == invoice.pieces.last?.box)
    }

    @Test(arguments: [(true, "ABCDEFGHIJ0123456789KLMNOP"), (false, "ABCDEFGHIJ")])
    func aValueLongerThanATileIsJoinedWithoutASpace(isOneWord: Bool, value: String) async throws {
        let double = PageDouble([["Invoice number:", "ABCDEFGHIJ", "0123456789KLMNOP"]])
        var page = double.page
        page.tiles[2].continuesWord = isOneWord
        let model = try ModelDouble([double], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page], model: model)
        #expect(result.answers.map(\.text) == [value])
    }

    @Test func asksOnlyWhereALabelIsAndInBoundedGroups() async throws {
        let model = try ModelDouble([invoice], answer: carefulAnswer)
        let extractor = try FieldExtractor(schema: schema(source))
        let reading = try await extractor.read(invoice.page, model: model)
        #expect(model.groups.withLock { $0.allSatisfy { $0 <= 16 } })
        let questions = model.questions.withLock { $0 }
        #expect(questions.contains(#"What is the total? ["Total", "1,234.00 €"]"#))
        #expect(questions.contains(#"What is the invoice number? ["Invoice number:", "INV-2041", "Due date"]"#))
        #expect(questions.count <= 8, "\(questions)")
        #expect(reading.requestCount == questions.count + invoice.pieces.count)
        #expect(reading.tiles.map(\.text) == invoice.pieces.map(\.text))
    }

    @Test(arguments: [
        ("Invoice Number", "invoice number"), ("IBAN", "IBAN"), ("VAT ID", "VAT ID"), ("Due date", "due date"),
        ("eMail", "eMail"),
    ])
    func asksInRunningText(title: String, spoken: String) throws {
        let text = #"{"type":"object","properties":{"a":{"type":"string","title":"\#(title)"}}}"#
        #expect(try schema(text).fields().map(\.spokenName) == [spoken])
    }

    @Test func goesOnWithTheRestOfALineThatWasTooLongForOneTile() async throws {
        var page = PageDouble([["Subject: delivery delay of your order", "number 4711 and replacement", "Page 1"]])
        page.pieces[1].box = Box(x0: 93, y0: 0, x1: 183, y1: 12)
        page.pieces[2].box = Box(x0: 250, y0: 0, x1: 340, y1: 12)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let text = #"{"type":"object","properties":{"subject":{"type":"string","title":"Subject"}}}"#
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.fields["subject"] == "delivery delay of your order number 4711 and replacement")
        #expect(result.answers[0].box == Box(x0: 0, y0: 0, x1: 183, y1: 12))
    }

    @Test func neverShowsABlankPageToTheModel() async throws {
        let model = try ModelDouble([], answer: { _, _ in ("Call me Ishmael", 0) })
        let blank = ExtractionPage(page: PageNumber(1), tiles: [])
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [blank], model: model)
        #expect(model.groups.withLock { $0.isEmpty })
        #expect(result.fields == ["currency": nil])
        #expect(result.errors.map(\.code) == Array(repeating: "extraction.required-field-missing", count: 2))
        #expect(result.errors.map { $0.facts["pointer"] } == ["/number", "/total"])
    }

    @Test func fallsBackOnTheTextBesideTheLabelWhenTheModelAnswersNothing() async throws {
        let model = try ModelDouble([invoice])
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [invoice.page], model: model)
        #expect(result.fields["total"]?.numberValue?.text == "1234.00")
        #expect(result.answers.allSatisfy { $0.source == .transcription })
    }

    @Test func prefersTheValueThatSeveralPlacesSay() async throws {
        let page = PageDouble([["Total 7.00"], ["Total 5.00"], ["Total 5.00"]])
        let model = try ModelDouble([page], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(total)).extract(from: [page.page], model: model)
        #expect(result.fields["total"]?.numberValue?.text == "5.00")
    }

    @Test func prefersTheAnswerThatTheModelIsSurerOf() async throws {
        let page = PageDouble([["Total 5.00"], ["Total 7.00"]])
        let model = try ModelDouble([page]) { _, texts in
            texts[0] == "Total 7.00" ? ("7.00", -0.01) : ("5.00", -1.5)
        }
        let result = try await FieldExtractor(schema: schema(total)).extract(from: [page.page], model: model)
        #expect(result.fields["total"]?.numberValue?.text == "7.00")
    }

    @Test func takesTheReadingThatTheModelIsSurerOf() async throws {
        let page = PageDouble([["Reference:", "AW/55201"]])
        let text = #"{"type":"object","properties":{"reference":{"type":"string"}}}"#
        for (logProbability, value) in [(-0.5, "AW/55201"), (-0.001, "AW/5201")] as [(Float, JSONValue)] {
            let model = try ModelDouble([page]) { _, _ in ("AW/5201", logProbability) }
            let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
            #expect(result.fields["reference"] == value)
        }
    }

    @Test func doesNotTakeAnotherFieldsLabelForAValue() async throws {
        let page = PageDouble([["First name", "Last name"], ["Thomas", "Underwood"]])
        let model = try ModelDouble([page]) { question, texts in
            (question.contains("first") ? "Last name" : texts[1], -0.01)
        }
        let text = #"{"type":"object","properties":{"first_name":{"type":"string"},"last_name":{"type":"string"}}}"#
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.fields == ["first_name": "Thomas", "last_name": "Underwood"])
    }

    @Test func doesNotTakeItsOwnLabelUnderAHeadingForAValue() async throws {
        let page = PageDouble([["INVOICE"], ["Invoice number:", "HL-20417"]])
        let model = try ModelDouble([page]) { _, texts in (texts[1], -0.001) }
        let text = #"{"type":"object","properties":{"n":{"type":"string","title":"invoice number"}}}"#
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.fields["n"] == "HL-20417")
    }

    @Test(arguments: ["Ship date", "Customer no.", "VAT ID:", "Due"])
    func looksBelowWhereACaptionStandsBeside(caption: String) async throws {
        let page = PageDouble([["Period", caption], ["April to June 2025", "x"]])
        let text = #"{"type":"object","properties":{"period":{"type":"string"}}}"#
        let result = try await FieldExtractor(schema: schema(text)).extract(
            from: [page.page],
            model: ModelDouble([page])
        )
        #expect(result.fields["period"] == "April to June 2025")
    }

    @Test(arguments: [
        ("Total: -3.67", "-3.67"), ("Total - 3.67", "3.67"), ("Total .... 3.67", "3.67"),
        ("Total (20 %): 3.67", "3.67"),
    ])
    func keepsTheSignOfAnAmountBesideItsLabel(line: String, number: String) async throws {
        let page = PageDouble([[line]])
        let result = try await FieldExtractor(schema: schema(total))
            .extract(from: [page.page], model: ModelDouble([page]))
        #expect(result.fields["total"]?.numberValue?.text == number)
    }

    @Test func takesNoValueFromRunningText() async throws {
        let page = PageDouble([["Please give the reference above."]])
        let text = #"{"type":"object","properties":{"reference":{"type":"string"}}}"#
        let result = try await FieldExtractor(schema: schema(text)).extract(
            from: [page.page],
            model: ModelDouble([page])
        )
        #expect(result.fields.isEmpty)
        #expect(result.errors.isEmpty)
    }

    @Test func tellsAsAnErrorWhatTheSchemaDoesNotAdmit() async throws {
        let page = PageDouble([["Total: twelve"]])
        let model = try ModelDouble([page], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(total)).extract(from: [page.page], model: model)
        #expect(result.fields.isEmpty)
        #expect(result.errors == [.valueInvalid(pointer: "/total", quote: "twelve", expected: "a number")])
    }

    @Test func doesNotTrustAnswersThatWereCutShort() async throws {
        let page = PageDouble([["Total 5.00"]])
        let model = try ModelDouble([page], stopReason: .loop, answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(total)).extract(from: [page.page], model: model)
        #expect(result.fields.isEmpty)
        #expect(result.errors.map(\.code) == ["extraction.required-field-missing"])
    }

    @Test func abstainsWhenTheModelOnlyGuesses() async throws {
        let page = PageDouble([["Total"], ["hello"]])
        let model = try ModelDouble([page]) { _, _ in ("99.00", -3) }
        let result = try await FieldExtractor(schema: schema(total)).extract(from: [page.page], model: model)
        #expect(result.answers.isEmpty)
    }

    @Test func gathersFieldsFromSeveralPagesAndNestsThem() async throws {
        let first = PageDouble([["VAT ID: DE123"]], number: 1)
        let second = PageDouble([["IBAN: DE02 1203"]], number: 2)
        let text = #"""
            {"type": "object", "properties": {
              "seller": {"type": "object", "required": ["vat"], "properties": {
                "vat": {"type": "string", "title": "VAT ID"}, "iban": {"type": "string", "title": "IBAN"}}},
              "buyer": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "title": "Bill to"}}}}}
            """#
        let model = try ModelDouble([first, second], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(text)).extract(
            from: [second.page, first.page],
            model: model
        )
        #expect(JSONWriter().string(.object(result.fields)) == #"{"seller":{"vat":"DE123","iban":"DE02 1203"}}"#)
        #expect(result.errors.isEmpty)
        #expect(result.answers.map(\.page.value) == [1, 2])
    }

    @Test func asksForeignCheckpointsOnceForEachFieldWithAllTiles() async throws {
        let model = try ModelDouble([invoice], declares: false) { question, texts in
            texts.count == 13 && question.contains("What is the Total?") ? (#""1,234.00 €""#, -0.1) : ("null", -0.1)
        }
        let extractor = try FieldExtractor(schema: schema(source), prompt: "Read the invoice.")
        var page = invoice.page
        page.hasTextLayer = true
        let result = try await extractor.extract(from: [page], model: model)
        #expect(result.fields["total"]?.numberValue?.text == "1234.00")
        #expect(result.errors.map { $0.facts["pointer"] } == ["/number"])
        #expect(model.questions.withLock { $0.count == 6 && $0.allSatisfy { $0.hasPrefix("Read the invoice.\n") } })
    }

    @Test func foreignCheckpointsMustAnswerInJSON() async throws {
        let model = try ModelDouble([invoice], declares: false) { _, _ in ("1234.00", -0.1) }
        let extractor = try FieldExtractor(
            schema: schema(#"{"type":"object","properties":{"total":{"type":"string"}}}"#)
        )
        #expect(try await extractor.read(invoice.page, model: model).candidates.isEmpty == false, "a number is JSON")
        let chatty = try ModelDouble([invoice], declares: false) { _, _ in ("The total is 1,234.00", -0.1) }
        await #expect(throws: ExtractionError.answerNotJSON(pointer: "/total", found: "The total is 1,234.00")) {
            try await extractor.read(invoice.page, model: chatty)
        }
    }

    @Test func anAnswerThatGoesOnForeverIsAnErrorOfItsPage() async throws {
        let model = try ModelDouble([invoice], declares: false, stopReason: .loop) { _, _ in ("aaaaaaaa", -0.1) }
        let extractor = try FieldExtractor(
            schema: schema(#"{"type":"object","properties":{"total":{"type":"string"}}}"#)
        )
        let result = try await extractor.extract(from: [invoice.page], model: model)
        #expect(result.errors == [.answerCutShort(page: 1, pointer: "/total")])
        #expect(result.fields["total"] == nil)
    }

    @Test(
        arguments: [
            ("^(?=A)[A-Z]+$", "schema.invalid", "lookahead"),
            ("(a|b)*a(a|b){20}", "schema.unsupported-keyword", "states"),
        ] as [(String, String, String)]
    )
    func refusesWhatAnswersCannotBeHeldBy(pattern: String, code: String, reason: String) throws {
        let text = #"{"type":"object","properties":{"id":{"type":"string","pattern":"\#(pattern)"}}}"#
        let error = try #require(throws: ExtractionError.self) { try FieldExtractor(schema: schema(text)) }
        #expect(error.code == code)
        #expect(error.facts["pointer"] == "/properties/id")
        #expect(error.description.contains(reason), "\(error.description)")
    }

    @Test func stopsWhenTheModelFails() async throws {
        struct Failure: Error {}
        struct Broken: VisionLanguageModel {
            let description = ModelDescription(name: "broken", family: "idefics2", digest: "", weights: "float32")
            func generate(_ requests: [GenerationRequest]) async throws -> [Generation] { throw Failure() }
        }
        let extractor = try FieldExtractor(schema: schema(source))
        await #expect(throws: Failure.self) { try await extractor.read(invoice.page, model: Broken()) }
    }

    @Test func refusesAModelThatLosesAnswers() async throws {
        struct Forgetful: VisionLanguageModel {
            let description = ModelDescription(name: "forgetful", family: "idefics2", digest: "", weights: "float32")
            func generate(_ requests: [GenerationRequest]) async throws -> [Generation] { [] }
        }
        let extractor = try FieldExtractor(schema: schema(source))
        await #expect(throws: ExtractionError.answerCount(expected: 6, found: 0)) {
            try await extractor.read(invoice.page, model: Forgetful())
        }
    }

    @Test func keepsAPageReadingThroughItsJSON() async throws {
        let model = try ModelDouble([invoice], answer: carefulAnswer)
        let extractor = try FieldExtractor(schema: schema(source))
        let reading = try await extractor.read(invoice.page, model: model)
        let kept = try JSONDecoder().decode(PageReading.self, from: JSONEncoder().encode(reading))
        #expect(extractor.assemble([kept]) == extractor.assemble([reading]))
    }

    private let total = #"""
        {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "title": "Total"}}}
        """#

    @Test(arguments: [
        ([["Subject:", nil, "Meter reading"], ["Dear Ann"]], "Meter reading"),
        ([["Subject", nil, "Meter reading"], ["Dear Ann"]], "Dear Ann"),
        ([["Subject:", nil, "Branch office"], ["Dear Ann", nil, "Leeds"]], "Dear Ann"),
    ])
    func aValueBesideALabelWithAColonIsNotPassedOverForOneBelow(rows: [[String?]], value: String) async throws {
        let page = PageDouble(rows)
        let model = try ModelDouble([page]) { _, texts in (texts.last ?? "", -0.01) }
        let source = #"{"type":"object","properties":{"v":{"type":"string","x-recto":{"labels":["Subject"]}}}}"#
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["v"]?.stringValue == value)
    }

    /// Labels below each other have their values beside them, with a colon or without.
    @Test(arguments: [("Receipt number", "Maria"), ("12 Mill Street", "Flat white")])
    func aValueBesideALabelBelowAnotherIsNotPassedOver(above: String, value: String) async throws {
        let page = PageDouble([[above, "548 2994"], ["Cashier", "Maria"], ["Flat white", "14.08"]])
        let model = try ModelDouble([page]) { _, texts in (texts.last ?? "", -0.01) }
        let source = """
            {"type":"object","properties":{
              "number":{"type":["string","null"],"x-recto":{"labels":["Receipt number"]}},
              "v":{"type":"string","x-recto":{"labels":["Cashier"]}}}}
            """
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["v"]?.stringValue == value)
    }

    @Test(arguments: ["Name of father", "Name on passport"])
    func aLabelInALongerCaptionIsNoneWhereTheValueStandsElsewhere(caption: String) async throws {
        let page = PageDouble([[caption, "Bob"]])
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let source = #"{"type":"object","properties":{"v":{"type":"string","x-recto":{"labels":["Name"]}}}}"#
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["v"] == nil)
    }

    @Test(arguments: [
        ("Order A-1 Date: 3 May 2026", "A-1"), ("Order A-1 Due date: 3 May 2026", "A-1"),
        ("Order: Project Alpha: next steps", "Project Alpha: next steps"), ("Order: Date: unknown", "Date: unknown"),
    ])
    func aTextEndsBeforeTheNextCaptionOfItsLine(line: String, value: String) async throws {
        let page = PageDouble([[line]])
        let source = #"{"type":"object","properties":{"v":{"type":"string","x-recto":{"labels":["Order"]}}}}"#
        let rest = line.dropFirst("Order".count).drop { ": ".contains($0) }
        let model = try ModelDouble([page]) { _, _ in (String(rest), -0.01) }
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["v"]?.stringValue == value)
    }
}
