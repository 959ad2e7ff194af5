import RectoPages

/// Text layers for tests: 10 points a character, lines 20 points apart and 12 high.
enum TextLayerPage {
    /// Words from left to right.
    static func words(_ lines: [String]) -> [TextLayerWord] {
        lines.enumerated().flatMap { row, line in
            var x = 0.0
            return line.split(separator: " ").map { word in
                let box = Box(x0: x, y0: Double(row) * 20, x1: x + Double(word.count) * 10, y1: Double(row) * 20 + 12)
                x = box.x1 + 10
                return TextLayerWord(text: String(word), box: box)
            }
        }
    }

    /// Cells of a table, each 150 points wide.
    static func table(_ rows: [[String]]) -> [TextLayerWord] {
        rows.enumerated().flatMap { row, cells in
            cells.enumerated().flatMap { column, cell in
                words([cell]).map { word in
                    var box = word.box
                    (box.x0, box.x1) = (box.x0 + Double(column) * 150, box.x1 + Double(column) * 150)
                    (box.y0, box.y1) = (box.y0 + Double(row) * 20, box.y1 + Double(row) * 20)
                    return TextLayerWord(text: word.text, box: box)
                }
            }
        }
    }

    /// The box of a whole line.
    static func row(_ number: Int) -> Box {
        Box(x0: 0, y0: Double(number) * 20, x1: 500, y1: Double(number) * 20 + 12)
    }

    /// How a producer writes right-to-left text.
    enum Producer: CaseIterable {
        /// Words and characters in the order of reading.
        case logical
        /// Words as they stand, from left to right.
        case visualWords
        /// Words and characters as they stand, from left to right.
        case visualCharacters
    }

    /// Lines of right-to-left words that end at x = 500.
    ///
    /// - Parameters:
    ///   - lines: Each line's words as they stand from right to left; within left-to-right words nothing is turned.
    ///   - producer: How they are written down.
    /// - Returns: The words as the text layer gives them.
    static func rightToLeft(_ lines: [[String]], by producer: Producer) -> [TextLayerWord] {
        lines.enumerated().flatMap { row, line in
            var x = 500.0
            let words = line.map { text in
                let width = Double(text.count) * 10
                let box = Box(x0: x - width, y0: Double(row) * 20, x1: x, y1: Double(row) * 20 + 12)
                x -= width + 10
                let isTurned = producer == .visualCharacters && !text.allSatisfy(\.isASCII)
                return TextLayerWord(text: isTurned ? String(text.reversed()) : text, box: box)
            }
            return producer == .logical ? words : words.reversed()
        }
    }
}
