import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Tables of one page: which lines are rows and what stands in their cells.
struct TableTests {
    static let invoice = #"""
        {"type": "object", "required": ["items", "total"], "properties": {
          "total": {"type": ["string", "null"], "title": "Total", "x-recto": {"type": "amount", "labels": ["Total", "Amount due"]}},
          "subtotal": {"type": ["string", "null"], "title": "Subtotal", "x-recto": {"type": "amount"}},
          "items": {"type": "array", "items": {"type": "object",
            "required": ["description", "quantity", "unit_price", "amount"], "properties": {
              "description": {"type": ["string", "null"], "x-recto": {"labels": ["Description", "Item"]}},
              "quantity": {"type": ["integer", "null"], "x-recto": {"labels": ["Quantity", "Qty"]}},
              "unit_price": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Unit price", "Price"]}},
              "amount": {"type": ["string", "null"], "x-recto": {"type": "amount", "labels": ["Amount"]}}}}}}}
        """#

    static let heads = [left(60, "Description"), right(330, "Quantity"), right(430, "Price"), right(535, "Amount")]

    static func row(_ text: String?, _ quantity: String?, _ price: String?, _ amount: String?) -> [ReadPage.Piece] {
        [
            text.map { left(60, $0) }, quantity.map { right(330, $0) }, price.map { right(430, $0) },
            amount.map { right(535, $0) },
        ]
        .compactMap(\.self)
    }

    static let board = row("Oak board 2.4 m", "12", "18.50", "222.00")
    static let hinge = row("Brass hinge", "40", "3.20", "128.00")
    static let glue = row("Wood glue 1 l", "6", "9.75", "58.50")

    private static func items(_ lines: [[ReadPage.Piece]], lean: Double = 0) throws -> [String]? {
        try assemble(invoice, [ReadPage(1, lines, lean: lean)]).rows()
    }

    @Test(arguments: [0, 0.02, -0.02])
    func readsRowsUnderTheirHeadsUntilTheTotals(lean: Double) throws {
        let lines = [
            [left(60, "Acme Ltd"), left(340, "Bill to")], [], Self.heads, Self.board, Self.hinge, Self.glue,
            [left(400, "Subtotal:"), right(535, "408.50")], [left(400, "VAT 20 %:"), right(535, "81.70")],
            [left(400, "Please pay"), right(535, "490.20")], [left(60, "Thank you for your order.")],
        ]
        #expect(
            try Self.items(lines, lean: lean) == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00",
                "Wood glue 1 l | 6 | 9.75 | 58.50",
            ]
        )
    }

    @Test func evidenceNamesRowColumnAndHead() throws {
        let result = try assemble(Self.invoice, [ReadPage(1, [Self.heads, Self.board, Self.hinge])])
        #expect(result.errors.isEmpty)
        let answer = try #require(result.answers.first { $0.pointer.description == "/items/1/unit_price" })
        #expect(answer.text == "3.20")
        #expect(answer.relation == .column)
        #expect(answer.labelTile == 2)
        #expect(answer.labelFit == 1)
        #expect(answer.box == Box(x0: 410, y0: 122, x1: 430, y1: 134))
        #expect(answer.logProbabilities.count == 4)
        #expect(result.answers.count == 8)
    }

    @Test func headsMayBreakOverTwoLines() throws {
        let lines = [
            [right(430, "Unit"), right(535, "Amount")],
            [left(60, "Description"), right(330, "Qty"), right(430, "price"), right(535, "(EUR)")],
            Self.board,
        ]
        #expect(try Self.items(lines) == ["Oak board 2.4 m | 12 | 18.50 | 222.00"])
        let broken = [
            [left(60, "Descrip-"), right(330, "Quan-"), right(535, "Amount")],
            [left(60, "tion"), right(330, "tity")], Self.row("Oak board", "12", nil, "222.00"),
        ]
        #expect(try Self.items(broken) == ["Oak board | 12 | - | 222.00"])
    }

    @Test func aTextWithoutNumbersGoesOnWithItsRow() throws {
        let lines = [
            Self.heads, Self.row("Oak board, planed on", "12", "18.50", "222.00"), [left(60, "both sides and cut to")],
            [left(60, "length")], Self.hinge,
        ]
        let result = try assemble(Self.invoice, [ReadPage(1, lines)])
        #expect(result.rows()?.first == "Oak board, planed on both sides and cut to length | 12 | 18.50 | 222.00")
        #expect(result.rows()?.count == 2)
        let pieces = result.answers.filter { $0.pointer.description == "/items/0/description" }
        #expect(pieces.map(\.text) == ["Oak board, planed on", "both sides and cut to", "length"])
    }

    @Test func aTextNearerToTheRowBelowBelongsToIt() throws {
        var page = ReadPage(
            1,
            [Self.heads, Self.board, [left(60, "Brass hinge with")], Self.row("six screws", "40", "3.20", "128.00")]
        )
        for tile in page.reading.tiles.indices where page.reading.tiles[tile].row >= 2 {
            page.reading.tiles[tile].box.y0 += page.reading.tiles[tile].row == 2 ? 12 : 10
            page.reading.tiles[tile].box.y1 += page.reading.tiles[tile].row == 2 ? 12 : 10
        }
        #expect(
            try assemble(Self.invoice, [page]).rows() == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge with six screws | 40 | 3.20 | 128.00",
            ]
        )
    }

    @Test func cellsMayBeMissing() throws {
        let lines = [
            Self.heads, Self.board, Self.row("Delivery", nil, nil, "25.00"), Self.row(nil, "3", "1.00", "3.00"),
            Self.row("Samples", "2", "free", nil), Self.row("Packing", "–", "incl.", "1.00"), Self.glue,
        ]
        let result = try assemble(Self.invoice, [ReadPage(1, lines)])
        #expect(
            result.rows() == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Delivery | - | - | 25.00", "- | 3 | 1.00 | 3.00",
                "Samples | 2 | - | -", "Packing | - | - | 1.00", "Wood glue 1 l | 6 | 9.75 | 58.50",
            ]
        )
        #expect(result.errors.isEmpty)
    }

    @Test func aNumberThatWasMisreadIsAnErrorThoughItMayBeAbsent() throws {
        let lines = [Self.heads, Self.row("Oak board", "I", "$", "LI1l6")]
        let result = try assemble(Self.invoice, [ReadPage(1, [Self.heads, Self.board] + lines.suffix(1))])
        #expect(result.errors.map { $0.facts["found"] } == ["I", "$", "LI1l6"])
        #expect(result.rows()?.last == "Oak board | - | - | -")
    }

    @Test func numbersMayReachFarOutFromUnderTheirHeads() throws {
        let heads = [left(60, "Description"), left(290, "Qty"), left(350, "Price"), left(440, "Amount")]
        let lines = [
            heads,
            [
                left(60, "A description that is as long as its column"), right(305, "1"), right(410, "1,234,567.00"),
                right(520, "1,234,567.00"),
            ],
            [left(60, "Short"), right(305, "12,000"), right(410, "0.10"), right(520, "1,200.00")],
        ]
        #expect(
            try Self.items(lines) == [
                "A description that is as long as its column | 1 | 1,234,567.00 | 1,234,567.00",
                "Short | 12000 | 0.10 | 1,200.00",
            ]
        )
    }

    @Test func columnsThatNobodyAskedForKeepTheirCells() throws {
        let heads = [
            left(40, "Pos."), left(80, "Article"), left(160, "Description"), right(330, "Qty"), right(380, "VAT"),
            right(440, "Price"), right(535, "Amount"),
        ]
        let line = [
            left(40, "1"), left(80, "A-4711"), left(160, "Brass hinge"), right(330, "40"), right(380, "20 %"),
            right(440, "3.20"), right(535, "128.00"),
        ]
        #expect(try Self.items([heads, line]) == ["Brass hinge | 40 | 3.20 | 128.00"])
    }

    @Test func aTileWithSeveralCellsIsCutWhereTheyConvert() throws {
        let heads = [left(60, "Description"), left(160, "Qty"), left(190, "Price"), left(230, "Amount")]
        let lines = [
            heads, [left(60, "Brass hinge"), left(165, "40 3.20 128.00")], [left(110, "Oak board 12 18.50 222.00")],
        ]
        #expect(
            try Self.items(lines) == ["Brass hinge | 40 | 3.20 | 128.00", "Oak board | 12 | 18.50 | 222.00"]
        )
    }

    @Test func theWordsPlacesTellCellsApartInOneTile() throws {
        var page = ReadPage(1, [Self.heads, [left(60, "Oak board 7 2 14.00")]])
        page.reading.tiles[4].box.x1 = 535
        let places: [(Double, Double)] = [(60, 75), (80, 105), (325, 330), (425, 430), (510, 535)]
        page.reading.words = [
            TileWords(tile: 4, boxes: places.map { Box(x0: $0.0, y0: 108, x1: $0.1, y1: 120) })
        ]
        #expect(try assemble(Self.invoice, [page]).rows() == ["Oak board | 7 | 2 | 14.00"])
    }

    @Test func twoTablesOfAPageAreOneList() throws {
        let lines = [
            Self.heads, Self.board, [left(60, "Subtotal"), right(535, "222.00")], [], [left(60, "Hardware")],
            Self.heads,
            Self.hinge, Self.glue,
        ]
        #expect(try Self.items(lines)?.count == 3)
        #expect(try Self.items(lines)?.last == "Wood glue 1 l | 6 | 9.75 | 58.50")
    }

    @Test func listsWithOtherHeadsAreKeptApart() throws {
        let source = #"""
            {"type": "object", "required": ["hours", "parts"], "properties": {
              "hours": {"type": "array", "items": {"type": "object", "properties": {
                "day": {"type": "string", "format": "date", "title": "Date"}, "hours": {"type": "number", "title": "Hours"}}}},
              "parts": {"type": "array", "items": {"type": "object", "properties": {
                "part": {"type": "string", "title": "Part"}, "cost": {"type": "number", "title": "Cost"}}}}}}
            """#
        let lines = [
            [left(60, "Date"), right(300, "Hours")], [left(60, "5 March 2024"), right(300, "7.5")],
            [left(60, "06.03.2024"), right(300, "8")], [left(60, "Part"), right(300, "Cost")],
            [left(60, "Pump"), right(300, "410.00")],
        ]
        let result = try assemble(source, [ReadPage(1, lines)])
        #expect(result.rows("hours") == ["2024-03-05 | 7.5", "2024-03-06 | 8"])
        #expect(result.rows("parts") == ["Pump | 410.00"])
    }

    @Test func sectionSumsAreNoRowsAndDoNotEndTheTable() throws {
        let lines = [
            Self.heads, Self.board, [left(60, "Total of section A"), right(535, "222.00")], Self.hinge,
            [right(535, "350.00")], Self.glue,
        ]
        #expect(try Self.items(lines)?.count == 3)
    }

    @Test(arguments: ["GOODSTOTAL: 222.00", "Nettosumme 222.00", "Delivered: 5 May 2024", "Sous-total HT : 222,00"])
    func aFactBelowTheLastRowDoesNotGoOnWithIt(text: String) throws {
        #expect(
            try Self.items([Self.heads, Self.board, [left(60, text)]]) == ["Oak board 2.4 m | 12 | 18.50 | 222.00"]
        )
    }

    @Test func aRowMayBeginWithAWordThatSumsDo() throws {
        let lines = [Self.heads, Self.board, Self.row("Total care shampoo", "1", "8.00", "8.00"), Self.hinge]
        #expect(try Self.items(lines)?.count == 3)
    }

    @Test func aWideGapEndsATable() throws {
        let lines = [Self.heads, Self.board, Self.hinge, [], [], [], Self.glue]
        #expect(try Self.items(lines)?.count == 2)
    }

    @Test func aTableOfTextsAlone() throws {
        let source = #"""
            {"type": "object", "properties": {"people": {"type": "array", "items": {"type": "object", "properties": {
              "name": {"type": "string"}, "office": {"type": "string"}}}}}}
            """#
        let lines = [
            [left(60, "Name"), left(200, "Office")], [left(60, "Helen Porter"), left(200, "Head of the")],
            [left(200, "laboratory")], [left(60, "Owen Marsh"), left(200, "Clerk")],
        ]
        let result = try assemble(source, [ReadPage(1, lines)])
        #expect(result.rows("people") == ["Helen Porter | Head of the laboratory", "Owen Marsh | Clerk"])
    }

    @Test func factsBesideLabelsAreNoTable() throws {
        let source = #"""
            {"type": "object", "required": ["rows"], "properties": {
              "invoice_date": {"type": ["string", "null"]}, "amount_due": {"type": ["string", "null"]},
              "rows": {"type": "array", "items": {"type": "object", "properties": {
                "date": {"type": ["string", "null"]}, "amount": {"type": ["number", "null"]}}}}}}
            """#
        let lines = [
            [left(60, "Invoice date"), left(200, "Amount due")], [left(60, "5 March 2024"), left(200, "12.00")],
        ]
        #expect(try assemble(source, [ReadPage(1, lines)]).fields["rows"] == [])
        let prose = [[left(60, "The date and the amount of each payment are below.")], [left(60, "5 May 2024 12.00")]]
        #expect(try assemble(source, [ReadPage(1, prose)]).fields["rows"] == [])
    }

    @Test func aTablesHeadIsNoLabelOfASingleField() throws {
        var page = ReadPage(
            1,
            [
                [left(60, "Description"), right(330, "Quantity"), right(535, "Amount due")],
                Self.row("Oak board", "12", nil, "222.00"),
                Self.row("Hinge", "40", nil, "128.00"),
            ]
        )
        let source = Self.invoice.replacingOccurrences(of: #"["Amount"]"#, with: #"["Amount due"]"#)
        page.reading.candidates = [
            FieldCandidate(
                pointer: JSONPointer(["total"]),
                page: PageNumber(1),
                labelTile: 2,
                valueTile: 5,
                box: nil,
                text: "222.00",
                logProbabilities: [-0.01],
                labelFit: 1,
                relation: .below
            )
        ]
        let result = try assemble(source, [page])
        #expect(result.rows()?.count == 2)
        #expect(result.fields["total"] == .null)
    }
}
