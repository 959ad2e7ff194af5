import RectoExtraction
import RectoSchema
import RectoVLM
import Synchronization
import Testing

/// Questions that a checkpoint may declare: which tile holds a label, and several fields as one object.
struct TaughtQuestionTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "invoice_number": {"type": ["string", "null"], "title": "Invoice Number", "x-recto": {"labels": ["Invoice No."]}},
          "due_date": {"type": ["string", "null"], "format": "date", "title": "Due Date", "x-recto": {"labels": ["Due"]}}}}
        """

    /// Names the tile whose text has one of the words, answers fields with the tile beside the label's.
    @Sendable private static func answer(
        _ words: [String],
        _ question: String,
        _ texts: [String]
    ) -> (text: String, logProbability: Float) {
        guard question.hasPrefix("Which tile holds the ") else { return (texts.count > 1 ? texts[1] : "", -0.05) }
        let place = texts.firstIndex { text in words.contains { text.contains($0) } }
        return (place.map { "\($0 + 1)" } ?? "", -0.01)
    }

    private func reading(
        _ rows: [[String?]],
        imagesPerChoice: Int? = 6,
        words: [String]
    ) async throws -> (reading: PageReading, questions: [String]) {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], imagesPerChoice: imagesPerChoice) { Self.answer(words, $0, $1) }
        let reading = try await FieldExtractor(schema: schema(Self.invoice)).read(page.page, model: model)
        return (reading, model.questions.withLock(\.self))
    }

    @Test func aLabelThatTheSchemaDoesNotListIsFoundByItsMeaning() async throws {
        let rows = [["Dokument Nr.:", "R-17"], ["Fr\u{fc}hestens", "keine"], ["Zahlbar am:", "1.2.2026"]]
        let (found, questions) = try await reading(rows, words: ["Dokument"])
        let number = try #require(found.candidates.first { $0.pointer.description == "/invoice_number" })
        #expect(number.text == "R-17" && number.labelTile == 0 && number.relation == .right)
        // A tenth of a nat in doubt: less sure than a label that is listed.
        #expect(number.labelFit.map { $0 < 0.7 && $0 > 0.69 } == true)
        let asked = questions.filter { $0.hasPrefix("Which tile") }
        // A day stands only beside the last label: the others cannot be the due date's.
        #expect(
            asked.contains { $0.hasPrefix("Which tile holds the due date?") && !$0.contains("Dokument") },
            "\(asked)"
        )
        #expect(!found.candidates.contains { $0.pointer.description == "/due_date" })
        #expect(found.requestCount == 6 + questions.count)
    }

    @Test func aCheckpointThatWasNotTaughtItIsNotAsked() async throws {
        let (found, questions) = try await reading(
            [["Dokument Nr.:", "R-17"]],
            imagesPerChoice: nil,
            words: ["Dokument"]
        )
        #expect(found.candidates.isEmpty && questions.isEmpty)
    }

    /// Two groups name a tile each; the question is put again to the two.
    @Test func ofTilesNamedInSeveralGroupsOneIsChosen() async throws {
        let rows: [[String?]] = [
            ["Alpha:", "R-1"], ["Beta:", "R-2"], ["Gamma:", "R-3"], ["Delta:", "R-4"], ["Epsilon:", "R-5"],
        ]
        let (found, questions) = try await reading(rows, imagesPerChoice: 3, words: ["Beta", "Delta"])
        #expect(found.candidates.map(\.text) == ["R-2"], "\(found.candidates)")
        let asked = questions.filter { $0.hasPrefix("Which tile holds the invoice number?") }
        #expect(asked.count == 3 && asked.last?.contains(#"["Beta:", "Delta:"]"#) == true, "\(asked)")
    }

    /// Both fields name the only tile; the surer one gets it.
    @Test func oneTileIsNotTheLabelOfTwoFields() async throws {
        let page = PageDouble([["Dokument Nr.:", "2026-02-01"]])
        let model = try ModelDouble([page], imagesPerChoice: 6) { question, _ in
            switch question {
            case "Which tile holds the invoice number?": ("1", -0.3)
            case "Which tile holds the due date?": ("1", -0.1)
            default: ("2026-02-01", -0.01)
            }
        }
        let reading = try await FieldExtractor(schema: schema(Self.invoice)).read(page.page, model: model)
        #expect(reading.candidates.map(\.pointer.description) == ["/due_date"], "\(reading.candidates)")
    }

    @Test(arguments: ["7", "0", "-1", "one", "1 2", ""])
    func anAnswerThatNamesNoTileFindsNothing(_ text: String) async throws {
        let page = PageDouble([["Dokument Nr.:", "R-17"]])
        let model = try ModelDouble([page], imagesPerChoice: 6) { question, _ in
            question.hasPrefix("Which") ? (text, -0.01) : ("R-17", -0.01)
        }
        let reading = try await FieldExtractor(schema: schema(Self.invoice)).read(page.page, model: model)
        #expect(reading.candidates.isEmpty)
    }

    @Test func anAnswerInDoubtNamesNothing() async throws {
        let page = PageDouble([["Dokument Nr.:", "R-17"]])
        let model = try ModelDouble([page], imagesPerChoice: 6) { question, _ in
            question.hasPrefix("Which") ? ("1", -0.8) : ("R-17", -0.01)
        }
        let reading = try await FieldExtractor(schema: schema(Self.invoice)).read(page.page, model: model)
        #expect(reading.candidates.isEmpty)
    }

    /// Both labels stand in one tile: one question, whose object has both.
    @Test(arguments: [
        (#"{"invoice number": "R-17", "due date": "2026-02-01"}"#, 1),
        (#"{"invoice number": "R-17", "due date": null}"#, 1),
        (#"{"invoice number": "R-17"}"#, 3), ("R-17, 1.2.2026", 3), (#"{"invoice number": 17, "due date": null}"#, 3),
    ])
    func fieldsOfOneTileAreAskedForTogether(_ object: String, _ count: Int) async throws {
        let page = PageDouble([["Invoice No. R-17 Due: 2026-02-01"]])
        let model = try ModelDouble([page], answersObjects: true) { question, _ in
            switch question {
            case "Extract as JSON: invoice number, due date.": (object, -0.015)
            case "What is the due date?": ("2026-02-01", -0.01)
            default: ("R-17", -0.01)
            }
        }
        let extractor = try FieldExtractor(schema: schema(Self.invoice))
        let reading = try await extractor.read(page.page, model: model)
        let questions = model.questions.withLock(\.self)
        // What is no object of these fields is not believed: each is asked for by itself.
        #expect(questions.count == count && questions[0].hasPrefix("Extract as JSON"), "\(questions)")
        let number = try #require(reading.candidates.first { $0.pointer.description == "/invoice_number" })
        #expect(number.text == "R-17" && number.logProbabilities.count == 4, "\(number)")
        #expect(number.logProbabilities.allSatisfy { $0 == (count == 1 ? -0.015 : -0.01) })
        #expect(extractor.assemble([reading]).fields["due_date"] == .string("2026-02-01"))
    }
}
