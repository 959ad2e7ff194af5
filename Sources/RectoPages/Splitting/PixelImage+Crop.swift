extension PixelImage {
    /// Cuts out a rectangle.
    ///
    /// - Parameters:
    ///   - x: Columns to keep, at least one, all inside the image.
    ///   - y: Rows to keep, at least one, all inside the image.
    /// - Returns: The part.
    package func cropped(x: Range<Int>, y: Range<Int>) -> PixelImage {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(x.count * y.count * 3)
        for row in y {
            bytes.append(contentsOf: pixels[(row * width + x.lowerBound) * 3..<(row * width + x.upperBound) * 3])
        }
        return PixelImage(width: x.count, height: y.count, pixels: bytes)
    }
}
