public import RectoPages

extension PixelImage {
    /// The smallest box around everything darker than paper, within a region; in pixels.
    ///
    /// - Parameter region: Where to look, in pixels; nil for everywhere.
    /// - Returns: The box, or nil where there is no ink.
    public func inkBox(within region: Box? = nil) -> Box? {
        let region = region ?? Box(x0: 0, y0: 0, x1: Double(width), y1: Double(height))
        var found: Box?
        for y in max(0, Int(region.y0))..<min(height, Int(region.y1.rounded(.up))) {
            for x in max(0, Int(region.x0))..<min(width, Int(region.x1.rounded(.up))) where isInk(x, y) {
                let pixel = Box(x0: Double(x), y0: Double(y), x1: Double(x + 1), y1: Double(y + 1))
                found = found?.union(pixel) ?? pixel
            }
        }
        return found
    }

    /// Whether a pixel is darker than paper.
    ///
    /// - Parameters:
    ///   - x: Column.
    ///   - y: Row.
    /// - Returns: Whether its green sample is below 128.
    public func isInk(_ x: Int, _ y: Int) -> Bool { pixels[(y * width + x) * 3 + 1] < 128 }

    /// The three samples of a pixel.
    ///
    /// - Parameters:
    ///   - x: Column.
    ///   - y: Row.
    /// - Returns: Red, green and blue.
    public func rgb(_ x: Int, _ y: Int) -> [UInt8] {
        let start = (y * width + x) * 3
        return Array(pixels[start..<start + 3])
    }
}
