import RectoPages
import Testing

struct SplittingColumnTests {
    private let splitter: PageSplitter

    init() throws {
        let lines = try LineSplitting(tileHeight: 28, tileWidth: [56, 448], textHeight: 23, charactersPerTile: 40)
        splitter = try PageSplitter(strategy: .lines, lines: lines)
    }

    /// Where the rows' first tiles begin and on which line they stand, in pixels; a row never spans two columns.
    private func starts(of page: DrawnPage) throws -> [(x: Int, y: Int)] {
        var starts: [(x: Int, y: Int)] = []
        var row = -1
        for tile in try splitter.tiles(of: page.rasterized) where tile.row != row {
            #expect(tile.row == row + 1)
            row = tile.row
            starts.append((Int(tile.box.x0 / DrawnPage.scale) + 6, Int(tile.box.y1 / DrawnPage.scale)))
        }
        return starts
    }

    /// Which of the edges each row begins at.
    private func columns(of page: DrawnPage, at edges: [Int]) throws -> [Int] {
        try starts(of: page).map { start in edges.lastIndex { $0 <= start.x + 8 } ?? 0 }
    }

    @Test(arguments: [0, 6, 13])
    func twoColumnsAreReadOneAfterTheOtherAtAnyHeight(shift: Int) throws {
        var page = DrawnPage()
        page.column(x: 60, top: 150, lines: 12)
        page.column(x: 440, top: 150 + shift, lines: 9)
        let found = try columns(of: page, at: [60, 440])
        #expect(found == Array(repeating: 0, count: 12) + Array(repeating: 1, count: 9))
    }

    @Test func threeColumnsUnderAHeadingAndOverAFooter() throws {
        var page = DrawnPage()
        page.line(x: 150, baseline: 80, size: 24, words: [9, 8, 7, 6])
        for x in [30, 305, 580] {
            for row in 0..<8 {
                let words = row % 2 == 0 ? [9, 8, 8] : [7, 9, 9]
                page.line(x: x, baseline: 150 + 30 * row, size: 14, words: words)
            }
        }
        page.line(x: 30, baseline: 520, size: 14, words: [6, 4])
        let starts = try starts(of: page)
        let eight = Array(repeating: 0, count: 8)
        let edges = try columns(of: page, at: [30, 305, 580])
        #expect(edges == [0] + eight + eight.map { $0 + 1 } + eight.map { $0 + 2 } + [0])
        #expect(starts.first.map { $0.y < 110 } == true)
        #expect(starts.last.map { $0.y > 500 } == true)
    }

    @Test func aHeadingAcrossTheMiddlePartsTheColumns() throws {
        var page = DrawnPage()
        page.column(x: 60, top: 100, lines: 5)
        page.column(x: 440, top: 100, lines: 5)
        page.line(x: 60, baseline: 290, size: 20, words: [9, 9, 9, 9])
        page.column(x: 60, top: 340, lines: 5)
        page.column(x: 440, top: 340, lines: 5)
        let half = Array(repeating: 0, count: 5) + Array(repeating: 1, count: 5)
        #expect(try columns(of: page, at: [60, 440]) == half + [0] + half)
    }

    @Test func aDescriptionWithAmountsStaysATable() throws {
        var page = DrawnPage()
        for row in 0..<8 {
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [7, 9, 6, row % 3 + 4])
            page.line(x: 520, baseline: 200 + 30 * row, size: 14, words: [4])
            page.line(x: 640, baseline: 200 + 30 * row, size: 14, words: [6])
        }
        #expect(try columns(of: page, at: [60, 520]) == Array(repeating: 0, count: 8))
    }

    /// A table of two columns: of each row where its rules and lines stand, the left cell's lines and the right one's.
    private func table(_ rows: [(top: Int, left: [Int], right: [Int])], bottom: Int, ruled: [Int]) -> DrawnPage {
        var page = DrawnPage()
        let tops = rows.map(\.top) + [bottom]
        for place in ruled { page.fill(x: 60..<780, y: tops[place]..<tops[place] + 2) }
        for x in [60, 400, 778] { page.fill(x: x..<x + 2, y: tops[0]..<bottom + 2) }
        for row in rows {
            for line in row.left { page.line(x: 80, baseline: line, size: 14, words: [7, 6]) }
            for line in row.right { page.line(x: 420, baseline: line, size: 14, words: [8, 7, 9]) }
        }
        return page
    }

    /// Where the tiles' lines begin and stand, in reading order.
    private func order(of page: DrawnPage) throws -> [[Int]] {
        try splitter.tiles(of: page.rasterized).map { tile in
            [tile.box.x0 / DrawnPage.scale < 380 ? 0 : 1, Int((tile.box.y1 / DrawnPage.scale - 4) / 10)]
        }.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    @Test func cellsOfARuledTableAreReadToTheirEnd() throws {
        // In the third row a line in the middle of its cell, in the fourth two lines level with two.
        let rows = [
            (top: 100, left: [125], right: [125]), (140, [165], [165]), (180, [212], [200, 225]),
            (240, [265, 290], [265, 290]),
            (310, [335], [335]),
        ]
        let found = try order(of: table(rows, bottom: 350, ruled: [0, 1, 2, 3, 4, 5]))
        #expect(
            found == [
                [0, 12], [1, 12], [0, 16], [1, 16], [0, 21], [1, 20], [1, 22], [0, 26], [1, 26], [0, 29], [1, 29],
                [0, 33], [1, 33],
            ]
        )
    }

    @Test func aTableRuledAtHeadAndFootKeepsItsRows() throws {
        let rows = [
            (top: 100, left: [125], right: [125]), (140, [165], [165]), (180, [205], [205]), (220, [245], [245]),
            (260, [285], [285]),
        ]
        let found = try order(of: table(rows, bottom: 300, ruled: [0, 1, 5]))
        #expect(found == [12, 16, 20, 24, 28].flatMap { [[0, $0], [1, $0]] })
    }

    /// Behind a dot the next word stands farther off: its line goes on.
    @Test(arguments: [(17, true), (30, false)])
    func whatFollowsADotIsOfTheSameLine(gap: Int, isOne: Bool) throws {
        var page = DrawnPage()
        page.line(x: 60, baseline: 200, size: 14, words: [2])
        page.fill(x: 78..<81, y: 197..<200)
        page.line(x: 81 + gap, baseline: 200, size: 14, words: [4])
        #expect(try splitter.tiles(of: page.rasterized).count == (isOne ? 1 : 2))
    }

    /// `No.:` in a fixed-width face: the colon stands behind the dot, farther off than letters are.
    @Test func aMarkBehindAMarkBelongsToTheLine() throws {
        var page = DrawnPage()
        page.line(x: 60, baseline: 200, size: 30, words: [4])
        for (x, y) in [(140, 194), (165, 194), (165, 180)] { page.fill(x: x..<x + 6, y: y..<y + 6) }
        page.line(x: 60, baseline: 260, size: 30, words: [4, 5])
        let tiles = try splitter.tiles(of: page.rasterized)
        #expect(tiles.count == 2)
        #expect(try #require(tiles.first).box.x1 / DrawnPage.scale > 168)
    }

    @Test(arguments: [(400, 600, false), (300, 193, true)])
    func aSpeckIsNoLineUnlessItStandsBesideOne(x: Int, y: Int, isKept: Bool) throws {
        var page = DrawnPage()
        for row in 0..<4 { page.line(x: 60, baseline: 200 + 30 * row, size: 16, words: [5, 4]) }
        page.fill(x: x..<x + 5, y: y..<y + 5)
        #expect(try splitter.tiles(of: page.rasterized).count == (isKept ? 5 : 4))
    }

    /// A single figure is no speck, whatever the type of the heading over it.
    @Test func figuresBelowALargeHeadingAreRead() throws {
        var page = DrawnPage()
        page.line(x: 60, baseline: 100, size: 44, words: [7])
        for row in 0..<4 {
            for column in 0..<3 {
                let (x, y) = (60 + 200 * column, 200 + 40 * row)
                page.fill(x: x..<x + 6, y: y..<y + 10)
            }
        }
        #expect(try splitter.tiles(of: page.rasterized).count == 13)
    }

    @Test func aLogoBesideAHeadingIsNoLetter() throws {
        var page = DrawnPage()
        page.fill(x: 60..<130, y: 70..<120)
        page.line(x: 160, baseline: 110, size: 16, words: [9, 3, 5])
        let tiles = try splitter.tiles(of: page.rasterized)
        #expect(
            !tiles.isEmpty
                && tiles.allSatisfy { $0.box.x0 / DrawnPage.scale > 140 && $0.box.height / DrawnPage.scale < 40 }
        )
    }

    @Test(arguments: [0, 11])
    func linesOfAnyLengthAreColumnsUnlessTheyStandOnTheSameBaselines(shift: Int) throws {
        var page = DrawnPage()
        for (row, words) in [
            [9, 4], [4, 3], [7, 5, 9], [3], [8, 6, 7], [5], [9, 9, 9], [4, 8], [6, 7], [12, 5],
        ].enumerated() {
            page.line(x: 60, baseline: 200 + 24 * row, size: 14, words: words)
            page.line(x: 440, baseline: 200 + 24 * row + shift, size: 14, words: words.reversed())
        }
        let ten = Array(repeating: 0, count: 10)
        #expect(try columns(of: page, at: [60, 440]) == (shift == 0 ? ten : ten + ten.map { $0 + 1 }))
    }

    @Test func addressesBesideLabelsStayRows() throws {
        var page = DrawnPage()
        for (row, words) in [[7, 6], [3, 8, 5], [6], [9, 4], [8, 2]].enumerated() {
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: words)
            page.line(x: 460, baseline: 200 + 30 * row, size: 14, words: [6, 2])
            page.line(x: 640, baseline: 200 + 30 * row, size: 14, words: [8])
        }
        #expect(try columns(of: page, at: [60, 460]) == Array(repeating: 0, count: 5))
    }
}
