import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Tables that run over pages.
struct TablePagesTests {
    private typealias Table = TableTests

    private static func page(_ number: Int, _ lines: [[ReadPage.Piece]]) -> ReadPage {
        ReadPage(number, lines, top: 60)
    }

    private static let carried = [left(60, "Carried forward"), right(535, "350.00")]
    private static let brought = [left(60, "Brought forward"), right(535, "350.00")]

    @Test func threePagesWithRepeatedHeadsAreOneList() throws {
        let pages = [
            Self.page(1, [[left(60, "INVOICE")], [], Table.heads, Table.board, Table.hinge, Self.carried]),
            Self.page(
                2,
                [
                    Table.heads, Self.brought, Table.glue, Table.board,
                    [left(60, "Übertrag auf Seite 3"), right(535, "9.00")],
                ]
            ),
            Self.page(
                3,
                [
                    Table.heads, [left(60, "Page total"), right(535, "9.00")], Table.hinge,
                    [left(400, "Total:"), right(535, "9.00")],
                ]
            ),
        ]
        let result = try assemble(Table.invoice, pages.reversed())
        #expect(
            result.rows() == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00",
                "Wood glue 1 l | 6 | 9.75 | 58.50", "Oak board 2.4 m | 12 | 18.50 | 222.00",
                "Brass hinge | 40 | 3.20 | 128.00",
            ]
        )
        let last = result.answers.filter { $0.pointer.tokens.starts(with: ["items", "4"]) }
        #expect(last.count == 4)
        #expect(last.allSatisfy { $0.page == PageNumber(3) })
    }

    @Test func aPageWithoutHeadsGoesOnInTheSameColumns() throws {
        let pages = [
            Self.page(1, [Table.heads, Table.board, Table.hinge]),
            Self.page(
                2,
                [
                    [left(60, "Acme Ltd"), right(535, "Page 2")], [], Self.brought,
                    Table.row("Delivery", nil, nil, "25.00"), Table.glue, [left(60, "in a bottle")],
                ]
            ),
            Self.page(3, [Table.board, [left(400, "Total:"), right(535, "9.00")]]),
        ]
        #expect(
            try assemble(Table.invoice, pages).rows() == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00", "Delivery | - | - | 25.00",
                "Wood glue 1 l in a bottle | 6 | 9.75 | 58.50", "Oak board 2.4 m | 12 | 18.50 | 222.00",
            ]
        )
    }

    @Test func aPageWithNothingButTotalsDoesNotGoOn() throws {
        let pages = [
            Self.page(1, [Table.heads, Table.board, Table.hinge]),
            Self.page(
                2,
                [[left(400, "Subtotal:"), right(535, "350.00")], [left(400, "Total:"), right(535, "420.00")]]
            ),
        ]
        #expect(try assemble(Table.invoice, pages).rows()?.count == 2)
    }

    @Test func aSingleRowAfterAPageOfTextIsOne() throws {
        let pages = [
            Self.page(1, [Table.heads, Table.board]), Self.page(2, [[left(60, "General terms")]]),
            Self.page(3, [Table.hinge]),
        ]
        let result = try assemble(Table.invoice, pages)
        #expect(result.rows() == ["Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00"])
        #expect(result.errors.isEmpty)
        let shifted = [left(70, "Brass hinge"), right(340, "40"), right(440, "3.20"), right(545, "128.00")]
        #expect(try assemble(Table.invoice, pages.dropLast() + [Self.page(3, [shifted])]).rows()?.count == 1)
    }

    @Test func rowsAboveRepeatedHeadsBelongToTheTableBefore() throws {
        let pages = [
            Self.page(1, [Table.heads, Table.board]), Self.page(2, [Table.hinge, [], Table.heads, Table.glue]),
        ]
        #expect(
            try assemble(Table.invoice, pages).rows() == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00",
                "Wood glue 1 l | 6 | 9.75 | 58.50",
            ]
        )
    }

    // MARK: - What is left out is told

    @Test func aRowBelowAWideGapIsTold() throws {
        let lines = [Table.heads, Table.board, Table.hinge, [], [], [], [], Table.glue]
        let result = try assemble(Table.invoice, [Self.page(1, lines)])
        #expect(result.rows()?.count == 2)
        let error = try #require(result.errors.first)
        #expect(error == .rowLeftOut(pointer: "/items", quote: "Wood glue 1 l 6 9.75 58.50", page: 1))
        #expect(error.code == "extraction.row-left-out")
        #expect(error.facts == ["pointer": "/items", "found": "Wood glue 1 l 6 9.75 58.50", "page": "1"])
        #expect(error.description.contains("on page 1 has the columns of /items, but stands apart"))
        #expect(result.errors.count == 1)
    }

    @Test func aRowBelowTheTotalOfAPageBeforeIsTold() throws {
        let total = [left(60, "Total"), right(535, "350.00")]
        let first = Self.page(1, [Table.heads, Table.board, Table.hinge, total])
        func errors(_ line: [ReadPage.Piece]) throws -> [ExtractionError] {
            try assemble(Table.invoice, [first, Self.page(2, [line])]).errors
        }
        let fee = try errors(Table.row("Late fee", "2", "5.00", "10.00"))
        #expect(fee == [.rowLeftOut(pointer: "/items", quote: "Late fee 2 5.00 10.00", page: 2)])
        // Other columns, fewer of them, other places, other notations, and sums are no rows.
        #expect(try errors(Table.row("Late fee", nil, "5.00", "10.00")) == [])
        #expect(try errors([left(60, "Late fee"), right(310, "2"), right(400, "5.00"), right(500, "10.00")]) == [])
        #expect(try errors(Table.row("Late fee", "2", "5", "10")) == [])
        #expect(try errors(Table.row("Total of fees", "2", "5.00", "10.00")) == [])
        #expect(try errors(Table.row("Carried forward", "2", "5.00", "10.00")) == [])
    }

    @Test func whatIsPaidBelowTheTotalOfTwoColumnsIsNoRow() throws {
        let source = #"""
            {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {
              "item": {"type": "string"}, "sum": {"type": "number"}}}}}}
            """#
        let lines = [
            [left(60, "Item"), right(300, "Sum")], [left(60, "Oak"), right(300, "1.00")],
            [left(60, "Total"), right(300, "1.00")], [left(60, "Cash"), right(300, "5.00")],
        ]
        let receipt = try assemble(source, [Self.page(1, lines)])
        #expect(receipt.rows() == ["Oak | 1.00"])
        #expect(receipt.errors.isEmpty)
        let gap = try assemble(source, [Self.page(1, Array(lines.prefix(2)) + [[], [], [], []] + lines.suffix(1))])
        #expect(gap.errors.map { $0.facts["found"] } == ["Cash 5.00"])
    }

    @Test func otherColumnsAreAnotherTable() throws {
        let other = [left(100, "Discounts of"), right(260, "5"), right(380, "6.00"), right(470, "7.00")]
        let pages = [Self.page(1, [Table.heads, Table.board, Table.hinge]), Self.page(2, [other])]
        #expect(try assemble(Table.invoice, pages).rows()?.count == 2)
    }

    @Test func aStatementWithDatesAndTwoColumnsOfAmounts() throws {
        let source = #"""
            {"type": "object", "required": ["transactions"], "properties": {"transactions": {"type": "array", "items": {
              "type": "object", "required": ["date", "details", "out", "in", "balance"], "properties": {
                "date": {"type": ["string", "null"], "format": "date", "x-recto": {"labels": ["Date"]}},
                "details": {"type": ["string", "null"], "x-recto": {"labels": ["Details"]}},
                "out": {"type": ["number", "null"], "x-recto": {"labels": ["Paid out"]}},
                "in": {"type": ["number", "null"], "x-recto": {"labels": ["Paid in"]}},
                "balance": {"type": ["number", "null"], "x-recto": {"labels": ["Balance"]}}}}}}}
            """#
        let heads = [
            left(60, "Date"), left(130, "Details"), right(380, "Paid out"), right(450, "Paid in"),
            right(535, "Balance"),
        ]
        let pages = [
            Self.page(
                1,
                [
                    heads, [left(60, "01 May 2024"), left(130, "Balance brought forward"), right(535, "1,000.00")],
                    [left(60, "02 May 2024"), left(130, "Salary"), right(450, "2,000.00"), right(535, "3,000.00")],
                    [left(60, "03 May 2024"), left(130, "Card payment")],
                    [left(130, "Corner Cafe"), right(380, "12.40")],
                    [left(130, "Rent"), right(380, "900.00"), right(535, "2,087.60")],
                    [left(130, "Balance carried forward"), right(535, "2,087.60")],
                ]
            ),
            Self.page(
                2,
                [heads, [left(60, "04 May 2024"), left(130, "Refund"), right(450, "5.00"), right(535, "2,092.60")]]
            ),
        ]
        #expect(
            try assemble(source, pages).rows("transactions") == [
                "2024-05-02 | Salary | - | 2000.00 | 3000.00", "2024-05-03 | Card payment Corner Cafe | 12.40 | - | -",
                "- | Rent | 900.00 | - | 2087.60", "2024-05-04 | Refund | - | 5.00 | 2092.60",
            ]
        )
    }

    // MARK: - Pages without heads

    private static let first = page(1, [Table.heads, Table.board, Table.hinge])

    /// The rows that a list has beyond those of the first page.
    private static func further(_ pages: [[ReadPage.Piece]]...) throws -> [String] {
        let pages = [first] + pages.enumerated().map { page($0.offset + 2, $0.element) }
        return Array(try assemble(Table.invoice, pages).rows()?.dropFirst(2) ?? [])
    }

    @Test(
        arguments: [
            (
                [Table.row("Delivery", nil, nil, "5.00"), Table.row("Gift wrap", nil, nil, "2.00")],
                ["Delivery | - | - | 5.00", "Gift wrap | - | - | 2.00"]
            ),
            (
                [Table.row("Nut M4", "4", nil, "5.00"), Table.row("Nut M5", "1", nil, "9.00")],
                ["Nut M4 | 4 | - | 5.00", "Nut M5 | 1 | - | 9.00"]
            ),
            (
                [Table.row("Nut M4", nil, "1.25", "5.00"), Table.row("Nut M5", "1", nil, "9.00")],
                ["Nut M4 | - | 1.25 | 5.00", "Nut M5 | 1 | - | 9.00"]
            ),
        ] as [([[ReadPage.Piece]], [String])]
    )
    func rowsThatLackCellsGoOnInTheSameColumns(lines: [[ReadPage.Piece]], rows: [String]) throws {
        #expect(try Self.further(lines) == rows)
    }

    @Test func whatStandsElsewhereOrIsWrittenOtherwiseIsNoRow() throws {
        #expect(try Self.further([[left(60, "Acme Ltd"), right(535, "2")]]) == [])
        #expect(try Self.further([[left(60, "Paid so far:"), right(535, "20.00")]]) == [])
        let sums = [[left(60, "Rounding"), right(535, "0.01")], [left(60, "Net tot total"), right(535, "10.51")]]
        #expect(try Self.further(sums) == [])
        #expect(try Self.further([sums[0], [left(400, "Net total"), right(535, "10.51")]]).count == 1)
        #expect(try Self.further([[left(90, "Delivery"), right(535, "5.00")]]) == [])
        #expect(try Self.further([[left(60, "Delivery"), right(505, "5.00")]]) == [])
    }

    @Test func aListGoesOnAfterAPageOfText() throws {
        let text = [[left(60, "Delivery conditions follow.")]]
        #expect(try Self.further(text, [Table.glue, Table.board]).count == 2)
        #expect(try Self.further(text, [Table.glue]).count == 1)
        #expect(try Self.further(text, [[left(60, "Delivery"), right(535, "5.00")], []]) == [])
    }

    // MARK: - Where lists end

    private static let rates = [left(60, "VAT code"), right(330, "Rate"), right(430, "Net"), right(535, "Tax")]
    private static let rate = Table.row("A", "20", "40.00", "8.00")

    @Test func otherHeadsBelowEndAList() throws {
        let lines = [Table.heads, Table.board, Table.hinge, [], Self.rates, Self.rate]
        #expect(try assemble(Table.invoice, [Self.page(1, lines)]).rows()?.count == 2)
        let texts = Table.row("Packing", "none", "free", "offered")
        let kept = [Table.heads, Table.board, Table.hinge, [], texts, Self.rate]
        #expect(try assemble(Table.invoice, [Self.page(1, kept)]).rows()?.last == "A | 20 | 40.00 | 8.00")
    }

    @Test func otherHeadsOnTheNextPageAreAnotherTable() throws {
        #expect(try Self.further([[left(60, "Price list")], [], Self.rates, Self.rate, Self.rate]) == [])
    }

    @Test func nothingGoesOnBelowTheTotalButUnderHeads() throws {
        let total = [left(60, "Total"), right(535, "350.00")]
        let first = Self.page(1, [Table.heads, Table.board, Table.hinge, total])
        let terms = Table.row("Late fee", "2", "5.00", "10.00")
        #expect(try assemble(Table.invoice, [first, Self.page(2, [terms])]).rows()?.count == 2)
        #expect(try assemble(Table.invoice, [first, Self.page(2, [Table.heads, terms])]).rows()?.count == 3)
        let subtotal = [left(60, "Page subtotal"), right(535, "350.00")]
        let part = Self.page(1, [Table.heads, Table.board, Table.hinge, subtotal])
        #expect(try assemble(Table.invoice, [part, Self.page(2, [terms])]).rows()?.count == 3)
    }
}
