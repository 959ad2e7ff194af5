import RectoPages

/// A word of a page, and where it stands on the page as it would lie without leaning.
struct TableWord: Sendable, Hashable {
    /// What was read.
    let text: String
    /// Where it stands on the page, in points.
    let box: Box
    /// Its left and right edge, levelled, in points.
    let left, right: Double
    /// The place of its tile among the page's tiles.
    let tile: Int
    /// The offset of its first character in the tile's text.
    let offset: Int

    /// Its middle, levelled, in points.
    var middle: Double { (left + right) / 2 }

    /// Whether what follows it belongs to it, as its colon says.
    var hasColon: Bool { text.hasSuffix(":") }
}

/// The words of one visual line, from left to right.
struct TableLine: Sendable {
    /// The words.
    var words: [TableWord]
    /// The line's middle, levelled, in points from the top.
    var y: Double
    /// The height of its tiles, about 1.6 times its type size.
    var height: Double

    /// About the size of its type.
    var em: Double { height / 1.6 }

    /// Its words, joined with spaces.
    var text: String { words.map(\.text).joined(separator: " ") }

    /// Its words, cut where gaps are wider than those between words.
    var chunks: [[TableWord]] {
        var chunks: [[TableWord]] = []
        for word in words {
            if let last = chunks.last?.last, word.left - last.right <= Self.wordGap * em {
                chunks[chunks.count - 1].append(word)
            } else {
                chunks.append([word])
            }
        }
        return chunks
    }

    /// What a run of words that stand together is.
    enum Kind: Sendable, Hashable {
        /// Words, with or without digits.
        case text
        /// A whole number.
        case integer
        /// A number with decimals.
        case decimal
    }

    /// The kinds of its chunks, from left to right.
    var shape: [Kind] {
        chunks.map { words in
            let text = words.map(\.text).joined(separator: " ")
            guard AmountParser().parse(text) != nil else { return .text }
            return TableBody.hasDecimals(text) ? .decimal : .integer
        }
    }

    /// Widest gap between words of one cell, in type sizes.
    private static let wordGap = 0.8
}

/// The lines of a page from top to bottom, levelled.
struct PageLines: Sendable {
    /// Tiles whose middles differ by less than this share of their height stand on one line.
    private static let sameLine = 0.3
    /// What is left of rules and dotted leaders is no word.
    private static let leaders: Set<Character> = ["|", "_", ".", "…", "·", ":"]

    /// The lines.
    let lines: [TableLine]

    /// Levels the tiles of a page and cuts them into words.
    ///
    /// - Parameter reading: What was read on the page.
    init(_ reading: PageReading) {
        let lean = Self.lean(of: reading.tiles)
        let boxes = Dictionary(reading.words.map { ($0.tile, $0.boxes) }, uniquingKeysWith: { first, _ in first })
        let tiles = reading.tiles.indices.map { place in
            let box = reading.tiles[place].box
            let (x, y) = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
            return (place: place, y: y - lean * x, height: max(1, box.height - abs(lean) * box.width))
        }
        var lines: [TableLine] = []
        for tile in tiles.sorted(by: { ($0.y, $0.place) < ($1.y, $1.place) }) {
            let reading = reading.tiles[tile.place]
            let words = Self.words(of: reading, place: tile.place, boxes: boxes[reading.index], lean: lean)
            guard !words.isEmpty else { continue }
            if let last = lines.last, tile.y - last.y < Self.sameLine * min(last.height, tile.height) {
                lines[lines.count - 1].words += words
            } else {
                lines.append(TableLine(words: words, y: tile.y, height: tile.height))
            }
        }
        for line in lines.indices {
            lines[line].words.sort { ($0.left, $0.tile, $0.offset) < ($1.left, $1.tile, $1.offset) }
        }
        self.lines = lines
    }

    /// How far the page leans: the middle one of the slopes between the ends of its rows.
    private static func lean(of tiles: [TileReading]) -> Double {
        var slopes: [Double] = []
        for row in Dictionary(grouping: tiles, by: \.row).values {
            guard let first = row.min(by: { $0.box.x0 < $1.box.x0 }), let last = row.max(by: { $0.box.x0 < $1.box.x0 })
            else { continue }
            let across = (last.box.x0 + last.box.x1 - first.box.x0 - first.box.x1) / 2
            guard across > 5 * first.box.height else { continue }
            slopes.append((last.box.y0 + last.box.y1 - first.box.y0 - first.box.y1) / 2 / across)
        }
        guard slopes.count >= 3 else { return 0 }
        return slopes.sorted()[slopes.count / 2]
    }

    private static func words(of tile: TileReading, place: Int, boxes: [Box]?, lean: Double) -> [TableWord] {
        let characters = Array(tile.text)
        let parts = characters.split(whereSeparator: \.isWhitespace)
        let width = tile.box.width / Double(max(1, characters.count))
        let middle = ((tile.box.x0 + tile.box.x1) / 2, (tile.box.y0 + tile.box.y1) / 2)
        return parts.enumerated().compactMap { order, part in
            guard !part.allSatisfy(leaders.contains) else { return nil }
            var box = tile.box
            if let boxes, boxes.count == parts.count {
                box = boxes[order]
            } else {
                box.x0 = tile.box.x0 + Double(part.startIndex) * width
                box.x1 = tile.box.x0 + Double(part.endIndex) * width
            }
            let y = middle.1 + lean * ((box.x0 + box.x1) / 2 - middle.0)
            return TableWord(
                text: String(part),
                box: box,
                left: box.x0 + lean * y,
                right: box.x1 + lean * y,
                tile: place,
                offset: part.startIndex
            )
        }
    }
}
