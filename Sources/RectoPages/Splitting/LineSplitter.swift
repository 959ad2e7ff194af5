/// Cuts a page along the white space between lines and columns.
struct LineSplitter {
    let lines: LineSplitting
    let maximumTiles: Int

    func split(_ page: RasterizedPage) -> PageSplit {
        PageSplit(tiles: [], inkCoverage: page.image.inkCoverage, skewDegrees: 0)
    }
}
