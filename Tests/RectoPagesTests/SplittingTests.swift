import Foundation
import RectoPages
import Testing

struct SplittingTests {
    private let lines: LineSplitting

    init() throws {
        lines = try LineSplitting(tileHeight: 28, tileWidth: [56, 448], textHeight: 23, charactersPerTile: 40)
    }

    private func tiles(of page: DrawnPage) throws -> [Tile] {
        try PageSplitter(strategy: .lines, lines: lines).tiles(of: page.rasterized)
    }

    /// The tiles that hold a letter wholly, to half a pixel.
    private func holders(of letter: Box, among tiles: [Tile]) -> [Int] {
        let slack = 0.5
        return tiles.indices.filter { index in
            let box = tiles[index].box
            return box.x0 <= letter.x0 * DrawnPage.scale + slack && box.x1 >= letter.x1 * DrawnPage.scale - slack
                && box.y0 <= letter.y0 * DrawnPage.scale + slack && box.y1 >= letter.y1 * DrawnPage.scale - slack
        }
    }

    @Test func noneIsTheWholePage() throws {
        let page = DrawnPage().rasterized
        let tiles = try PageSplitter(strategy: .none).tiles(of: page)
        #expect(tiles.map(\.role) == [.whole])
        #expect(tiles[0].image == page.image)
        #expect(tiles[0].box == Box(x0: 0, y0: 0, x1: 612, y1: 792))
    }

    @Test func idefics2IsFourCropsAndTheWhole() throws {
        let image = PixelImage(width: 5, height: 7, pixels: (0..<105).map { UInt8($0) })
        let page = RasterizedPage(page: PageNumber(1), size: PageSize(width: 50, height: 70), image: image, dpi: 7)
        let tiles = try PageSplitter(strategy: .idefics2).tiles(of: page)
        #expect(tiles.map(\.role) == [.crop, .crop, .crop, .crop, .whole])
        #expect(tiles.map { [$0.image.width, $0.image.height] } == [[2, 3], [3, 3], [2, 4], [3, 4], [5, 7]])
        #expect(tiles[3].box == Box(x0: 20, y0: 30, x1: 50, y1: 70))
        #expect(tiles[3].image.pixels.first == UInt8(3 * (3 * 5 + 2)))
    }

    @Test func linesNeedADeclaration() {
        #expect(throws: SplittingError.linesNotDeclared) { try PageSplitter(strategy: .lines) }
    }

    @Test func everyLetterStandsWholeInOneTileAndNoTileIsTooLarge() throws {
        var page = DrawnPage()
        for row in 0..<12 { page.line(x: 60, baseline: 120 + 40 * row, size: 16, words: [7, 3, 9, 5, 8, 2, 6, 9]) }
        page.line(x: 60, baseline: 720, size: 34, words: [6, 4, 7])
        page.line(x: 60, baseline: 800, size: 9, words: [4, 8, 5, 7, 7, 6])
        let tiles = try tiles(of: page)
        #expect(tiles.count > 14)
        for letter in page.letters { #expect(holders(of: letter, among: tiles).count == 1, "\(letter)") }
        for tile in tiles {
            #expect(tile.image.height == 28)
            #expect((56...448).contains(tile.image.width) && tile.image.width % 14 == 0)
        }
        #expect(tiles.map(\.index) == Array(tiles.indices))
    }

    @Test func smallPrintIsEnlargedAndLargePrintReduced() throws {
        var page = DrawnPage()
        page.line(x: 60, baseline: 200, size: 34, words: [5])
        page.line(x: 60, baseline: 300, size: 9, words: [5])
        let tiles = try tiles(of: page)
        try #require(tiles.count == 2)
        #expect(tiles[0].pixelToPoints.d / DrawnPage.scale > 1.5)
        #expect(tiles[1].pixelToPoints.d / DrawnPage.scale < 0.7)
        for tile in tiles {
            let dark = (0..<28).filter { row in
                (0..<tile.image.width).contains { tile.image.pixels[3 * (row * tile.image.width + $0)] < 100 }
            }
            let height = (dark.last ?? 0) - (dark.first ?? 0) + 1
            #expect((19...26).contains(height), "text stands \(height) pixels high")
        }
    }

    @Test func theOnlyCapitalOfAShortTextStandsWholeInItsTile() throws {
        var page = DrawnPage()
        // `Tags`: a capital and three small letters, one of which reaches down.
        let tops = [(190, 210), (196, 210), (196, 216), (196, 210)]
        for (place, (top, bottom)) in tops.enumerated() {
            page.fill(x: 60 + 12 * place..<69 + 12 * place, y: top..<bottom)
        }
        let tile = try #require(try tiles(of: page).first)
        #expect(tile.box.y0 <= 190 * DrawnPage.scale && tile.box.y1 >= 216 * DrawnPage.scale)
    }

    @Test func aWideGapSeparatesLabelAndValueOfOneRow() throws {
        var page = DrawnPage()
        page.line(x: 60, baseline: 200, size: 16, words: [7, 6])
        page.line(x: 400, baseline: 200, size: 16, words: [8])
        page.line(x: 60, baseline: 240, size: 16, words: [5])
        let tiles = try tiles(of: page)
        #expect(tiles.map(\.row) == [0, 0, 1])
        #expect(tiles[0].box.x1 < tiles[1].box.x0)
    }

    @Test func columnsOfRunningTextAreReadOneAfterTheOther() throws {
        var page = DrawnPage()
        page.line(x: 60, baseline: 90, size: 24, words: [9, 8])
        for row in 0..<8 {
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [7, 9, 6, 8])
            page.line(x: 460, baseline: 200 + 30 * row, size: 14, words: [8, 6, 9, 7])
        }
        let centres = try tiles(of: page).dropFirst().map { ($0.box.x0 + $0.box.x1) / 2 < 306 }
        let left = centres.prefix { $0 }.count
        #expect(left >= 8)
        #expect(centres.dropFirst(left).allSatisfy { !$0 })
        #expect(centres.count >= left + 8)
    }

    @Test func aTablesCellsAreReadRowByRow() throws {
        var page = DrawnPage()
        for row in 0..<6 {
            page.line(x: 60, baseline: 200 + 30 * row, size: 14, words: [6])
            page.line(x: 360, baseline: 200 + 30 * row, size: 14, words: [4])
            page.line(x: 640, baseline: 200 + 30 * row, size: 14, words: [5])
        }
        #expect(try tiles(of: page).map(\.row) == (0..<6).flatMap { [$0, $0, $0] })
    }

    @Test func rulesAndBoxesAreNoText() throws {
        var page = DrawnPage()
        page.fill(x: 50..<800, y: 150..<152)
        page.fill(x: 50..<800, y: 250..<252)
        page.fill(x: 50..<52, y: 150..<252)
        page.fill(x: 798..<800, y: 150..<252)
        page.line(x: 80, baseline: 210, size: 16, words: [6, 7])
        #expect(try tiles(of: page).count == 1)
    }

    @Test(arguments: [30, 110, 170] as [UInt8])
    func lightTextInADarkPanelIsReadAsDarkOnLight(panel: UInt8) throws {
        var page = DrawnPage()
        page.fill(x: 50..<800, y: 180..<216, value: panel)
        page.line(x: 70, baseline: 204, size: 16, words: [6], value: 250)
        page.line(x: 560, baseline: 204, size: 16, words: [5, 4], value: 250)
        // The table's frame hangs on the panel.
        page.fill(x: 50..<52, y: 216..<420)
        page.fill(x: 798..<800, y: 216..<420)
        page.fill(x: 50..<800, y: 418..<420)
        page.line(x: 70, baseline: 260, size: 16, words: [7])
        let tiles = try tiles(of: page)
        #expect(tiles.map(\.row) == [0, 0, 1])
        for letter in page.letters { #expect(holders(of: letter, among: tiles).count == 1) }
        for tile in tiles {
            let corner = tile.image.pixels[0]
            let darkest = tile.image.pixels.min() ?? 255
            #expect(corner > darkest + 60, "text darker than what surrounds it")
        }
    }

    @Test func darkTextOnAShadedPanelStaysAsItIs() throws {
        var page = DrawnPage()
        page.fill(x: 50..<800, y: 180..<216, value: 205)
        page.line(x: 70, baseline: 204, size: 16, words: [6, 5])
        let tiles = try tiles(of: page)
        #expect(tiles.count == 1)
        #expect(tiles.first.map { $0.image.pixels[0] > 150 } == true)
    }

    @Test func aBlackBarAndABoldHeadlineAreNoPanels() throws {
        var page = DrawnPage()
        page.fill(x: 50..<800, y: 100..<130)
        // Two letters that touch, each with a counter.
        page.fill(x: 100..<190, y: 200..<260)
        page.fill(x: 115..<135, y: 212..<248, value: 255)
        page.fill(x: 155..<175, y: 212..<248, value: 255)
        page.fill(x: 140..<150, y: 200..<230, value: 255)
        let tiles = try tiles(of: page)
        #expect(tiles.allSatisfy { $0.image.pixels[0] > 150 })
    }

    @Test(arguments: [-2.0, -0.7, 1.3, 3.0])
    func aLeaningPageIsLevelledAndKeepsItsLines(degrees: Double) throws {
        var page = DrawnPage()
        for row in 0..<12 {
            page.line(x: 120, baseline: 250 + 40 * row, size: 24, words: [6, 5])
            page.line(x: 520, baseline: 250 + 40 * row, size: 24, words: [4])
        }
        page.lean(degrees: degrees)
        let split = try PageSplitter(strategy: .lines, lines: lines).split(page.rasterized)
        #expect(abs(split.skewDegrees - degrees) < 0.15)
        #expect(split.tiles.map(\.row) == (0..<12).flatMap { [$0, $0] })
        // A tile's left edge lies where the turned line begins.
        let first = try #require(split.tiles.first)
        let angle = degrees * .pi / 180
        let (u, v) = (120.0 - 424.5, 242.0 - 549.5)
        let start = (x: 424.5 + cos(angle) * u - sin(angle) * v, y: 549.5 + sin(angle) * u + cos(angle) * v)
        let edge = first.pixelToPoints.apply(to: Box(x0: 4, y0: 14, x1: 4, y1: 14))
        #expect(abs(edge.x0 / DrawnPage.scale - start.x) < 2)
        #expect(abs(edge.y0 / DrawnPage.scale - start.y) < 3)
    }

    @Test func aTilesPixelIsFoundAgainOnThePage() throws {
        var page = DrawnPage()
        page.line(x: 123, baseline: 457, size: 16, words: [1, 6])
        let tile = try #require(try tiles(of: page).first)
        let width = tile.image.width
        let column = try #require((0..<width).first { tile.image.pixels[3 * (14 * width + $0)] < 128 })
        let point = tile.pixelToPoints.apply(to: Box(x0: Double(column), y0: 14, x1: Double(column), y1: 14))
        #expect(abs(point.x0 / DrawnPage.scale - 123) < 1)
    }

    @Test func aBlankPageHasNoTiles() throws {
        let split = try PageSplitter(strategy: .lines, lines: lines).split(DrawnPage().rasterized)
        #expect(split.tiles.isEmpty)
        #expect(split.inkCoverage == 0)
    }

    @Test func tooManyTilesAreAnErrorAndNotCutShort() throws {
        var page = DrawnPage()
        for row in 0..<5 { page.line(x: 60, baseline: 120 + 40 * row, size: 16, words: [7]) }
        let splitter = try PageSplitter(strategy: .lines, lines: lines, maximumTiles: 4)
        let page1 = page.rasterized
        #expect(throws: SplittingError.tooManyTiles(page: PageNumber(1), found: 5, limit: 4)) {
            try splitter.tiles(of: page1)
        }
    }

    @Test func aRuleThroughShadedRowsIsNoLetterOfTheirTexts() throws {
        var page = DrawnPage()
        for row in 0..<6 {
            let top = 200 + 28 * row
            if row % 2 == 0 { page.fill(x: 60..<780, y: top..<top + 28, value: 225) }
            page.fill(x: 60..<780, y: top..<top + 2)
            page.line(x: 68, baseline: top + 21, size: 12, words: [5, 6])
            page.line(x: 407, baseline: top + 21, size: 12, words: [6, 4])
        }
        page.fill(x: 60..<780, y: 368..<370)
        for x in [60, 400, 778] { page.fill(x: x..<x + 2, y: 200..<370) }
        let tiles = try tiles(of: page)
        #expect(tiles.count == 12)
        let scales = tiles.map(\.pixelToPoints.d)
        #expect((scales.max() ?? 1) < 1.1 * (scales.min() ?? 0), "\(scales)")
        for letter in page.letters { #expect(holders(of: letter, among: tiles).count == 1, "\(letter)") }
    }

    @Test(arguments: [2, 4, 6], [false, true])
    func thickRulesOfATableAreNoLetters(thickness: Int, hasHead: Bool) throws {
        var page = DrawnPage()
        if hasHead {
            page.fill(x: 60..<780, y: 166..<200, value: 60)
            page.line(x: 72, baseline: 192, size: 12, words: [5, 6], value: 255)
        }
        for row in 0..<6 {
            page.fill(x: 60..<780, y: 200 + 34 * row..<200 + 34 * row + thickness)
            page.line(x: 72, baseline: 200 + 34 * row + 26, size: 12, words: [5, 6])
            page.line(x: 412, baseline: 200 + 34 * row + 26, size: 12, words: [6, 4])
        }
        page.fill(x: 60..<780, y: 404..<404 + thickness)
        let columns = [60, 330, 400, 780 - thickness]
        for x in columns { page.fill(x: x..<x + thickness, y: (hasHead ? 166 : 200)..<404 + thickness) }
        let tiles = try tiles(of: page)
        #expect(tiles.count == (hasHead ? 13 : 12))
        for letter in page.letters { #expect(holders(of: letter, among: tiles).count == 1, "\(letter)") }
    }
}
