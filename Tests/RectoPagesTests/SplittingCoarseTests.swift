import RectoPages
import Testing

/// Type that scanners make coarse: letters and lines that touch, marks as large as letters, shadows.
struct SplittingCoarseTests {
    private let splitter: PageSplitter

    init() throws {
        let lines = try LineSplitting(tileHeight: 28, tileWidth: [56, 448], textHeight: 23, charactersPerTile: 40)
        splitter = try PageSplitter(strategy: .lines, lines: lines)
    }

    /// How many rows of tiles there are, and the heights of their tiles in pixels of the page.
    private func rows(of page: DrawnPage) throws -> (count: Int, heights: [Double]) {
        let tiles = try splitter.tiles(of: page.rasterized)
        return (Set(tiles.map(\.row)).count, tiles.map { ($0.box.y1 - $0.box.y0) / DrawnPage.scale })
    }

    /// Gives every letter of a line feet that reach to within a gap of the next letter's.
    private func addFeet(to page: inout DrawnPage, from first: Int, baseline: Int, gap: Int) {
        for (left, right) in zip(page.letters[first...], page.letters[(first + 1)...]) where right.x0 > left.x1 {
            page.fill(x: Int(left.x0)..<Int(right.x0) - gap, y: baseline - 2..<baseline)
        }
    }

    @Test(arguments: [0, 1, 2])
    func feetOfTouchingLettersAreNoRule(gap: Int) throws {
        var page = DrawnPage()
        for row in 0..<6 {
            let first = page.letters.count
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [9, 8, 9])
            addFeet(to: &page, from: first, baseline: 200 + 30 * row, gap: gap)
        }
        let found = try rows(of: page)
        #expect(found.count == 6)
        // A tile is 28 / 23 bands of 1.29 ascents high; where the feet are taken out the letters' rests make lower ones.
        #expect(found.heights.allSatisfy { $0 > 20 && $0 < 30 })
    }

    @Test(arguments: [1, 3])
    func linesUnderAndThroughWordsAreStillRules(thickness: Int) throws {
        var page = DrawnPage()
        for row in 0..<6 {
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [9, 8, 9])
            page.fill(x: 55..<320, y: 206 + 30 * row..<206 + 30 * row + thickness)
        }
        let found = try rows(of: page)
        #expect(found.count == 6)
        #expect(found.heights.allSatisfy { $0 < 25 })
    }

    /// Six lines so tight that every descender of a line joins a letter of the next one.
    private func tightPage(joined: Bool) -> DrawnPage {
        var page = DrawnPage()
        for row in 0..<6 {
            let first = page.letters.count
            page.line(x: 60, baseline: 200 + 20 * row, size: 14, words: [9, 8, 9])
            guard joined, row < 5 else { continue }
            for letter in page.letters[first...] where Int(letter.y1) > 200 + 20 * row {
                page.fill(x: Int(letter.x0)..<Int(letter.x1) + 1, y: Int(letter.y1)..<200 + 20 * row + 12)
            }
        }
        return page
    }

    @Test func descendersThatTouchTheNextLineAreCut() throws {
        let apart = try splitter.tiles(of: tightPage(joined: false).rasterized)
        let touching = try splitter.tiles(of: tightPage(joined: true).rasterized)
        #expect(Set(apart.map(\.row)).count == 6)
        #expect(touching.map(\.row) == apart.map(\.row))
        for (one, other) in zip(touching, apart) {
            #expect(abs(one.box.y0 - other.box.y0) < 1.5 && abs(one.box.y1 - other.box.y1) < 1.5)
        }
    }

    @Test func anInitialOverTwoLinesStaysWhole() throws {
        var page = DrawnPage()
        page.fill(x: 60..<84, y: 186..<234)
        page.line(x: 96, baseline: 200, size: 14, words: [9, 8, 9])
        page.line(x: 96, baseline: 230, size: 14, words: [9, 8, 9])
        page.line(x: 60, baseline: 260, size: 14, words: [9, 8, 9])
        let tiles = try splitter.tiles(of: page.rasterized)
        #expect(tiles.contains { ($0.box.y1 - $0.box.y0) / DrawnPage.scale > 50 })
    }

    @Test(arguments: [0, 6])
    func commasAlmostAsHighAsLettersBelongToTheirLine(raise: Int) throws {
        var page = DrawnPage()
        for row in 0..<4 { page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [6, 7]) }
        page.fill(x: 176..<180, y: 195 - raise..<204 - raise)
        page.fill(x: 176..<180, y: 255 - raise..<264 - raise)
        #expect(try rows(of: page).count == 4)
    }

    @Test func aRaisedSignDoesNotLiftItsLetterOffTheRow() throws {
        var page = DrawnPage()
        for row in 0..<4 { page.line(x: 300, baseline: 200 + 30 * row, size: 14, words: [6, 7]) }
        page.fill(x: 60..<72, y: 186..<200)
        page.fill(x: 75..<81, y: 182..<189)
        #expect(try rows(of: page).count == 4)
    }

    @Test(arguments: [30, 60, 90])
    func shadowsAreNoText(depth: Int) throws {
        var page = DrawnPage()
        page.column(x: 60, top: 200, lines: 6)
        let clean = try splitter.tiles(of: page.rasterized).map(\.row)
        // A fold or a binding: dark in the middle, paper again 45 pixels away.
        for x in 700..<790 {
            let share = 1 - abs(Double(x) - 745) / 45
            page.fill(x: x..<x + 1, y: 0..<1100, value: UInt8(255 - Double(depth) * share))
        }
        #expect(try splitter.tiles(of: page.rasterized).map(\.row) == clean)
    }

    @Test(arguments: [405, 412, 420])
    func aLineInAFoldsShadowIsFound(baseline: Int) throws {
        var page = DrawnPage()
        for y in 395..<445 {
            let share = 1 - abs(Double(y) - 420) / 25
            page.fill(x: 0..<850, y: y..<y + 1, value: UInt8(255 - 120 * share))
        }
        page.column(x: 60, top: 200, lines: 6)
        page.line(x: 60, baseline: baseline, size: 14, words: [7, 9, 6])
        page.line(x: 60, baseline: 480, size: 14, words: [7, 9, 6])
        let tiles = try splitter.tiles(of: page.rasterized)
        #expect(Set(tiles.map(\.row)).count == 8)
        #expect(tiles.allSatisfy { ($0.box.y1 - $0.box.y0) / DrawnPage.scale < 30 })
        #expect(
            tiles.contains {
                Int($0.box.y0 / DrawnPage.scale) < baseline && Int($0.box.y1 / DrawnPage.scale) > baseline
            }
        )
    }

    @Test func wordsBesideAStampAreNoMarksOfIt() throws {
        var page = DrawnPage()
        for row in 0..<4 { page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [6, 7, 4]) }
        // Large letters that lean downwards, as a stamp's do, below and beside the second line.
        for letter in 0..<5 {
            page.fill(x: 330 + 60 * letter..<360 + 60 * letter, y: 215 + 4 * letter..<270 + 4 * letter)
        }
        let lines = try splitter.tiles(of: page.rasterized).filter { $0.box.x0 / DrawnPage.scale < 100 }
        #expect(Set(lines.map(\.row)).count == 4)
    }

    @Test func printOfTheOtherSideIsNoTextOnAScan() throws {
        var page = DrawnPage()
        page.column(x: 60, top: 200, lines: 6)
        page.column(x: 60, top: 500, lines: 6, value: 222)
        #expect(Set(try splitter.tiles(of: page.rasterized).map(\.row)).count == 12)
        page.soil(by: 8)
        #expect(Set(try splitter.tiles(of: page.rasterized).map(\.row)).count == 6)
    }
}
