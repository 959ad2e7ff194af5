import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Synchronization
import Testing

/// Lists in records: bounds, errors, plain values, and checkpoints that answer with whole lists.
struct ListAssemblyTests {
    private static func list(
        _ bounds: String,
        required: String = #""required": ["items"],"#,
        type: String = #""array""#
    ) -> String {
        #"""
        {"type": "object", \#(required) "properties": {"items": {"type": \#(type), \#(bounds) "items": {"type": "object",
          "required": ["item", "sum"], "properties": {"item": {"type": "string"}, "count": {"type": "integer"}, "sum": {"type": "number"}}}}}}
        """#
    }

    private static let heads = [left(60, "Item"), right(300, "Sum")]
    private static let table = ReadPage(
        1,
        [heads, [left(60, "Oak"), right(300, "1.00")], [left(60, "Ash"), right(300, "2.00")]]
    )
    private static let letter = ReadPage(1, [[left(60, "Dear Sir or Madam,")]])

    @Test func withoutATableAListIsEmptyAbsentOrNull() throws {
        #expect(try assemble(Self.list(""), [Self.letter]).fields == ["items": []])
        #expect(try assemble(Self.list("", required: ""), [Self.letter]).fields.isEmpty)
        #expect(
            try assemble(Self.list("", required: "", type: #"["array", "null"]"#), [Self.letter]).fields == [
                "items": nil
            ]
        )
    }

    @Test func tooFewAndTooManyElementsAreErrorsAndNothingIsCut() throws {
        let missing = try assemble(Self.list(#""minItems": 1,"#), [Self.letter])
        #expect(missing.errors == [.listCount(pointer: "/items", count: 0, minimum: 1, maximum: nil)])
        #expect(missing.errors[0].description.contains("/items has 0 elements, but the schema wants at least 1;"))
        let many = try assemble(Self.list(#""maxItems": 1,"#), [Self.table])
        #expect(many.errors == [.listCount(pointer: "/items", count: 2, minimum: nil, maximum: 1)])
        #expect(many.rows() == ["Oak | 1.00", "Ash | 2.00"])
        #expect(try assemble(Self.list(#""minItems": 2, "maxItems": 2,"#), [Self.table]).errors.isEmpty)
    }

    @Test func aCellThatIsWrongOrMissingIsNamed() throws {
        let page = ReadPage(
            1,
            [
                [left(60, "Item"), right(200, "Count"), right(300, "Sum")],
                [left(60, "Oak"), right(200, "1"), right(300, "1.00")],
                [left(60, "Ash"), right(200, "2"), right(300, "1.0.2")], [right(200, "3"), right(300, "3.00")],
                [left(60, "Elm"), right(300, "4.00")],
            ]
        )
        let result = try assemble(Self.list(""), [page])
        #expect(
            result.errors == [
                .valueInvalid(pointer: "/items/1/sum", quote: "1.0.2", expected: "a number"),
                .requiredFieldMissing(pointer: "/items/2/item", title: "item"),
            ]
        )
        #expect(result.rows() == ["Oak | 1 | 1.00", "Ash | 2", "3 | 3.00", "Elm | 4.00"])
    }

    @Test(arguments: [
        (#"{"type": "array", "minItems": 1}"#, "items", "/properties/a"),
        (#"{"type": "array", "items": {}}"#, "type", "/properties/a/items"),
        (#"{"type": "array", "items": {"type": "array", "items": {"type": "string"}}}"#, "type", "/properties/a/items"),
        (#"{"type": "array", "items": {"type": "object"}}"#, "properties", "/properties/a/items"),
        (
            #"{"type": "array", "items": {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "string"}}}}}"#,
            "type", "/properties/a/items/properties/b"
        ),
    ])
    func refusesListsThatAreNoTables(source: String, keyword: String, pointer: String) throws {
        let error = try #require(throws: ExtractionError.self) {
            try FieldExtractor(schema: schema(#"{"type": "object", "properties": {"a": \#(source)}}"#))
        }
        #expect(error.facts["keyword"] == keyword)
        #expect(error.facts["pointer"] == pointer)
    }

    // MARK: - Plain values

    @Test func takesEveryValueOfAFormOnce() throws {
        let source = #"""
            {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "string", "format": "email"}}}}
            """#
        let page = ReadPage(
            1,
            [
                [left(60, "Write to info@acme.test, or")],
                [left(60, "<h.porter@acme.test>."), left(300, "Info@acme.test")],
            ]
        )
        let second = ReadPage(2, [[left(60, "E-mail: sales@acme.test")]])
        let result = try assemble(source, [page, second])
        #expect(result.rows() == ["info@acme.test", "h.porter@acme.test", "sales@acme.test"])
        #expect(result.answers.map(\.pointer.description) == ["/items/0", "/items/1", "/items/2"])
        #expect(result.answers[2].box == Box(x0: 100, y0: 94, x1: 175, y1: 106))
    }

    @Test(
        arguments: [
            ([[left(60, "References: A-1, B-22 and C-3")]], ["A-1", "B-22", "C-3"]),
            (
                [
                    [left(60, "References"), left(160, "A-1")], [left(160, "B-22")],
                    [left(60, "Date"), left(160, "C-3")],
                ], ["A-1", "B-22"]
            ),
            (
                [
                    [left(60, "References:")], [left(60, "• A-1")], [left(60, "• B-22 of"), left(300, "x")],
                    [left(60, "5 May")], [], [left(60, "C")],
                ], ["A-1", "B-22 of 5 May"]
            ),
            (
                [[left(60, "References")], [left(60, "Smith, J.;"), left(115, "Doe, J.")], [left(60, "Total 5.00")]],
                ["Smith, J", "Doe, J"]
            ),
            ([[left(60, "See the references.")]], []),
        ] as [([[ReadPage.Piece]], [String])]
    )
    func takesValuesBehindAndBelowTheirLabel(lines: [[ReadPage.Piece]], values: [String]) throws {
        let source = #"""
            {"type": "object", "required": ["items"], "properties": {
              "date": {"type": ["string", "null"]}, "total": {"type": ["string", "null"]},
              "items": {"type": "array", "title": "References", "items": {"type": "string"}}}}
            """#
        #expect(try assemble(source, [ReadPage(1, lines)]).rows() == values)
    }

    @Test func amountsEndWhereTextBegins() throws {
        let source = #"""
            {"type": "object", "properties": {"items": {"type": "array", "x-recto": {"labels": ["Instalments"]}, "items": {"type": "number"}}}}
            """#
        let page = ReadPage(
            1,
            [[left(60, "Instalments")], [left(60, "100.00")], [left(60, "50.00")], [left(60, "Yours")]]
        )
        #expect(try assemble(source, [page]).rows() == ["100.00", "50.00"])
    }

    private static func list(of element: String, label: String) -> String {
        #"{"type": "object", "properties": {"items": {"type": "array", "x-recto": {"labels": ["\#(label)"]}, "items": \#(element)}}}"#
    }

    /// A label and values in a column beside it.
    private static func column(_ values: [String]) -> ReadPage {
        ReadPage(1, [[left(60, "Readings"), left(180, values[0])]] + values.dropFirst().map { [left(180, $0)] })
    }

    @Test func noValueOfAColumnIsLost() throws {
        let source = Self.list(of: #"{"type": "number"}"#, label: "Readings")
        let whole = try assemble(source, [Self.column(["5.5", "(3.25)", "-2.5", "n/a", "12"])])
        #expect(whole.rows() == ["5.5", "-3.25", "-2.5", "12"])
        #expect(whole.errors.isEmpty)
        let misread = try assemble(source, [Self.column(["5.5", "7.2.5", "12", "(3.25"])])
        #expect(misread.rows() == ["5.5", "12"])
        #expect(misread.errors.map { $0.facts["found"] } == ["7.2.5", "(3.25"])
    }

    @Test(
        arguments: [
            (["5.50 7.25 8.00"], ["5.50", "7.25", "8.00"]), (["5.5,7.25", "1,234"], ["5.5", "7.25", "1234"]),
            (["5.5; (7.25)", "8"], ["5.5", "-7.25", "8"]),
        ] as [([String], [String])]
    )
    func severalAmountsOnALineEachCount(lines: [String], values: [String]) throws {
        let result = try assemble(Self.list(of: #"{"type": "number"}"#, label: "Readings"), [Self.column(lines)])
        #expect(result.rows() == values)
        #expect(result.errors.isEmpty)
    }

    @Test func severalDatesOnALineEachCount() throws {
        let date = #"{"type": "string", "format": "date", "x-recto": {"type": "date", "locale": "en-GB"}}"#
        let lines = ["03/04/2026,04/04/2026", "5 April 2026 and 06/04/2026", "7 April 2026"]
        let days = ["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2026-04-07"]
        let labelled = try assemble(Self.list(of: date, label: "Readings"), [Self.column(lines)])
        #expect(labelled.rows() == days)
        let second = try #require(labelled.answers.first { $0.pointer.description == "/items/1" })
        #expect(second.text == "04/04/2026")
        let box = try #require(second.box)
        // A comma is narrower than a digit, if not on this page.
        #expect(abs(box.x0 - 235) < 2 && box.x1 == 285)
        #expect((box.y0, box.y1) == (94, 106))
        let source = #"{"type": "object", "properties": {"items": {"type": "array", "items": \#(date)}}}"#
        #expect(try assemble(source, [Self.column(lines)]).rows() == days)
        let wrong = try assemble(Self.list(of: date, label: "Readings"), [Self.column([lines[0] + ", 31/02/2026"])])
        #expect(wrong.errors.map { $0.facts["found"] } == ["31/02/2026"])
    }

    // MARK: - Foreign checkpoints

    @Test func foreignCheckpointsAnswerEachListAtOnce() async throws {
        let pages = [PageDouble([["Oak 1,00", "Ash 2,00"]]), PageDouble([["Elm 3,00"]], number: 2)]
        let model = try ModelDouble(pages, declares: false) { question, texts in
            guard question.contains("List all items") else { return ("null", -0.1) }
            return texts.count == 2
                ? (#"[{"item":"Oak","sum":"1,00"},{"item":"Ash","sum":null},{"item":null,"sum":null}]"#, -0.1)
                : (#"[{"item":"Elm","sum":"3,00"}]"#, -0.2)
        }
        let extractor = try FieldExtractor(
            schema: schema(Self.list(#""description": "All of them.","#)),
            prompt: "Read."
        )
        let result = try await extractor.extract(from: pages.map(\.page), model: model)
        #expect(
            JSONWriter().string(.object(result.fields))
                == #"{"items":[{"item":"Oak","sum":1.00},{"item":"Ash"},{"item":"Elm","sum":3.00}]}"#
        )
        #expect(result.errors == [.requiredFieldMissing(pointer: "/items/1/sum", title: "sum")])
        #expect(model.questions.withLock { $0.count == 2 && $0[0].hasPrefix("Read.\nList all items") })
        #expect(
            result.answers.map(\.pointer.description) == [
                "/items/0/item", "/items/0/sum", "/items/1/item", "/items/2/item", "/items/2/sum",
            ]
        )
        #expect(result.answers.map(\.page.value) == [1, 1, 1, 2, 2])
        let words = [TextLayerWord(text: "Elm", box: Box(x0: 5, y0: 0, x1: 20, y1: 10))]
        let grounded = Grounder().ground(result, textLayer: [PageNumber(2): words])
        #expect(grounded.first { $0.pointer.description == "/items/2/item" }?.evidence.first?.match == .exact)
    }

    @Test func aListThatGoesOnForeverIsAnErrorOfItsPage() async throws {
        let page = PageDouble([["Oak"]])
        let model = try ModelDouble([page], declares: false, stopReason: .maximumTokens) { _, _ in
            (#"[{"item":"Oak""#, -0.1)
        }
        let result = try await FieldExtractor(schema: schema(Self.list(""))).extract(from: [page.page], model: model)
        #expect(result.errors == [.answerCutShort(page: 1, pointer: "/items")])
        let chatty = try ModelDouble([page], declares: false) { _, _ in ("Here you are", -0.1) }
        await #expect(throws: ExtractionError.answerNotJSON(pointer: "/items", found: "Here you are")) {
            try await FieldExtractor(schema: schema(Self.list(""))).read(page.page, model: chatty)
        }
    }

    @Test func keepsListsThroughAPagesJSON() async throws {
        let page = PageDouble([["Item", "Sum"], ["Oak", "1.00"]])
        let extractor = try FieldExtractor(schema: schema(Self.list("")))
        let read = try await extractor.read(page.page, model: ModelDouble([page]))
        let kept = try JSONDecoder().decode(PageReading.self, from: JSONEncoder().encode(read))
        #expect(extractor.assemble([kept]).rows() == ["Oak | 1.00"])
    }

    @Test func aListEndsBeforeTheLabelOfAnotherOne() throws {
        let source = #"""
            {"type": "object", "properties": {
              "tags": {"type": "array", "items": {"type": "string"}, "x-recto": {"labels": ["Tags"]}},
              "numbers": {"type": "array", "items": {"type": "number"}, "x-recto": {"labels": ["Numbers"]}}}}
            """#
        let lines = [
            [left(60, "Tags")], [left(60, "red")], [left(60, "green")], [left(60, "Numbers"), left(200, "1.5")],
        ]
        let result = try assemble(source, [ReadPage(1, lines)])
        #expect(result.fields == ["tags": ["red", "green"], "numbers": [.number(try #require(JSONNumber("1.5")))]])
    }

    @Test func aCommaPartsValuesThoughNoSpaceWasReadBehindIt() throws {
        let source = Self.list(of: #"{"type": "string"}"#, label: "Tags")
        let result = try assemble(source, [ReadPage(1, [[left(60, "Tags"), left(200, "red,green, 1,5 mm")]])])
        #expect(result.rows() == ["red", "green", "1,5 mm"])
    }
}
