import Foundation
import RectoExtraction
import RectoSchema
import Testing

/// Heads of tables that were misread, that hold digits, or that two members share.
struct TableHeadsTests {
    private typealias Table = TableTests

    private static func heads(_ quantity: String) -> [ReadPage.Piece] {
        [left(60, "Description"), right(330, quantity), right(430, "Price"), right(535, "Amount")]
    }

    /// The invoice whose quantity has one short label.
    private static let invoice = Table.invoice.replacingOccurrences(of: #"["Quantity", "Qty"]"#, with: #"["Qty"]"#)

    @Test(arguments: ["Oty", "0ty", "Gty", "Qfy"])
    func aHeadWithALetterMisreadIsOneAmongOthers(head: String) throws {
        let result = try assemble(Self.invoice, [ReadPage(1, [Self.heads(head), Table.board, Table.hinge])])
        #expect(result.errors.isEmpty)
        #expect(result.rows() == ["Oak board 2.4 m | 12 | 18.50 | 222.00", "Brass hinge | 40 | 3.20 | 128.00"])
        let answer = try #require(result.answers.first { $0.pointer.description == "/items/0/quantity" })
        #expect(answer.labelFit ?? 1 < 0.7)
    }

    @Test func twoLettersThatLookLikeOneAreOneMisreading() throws {
        let source = #"""
            {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {
              "item": {"type": "string"}, "sum": {"type": "number"}}}}}}
            """#
        func rows(_ heads: [String]) throws -> [String]? {
            let page = ReadPage(
                1,
                [[left(60, heads[0]), right(300, heads[1])], [left(60, "Oak"), right(300, "1.00")]]
            )
            return try assemble(source, [page]).rows()
        }
        #expect(try rows(["Item", "Surn"]) == ["Oak | 1.00"])
        #expect(try rows(["ltem", "Sum"]) == ["Oak | 1.00"])
        #expect(try rows(["Iten", "Surx"]) == nil)
    }

    @Test func aColumnUnderAnUnknownHeadIsNotLostUnnoticed() throws {
        let result = try assemble(Self.invoice, [ReadPage(1, [Self.heads("Stk"), Table.board, Table.hinge])])
        #expect(result.rows() == ["Oak board 2.4 m | - | 18.50 | 222.00", "Brass hinge | - | 3.20 | 128.00"])
        #expect(result.errors == [.columnUnknown(pointer: "/items", member: "quantity", head: "Stk", page: 1)])
        #expect(result.errors[0].code == "extraction.column-unknown")
        #expect(result.errors[0].description.contains(#"no head that fits "quantity", but a column "Stk""#))
    }

    @Test func aColumnThatHoldsNothingOfTheKindIsAnother() throws {
        let line = [left(60, "Oak"), right(330, "blue"), right(430, "1.00"), right(535, "1.00")]
        #expect(try assemble(Self.invoice, [ReadPage(1, [Self.heads("Colour"), line, line])]).errors.isEmpty)
        let empty = [left(60, "Oak"), right(430, "1.00"), right(535, "1.00")]
        #expect(try assemble(Self.invoice, [ReadPage(1, [Self.heads("Stk"), empty, empty])]).errors.isEmpty)
    }

    /// The invoice with a quantity that need not be there, and further members after it.
    private static func optional(_ further: String = "") -> String {
        invoice
            .replacingOccurrences(of: #""description", "quantity", "#, with: #""description", "#)
            .replacingOccurrences(of: #""unit_price": {"#, with: further + #""unit_price": {"#)
    }

    @Test func aMemberThatMayBeAbsentIsNotLostUnnoticed() throws {
        let page = ReadPage(1, [Self.heads("Stk"), Table.board, Table.hinge])
        let result = try assemble(Self.optional(), [page])
        #expect(result.rows() == ["Oak board 2.4 m | - | 18.50 | 222.00", "Brass hinge | - | 3.20 | 128.00"])
        #expect(result.errors == [.columnUnknown(pointer: "/items", member: "quantity", head: "Stk", page: 1)])
        let several = try assemble(Self.optional(#""weight": {"type": "number"}, "#), [page])
        #expect(several.errors.map { $0.facts["member"] } == ["quantity, weight"])
        // A column that holds text is none of a number's.
        let line = [left(60, "Oak"), right(330, "blue"), right(430, "1.00"), right(535, "1.00")]
        let colours = ReadPage(1, [Self.heads("Colour"), line, line])
        #expect(try assemble(Self.optional(), [colours]).errors.isEmpty)
        let colour = try assemble(Self.optional(#""finish": {"type": "string"}, "#), [colours])
        #expect(colour.errors.map { $0.facts["member"] } == ["finish"])
    }

    @Test func aColumnWhereNoMissingMemberWouldStandIsAnother() throws {
        let heads = [
            left(60, "Description"), right(330, "Price"), right(430, "VAT"), right(535, "Amount"), right(590, "Stk"),
        ]
        let line = [
            left(60, "Oak"), right(330, "1.00"), right(430, "20"), right(535, "1.20"), right(590, "1"),
        ]
        #expect(try assemble(Self.optional(), [ReadPage(1, [heads, line, line])]).errors.isEmpty)
        // A member is told of each column that may be its own.
        let both = [
            left(60, "Description"), right(300, "Stk"), right(360, "Kg"), right(430, "Price"), right(535, "Amount"),
        ]
        let row = [left(60, "Oak"), right(300, "1"), right(360, "2"), right(430, "1.00"), right(535, "1.00")]
        for source in [Self.optional(), Self.invoice] {
            let result = try assemble(source, [ReadPage(1, [both, row, row])])
            #expect(result.errors.map { $0.facts["found"] } == ["Stk", "Kg"])
        }
    }

    private static let years = #"""
        {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object",
          "required": ["name", "a", "b", "c"], "properties": {
            "name": {"type": "string"}, "a": {"type": ["number", "null"], "x-recto": {"labels": ["2024"]}},
            "b": {"type": ["number", "null"], "x-recto": {"labels": ["2025"]}},
            "c": {"type": ["number", "null"], "x-recto": {"labels": ["2026"]}}}}}}}
        """#

    @Test func yearsAreHeadsWhereLabelsSaySo() throws {
        func result(_ years: [String]) throws -> ExtractionResult {
            let heads = [left(60, "Name")] + zip([250, 350, 450], years).map { right(Double($0), $1) }
            let line = [left(60, "Revenue"), right(250, "1.00"), right(350, "2.00"), right(450, "3.00")]
            return try assemble(Self.years, [ReadPage(1, [heads, line])])
        }
        #expect(try result(["2024", "2025", "2026"]).rows() == ["Revenue | 1.00 | 2.00 | 3.00"])
        #expect(try result(["2026", "2025", "2024"]).rows() == ["Revenue | 3.00 | 2.00 | 1.00"])
        // Another year is another column, though it differs in one digit only.
        let other = try result(["2024", "2025", "2027"])
        #expect(other.rows() == ["Revenue | 1.00 | 2.00 | -"])
        #expect(other.errors == [.columnUnknown(pointer: "/items", member: "c", head: "2027", page: 1)])
    }

    @Test func membersThatShareALabelAreRefused() throws {
        let source = Table.invoice.replacingOccurrences(of: #"["Unit price", "Price"]"#, with: #"["Price", "AMOUNT"]"#)
        let error = try #require(throws: ExtractionError.self) { try FieldExtractor(schema: schema(source)) }
        #expect(error.code == "schema.invalid")
        #expect(error.facts["pointer"] == "/properties/items/items/properties/amount")
        #expect(error.description.contains(#"the members "unit_price" and "amount" have the same label "Amount""#))
    }
}
