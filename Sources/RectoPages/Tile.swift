/// One sub-image of a page and where on the page it lies.
public struct Tile: Sendable {
    /// What a tile is to its page.
    public enum Role: String, Sendable, Codable {
        /// The whole page.
        case whole
        /// One of the paper's four crops.
        case crop
        /// A piece of one line of text.
        case line
    }

    /// Which page it was cut from.
    public var page: PageNumber
    /// Its place in reading order within the page, counted from 0.
    public var index: Int
    /// What it is to its page.
    public var role: Role
    /// The visual row it belongs to (`line` tiles of one row share it), counted from 0 down the page; within ruled tables, whose cells are read
    /// one after the other, rows do not rise with the index.
    public var row: Int
    /// Whether it begins within a word, so that no space stands between the text of the tile before it and its own: a word longer than
    /// a tile is cut.
    public var continuesWord: Bool
    /// The pixels that the model reads, already scaled.
    public var image: PixelImage
    /// Maps a pixel of `image` to points of the page as seen.
    public var pixelToPoints: Affine

    /// Creates a tile.
    ///
    /// - Parameters:
    ///   - page: Which page it was cut from.
    ///   - index: Its place in reading order within the page, counted from 0.
    ///   - role: What it is to its page.
    ///   - row: The visual row it belongs to, counted from 0.
    ///   - image: The pixels that the model reads.
    ///   - pixelToPoints: Maps a pixel of `image` to points of the page as seen.
    ///   - continuesWord: Whether it begins within a word that the tile before it begins.
    public init(
        page: PageNumber,
        index: Int,
        role: Role,
        row: Int,
        image: PixelImage,
        pixelToPoints: Affine,
        continuesWord: Bool = false
    ) {
        self.page = page
        self.index = index
        self.role = role
        self.row = row
        self.image = image
        self.pixelToPoints = pixelToPoints
        self.continuesWord = continuesWord
    }

    /// The tile's place on its page, in points.
    public var box: Box {
        pixelToPoints.apply(to: Box(x0: 0, y0: 0, x1: Double(image.width), y1: Double(image.height)))
    }
}

/// How a page is cut into tiles, by name as in a pipeline file.
public enum SplitStrategy: String, Sendable, Codable, CaseIterable {
    /// The whole page as one tile.
    case none
    /// The four crops of the paper plus the whole page.
    case idefics2
    /// Pieces of text lines, cut along white space.
    case lines
    /// What the checkpoint declares, else `idefics2`.
    case adaptive
}
