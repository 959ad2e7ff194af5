/// One view of an image as the vision encoder reads it: shape `(3, height, width)`, without padding.
package struct PixelValues: Sendable, Hashable {
    /// Height in pixels.
    package let height: Int
    /// Width in pixels.
    package let width: Int
    /// `3 * height * width` values, channel by channel, row by row.
    package let values: [Float]

    /// Wraps values.
    ///
    /// - Parameters:
    ///   - height: Height in pixels.
    ///   - width: Width in pixels.
    ///   - values: `3 * height * width` values, channel by channel, row by row.
    package init(height: Int, width: Int, values: [Float]) {
        precondition(values.count == 3 * height * width, "value count must match the size")
        self.height = height
        self.width = width
        self.values = values
    }
}
