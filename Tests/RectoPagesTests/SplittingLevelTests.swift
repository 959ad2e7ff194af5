import RectoPages
import Testing

/// Pieces that do not tell by themselves how large their type is, and words that are longer than a tile.
struct SplittingLevelTests {
    private let splitter: PageSplitter

    init() throws {
        let lines = try LineSplitting(tileHeight: 28, tileWidth: [56, 448], textHeight: 23, charactersPerTile: 40)
        splitter = try PageSplitter(strategy: .lines, lines: lines)
    }

    /// The tiles of a line in type of 20 pixels and of what is drawn beside it, from left to right.
    private func tiles(drawing draw: (inout DrawnPage) -> Void) throws -> (Tile, Tile) {
        var page = DrawnPage()
        page.line(x: 200, baseline: 200, size: 20, words: [5, 4])
        draw(&page)
        let tiles = try splitter.tiles(of: page.rasterized).sorted { $0.box.x0 < $1.box.x0 }
        try #require(tiles.count == 2)
        return (tiles[0], tiles[1])
    }

    private func isOnOneLevel(_ one: Tile, _ other: Tile) -> Bool {
        abs(one.box.y0 - other.box.y0) < 1 && abs(one.box.y1 - other.box.y1) < 1
    }

    @Test func whereAsManyLettersHangAsStandTheLineBesideTellsTheLevel() throws {
        // Like `eg`: both 14 high, one of them with a descender.
        let (line, piece) = try tiles { page in
            page.fill(x: 370..<378, y: 186..<200)
            page.fill(x: 382..<390, y: 186..<206)
        }
        #expect(isOnOneLevel(line, piece))
    }

    @Test func whereMoreLettersHangThanStandTheLineBesideTellsTheLevel() throws {
        // Like `"png"`: quotes that reach as high as ascenders, and three letters.
        let (line, piece) = try tiles { page in
            for (x, bottom) in [(370, 188), (376, 206), (388, 200), (400, 206), (412, 188)] {
                page.fill(x: x..<x + (bottom == 188 ? 4 : 8), y: bottom == 188 ? 180..<188 : 186..<bottom)
            }
        }
        #expect(isOnOneLevel(line, piece))
    }

    /// A disc is a bullet; a figure of small type has less ink, and is read in a tile of its own size.
    @Test(arguments: [(true, true), (false, false)])
    func onlyABulletStandsOnTheLevelOfItsLineWithoutStandingOnIt(isFilled: Bool, isOnLevel: Bool) throws {
        let (mark, line) = try tiles { page in
            page.fill(x: 150..<160, y: 184..<194)
            if !isFilled { page.fill(x: 152..<158, y: 185..<193, value: 255) }
        }
        #expect(isOnOneLevel(mark, line) == isOnLevel)
    }

    /// Words of few letters that all stand keep the level on which they stand.
    @Test(arguments: [200, 204, 207])
    func lettersKeepTheLevelOnWhichTheyStand(baseline: Int) throws {
        let (line, other) = try tiles { page in page.line(x: 380, baseline: baseline, size: 20, words: [4]) }
        let lower = (other.box.y0 - line.box.y0) / DrawnPage.scale
        #expect(abs(lower - Double(baseline - 200)) < 1.5)
    }

    /// Letters that are all equally wide; a narrow sign, with white about it as wide as between words, after every fourth.
    private func typewritten(words: [Int]) -> DrawnPage {
        var page = DrawnPage()
        var (place, left) = (0, 20)
        for word in words {
            for _ in 0..<word {
                let isSign = place % 5 == 4
                let top = isSign ? 188 : place % 3 == 0 ? 180 : 186
                page.fill(x: isSign ? left + 6..<left + 8 : left + 1..<left + 13, y: top..<200)
                (place, left) = (place + 1, left + 15)
            }
            left += 15
        }
        return page
    }

    @Test func linesOfFixedWidthTypeAreCutBetweenWords() throws {
        let tiles = try splitter.tiles(of: typewritten(words: [9, 9, 9, 9, 9]).rasterized)
        #expect(tiles.count > 1)
        #expect(tiles.allSatisfy { !$0.continuesWord })
        for (one, other) in zip(tiles, tiles.dropFirst()) {
            // The blank of 15 pixels and the white about the letters, less the margins of the tiles.
            #expect(other.box.x0 - one.box.x1 > -4)
        }
    }

    /// Signs that stand far apart are words, not the letters of one.
    @Test func singleSignsFarApartAreWords() throws {
        var page = DrawnPage()
        page.line(x: 20, baseline: 160, size: 14, words: [8, 8])
        for place in 0..<26 {
            page.fill(x: 20 + 30 * place..<28 + 30 * place, y: place % 3 == 0 ? 186..<200 : 190..<200)
        }
        let tiles = try splitter.tiles(of: page.rasterized)
        #expect(tiles.count > 2 && tiles.allSatisfy { !$0.continuesWord })
    }

    @Test func aWordLongerThanATileIsToldFromTwo() throws {
        let tiles = try splitter.tiles(of: typewritten(words: [50]).rasterized)
        #expect(tiles.map(\.continuesWord) == [false] + tiles.dropFirst().map { _ in true })
        #expect(tiles.count > 1)
    }
}
