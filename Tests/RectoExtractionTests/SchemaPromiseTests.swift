import RectoExtraction
import RectoPages
import RectoSchema
import RectoTestSupport
import Testing

/// What a record's fields violate, one of its errors names.
@Suite struct SchemaPromiseTests {
    private static let members = [
        #""number":{"type":"string","title":"Number","maxLength":6}"#,
        #""total":{"type":"number","title":"Total","minimum":10}"#,
        #""date":{"type":["string","null"],"format":"date","title":"Date"}"#,
        #""kind":{"type":"string","title":"Kind","enum":["a","b"]}"#,
        #""who":{"type":"object","title":"Who","properties":{"name":{"type":"string","title":"Name"}},"required":["name"]}"#,
        #""tags":{"type":"array","title":"Tags","items":{"type":"string"},"minItems":2}"#,
        #""rows":{"type":"array","items":{"type":"object","properties":{"item":{"type":"string","title":"Item"},"price":{"type":"number","title":"Price"}},"required":["item","price"]}}"#,
        #""fixed":{"const":5}"#,
    ]
    private static let names = ["number", "total", "date", "kind", "who", "tags", "rows", "fixed", "ghost"]
    private static let texts = [
        "INV-2041", "A-1", "12.00", "3.00", "1,2,3", "31/02/2026", "2026-04-03", "a", "c", "n/a", "",
    ]

    /// The places where fields violate a schema: of a missing member, where it would stand.
    private static func violations(of fields: JSONObject, _ schema: ExtractionSchema) -> Set<String> {
        var places: Set<String> = []
        for violation in schema.validate(.object(fields)) {
            let place = violation.instancePointer
            guard violation.keyword == "required" else {
                places.insert(place.description)
                continue
            }
            let name = violation.expected.split(separator: "\"")[1]
            places.insert(place.appending(String(name)).description)
        }
        return places
    }

    @Test func everyViolationIsNamedByAnError() async throws {
        var random = SeededRandom(seed: 11)
        var violated = 0
        for _ in 0..<300 {
            let members = Self.members.filter { _ in random.next(below: 3) > 0 }
            let required = Self.names.filter { _ in random.next(below: 3) == 0 }.map { #""\#($0)""# }
            let text =
                #"{"type":"object","properties":{\#(members.joined(separator: ","))},"required":[\#(required.joined(separator: ","))]}"#
            var rows: [[String?]] = []
            for label in ["Number", "Total", "Date", "Kind", "Name", "Tags"] where random.next(below: 4) > 0 {
                rows.append([label, Self.texts[random.next(below: Self.texts.count)]])
            }
            rows.append(["Item", "Price"])
            for _ in 0..<random.next(below: 3) {
                rows.append(["Board", Self.texts[random.next(below: Self.texts.count)]])
            }
            let page = PageDouble(rows)
            let model = try ModelDouble([page], answer: carefulAnswer)
            let schema = try schema(text)
            let result = try await FieldExtractor(schema: schema).extract(from: [page.page], model: model)
            let violations = Self.violations(of: result.fields, schema)
            violated += violations.count
            for place in violations {
                let isNamed = result.errors.contains { $0.facts["pointer"] == place && $0.description.contains(place) }
                #expect(isNamed, "\(place) of \(text): \(result.fields) \(result.errors)")
            }
            if result.errors.isEmpty { #expect(violations.isEmpty) }
        }
        #expect(violated > 100, "\(violated)")
    }

    @Test func aMemberThatNothingDescribesIsNamedWithItsPlace() async throws {
        let page = PageDouble([["Number", "INV-2041"]])
        let text =
            #"{"type":"object","properties":{"number":{"type":"string","title":"Number"}},"required":["number","ghost"]}"#
        let model = try ModelDouble([page], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.errors == [.schemaViolated(pointer: "/ghost", found: "nothing", expected: "a value")])
        #expect(
            result.errors[0].description
                == "The fields do not satisfy the schema at /ghost: it wants a value, and there is nothing; "
                + "look at the pages, and relax the schema if nothing else can be read."
        )
    }

    @Test func aViolationOfTheWholeReadsWell() {
        let error = ExtractionError.schemaViolated(pointer: "", found: "2 members", expected: "at least 3 members")
        #expect(
            error.description.hasPrefix(
                "The fields do not satisfy the schema: it wants at least 3 members, and there is 2 members;"
            )
        )
        #expect(error.code == "extraction.schema-violated")
        #expect(error.category == .document)
    }

    @Test func otherErrorsDoNotHideAViolation() async throws {
        let page = PageDouble([["Total", "1,2,3"]])
        let text = #"{"type":"object","properties":{"total":{"type":"number","title":"Total"}},"required":["ghost"]}"#
        let model = try ModelDouble([page], answer: carefulAnswer)
        let result = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model)
        #expect(result.errors.map { $0.facts["pointer"] } == ["/total", "/ghost"])
    }
}
