/// What came of cutting one page.
public struct PageSplit: Sendable {
    /// The tiles in reading order; none for `lines` on a blank page.
    public var tiles: [Tile]
    /// Share of the page's pixels that are ink, 0 to 1: rules, boxes and pictures count, specks do not.
    public var inkCoverage: Double
    /// Clockwise angle in degrees by which the text lines lean on the page as seen; 0 unless the strategy is `lines`.
    public var skewDegrees: Double
}

/// Cuts page images into the tiles that a model reads.
public struct PageSplitter: Sendable {
    /// How pages are cut; `adaptive` is `lines` where line tiles are declared, else `idefics2`.
    public let strategy: SplitStrategy
    /// How line tiles must look; nil for checkpoints that declare nothing.
    public let lines: LineSplitting?
    /// Most tiles of one page; a page with more is an error, never cut short silently.
    public let maximumTiles: Int

    /// Creates a splitter.
    ///
    /// - Parameters:
    ///   - strategy: How pages are cut.
    ///   - lines: How line tiles must look; needed by `lines`.
    ///   - maximumTiles: Most tiles of one page.
    /// - Throws: `SplittingError.linesNotDeclared` for `lines` without the numbers that it needs.
    public init(strategy: SplitStrategy, lines: LineSplitting? = nil, maximumTiles: Int = 2000) throws(SplittingError) {
        guard strategy != .lines || lines != nil else { throw .linesNotDeclared }
        self.strategy =
            switch strategy {
            case .adaptive: lines == nil ? .idefics2 : .lines
            case .none, .idefics2, .lines: strategy
            }
        self.lines = lines
        self.maximumTiles = maximumTiles
    }

    /// Cuts a page.
    ///
    /// - Parameter page: The page with its pixels.
    /// - Returns: The tiles in reading order.
    /// - Throws: `SplittingError.tooManyTiles` when the page has more than `maximumTiles`.
    public func tiles(of page: RasterizedPage) throws(SplittingError) -> [Tile] {
        try split(page).tiles
    }

    /// Cuts a page and says how much ink it bears.
    ///
    /// - Parameter page: The page with its pixels.
    /// - Returns: The tiles with the share of ink.
    /// - Throws: `SplittingError.tooManyTiles` when the page has more than `maximumTiles`.
    public func split(_ page: RasterizedPage) throws(SplittingError) -> PageSplit {
        let split: PageSplit
        if strategy == .lines, let lines {
            split = LineSplitter(lines: lines, maximumTiles: maximumTiles).split(page)
        } else {
            let tiles = strategy == .none ? [page.wholeTile(index: 0)] : page.idefics2Tiles()
            split = PageSplit(tiles: tiles, inkCoverage: page.image.inkCoverage, skewDegrees: 0)
        }
        guard split.tiles.count <= maximumTiles else {
            throw .tooManyTiles(page: page.page, found: split.tiles.count, limit: maximumTiles)
        }
        return split
    }
}

extension RasterizedPage {
    /// The page as one tile, in its own pixels.
    func wholeTile(index: Int) -> Tile {
        Tile(page: page, index: index, role: .whole, row: 0, image: image, pixelToPoints: pixelToPoints)
    }

    /// The paper's split: top left, top right, bottom left, bottom right, then the whole page.
    ///
    /// Odd sizes give the right and bottom crops one pixel more; a page one pixel wide or high has no four crops.
    func idefics2Tiles() -> [Tile] {
        let middleX = image.width / 2
        let middleY = image.height / 2
        guard middleX > 0, middleY > 0 else { return [wholeTile(index: 0)] }
        let columns = [0..<middleX, middleX..<image.width]
        let rows = [0..<middleY, middleY..<image.height]
        var tiles: [Tile] = []
        for (row, y) in rows.enumerated() {
            for x in columns {
                let shift = Affine(scaleX: 1, scaleY: 1, shiftX: Double(x.lowerBound), shiftY: Double(y.lowerBound))
                let tile = Tile(
                    page: page,
                    index: tiles.count,
                    role: .crop,
                    row: row,
                    image: image.cropped(x: x, y: y),
                    pixelToPoints: shift.followed(by: pixelToPoints)
                )
                tiles.append(tile)
            }
        }
        return tiles + [wholeTile(index: tiles.count)]
    }
}
