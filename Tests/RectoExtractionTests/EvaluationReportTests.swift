import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Labels beside records: which fields are right, wrong, missed or invented, and what they come to together.
struct EvaluationReportTests {
    static func record(
        _ fields: JSONObject,
        pipeline: String = "invoice",
        confidence: [String: Double] = [:],
        grounded: Set<String> = [],
        status: RecordStatus = .complete
    ) -> Record {
        let error = ErrorReport(code: "pages.damaged", message: "Page 1 is damaged.", page: PageNumber(1))
        let box = Box(x0: 1, y0: 2, x1: 30, y1: 12)
        let names = Set(confidence.keys).union(grounded).sorted()
        return Record(
            source: .init(name: "a.pdf", path: "a.pdf", sha256: "", bytes: 1, pages: 1),
            pipeline: .init(name: pipeline, version: 1, digest: ""),
            model: nil,
            fields: fields,
            grounding: names.compactMap { name in
                JSONPointer(parsing: name).map {
                    let evidence = Evidence(
                        page: PageNumber(1),
                        box: grounded.contains(name) ? box : nil,
                        quote: "",
                        match: .exact
                    )
                    return GroundedField(pointer: $0, evidence: [evidence], confidence: confidence[name])
                }
            },
            pages: [
                PageReport(
                    page: PageNumber(1),
                    status: status == .failed ? .failed : .complete,
                    error: status == .failed ? error : nil
                )
            ],
            errors: status == .partial ? [error] : []
        )
    }

    static func evaluation(_ expected: JSONObject, _ record: Record) -> DocumentEvaluation {
        DocumentEvaluation(path: "a.pdf", labels: DocumentLabels(expected: expected), record: record)
    }

    private static func outcomes(_ expected: JSONObject, _ found: JSONObject) -> [String] {
        evaluation(expected, record(found)).cases.map { "\($0.pointer) \($0.outcome.rawValue)" }
    }

    @Test func absentIsRightWhenItIsAbsentElseInvented() {
        let outcomes = Self.outcomes(
            ["number": "1", "date": "2", "total": "3", "tax": nil, "currency": nil, "order": nil],
            ["number": "1", "date": "x", "total": nil, "tax": nil, "currency": "GBP", "unlabelled": "y"]
        )
        #expect(
            outcomes == [
                "/number right", "/date wrong", "/total missed", "/tax right", "/currency invented", "/order right",
            ]
        )
    }

    @Test func tellsHowManyRecordsSatisfyTheirSchema() throws {
        let schema = try schema(#"{"type":"object","required":["n"],"properties":{"n":{"type":"string"}}}"#)
        let records = [
            Self.record(["n": "1"]), Self.record(["n": nil], status: .partial), Self.record([:], status: .failed),
        ]
        let documents = records.map {
            DocumentEvaluation(path: "a.pdf", labels: DocumentLabels(expected: ["n": "1"]), record: $0, schema: schema)
        }
        #expect(documents.map(\.isValid) == [true, false, nil])
        let report = EvaluationReport(documents: documents, model: nil)
        #expect(report.validDocuments == 1 && report.validatedDocuments == 2)
        #expect(report.json().value(at: JSONPointer(["documents", "valid"])) == 1)
        #expect(report.json().value(at: JSONPointer(["documents", "validated"])) == 2)
    }

    @Test func aLostRowDoesNotMakeTheRestWrong() {
        let outcomes = Self.outcomes(
            ["items": [["name": "a", "sum": "1"], ["name": "b", "sum": "2"], ["name": "c", "sum": "3"]]],
            ["items": [["name": "b", "sum": "2"], ["name": "c", "sum": "4"]]]
        )
        #expect(
            outcomes == [
                "/items/2/name missed", "/items/2/sum missed", "/items/0/name right", "/items/0/sum right",
                "/items/1/name right", "/items/1/sum wrong",
            ]
        )
    }

    @Test func rowsThatAreNotThereAreInvented() {
        #expect(Self.outcomes(["items": []], ["items": [["name": "a", "sum": nil]]]) == ["/items/0/name invented"])
        #expect(Self.outcomes(["items": []], ["items": nil]) == ["/items right"])
        #expect(Self.outcomes(["items": nil], [:]) == ["/items right"])
        #expect(Self.outcomes(["items": ["a"]], [:]) == ["/items/0 missed"])
        #expect(Self.outcomes(["items": ["a"]], ["items": ["a", "b"]]) == ["/items/0 right", "/items/1 invented"])
        #expect(Self.outcomes(["item": "a"], ["item": ["name": "a"]]) == ["/item wrong"])
    }

    @Test func rowsShareTheirFieldsName() {
        let evaluation = Self.evaluation(
            ["items": [["a/b": "1"], ["a/b": "2"]]],
            Self.record(["items": [["a/b": "1"]]])
        )
        let report = EvaluationReport(documents: [evaluation], model: nil)
        #expect(report.fields.map(\.name) == ["/items/*/a~1b"])
        #expect(report.fields.first?.score.exactShare == 0.5)
    }

    @Test func rowsThatAreMissingOrTooManyAreCounted() {
        let documents = [
            Self.evaluation(
                ["items": [["a": "1"], ["a": "2"], ["a": "3"]]],
                Self.record(["items": [["a": "1"], ["a": "3"]]])
            ),
            Self.evaluation(["items": [["a": "1"]]], Self.record(["items": [["a": "0"], ["a": "1"]]])),
            Self.evaluation(["items": []], Self.record(["items": [["a": "9"]]])),
            Self.evaluation(["total": "1"], Self.record(["total": "1"], pipeline: "receipt")),
        ]
        let report = EvaluationReport(documents: documents, model: nil)
        let counts: JSONValue = [
            "pipeline": "invoice", "field": "/items", "labelled": 4, "found": 5, "missing": 1, "surplus": 2,
        ]
        #expect(report.json().objectValue?["lists"] == [counts])
    }

    @Test func schemaSaysWhatIsAnAmount() throws {
        let schema = try ExtractionSchema([
            "type": "object",
            "properties": [
                "total": ["type": "string", "x-recto": ["type": "amount"]],
                "rows": [
                    "type": "array",
                    "items": ["type": "object", "properties": ["day": ["type": "string", "format": "date"]]],
                ],
            ],
        ])
        let record = Self.record(["total": "1.0", "rows": [["day": "2 May 2025"]]])
        let labels = DocumentLabels(expected: ["total": "1.00", "rows": [["day": "2025-05-02"]]])
        let evaluation = DocumentEvaluation(path: "a.pdf", labels: labels, record: record, schema: schema)
        #expect(evaluation.cases.map(\.kind) == [.amount, .date])
        #expect(evaluation.cases.allSatisfy { $0.isNormalized && !$0.isExact })
    }

    @Test func ofAFailedDocumentEveryFieldIsMissed() {
        let failed = Self.evaluation(["total": "1", "tax": nil], Self.record([:], status: .failed))
        #expect(failed.status == .failed)
        #expect(failed.cases.map(\.outcome) == [.missed, .missed])
        #expect(failed.isRight == false)
        #expect(FieldScore(failed.cases).anls == 0)
    }

    /// Two documents: total right and wrong, tax right as null and invented; one right value of one has a box.
    @Test func reportAddsUpItsDocuments() throws {
        let first = Self.evaluation(
            ["total": "520.20", "tax": nil],
            Self.record(["total": "520.20", "tax": nil], confidence: ["/total": 0.9], grounded: ["/total"])
        )
        let second = Self.evaluation(
            ["total": "520.20", "tax": nil],
            Self.record(["total": "520.21", "tax": "1"], confidence: ["/total": 0.6, "/tax": 0.3], status: .partial)
        )
        let report = EvaluationReport(documents: [first, second], model: nil)
        #expect(report.rightDocuments == 1)
        #expect(report.count(of: .partial) == 1)
        #expect(report.fields.map(\.name) == ["/total", "/tax"])
        #expect(report.overall.exactShare == 0.5)
        #expect(report.overall.wrong == 1)
        #expect(report.overall.invented == 1)
        #expect(report.overall.groundingRate == 1)
        // 1 and 5/6 for the totals, 1 and 0 for the tax.
        let anls = try #require(report.overall.anls)
        #expect(abs(anls - 17.0 / 24) < 1e-12)
        // Gaps of 0.1, 0.6 and 0.3 in three bins of one answer each.
        let error = try #require(report.reliability.expectedCalibrationError)
        #expect(abs(error - 1.0 / 3) < 1e-12)
        let json = report.json()
        #expect(json.value(at: JSONPointer(["overall", "anls"])) == .decimal(0.708333, decimals: 6))
        #expect(json.value(at: JSONPointer(["misses", "1", "outcome"])) == "invented")
        #expect(json.value(at: JSONPointer(["results", "1", "errors", "0", "code"])) == "pages.damaged")
    }

    /// The record's boxes lie at 1…30 by 2…12 of page 1: the first place overlaps, the second only touches, the third
    /// is on another page, and of the fourth nothing is known.
    @Test func rightValuesAreHeldAgainstTheirTruePlaces() {
        let evidence: JSONObject = [
            "/rows/1/a": [["page": 1, "box": [20, 10, 40, 20]]],
            "/b": [["page": 1, "box": [30, 2, 40, 12]]],
            "/c": [["page": 2, "box": [1, 2, 30, 12]], ["page": 2, "box": nil]],
        ]
        let labels = DocumentLabels(
            expected: ["rows": [["a": "0"], ["a": "1"]], "b": "2", "c": "3", "d": "4"],
            evidence: evidence
        )
        let record = Self.record(
            ["rows": [["a": "1"]], "b": "2", "c": "3", "d": "4"],
            grounded: ["/rows/0/a", "/b", "/c", "/d"]
        )
        let score = FieldScore(DocumentEvaluation(path: "a.pdf", labels: labels, record: record).cases)
        #expect(score.rightValues == 4)
        #expect(score.grounded == 4)
        #expect(score.withPlace == 3)
        #expect(score.located == 1)
    }

    @Test func pipelinesKeepTheirFieldsApart() {
        let documents = ["invoice", "receipt", "invoice"].map {
            Self.evaluation(["total": "1"], Self.record(["total": "1"], pipeline: $0))
        }
        let report = EvaluationReport(documents: documents, model: nil)
        #expect(report.fields.map(\.pipeline) == ["invoice", "receipt"])
        #expect(report.fields.map(\.score.count) == [2, 1])
    }

    @Test func pagesOfLabelsAreTextAndNoFields() {
        let labels = DocumentLabels(expected: ["pages": [["page": 1, "text": "one two"], ["page": 2, "text": "x"]]])
        #expect(labels.fields.isEmpty)
        let found: JSONObject = ["pages": [["page": 1, "text": "one\ntwo"], ["page": 3, "text": "yz"]]]
        let evaluation = DocumentEvaluation(path: "a", labels: labels, record: nil, transcription: Self.record(found))
        // Page 2 is missing, page 3 is not there in truth.
        #expect(evaluation.text?.edits == 3)
        #expect(evaluation.text?.characters == 8)
        #expect(evaluation.isRight == nil)
    }

    @Test func formFeedsPartATextIntoPages() {
        #expect(DocumentLabels(expected: [:], text: "a\u{C}b\u{C}\n").text == .pages([1: "a", 2: "b"]))
        #expect(DocumentLabels(expected: [:], text: "a\u{C}").text == .whole("a"))
        #expect(DocumentLabels(expected: ["pages": 3]).text == nil)
        #expect(DocumentLabels(expected: ["pages": 3]).fields.keys == ["pages"])
    }
}
