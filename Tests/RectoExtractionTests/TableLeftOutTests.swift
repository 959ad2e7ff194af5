import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// Lines of tables that are no plain rows: each is a row, or told, or no part of the table.
struct TableLeftOutTests {
    private typealias Table = TableTests

    @Test(arguments: ["free", "gratis", "included", "TBA"])
    func whatIsSaidInPlaceOfAnAmountMakesARow(word: String) throws {
        let lines = [Table.heads, Table.board, Table.row("Sample", nil, nil, word), Table.hinge]
        let result = try assemble(Table.invoice, [ReadPage(1, lines)])
        #expect(
            result.rows() == [
                "Oak board 2.4 m | 12 | 18.50 | 222.00", "Sample | - | - | -", "Brass hinge | 40 | 3.20 | 128.00",
            ]
        )
        #expect(result.errors.isEmpty)
    }

    @Test func theHeadingOfAPartBelongsToNoRow() throws {
        let lines = [
            Table.heads, [left(60, "Section A: timber")], Table.board, [left(60, "Section B: 2026")], Table.hinge,
        ]
        let result = try assemble(Table.invoice, [ReadPage(1, lines)])
        #expect(result.rows() == ["Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00"])
    }

    @Test func aHeadingInCapitalsBelongsToNoRowUnlessTheRowsAreInCapitalsToo() throws {
        let heading = [left(60, "OPTIONAL EXTRAS")]
        let result = try assemble(Table.invoice, [ReadPage(1, [Table.heads, Table.board, heading, Table.hinge])])
        #expect(result.rows() == ["Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00"])
        let loud = [Table.heads, Table.row("OAK BOARD", "12", "18.50", "222.00"), heading]
        #expect(
            try assemble(Table.invoice, [ReadPage(1, loud)]).rows()?[0].hasPrefix("OAK BOARD OPTIONAL EXTRAS") == true
        )
    }

    private static func row(_ places: [Double], _ texts: String...) -> [ReadPage.Piece] {
        zip(places, texts).map { left($0, $1) }
    }

    /// What is told of the lines of a further page without heads.
    private func told(_ lines: [[ReadPage.Piece]], closed: Bool = false) throws -> [String] {
        let total = closed ? [[left(400, "Total"), right(535, "350.00")]] : []
        let first = ReadPage(1, [Table.heads, Table.board, Table.hinge] + total, top: 60)
        let result = try assemble(Table.invoice, [first, ReadPage(2, lines, top: 60)])
        #expect(result.rows()?.count == 2)
        return result.errors.compactMap { error in
            guard case .rowLeftOut("/items", let quote, 2) = error else { return nil }
            return quote
        }
    }

    @Test func rowsInOtherColumnsOfAFurtherPageAreTold() throws {
        let near = [60.0, 150, 200, 260]
        let rows = [Self.row(near, "Gasket", "4", "1.00", "4.00"), Self.row(near, "Nut", "9", "1.00", "9.00")]
        #expect(try told(rows) == ["Gasket 4 1.00 4.00", "Nut 9 1.00 9.00"])
        #expect(try told([[left(60, "Acme Ltd")], []] + rows).count == 2)
        let wide = [60.0, 150, 180, 220, 260]
        #expect(try told([Self.row(wide, "Gasket", "4", "7%", "1.00", "4.00")]) == ["Gasket 4 7% 1.00 4.00"])
    }

    @Test func whatIsNoRowOfTheTableIsNot() throws {
        let near = [60.0, 150, 200, 260]
        let row = Self.row(near, "Gasket", "4", "1.00", "4.00")
        #expect(try told([row], closed: true) == [])
        #expect(try told([Self.row(near, "Article", "Pieces", "Each", "All"), row]) == [])
        #expect(try told([Self.row(near, "Total", "4", "1.00", "4.00")]) == [])
        #expect(try told([Self.row(near, "Carried forward", "4", "1.00", "4.00")]) == [])
        #expect(try told([Self.row([60, 150], "Gasket", "4.00")]) == [])
        #expect(try told([Self.row([60, 150, 200], "Page", "of the", "offer 4")]) == [])
    }
}
