import RectoPages
import Testing

struct SplittingPaleTests {
    private let splitter: PageSplitter

    init() throws {
        let lines = try LineSplitting(tileHeight: 28, tileWidth: [56, 448], textHeight: 23, charactersPerTile: 40)
        splitter = try PageSplitter(strategy: .lines, lines: lines)
    }

    @Test(arguments: [200, 230, 243] as [UInt8])
    func paleTextOnCleanPaperIsFoundAndStretched(value: UInt8) throws {
        var page = DrawnPage()
        page.column(x: 60, top: 200, lines: 6, value: value)
        let split = try splitter.split(page.rasterized)
        #expect(Set(split.tiles.map(\.row)).count == 6)
        #expect(split.inkCoverage > 0.005)
        for tile in split.tiles {
            #expect(tile.image.pixels.min().map { $0 < 40 } == true)
            #expect(tile.image.pixels.max().map { $0 > 240 } == true)
        }
    }

    @Test func paleTextBelowBlackTextIsFound() throws {
        var page = DrawnPage()
        page.column(x: 60, top: 200, lines: 6)
        page.column(x: 60, top: 500, lines: 6, value: 235)
        #expect(Set(try splitter.tiles(of: page.rasterized).map(\.row)).count == 12)
    }

    @Test(arguments: [2, 8, 24])
    func noiseIsNoText(most: Int) throws {
        var page = DrawnPage()
        page.column(x: 60, top: 200, lines: 6)
        let clean = try splitter.tiles(of: page.rasterized)
        page.soil(by: most)
        let soiled = try splitter.split(page.rasterized)
        #expect(soiled.tiles.map(\.row) == clean.map(\.row))
        var blank = DrawnPage()
        blank.soil(by: most)
        let empty = try splitter.split(blank.rasterized)
        #expect(empty.tiles.isEmpty)
        #expect(empty.inkCoverage < 0.0005)
    }

    @Test func paleShadingOfTableRowsIsNoText() throws {
        var page = DrawnPage()
        for row in 0..<8 {
            if row % 2 == 0 { page.fill(x: 50..<800, y: 180 + 30 * row..<210 + 30 * row, value: 242) }
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [6])
        }
        let tiles = try splitter.tiles(of: page.rasterized)
        #expect(tiles.map(\.row) == Array(0..<8))
        #expect(tiles.allSatisfy { $0.image.pixels[0] > 200 })
    }
}
