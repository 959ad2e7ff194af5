import Foundation
import RectoExtraction
import RectoPages
import Testing

/// DocTags pages with what docling-core makes of them (`Golden/make_doctags_golden.py`).
struct DocTagsGolden: Decodable {
    struct Text: Decodable {
        let label: String
        let text: String
        let level: Int?
        let language: String?
        let box: [Double]?
    }

    struct Table: Decodable {
        let rows: Int
        let columns: Int
        let cells: [[Field]]
    }

    /// A number or a text.
    enum Field: Decodable, Equatable {
        case number(Int)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    struct Page: Decodable, CustomTestStringConvertible {
        let name: String
        let tags: String
        let texts: [Text]
        let tables: [Table]

        var testDescription: String { name }
    }

    let width: Double
    let height: Double
    let pages: [Page]

    static let all: DocTagsGolden = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/doctags.json")
        // A file that is missing or broken leaves no page, and `everyPageIsThere` says so.
        guard let data = try? Data(contentsOf: file), let golden = try? JSONDecoder().decode(Self.self, from: data)
        else { return DocTagsGolden(width: 1, height: 1, pages: []) }
        return golden
    }()
}

struct DocTagsGoldenTests {
    private let golden = DocTagsGolden.all

    @Test func everyPageIsThere() { #expect(golden.pages.count == 9) }

    @Test(arguments: DocTagsGolden.all.pages)
    func textsAndTablesAreThoseOfTheReference(_ page: DocTagsGolden.Page) {
        let frame = Box(x0: 0, y0: 0, x1: golden.width, y1: golden.height)
        let parsed = DocTagsParser(frame: frame).parse(page.tags)
        #expect(parsed.faults.isEmpty)
        let elements = parsed.elements.flatMap(Self.flat)
        let texts = elements.filter { ![.table, .picture, .chart, .orderedList, .unorderedList].contains($0.kind) }
        #expect(texts.map(\.kind.rawValue) == page.texts.map(\.label))
        #expect(texts.map(\.text) == page.texts.map(\.text))
        #expect(texts.map(\.level) == page.texts.map(\.level))
        #expect(texts.map(\.language) == page.texts.map(\.language))
        for (text, expected) in zip(texts, page.texts) {
            let box = text.box.map { [$0.x0, $0.y0, $0.x1, $0.y1] } ?? []
            #expect(
                zip(box, expected.box ?? []).allSatisfy { abs($0 - $1) < 1e-9 } && box.count == expected.box?.count ?? 0
            )
        }
        let tables = elements.compactMap(\.table)
        #expect(tables.map(\.rowCount) == page.tables.map(\.rows))
        #expect(tables.map(\.columnCount) == page.tables.map(\.columns))
        for (table, expected) in zip(tables, page.tables) {
            let cells = table.cells.map { cell -> [DocTagsGolden.Field] in
                [
                    .number(cell.row), .number(cell.column), .number(cell.rowSpan), .number(cell.columnSpan),
                    .text(cell.text),
                ]
            }
            #expect(cells == expected.cells)
        }
    }

    private static func flat(_ element: DocTagsElement) -> [DocTagsElement] {
        [element] + element.children.flatMap(flat)
    }
}
