/// A word of a page's own text layer.
public struct TextLayerWord: Hashable, Sendable, Codable {
    /// The word, without surrounding white space.
    public var text: String
    /// Where it stands, in points of the page as seen.
    public var box: Box

    /// Creates a word.
    ///
    /// - Parameters:
    ///   - text: The word.
    ///   - box: Its place in points of the page as seen.
    public init(text: String, box: Box) {
        self.text = text
        self.box = box
    }
}

/// One page as pixels, with the text layer that the document itself carries.
public struct RasterizedPage: Sendable {
    /// Which page of the document this is.
    public var page: PageNumber
    /// Size of the page as seen, in points.
    public var size: PageSize
    /// The pixels.
    public var image: PixelImage
    /// Pixels per inch that were really used; lower than asked for when the page would have been too large.
    public var dpi: Double
    /// The document's own words in reading order; empty for a scan.
    public var words: [TextLayerWord]
    /// What the renderer complained about; not empty means that pixels may be missing.
    public var warnings: [String]

    /// Creates a page.
    ///
    /// - Parameters:
    ///   - page: Which page of the document this is.
    ///   - size: Size of the page as seen, in points.
    ///   - image: The pixels.
    ///   - dpi: Pixels per inch that were really used.
    ///   - words: The document's own words.
    ///   - warnings: What the renderer complained about.
    public init(
        page: PageNumber,
        size: PageSize,
        image: PixelImage,
        dpi: Double,
        words: [TextLayerWord] = [],
        warnings: [String] = []
    ) {
        self.page = page
        self.size = size
        self.image = image
        self.dpi = dpi
        self.words = words
        self.warnings = warnings
    }

    /// Maps a pixel of `image` to points of the page as seen.
    public var pixelToPoints: Affine {
        Affine(scaleX: size.width / Double(image.width), scaleY: size.height / Double(image.height))
    }
}
