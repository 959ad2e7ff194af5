import RectoExtraction
import RectoPages
import RectoSchema

/// A page as a reader leaves it: texts at places, five points a character, in tiles twelve points high.
struct ReadPage {
    /// A text on a line.
    struct Piece {
        var x0: Double
        var text: String
    }

    static let characterWidth = 5.0
    static let height = 12.0

    var reading: PageReading

    /// Sets lines below each other; an empty one leaves its place free.
    init(_ number: Int = 1, _ lines: [[Piece]], top: Double = 100, pitch: Double = 14, lean: Double = 0) {
        var tiles: [TileReading] = []
        for (row, line) in lines.enumerated() {
            for piece in line {
                let width = Double(piece.text.count) * Self.characterWidth
                let y = top + Double(row) * pitch
                // Leaned about the page's corner, as a scan is.
                let middle = (x: piece.x0 + width / 2 - lean * y, y: y + lean * (piece.x0 + width / 2))
                let tall = Self.height + abs(lean) * width
                let box = Box(
                    x0: middle.x - width / 2,
                    y0: middle.y - tall / 2,
                    x1: middle.x + width / 2,
                    y1: middle.y + tall / 2
                )
                tiles.append(
                    TileReading(
                        index: tiles.count,
                        row: row,
                        box: box,
                        text: piece.text,
                        logProbabilities: piece.text.map { _ in -0.01 }
                    )
                )
            }
        }
        reading = PageReading(page: PageNumber(number), tiles: tiles, candidates: [], requestCount: tiles.count)
    }
}

/// A text that begins at x.
func left(_ x: Double, _ text: String) -> ReadPage.Piece { .init(x0: x, text: text) }

/// A text that ends at x.
func right(_ x: Double, _ text: String) -> ReadPage.Piece {
    .init(x0: x - Double(text.count) * ReadPage.characterWidth, text: text)
}

/// A text around x.
func centre(_ x: Double, _ text: String) -> ReadPage.Piece {
    .init(x0: x - Double(text.count) * ReadPage.characterWidth / 2, text: text)
}

/// What a schema makes of pages that were read.
func assemble(_ source: String, _ pages: [ReadPage]) throws -> ExtractionResult {
    try FieldExtractor(schema: schema(source)).assemble(pages.map(\.reading))
}

extension ExtractionResult {
    /// The elements of a list, one text each: the members' values with bars between, `-` for none.
    func rows(_ name: String = "items") -> [String]? {
        fields[name]?.arrayValue?.map { element in
            guard let members = element.objectValue else { return Self.text(element) }
            return members.map { Self.text($0.value) }.joined(separator: " | ")
        }
    }

    private static func text(_ value: JSONValue) -> String {
        value.isNull ? "-" : value.stringValue ?? JSONWriter().string(value)
    }
}
