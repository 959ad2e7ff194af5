public import RectoPages

/// Where the words of a tile stand, for tiles that hold several cells of a table.
public struct TileWords: Sendable, Hashable, Codable {
    /// The tile's place in reading order within its page.
    public var tile: Int
    /// The place of each word of the tile's text, in points.
    public var boxes: [Box]

    /// Notes places.
    ///
    /// - Parameters:
    ///   - tile: The tile's place in reading order within its page.
    ///   - boxes: The place of each word of the tile's text, in points.
    public init(tile: Int, boxes: [Box]) {
        self.tile = tile
        self.boxes = boxes
    }

    /// Finds the words of a text in its tile's pixels: they stand between the widest gaps of its ink.
    ///
    /// Fails when the ink has fewer gaps than the text has spaces.
    ///
    /// - Parameters:
    ///   - tile: The tile.
    ///   - text: What was read in it.
    init?(of tile: Tile, text: String) {
        let count = text.split(whereSeparator: \.isWhitespace).count
        guard let spans = InkColumns(tile.image)?.words(count) else { return nil }
        self.tile = tile.index
        boxes = spans.map { span in
            tile.pixelToPoints.apply(
                to: Box(
                    x0: Double(span.lowerBound),
                    y0: 0,
                    x1: Double(span.upperBound),
                    y1: Double(tile.image.height)
                )
            )
        }
    }
}

/// The columns of a tile's pixels in which there is ink.
struct InkColumns {
    /// Share of the way from paper to the darkest pixel from which on a pixel is ink.
    private static let leastContrast = 0.4
    /// Rules of a table may run along the upper and lower edge of a tile: this share of its height is passed over.
    private static let edge = 7

    /// Runs of columns with ink, from left to right.
    let runs: [Range<Int>]

    /// Looks for ink; fails when there is none.
    ///
    /// - Parameter image: The tile's pixels, dark on light.
    init?(_ image: PixelImage) {
        let rows = image.height / Self.edge..<image.height - image.height / Self.edge
        var darkest = [Int](repeating: 255, count: image.width)
        var levels = [Int](repeating: 0, count: 256)
        for row in rows {
            for column in 0..<image.width {
                let at = 3 * (row * image.width + column)
                let (red, green, blue) = (image.pixels[at], image.pixels[at + 1], image.pixels[at + 2])
                let level = (77 * Int(red) + 150 * Int(green) + 29 * Int(blue)) >> 8
                darkest[column] = min(darkest[column], level)
                levels[level] += 1
            }
        }
        guard let ink = darkest.min(), let paper = Self.paper(levels), paper > ink else { return nil }
        let limit = paper - Int(Self.leastContrast * Double(paper - ink))
        var runs: [Range<Int>] = []
        for column in darkest.indices where darkest[column] < limit {
            if let last = runs.last, last.upperBound == column {
                runs[runs.count - 1] = last.lowerBound..<column + 1
            } else {
                runs.append(column..<column + 1)
            }
        }
        guard !runs.isEmpty else { return nil }
        self.runs = runs
    }

    /// The ink of each word: the widest gaps are those between words.
    ///
    /// - Parameter count: How many words there are.
    /// - Returns: One range of columns each, from left to right; nil when there are not enough gaps.
    func words(_ count: Int) -> [Range<Int>]? {
        guard count > 0, runs.count >= count else { return nil }
        let gaps = runs.indices.dropFirst()
            .sorted { left, right in
                let (a, b) = (
                    runs[left].lowerBound - runs[left - 1].upperBound,
                    runs[right].lowerBound - runs[right - 1].upperBound
                )
                return (b, left) < (a, right)
            }
        let starts = [0] + gaps.prefix(count - 1).sorted()
        let ends = starts.dropFirst().map { $0 - 1 } + [runs.count - 1]
        return zip(starts, ends).map { runs[$0].lowerBound..<runs[$1].upperBound }
    }

    /// The level of the paper: a fifth of the pixels are lighter.
    private static func paper(_ levels: [Int]) -> Int? {
        var rest = levels.reduce(0, +) / 5
        for level in levels.indices.reversed() {
            rest -= levels[level]
            if rest < 0 { return level }
        }
        return nil
    }
}
