import RectoExtraction
import RectoSchema
import Testing

/// Reports beside earlier reports.
struct EvaluationBaselineTests {
    private static func report(_ fields: JSONObject, text: String? = nil) -> JSONValue {
        let labels = DocumentLabels(expected: ["total": "520.20", "tax": "86.70"], text: text.map { _ in "abcd" })
        let transcription = text.map { EvaluationReportTests.record(["pages": [["page": 1, "text": .string($0)]]]) }
        let evaluation = DocumentEvaluation(
            path: "a.pdf",
            labels: labels,
            record: EvaluationReportTests.record(fields),
            transcription: transcription
        )
        return EvaluationReport(documents: [evaluation], model: nil).json()
    }

    private static let good = report(["total": "520.20", "tax": "86.70"])
    private static let bad = report(["total": "520.20", "tax": "86.71"])

    @Test func theSameReportIsNoChange() throws {
        let comparison = try BaselineComparison(Self.good, with: JSONParser().parse(JSONWriter().string(Self.good)))
        #expect(comparison.fields.isEmpty)
        #expect(comparison.overall.isEmpty)
        #expect(!comparison.isWorse)
    }

    @Test func aFieldThatFellIsWorse() throws {
        let comparison = try BaselineComparison(Self.bad, with: Self.good)
        #expect(comparison.isWorse)
        #expect(comparison.fields.map(\.field) == ["/tax", "/tax", "/tax"])
        #expect(comparison.fields.map(\.measure) == ["exact_rate", "normalized_rate", "anls"])
        #expect(comparison.fields.map(\.before) == [1, 1, 1])
        #expect(comparison.fields.map(\.after) == [0, 0, 0.8])
        #expect(comparison.overall.contains { $0.field == "documents" && $0.isWorse })
    }

    @Test func aFieldThatRoseIsNotWorse() throws {
        let comparison = try BaselineComparison(Self.good, with: Self.bad)
        #expect(!comparison.isWorse)
        #expect(comparison.fields.count == 3)
    }

    /// One field's gain does not pay for another's loss.
    @Test func aGainElsewhereDoesNotHideALoss() throws {
        let before = Self.report(["total": "x", "tax": "86.70"])
        let after = Self.report(["total": "520.20", "tax": "x"])
        let comparison = try BaselineComparison(after, with: before)
        #expect(comparison.isWorse)
        #expect(comparison.overall.allSatisfy { $0.field != "overall" || $0.measure == "anls" || !$0.isWorse })
    }

    @Test func aFieldThatIsNotMeasuredAnyMoreIsWorse() throws {
        let nothing = EvaluationReport(documents: [], model: nil).json()
        #expect(try BaselineComparison(nothing, with: Self.good).isWorse)
        #expect(try !BaselineComparison(Self.good, with: nothing).isWorse)
    }

    @Test func moreCharacterErrorsAreWorse() throws {
        let fields: JSONObject = ["total": "520.20", "tax": "86.70"]
        let (clean, dirty) = (Self.report(fields, text: "abcd"), Self.report(fields, text: "abxd"))
        let comparison = try BaselineComparison(dirty, with: clean)
        #expect(comparison.isWorse)
        #expect(comparison.fields.map(\.after) == [0.25])
        #expect(try !BaselineComparison(clean, with: dirty).isWorse)
    }

    @Test(arguments: ["{}", "[]", "{\"recto_eval\": \"1.0\"}", "{\"recto_eval\": \"1.0\", \"fields\": [{}]}"])
    func whatIsNoReportIsRefused(_ text: String) throws {
        let value = try JSONParser().parse(text)
        #expect(throws: BaselineError.self) { try BaselineComparison.check(value) }
    }
}
