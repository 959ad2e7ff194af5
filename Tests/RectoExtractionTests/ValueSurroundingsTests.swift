import RectoExtraction
import RectoSchema
import Testing

/// Values are not cut out of texts that say something else.
struct ValueSurroundingsTests {
    private static let schema = """
        {"type":"object","properties":{
        "status":{"type":"string","enum":["Open","Closed"],"x-recto":{"labels":["Status"]}},
        "net":{"type":"number","x-recto":{"labels":["Net"]}},
        "due":{"type":"string","format":"date","x-recto":{"labels":["Due"]}}}}
        """

    private func result(_ line: String, answer: String) async throws -> ExtractionResult {
        let page = PageDouble([[line]])
        let model = try ModelDouble([page]) { _, _ in (answer, -0.02) }
        let schema = try ExtractionSchema(try JSONParser().parse(Self.schema))
        return try await FieldExtractor(schema: schema).extract(from: [page.page], model: model)
    }

    @Test(arguments: [
        ("Status: not Open", "Open", "/status", "not Open"), ("Status: Half Open", "Open", "/status", "Half Open"),
        ("Status: Closed, was Open", "Open", "/status", "Closed, was Open"),
        ("Status: Open / Closed", "Open", "/status", "Open / Closed"),
        ("Net: less than 12", "12", "/net", "less than 12"),
        ("Net: 10 - 20", "10", "/net", "10 - 20"), ("Net: 3 of 5", "3", "/net", "3 of 5"),
        ("Net: exempt, § 4 UStG", "4", "/net", "exempt, § 4 UStG"),
        ("Net: 5 x 12.00", "12.00", "/net", "5 x 12.00"), ("Net: 12.00 CR", "12.00", "/net", "12.00 CR"),
        ("Due: not 3 May 2026", "3 May 2026", "/due", "not 3 May 2026"),
        ("Due: 3 May - 9 May 2026", "9 May 2026", "/due", "3 May - 9 May 2026"),
    ])
    func aValueThatTheWordsAroundItChangeIsRefused(line: String, answer: String, pointer: String, quote: String)
        async throws
    {
        for answer in [answer, ""] {
            let result = try await result(line, answer: answer)
            #expect(result.fields.isEmpty, "\(result.fields)")
            guard case .valueInvalid(pointer, quote, _) = try #require(result.errors.first) else {
                Issue.record("\(result.errors)")
                continue
            }
        }
    }

    @Test(arguments: [
        ("Status: Open (since May)", "Open", "status", #""Open""#), ("Net: 12.00 per month", "12.00", "net", "12.00"),
        ("Net: EUR 12.00 incl. VAT", "12.00", "net", "12.00"), ("Net: 12.00 CHF", "12.00 CHF", "net", "12.00"),
        ("Due: bis 03.05.2026", "03.05.2026", "due", #""2026-05-03""#),
        ("Due: by 3 May 2026 (was 9 May 2026)", "3 May 2026", "due", #""2026-05-03""#),
    ])
    func otherWordsAroundAValueDoNotMatter(line: String, answer: String, field: String, value: String) async throws {
        let result = try await result(line, answer: answer)
        #expect(result.fields[field].map { JSONWriter().string($0) } == value, "\(result.errors)")
    }
}
