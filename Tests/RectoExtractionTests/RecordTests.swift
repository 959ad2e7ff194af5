import RectoExtraction
import RectoPages
import RectoSchema
import RectoVLM
import Testing

@Suite struct RecordTests {
    private let failure = ErrorReport(
        code: "pages.damaged",
        message: "Page 2 is damaged.",
        page: PageNumber(2),
        stage: "pages"
    )

    private func record(
        pages: Int,
        reports: [PageReport],
        errors: [ErrorReport] = [],
        fields: JSONObject = ["total": 5]
    ) -> Record {
        Record(
            source: .init(
                name: "a.pdf",
                path: "in/a.pdf",
                sha256: String(repeating: "ab", count: 32),
                bytes: 10,
                pages: pages
            ),
            pipeline: .init(name: "invoice", version: 1, digest: String(repeating: "cd", count: 32)),
            model: ModelDescription(
                name: "m",
                family: "idefics2",
                digest: String(repeating: "ef", count: 32),
                weights: "float32"
            ),
            fields: fields,
            grounding: [
                GroundedField(
                    pointer: JSONPointer(["total"]),
                    evidence: [
                        Evidence(
                            page: PageNumber(1),
                            box: Box(x0: 1, y0: 2.125, x1: 3.004, y1: 4),
                            quote: "5.00",
                            match: .exact
                        ),
                        Evidence(page: PageNumber(1), box: nil, quote: "5", match: .none),
                    ],
                    confidence: 0.97123456
                ), GroundedField(pointer: JSONPointer(["a/b"]), evidence: [], confidence: nil),
            ],
            pages: reports,
            errors: errors
        )
    }

    private func page(_ number: Int, _ status: PageStatus, error: ErrorReport? = nil) -> PageReport {
        PageReport(
            page: PageNumber(number),
            status: status,
            size: PageSize(width: 595.276, height: 841.89),
            error: error
        )
    }

    @Test func isCompleteOnlyWhenEveryPageIsAndNothingWentWrong() {
        #expect(record(pages: 1, reports: [page(1, .complete)]).status == .complete)
        #expect(record(pages: 2, reports: [page(1, .complete), page(2, .failed, error: failure)]).status == .partial)
        #expect(record(pages: 2, reports: [page(1, .complete)]).status == .partial)
        #expect(
            record(pages: 1, reports: [page(1, .complete)], errors: [ErrorReport(code: "x", message: "X.")]).status
                == .partial
        )
    }

    @Test func isFailedWhenNothingUsableWasRead() {
        let whole = ErrorReport(code: "document.encrypted", message: "Encrypted.")
        #expect(record(pages: 0, reports: [], errors: [whole]).status == .failed)
        #expect(record(pages: 0, reports: []).status == .failed)
        #expect(record(pages: 2, reports: [page(1, .skipped), page(2, .failed, error: failure)]).status == .failed)
        #expect(record(pages: 1, reports: [page(1, .complete)], errors: [whole], fields: [:]).status == .failed)
    }

    @Test func hasOneEntryForEachPageInOrder() {
        let pages = record(
            pages: 4,
            reports: [page(3, .complete), page(2, .failed, error: failure), page(9, .complete)]
        ).pages
        #expect(pages.map(\.page.value) == [1, 2, 3, 4])
        #expect(pages.map(\.status) == [.skipped, .failed, .complete, .skipped])
    }

    @Test func namesThePagesErrorsOnceAndInOrder() {
        let other = ErrorReport(code: "x", message: "X.", page: PageNumber(1))
        let whole = ErrorReport(code: "y", message: "Y.")
        let errors = record(
            pages: 2,
            reports: [page(1, .complete), page(2, .failed, error: failure)],
            errors: [failure, other, whole]
        ).errors
        #expect(errors == [whole, other, failure])
    }

    @Test func satisfiesItsOwnSchema() throws {
        let schema = try ExtractionSchema(bytes: Record.schema.utf8, file: "record.schema.json")
        var without = record(pages: 0, reports: [], errors: [failure], fields: [:])
        without.model = nil
        let records = [
            record(pages: 1, reports: [page(1, .complete)]),
            record(pages: 3, reports: [page(2, .failed, error: failure)]), without,
        ]
        for record in records {
            #expect(schema.validate(record.json()) == [])
            #expect(try JSONParser().parse(JSONWriter(.pretty).string(record.json())) == record.json())
        }
    }

    @Test(
        arguments: [
            ("/recto", "const"), ("/status", "enum"), ("/source/sha256", "pattern"), ("/pages/0/page", "minimum"),
            ("/evidence/~1total/0/box", "minItems"),
            ("/confidence/~1total", "maximum"),
        ] as [(String, String)]
    )
    func schemaNoticesWhatIsWrong(pointer: String, keyword: String) throws {
        let schema = try ExtractionSchema(bytes: Record.schema.utf8, file: "record.schema.json")
        let wrong: JSONValue =
            switch keyword {
            case "minimum": 0
            case "maximum": 2
            case "minItems": [1, 2, 3]
            default: "wrong"
            }
        let place = try #require(JSONPointer(parsing: pointer))
        let json = record(pages: 1, reports: [page(1, .complete)]).json()
        let changed = try #require(Self.setting(wrong, at: place.tokens[...], in: json))
        let violations = schema.validate(changed)
        #expect(violations.map(\.keyword) == [keyword])
        #expect(violations.map(\.instancePointer) == [place])
    }

    @Test func hasTheSameBytesForTheSameContent() {
        let text = JSONWriter(.pretty).string(record(pages: 1, reports: [page(1, .complete)]).json())
        #expect(text == JSONWriter(.pretty).string(record(pages: 1, reports: [page(1, .complete)]).json()))
        #expect(
            text.hasPrefix(
                "{\n  \"recto\": \"1.0\",\n  \"id\": \"abababababababab-cdcdcdcd-efefefef\",\n  \"status\": \"complete\""
            )
        )
        #expect(text.contains("\"box\": [1, 2.13, 3, 4]") || text.contains("\"box\": [1, 2.12, 3, 4]"))
        #expect(text.contains("\"/a~1b\": []"))
        #expect(text.contains("\"/total\": 0.9712"))
        #expect(text.contains("\"size\": [595.28, 841.89]"))
        #expect(text.hasSuffix("\"run\": {}\n}"))
    }

    private static func setting(_ value: JSONValue, at path: ArraySlice<String>, in json: JSONValue) -> JSONValue? {
        guard let token = path.first else { return value }
        switch json {
        case .object(var object):
            guard let member = object[token], let inner = setting(value, at: path.dropFirst(), in: member) else {
                return nil
            }
            object[token] = inner
            return .object(object)
        case .array(var array):
            guard let index = Int(token), array.indices.contains(index),
                let inner = setting(value, at: path.dropFirst(), in: array[index])
            else { return nil }
            array[index] = inner
            return .array(array)
        default: return nil
        }
    }
}
