import RectoExtraction
import RectoSchema
import Testing

/// Days without a label, and values that begin like a label.
struct StandaloneDateTests {
    private static let receipt = """
        {"type": "object", "properties": {
          "date": {"type": ["string", "null"], "format": "date", "title": "Date", "x-recto": {"labels": ["Date", "Datum"]}},
          "total": {"type": ["string", "null"], "title": "Total"}}}
        """

    private func day(_ rows: [[String?]], number: Int = 1, schema text: String = receipt) async throws -> JSONValue? {
        let page = PageDouble(rows, number: number)
        let model = try ModelDouble([page], answer: carefulAnswer)
        return try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model).fields["date"]
    }

    @Test(arguments: [
        "2027-09-10", "2027-09-10 19:55", "2027-09-10 19:55:02", "2027-09-10 9.05 Uhr", "Leeds, 2027-09-10",
        "Bad Homburg, 2027-09-10", "Friday, 2027-09-10", "10 September 2027 7:55 PM",
    ])
    func aLineThatSaysNothingElseIsTheDay(_ line: String) async throws {
        #expect(try await day([["Harbour Stores"], [line], ["Total", "3.10"]]) == .string("2027-09-10"))
    }

    @Test(arguments: [
        ["Written on", "2027-09-10"], ["Le:", "2027-09-10"], ["FAIT LE 2027-09-10"], ["On:", "2027-09-10 19:55"],
        ["Tag", "2027-09-10"],
    ])
    func aCaptionMaySayThatItIsTheDay(_ row: [String]) async throws {
        #expect(try await day([["Harbour Stores"], row, ["Total", "3.10"]]) == .string("2027-09-10"))
    }

    @Test func aLabelWithItsValueIsNoCaptionOfTheLineBelow() async throws {
        #expect(try await day([["Total 17.20"], ["Le 2027-09-10 09:44"]]) == .string("2027-09-10"))
    }

    @Test(arguments: [["Served by: Ewa"], ["Change due", "3.10"], ["Date of sale: here"]])
    func aCaptionWithItsValueIsNoneOfTheLineBelow(_ row: [String]) async throws {
        #expect(try await day([["Harbour Stores"], row, ["2027-09-10 19:55"]]) == .string("2027-09-10"))
    }

    @Test func theArticleIsNoPartOfTheDay() async throws {
        let text = Self.receipt.replacing(#""format": "date", "#, with: "").replacing(
            #"{"labels": ["Date", "Datum"]}"#,
            with: #"{"type": "date", "labels": ["Date", "Datum"]}"#
        )
        #expect(try await day([["Le 08/02/2026"]], schema: text) == .string("08/02/2026"))
    }

    @Test func whatStandsAboveDoesNotMatter() async throws {
        let rows = [
            ["Springfield, IL 62704"], ["Transaction:", "34327"], ["Written on:", "25-Jan-2023"], ["Items:", "28"],
        ]
        #expect(try await day(rows) == .string("2023-01-25"))
    }

    @Test(arguments: [
        [["From", "2027-09-10", "to", "2027-10-10"]],
        [["Paid on 2027-09-10"]], [["By:", "2027-09-10"]], [["Valid until", "2027-09-10"]],
        [["2027-09-10 to 2027-10-10"]], [["Order 7, 2027-09-10"]], [["2027-09-10 3.10"]],
        // A caption stands beside or above it.
        [["Delivery date", "2027-09-10"]], [["Best before:", "2027-09-10"]], [["Delivery date"], ["2027-09-10"]],
        [["Harbour Stores", "till 2027-09-10"]],
        // Two days: nothing says which.
        [["2027-09-10"], ["Stores"], ["2027-09-12"]],
    ])
    func aDayThatIsSomethingElseIsNotTaken(_ rows: [[String]]) async throws {
        #expect(try await day(rows) == .null)
    }

    /// Behind a point or a comma the white of a typewriter's face is as wide as between columns.
    @Test(arguments: [
        [["Harbour Stores"], ["Sep 10,", "2027"]], [["Date:", "10.", "September 2027"]],
        [["Date", "10", "September", "2027"]], [["Date: Sep 10,", "2027"]],
    ])
    func aDayInSeveralTilesIsOne(_ rows: [[String]]) async throws {
        #expect(try await day(rows + [["Total", "3.10"]]) == .string("2027-09-10"))
    }

    @Test(arguments: [
        // A number of the next column, a period.
        [["Date", "10.09.", "27"]], [["Date", "10 Sep", "1024"]], [["Date", "10/09", "1955"]], [["10.9.", "27"]],
        [["Sep 10,", "2027", "Sep 30,", "2027"]], [["Date", "Sep 10,", "2027", "– Sep 30,", "2027"]],
        [["Date", "Sep 10,", "2027 –", "Sep 30,", "2027"]], [["Date", "Sep 10,", "Till:", "2027"]],
        [["Date", "Sep 10,", nil, "2027"]],
        [["Date", "Sep", "Oct", "10", "2027"]],
    ])
    func whatStandsApartIsNoPartOfADay(_ rows: [[String?]]) async throws {
        #expect(try await day(rows) == .null)
    }

    @Test func aLabelledDayIsRatherTaken() async throws {
        #expect(try await day([["2027-09-10"], ["Date: 2027-09-12"]]) == .string("2027-09-12"))
    }

    @Test func theSameDayTwiceIsOne() async throws {
        #expect(try await day([["2027-09-10 19:55"], ["Stores"], ["10 September 2027"]]) == .string("2027-09-10"))
    }

    @Test func onlyTheFirstPageIsLookedAt() async throws {
        #expect(try await day([["2027-09-10"]], number: 2) == .null)
    }

    @Test func daysOfAnotherMeaningNeedTheirLabel() async throws {
        let text = """
            {"type": "object", "properties": {
              "date": {"type": ["string", "null"], "format": "date", "title": "Due Date", "x-recto": {"labels": ["Due date"]}}}}
            """
        #expect(try await day([["2027-09-10"]], schema: text) == .null)
    }

    /// `Due` is a label of the due date, `Due on receipt` is what is asked for.
    @Test func aValueThatBeginsLikeALabelIsAValue() async throws {
        let text = """
            {"type": "object", "properties": {
              "terms": {"type": ["string", "null"], "title": "Payment Terms", "x-recto": {"labels": ["Terms"]}},
              "due": {"type": ["string", "null"], "format": "date", "title": "Due Date", "x-recto": {"labels": ["Due"]}}}}
            """
        let page = PageDouble([["Terms:", "Due on receipt"], ["Due:", "2027-09-10"]])
        let model = try ModelDouble([page]) { question, texts in
            question.contains("payment terms") && texts[0] == "Terms:" || texts[0] == "Due:"
                ? (texts[1], -0.05) : ("", -0.05)
        }
        let fields = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model).fields
        #expect(fields["terms"] == .string("Due on receipt") && fields["due"] == .string("2027-09-10"), "\(fields)")
    }

    /// A rate belongs to its label, whatever the model answers.
    @Test func aRateIsNoAmount() async throws {
        let text = """
            {"type": "object", "properties": {
              "tax": {"type": ["string", "null"], "title": "Tax", "x-recto": {"type": "amount", "labels": ["VAT"]}}}}
            """
        let page = PageDouble([["VAT 20%", "35.00"]])
        let model = try ModelDouble([page]) { _, _ in ("20%", -0.05) }
        let fields = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model).fields
        #expect(fields["tax"] == .string("35.00"), "\(fields)")
    }

    @Test func aLabelBesideALabelIsNoValue() async throws {
        let text = """
            {"type": "object", "properties": {
              "terms": {"type": ["string", "null"], "title": "Payment Terms", "x-recto": {"labels": ["Terms"]}},
              "due": {"type": ["string", "null"], "format": "date", "title": "Due Date", "x-recto": {"labels": ["Due"]}}}}
            """
        for beside in ["Due:", "Due", "Due date"] {
            let page = PageDouble([["Terms", beside]])
            let model = try ModelDouble([page]) { _, texts in (texts.count > 1 ? texts[1] : "", -0.05) }
            let fields = try await FieldExtractor(schema: schema(text)).extract(from: [page.page], model: model).fields
            #expect(fields["terms"] == .null, "\(beside): \(fields)")
        }
    }
}
