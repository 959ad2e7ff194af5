import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Testing

/// What stands beside a label and is not what the schema wants is told, never dropped in silence.
@Suite struct RefusedValueTests {
    private func result(
        _ rows: [[String?]],
        _ node: String,
        isRequired: Bool = false,
        answer: @escaping ModelDouble.Answer = { _, _ in ("", -0.01) }
    ) async throws -> ExtractionResult {
        let page = PageDouble(rows)
        let required = isRequired ? #""required":["v"],"# : ""
        let text = #"{"type":"object",\#(required)"properties":{"v":{"title":"Number",\#(node)}}}"#
        return try await FieldExtractor(schema: schema(text))
            .extract(from: [page.page], model: ModelDouble([page], answer: answer))
    }

    @Test(
        arguments: [
            (#""type":["string","null"],"maxLength":2"#, "INV-2041", "at most 2 characters"),
            (#""type":["string","null"],"enum":["A","B",null]"#, "INV-2041", "one of"),
            (#""type":["string","null"],"pattern":"^X""#, "INV-2041", "a match of ^X"),
            (#""type":["number","null"],"x-recto":{"locale":"de-DE"}"#, "1,234.50", "a number as de-DE writes it"),
            (#""type":["string","null"],"format":"date""#, "31/02/2026", "a date"),
        ] as [(String, String, String)]
    )
    func whatIsNoValueIsToldWhetherTheFieldMayBeEmptyOrNot(node: String, text: String, expected: String) async throws {
        for required in [true, false] {
            let node = required ? node.replacing(#"["string","null"]"#, with: #""string""#) : node
            let result = try await result([["Number", text]], node, isRequired: required)
            let error = try #require(result.errors.first)
            #expect(error.code == "extraction.value-invalid" && result.errors.count == 1, "\(result.errors)")
            #expect(error.facts["found"] == text && error.facts["pointer"] == "/v")
            #expect(error.facts["expected"]?.hasPrefix(expected) == true, "\(error)")
            #expect(result.fields["v"]?.isNull ?? true)
        }
    }

    @Test(arguments: ["invoice number", "Kundennummer", "N° client numéro"])
    func textWithoutADigitIsNoNumber(title: String) async throws {
        let source = #"{"type":"object","properties":{"v":{"title":"\#(title)","type":["string","null"]}}}"#
        for (text, expected) in [
            ("Kestrel Clinic", nil), ("#", nil), ("(s)", nil), ("K-17", "K-17"), ("ABC-XYZ", "ABC-XYZ"),
        ] {
            let page = PageDouble([["\(title):", text]])
            let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
            let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
            #expect(result.fields["v"]?.stringValue == expected, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("#", nil), ("(s)", nil), ("A", "A"), ("A+", "A+"), ("(A)", "(A)"), ("✓", "✓"),
            ("Kestrel Clinic", "Kestrel Clinic"),
        ]
            as [(String, String?)]
    )
    func whatIsLeftOfALabelIsNoText(text: String, expected: String?) async throws {
        let source = #"{"type":"object","properties":{"v":{"title":"grade","type":["string","null"]}}}"#
        let page = PageDouble([["Grade:", text]])
        let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.01) }
        let result = try await FieldExtractor(schema: schema(source)).extract(from: [page.page], model: model)
        #expect(result.fields["v"]?.stringValue == expected)
    }

    @Test(arguments: ["n/a", "-", "Remarks:", "see overleaf"])
    func aWordInPlaceOfANumberSaysThatThereIsNone(text: String) async throws {
        let result = try await result([["Number", text]], #""type":["number","null"]"#)
        #expect(result.fields["v"] == .null)
        #expect(result.errors.isEmpty)
    }

    @Test func whatIsHardlyTheValueIsToldOnlyWhereTheFieldWouldBeCalledMissing() async throws {
        // Far from the label, and read without conviction.
        let answer: ModelDouble.Answer = { _, _ in ("1,2,3", -0.5) }
        for required in [true, false] {
            let result = try await result(
                [["Number"], ["nothing of it"]],
                #""type":"number""#,
                isRequired: required,
                answer: answer
            )
            let error = ExtractionError.valueInvalid(pointer: "/v", quote: "1,2,3", expected: "a number")
            #expect(result.errors == (required ? [error] : []))
        }
    }

    @Test(arguments: ["No", "NO", "no", "Yes"])
    func aShortAnswerIsNoCaption(text: String) async throws {
        for rows in [[["Number: \(text)"]], [["Number \(text)"]], [["Number", text]], [["Number"], [text]]] {
            let result = try await result(rows, #""type":["boolean","null"]"#)
            #expect(result.fields["v"] == .bool(text == "Yes"), "\(rows)")
            #expect(result.errors.isEmpty)
        }
    }

    @Test func aRequiredFieldOfWhichNothingWasReadIsMissing() async throws {
        let result = try await result([["Amount", "5.00"]], #""type":"number""#, isRequired: true)
        #expect(result.errors == [.requiredFieldMissing(pointer: "/v", title: "Number")])
    }
}
