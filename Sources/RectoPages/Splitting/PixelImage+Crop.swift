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

    /// Puts the image into a larger one of a single colour.
    ///
    /// - Parameters:
    ///   - width: Width of the larger image, at least this one's behind `left`.
    ///   - height: Height of the larger image, at least this one's below `top`.
    ///   - left: Columns to the left.
    ///   - top: Rows above.
    ///   - color: Red, green and blue of what surrounds it.
    /// - Returns: The larger image.
    package func padded(width: Int, height: Int, left: Int, top: Int, color: [UInt8]) -> PixelImage {
        precondition(color.count == 3, "red, green and blue")
        precondition(left >= 0 && left + self.width <= width, "columns inside the larger image")
        precondition(top >= 0 && top + self.height <= height, "rows inside the larger image")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * height * 3)
        for row in 0..<height {
            let isInside = row >= top && row < top + self.height
            let before = isInside ? left : width
            for _ in 0..<before { bytes.append(contentsOf: color) }
            guard isInside else { continue }
            let start = (row - top) * self.width * 3
            bytes.append(contentsOf: pixels[start..<start + self.width * 3])
            for _ in 0..<width - left - self.width { bytes.append(contentsOf: color) }
        }
        return PixelImage(width: width, height: height, pixels: bytes)
    }
}
