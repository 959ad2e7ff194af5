import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import Testing

/// `x-recto.merge` of lists: what becomes of several tables that were read for one.
struct ListMergingTests {
    private typealias Table = TableTests

    private static func source(_ merge: String?) -> String {
        guard let merge else { return Table.invoice }
        return Table.invoice.replacingOccurrences(
            of: #""items": {"type": "array","#,
            with: #""items": {"type": "array", "x-recto": {"merge": "\#(merge)"},"#
        )
    }

    private static let total = [left(60, "Total"), right(535, "350.00")]
    private static let board = "Oak board 2.4 m | 12 | 18.50 | 222.00"
    private static let hinge = "Brass hinge | 40 | 3.20 | 128.00"
    private static let glue = "Wood glue 1 l | 6 | 9.75 | 58.50"

    private static func page(_ number: Int, _ lines: [ReadPage.Piece]..., probability: Float = -0.01) -> ReadPage {
        var page = ReadPage(number, lines, top: 60)
        for tile in page.reading.tiles.indices {
            page.reading.tiles[tile].logProbabilities = page.reading.tiles[tile].text.map { _ in probability }
        }
        return page
    }

    /// Two delivery notes, the second one read better.
    private static let notes = [
        page(1, Table.heads, Table.board, Table.hinge, total, probability: -0.2),
        page(2, Table.heads, Table.board, Table.glue, total),
    ]

    @Test(
        arguments: [
            (nil, [board, hinge, board, glue]), ("concatenate", [board, hinge, board, glue]), ("best", [board, glue]),
            ("first", [board, hinge]),
        ] as [(String?, [String])]
    )
    func aPolicyChoosesAmongTables(merge: String?, rows: [String]) throws {
        let result = try assemble(Self.source(merge), Self.notes)
        #expect(result.rows() == rows)
        #expect(result.errors.isEmpty)
        #expect(result.answers.count { $0.pointer.tokens.first == "items" } == 4 * rows.count)
        guard rows.count == 2 else {
            #expect(result.conflicts.isEmpty)
            return
        }
        let conflict = try #require(result.conflicts.first)
        #expect(conflict.pointer.description == "/items")
        #expect(conflict.policy.rawValue == merge)
        #expect(conflict.candidates.map(\.isChosen) == [true, false])
        #expect(conflict.candidates[0].value == result.fields["items"])
        #expect(conflict.candidates[1].value.arrayValue?.count == 2)
        #expect(conflict.candidates[1].further.count == 7)
    }

    @Test func ofEqualTablesOneIsTaken() throws {
        let copy = [1, 2].map { Self.page($0, Table.heads, Table.board, Table.hinge) }
        for merge in ["best", "first", "must-agree"] {
            let result = try assemble(Self.source(merge), copy)
            #expect(result.rows() == [Self.board, Self.hinge], "\(merge)")
            #expect(result.errors.isEmpty && result.conflicts.isEmpty)
        }
        #expect(try assemble(Self.source("concatenate"), copy).rows()?.count == 4)
    }

    @Test func tablesThatMustAgreeAndDoNotAreAnError() throws {
        let result = try assemble(Self.source("must-agree"), Self.notes)
        #expect(result.fields["items"] == nil)
        let error = try #require(result.errors.first { $0.code == "extraction.contradicting-answers" })
        #expect(error.facts["pointer"] == "/items")
        #expect(error.facts["pages"] == "1, 2")
        #expect(error.description.contains(#"element 2: {"description":"Brass hinge""#))
        #expect(error.description.contains(#"element 2: {"description":"Wood glue 1 l""#))
        #expect(result.conflicts.first?.candidates.map(\.isChosen) == [false, false])
        #expect(!result.answers.contains { $0.pointer.tokens.first == "items" })
        let longer = Self.page(2, Table.heads, Table.board, Table.hinge, Table.glue, Self.total)
        let more = try assemble(Self.source("must-agree"), [Self.notes[0], longer])
        #expect(more.errors.contains { $0.description.contains(#""element 3: none" on page 1 and "element 3: {"#) })
    }

    @Test func aTableOverTwoPagesIsOne() throws {
        let pages = [
            Self.page(1, Table.heads, Table.board), Self.page(2, Table.heads, Table.hinge, Self.total),
            Self.page(3, Table.heads, Table.glue),
        ]
        #expect(try assemble(Self.source("first"), pages).rows() == [Self.board, Self.hinge])
        let two = Self.page(1, Table.heads, Table.board, [], Table.heads, Table.glue)
        #expect(try assemble(Self.source("first"), [two]).rows() == [Self.board])
    }

    @Test func aConflictOfListsHasItsEvidence() throws {
        let result = try assemble(Self.source("first"), Self.notes)
        let layer = TextLayerWord(text: "Wood", box: Box(x0: 60, y0: 82, x1: 80, y1: 94))
        let conflict = try #require(Grounder().conflicts(of: result, textLayer: [PageNumber(2): [layer]]).first)
        #expect(conflict.candidates.map(\.grounding.evidence.count) == [8, 8])
        #expect(conflict.candidates[1].grounding.evidence.allSatisfy { $0.page == PageNumber(2) })
        #expect(conflict.json().objectValue?["pointer"] == "/items")
    }

    @Test func pagesOfValuesAreCompared() throws {
        func emails(_ merge: String, _ pages: [String]...) throws -> ExtractionResult {
            let source = #"""
                {"type": "object", "properties": {"emails": {"type": "array", "x-recto": {"merge": "\#(merge)"},
                  "items": {"type": "string", "format": "email"}}}}
                """#
            return try assemble(
                source,
                pages.enumerated().map { ReadPage($0.offset + 1, $0.element.map { [left(60, $0)] }) }
            )
        }
        #expect(try emails("first", ["a@b.example"], ["c@d.example"]).rows("emails") == ["a@b.example"])
        #expect(try emails("must-agree", ["a@b.example"], ["A@B.example"]).rows("emails") == ["a@b.example"])
        #expect(try emails("must-agree", ["a@b.example"], ["c@d.example"]).rows("emails") == nil)
        let joined = try emails("concatenate", ["a@b.example"], ["a@b.example", "c@d.example"])
        #expect(joined.rows("emails") == ["a@b.example", "c@d.example"])
    }

    @Test func otherPoliciesAreRefused() throws {
        let unknown = try #require(throws: ExtractionError.self) { try schema(Self.source("both")) }
        #expect(unknown.facts["keyword"] == "merge")
        #expect(unknown.facts["pointer"] == "/properties/items/x-recto")
        #expect(
            unknown.description.contains(#""both" is not one of best, first, must-agree, or of a list concatenate"#)
        )
    }
}
