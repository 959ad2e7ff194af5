import RectoExtraction
import RectoSchema
import Testing

/// Days under words that the schema does not list, found by the order of days.
struct DayOrderTests {
    private static let invoice = """
        {"type": "object", "properties": {
          "issued": {"type": ["string", "null"], "title": "invoice date",
            "x-recto": {"type": "date", "labels": ["Invoice date", "Date of invoice", "Date de facture", "Date d'émission"]}},
          "due": {"type": ["string", "null"], "title": "due date",
            "x-recto": {"type": "date", "after": "issued", "labels": ["Due date", "Pay by", "Zahlbar bis"]}},
          "ordered": {"type": ["string", "null"], "x-recto": {"type": "date", "labels": ["Order date"]}}}}
        """

    private func fields(_ rows: [[String?]]) async throws -> [String?] {
        let page = PageDouble(rows)
        let model = try ModelDouble([page], answer: carefulAnswer)
        let fields = try await FieldExtractor(schema: schema(Self.invoice)).extract(from: [page.page], model: model)
            .fields
        return ["issued", "due"].map { fields[$0]?.stringValue }
    }

    @Test(arguments: [
        [["Invoice date", "4 May 2024"], ["Payable by", "3 June 2024"]],
        [["Invoice date: 4 May 2024"], ["Last day to pay: 3 June 2024"]],
        [["Invoice date", "Payable by"], ["4 May 2024", "3 June 2024"]],
        [["Delivery date", "1 May 2024"], ["Invoice date", "4 May 2024"], ["Zahlung bis:", "3 June 2024"]],
    ])
    func theLaterDayIsFoundBesideWordsAkinToItsLabels(_ rows: [[String]]) async throws {
        let found = try await fields(rows)
        #expect(found == ["4 May 2024", "3 June 2024"])
    }

    @Test(arguments: [
        [["Date", "4 May 2024"], ["Due date", "3 June 2024"]],
        [["Dated 4 May 2024"], ["Due date", "3 June 2024"]],
        [["Facturé le :", "4 May 2024"], ["Due date", "3 June 2024"]],
        [["Émise le", "Due date"], ["4 May 2024", "3 June 2024"]],
    ])
    func theEarlierDayMayBeThePlainDate(_ rows: [[String]]) async throws {
        let found = try await fields(rows)
        #expect(found == ["4 May 2024", "3 June 2024"])
    }

    @Test(arguments: [
        // Before the other, or long after it.
        [["Invoice date", "4 May 2024"], ["Payable by", "3 April 2024"]],
        [["Invoice date", "4 May 2024"], ["Payable by", "3 July 2025"]],
        // Words that are not akin, or that may mean something else.
        [["Invoice date", "4 May 2024"], ["Delivery date", "3 June 2024"]],
        [["Invoice date", "4 May 2024"], ["Payment date", "3 June 2024"]],
        [["Invoice date", "4 May 2024"], ["Date", "3 June 2024"]],
        [["Invoice date", "4 May 2024"], ["3 June 2024"]],
        // Another field's.
        [["Invoice date", "4 May 2024"], ["Order date", "5 May 2024"]],
        // Several.
        [
            ["Invoice date", "4 May 2024"], ["Payable by", "3 June 2024"], ["Or payable by", "9 June 2024"],
            ["Payable", "4 July 2024"],
        ],
        // In one order of their numbers it is earlier.
        [["Invoice date", "03/04/2024"], ["Payable by", "04/03/2024"]],
    ])
    func whatDoesNotFollowIsNotTaken(_ rows: [[String]]) async throws {
        let found = try await fields(rows)
        #expect(found == [rows[0][1], nil])
    }

    @Test func theHeadOfAColumnOfDaysIsNoCaption() async throws {
        let found = try await fields([["Due date", "3 June 2024"], ["Date", "Hours"], ["4 May 2024", "2"]])
        #expect(found == [nil, "3 June 2024"])
    }

    @Test(
        arguments: [
            ([["Dated: 4 May 2024"], ["Payable by: 3 June 2024"]], ["4 May 2024", "3 June 2024"]),
            ([["Issued", "4 June 2024"], ["Payable by", "3 May 2024"]], [nil, nil]),
            ([["Issued", "4 May 2024"], ["Settle before", "3 June 2024"]], [nil, nil]),
            ([["Payable by", "3 June 2024"]], [nil, nil]),
        ] as [([[String]], [String?])]
    )
    func bothAreFoundWhereBothCaptionsSaySo(_ rows: [[String]], _ expected: [String?]) async throws {
        let found = try await fields(rows)
        #expect(found == expected)
    }

    @Test(
        arguments: [
            ([["Dated", "4 May 2024"], ["Settle before", "3 June 2024"]], "4 May 2024"),
            ([["Date: 4 May 2024"]], "4 May 2024"),
            ([["Due date", "on receipt"], ["Date", "4 May 2024"]], "4 May 2024"),
            // The head of a column, several days, words that say more.
            ([["Date", "Hours"], ["4 May 2024", "2"]], nil),
            ([["Date", "4 May 2024"], ["Dated", "5 May 2024"]], nil),
            ([["Received by: J. Coombe", "Date: 4 May 2024"]], nil), ([["Datum", "4 May 2024", "Unterschrift"]], nil),
            ([["Delivery date", "4 May 2024"]], nil), ([["On", "4 May 2024"]], nil),
        ] as [([[String]], String?)]
    )
    func thePlainDateOfTheFirstPageIsTheEarlierDay(_ rows: [[String]], _ expected: String?) async throws {
        let found = try await fields(rows)
        #expect(found == [expected, nil])
    }

    @Test func thePlainDateOfAnotherPageIsNot() async throws {
        let pages = [PageDouble([["Report"]]), PageDouble([["Date", "4 May 2024"]], number: 2)]
        let model = try ModelDouble(pages, answer: carefulAnswer)
        let fields = try await FieldExtractor(schema: schema(Self.invoice))
            .extract(from: pages.map(\.page), model: model).fields
        #expect(fields["issued"] == .null)
    }

    @Test func theOrderOfTheNumbersIsThatOfTheDocument() async throws {
        let rows = [["Invoice date", "03/04/2024"], ["Payable by", "04/03/2024"], ["Printed", "03/25/2024"]]
        let found = try await fields(rows)
        #expect(found == ["03/04/2024", "04/03/2024"])
    }

    @Test(
        arguments: [
            (#""due": {"type": "string", "x-recto": {"type": "text", "after": "issued"}}"#, "after"),
            (#""due": {"type": "string", "x-recto": {"type": "date", "after": "due"}}"#, "after"),
            (#""due": {"type": "string", "x-recto": {"type": "date", "after": "paid"}}"#, "after"),
            (#""due": {"type": "string", "x-recto": {"type": "date", "after": ["issued"]}}"#, "after"),
            (#""due": {"type": "string", "x-recto": {"type": "text", "values": []}}"#, "values"),
        ]
    )
    func aWrongKeyIsRefusedByName(_ property: String, _ keyword: String) throws {
        let text =
            #"{"type": "object", "properties": {"issued": {"type": "string", "x-recto": {"type": "date"}}, "# + property
            + "}}"
        let error = #expect(throws: ExtractionError.self) { try schema(text) }
        guard case .invalidSchema(let found, let pointer, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == keyword)
        #expect(pointer.hasSuffix("/due/x-recto"))
    }
}
