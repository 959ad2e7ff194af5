/// How line tiles must look for a reader: sizes in pixels and how much text one tile may hold.
public struct LineSplitting: Sendable, Hashable {
    /// Height of every tile in pixels.
    public let tileHeight: Int
    /// Smallest and largest width of a tile in pixels, both multiples of `widthStep`.
    public let tileWidth: ClosedRange<Int>
    /// Distance from ascender to descender, in tile pixels, at which text is to stand.
    public let textHeight: Double
    /// Most characters that a tile may hold.
    public let charactersPerTile: Int
    /// Every tile's width is a multiple of this: the side of the encoder's patch.
    public let widthStep: Int

    /// Takes over what a checkpoint declares.
    ///
    /// - Parameters:
    ///   - tileHeight: Height of every tile in pixels.
    ///   - tileWidth: Two numbers, the smallest and the largest width of a tile in pixels.
    ///   - textHeight: Distance from ascender to descender in tile pixels.
    ///   - charactersPerTile: Most characters that a tile may hold.
    ///   - widthStep: The side of the encoder's patch, of which every width is a multiple.
    /// - Throws: `SplittingError.unusableDeclaration` when no tile could be made that fits the numbers.
    public init(
        tileHeight: Int,
        tileWidth: [Int],
        textHeight: Double,
        charactersPerTile: Int,
        widthStep: Int = 14
    ) throws(SplittingError) {
        guard (8...1024).contains(tileHeight) else {
            throw .unusableDeclaration(name: "tile_height", expected: "8 to 1024", found: "\(tileHeight)")
        }
        guard (1...256).contains(widthStep) else {
            throw .unusableDeclaration(name: "patch size", expected: "1 to 256", found: "\(widthStep)")
        }
        guard textHeight >= 4, textHeight <= Double(tileHeight) else {
            throw .unusableDeclaration(name: "text_height", expected: "4 to tile_height", found: "\(textHeight)")
        }
        guard (1...10_000).contains(charactersPerTile) else {
            throw .unusableDeclaration(
                name: "characters_per_tile",
                expected: "1 to 10000",
                found: "\(charactersPerTile)"
            )
        }
        guard tileWidth.count == 2, tileWidth[0] >= 1, tileWidth[1] <= 16_384 else {
            throw .unusableDeclaration(name: "tile_width", expected: "two widths up to 16384", found: "\(tileWidth)")
        }
        let smallest = (tileWidth[0] + widthStep - 1) / widthStep * widthStep
        let largest = tileWidth[1] / widthStep * widthStep
        guard smallest <= largest, largest >= tileHeight else {
            throw .unusableDeclaration(
                name: "tile_width",
                expected: "a smallest and a largest width, the latter at least tile_height",
                found: "\(tileWidth)"
            )
        }
        self.tileHeight = tileHeight
        self.tileWidth = smallest...largest
        self.textHeight = textHeight
        self.charactersPerTile = charactersPerTile
        self.widthStep = widthStep
    }
}
