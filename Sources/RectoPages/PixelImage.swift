/// An 8-bit RGB image, row-major, three bytes a pixel, without padding: shape `(height, width, 3)`.
public struct PixelImage: Sendable, Hashable {
    /// Width in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int
    /// `height * width * 3` bytes.
    public let pixels: [UInt8]

    /// Wraps pixels.
    ///
    /// - Parameters:
    ///   - width: Width in pixels, at least 1.
    ///   - height: Height in pixels, at least 1.
    ///   - pixels: `height * width * 3` bytes, row by row.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0 && pixels.count == width * height * 3, "pixel count must match the size")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}

extension PixelImage: CustomStringConvertible, CustomReflectable {
    /// The size, without the pixels: a page has millions of them, and failing tests print what they compare.
    public var description: String { "\(width) × \(height) pixels" }

    /// Shows the size alone, for the same reason.
    public var customMirror: Mirror { Mirror(self, children: ["width": width, "height": height]) }
}
