import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Cells that stand so close to each other that they are read as one word.
struct TableEdgesTests {
    private static let heads = [left(60, "Description"), right(262, "Qty"), right(302, "Price"), right(346, "Amount")]

    private static func row(_ text: String, _ quantity: String?, _ price: String?, _ amount: String?) -> [ReadPage
        .Piece]
    {
        [
            left(62, text), quantity.map { right(262, $0) }, price.map { right(302, $0) },
            amount.map { right(346, $0) },
        ]
        .compactMap(\.self)
    }

    private static let board = row("Oak board", "2", "10.00", "20.00")
    private static let plug = row("Plug", "100", "12.25", "1225.00")

    /// A description that ends where a quantity begins: with two digits it ends where quantities end.
    private static let long = String(repeating: "x", count: 38)

    private static func result(_ lines: [ReadPage.Piece]...) throws -> ExtractionResult {
        try assemble(TableTests.invoice, [ReadPage(1, [heads, board, plug] + lines)])
    }

    @Test(arguments: [
        (row("Cable", nil, "11,234.00", "1,234.00"), "Cable | 1 | 1,234.00 | 1,234.00"),
        (row("Cable", nil, "1001,234.00", "9.00"), "Cable | 100 | 1,234.00 | 9.00"),
        (row("Cable", nil, "10012345.00", "9.00"), "Cable | 100 | 12345.00 | 9.00"),
        (row("Cable", "7", nil, "1000112345.00"), "Cable | 7 | 1000 | 112345.00"),
        (row(long + "12", nil, "2.00", "24.00"), long + " | 12 | 2.00 | 24.00"),
    ])
    func cellsWithoutAGapAreCutAtTheColumnsEdge(line: [ReadPage.Piece], row: String) throws {
        let result = try Self.result(line)
        #expect(result.rows()?.last == row)
        #expect(result.errors.isEmpty)
    }

    @Test func aPartOfAWordHasAPartOfItsBox() throws {
        let result = try Self.result(Self.row("Cable", nil, "11,234.00", "1,234.00"))
        let boxes = ["quantity", "unit_price"].map { member in
            result.answers.first { $0.pointer.description == "/items/2/\(member)" }?.box
        }
        let (quantity, price) = (try #require(boxes[0]), try #require(boxes[1]))
        #expect(quantity.x0 == 257)
        #expect(quantity.x1 == price.x0)
        #expect(abs(price.x0 - 262) < 1)
        #expect(price.x1 == 302)
    }

    /// Nothing tells where a quantity ends that was not read.
    @Test func aNumberThatCoversAnEmptyCellIsTold() throws {
        var page = ReadPage(1, [Self.heads, Self.board, Self.plug, Self.row("Cable", nil, "1,234.00", "1,234.00")])
        let place = page.reading.tiles.count - 2
        page.reading.tiles[place].box.x0 = 256
        let result = try assemble(TableTests.invoice, [page])
        #expect(result.rows()?.last == "Cable | - | 1,234.00 | 1,234.00")
        let error = try #require(result.errors.first)
        #expect(error == .cellsMerged(pointer: "/items/2/quantity", quote: "1,234.00", page: 1))
        #expect(error.code == "extraction.cells-merged")
        #expect(error.facts["found"] == "1,234.00")
        #expect(error.description.contains(#""1,234.00" on page 1 also stands where /items/2/quantity would"#))
        #expect(result.errors.count == 1)
    }

    @Test(arguments: [
        // Up to the quantities' edge, and not into them.
        row("Cable", nil, "1,234.00", "1,234.00"),
        // What a quantity has in its own column is all there is to it.
        row("Cable", "5", "21,234.00", "1,234.00"),
        // A longer quantity does not end where prices do.
        [left(60, "Cable"), right(275, "123456"), right(346, "1.00")],
        // Words are no numbers that were not read.
        [left(60, "Delivery in the year 2024, free"), right(346, "1.00")],
    ])
    func whatKeepsToItsColumnIsNotCut(line: [ReadPage.Piece]) throws {
        let result = try Self.result(line)
        let texts = result.answers.filter { $0.pointer.tokens.starts(with: ["items", "2"]) }.map(\.text)
        #expect(texts.joined(separator: " ") == line.map(\.text).joined(separator: " "))
        #expect(result.errors.isEmpty)
    }
}
