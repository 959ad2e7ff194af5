extension PageOverlay {
    private typealias Color = (red: UInt8, green: UInt8, blue: UInt8)

    private static let tileColor: Color = (70, 130, 220)
    private static let markColor: Color = (210, 40, 40)

    /// Draws what Recto saw on a page: its tiles in blue, the values that were found in red with their names.
    ///
    /// - Parameters:
    ///   - page: The page as it is to be shown.
    ///   - tiles: The tiles' places in points.
    ///   - marks: The values that were found.
    /// - Returns: A picture of the same size as the page's image.
    public static func draw(on page: RasterizedPage, tiles: [Box], marks: [Mark]) -> PixelImage {
        var canvas = Canvas(page)
        for tile in tiles { canvas.outline(tile, color: tileColor, thickness: 1) }
        for mark in marks {
            canvas.outline(mark.box, color: markColor, thickness: 2)
            canvas.label(mark.name, above: mark.box, color: markColor)
        }
        return PixelImage(width: canvas.width, height: canvas.height, pixels: canvas.pixels)
    }

    private struct Canvas {
        let width: Int
        let height: Int
        var pixels: [UInt8]
        private let scaleX: Double
        private let scaleY: Double

        init(_ page: RasterizedPage) {
            width = page.image.width
            height = page.image.height
            pixels = page.image.pixels
            scaleX = Double(width) / page.size.width
            scaleY = Double(height) / page.size.height
        }

        mutating func outline(_ box: Box, color: Color, thickness: Int) {
            let (x0, y0) = (Int((box.x0 * scaleX).rounded()), Int((box.y0 * scaleY).rounded()))
            let (x1, y1) = (Int((box.x1 * scaleX).rounded()), Int((box.y1 * scaleY).rounded()))
            for step in 0..<thickness {
                for x in x0...max(x0, x1) {
                    set(x, y0 - step, color)
                    set(x, y1 + step, color)
                }
                for y in y0...max(y0, y1) {
                    set(x0 - step, y, color)
                    set(x1 + step, y, color)
                }
            }
        }

        /// Writes a name above a box, or below it at the top of the page.
        mutating func label(_ text: String, above box: Box, color: Color) {
            let size = max(1, height / 700)
            let letterHeight = LabelFont.height * size
            var x = Int(box.x0 * scaleX)
            let above = Int(box.y0 * scaleY) - letterHeight - 3
            let y = above >= 0 ? above : Int(box.y1 * scaleY) + 4
            for character in text.lowercased() {
                for (row, bits) in LabelFont.rows(of: character).enumerated() {
                    for column in 0..<LabelFont.width where bits & (1 << (LabelFont.width - 1 - column)) != 0 {
                        for dy in 0..<size {
                            for dx in 0..<size { set(x + column * size + dx, y + row * size + dy, color) }
                        }
                    }
                }
                x += (LabelFont.width + 1) * size
            }
        }

        private mutating func set(_ x: Int, _ y: Int, _ color: Color) {
            guard x >= 0, y >= 0, x < width, y < height else { return }
            let at = 3 * (y * width + x)
            (pixels[at], pixels[at + 1], pixels[at + 2]) = (color.red, color.green, color.blue)
        }
    }
}

/// Letters for labels, five rows of three dots; a library for fonts would be a large dependency for field names.
private enum LabelFont {
    static let width = 3
    static let height = 5

    /// Three bits a row from top to bottom; characters that names of fields do not have are a block.
    private static let glyphs: [Character: [UInt8]] = [
        "a": [2, 5, 7, 5, 5], "b": [6, 5, 6, 5, 6], "c": [3, 4, 4, 4, 3], "d": [6, 5, 5, 5, 6], "e": [7, 4, 6, 4, 7],
        "f": [7, 4, 6, 4, 4], "g": [3, 4, 5, 5, 3], "h": [5, 5, 7, 5, 5], "i": [7, 2, 2, 2, 7], "j": [1, 1, 1, 5, 2],
        "k": [5, 5, 6, 5, 5], "l": [4, 4, 4, 4, 7], "m": [5, 7, 7, 5, 5], "n": [6, 5, 5, 5, 5], "o": [2, 5, 5, 5, 2],
        "p": [6, 5, 6, 4, 4], "q": [2, 5, 5, 6, 3], "r": [6, 5, 6, 5, 5], "s": [3, 4, 2, 1, 6], "t": [7, 2, 2, 2, 2],
        "u": [5, 5, 5, 5, 7], "v": [5, 5, 5, 5, 2], "w": [5, 5, 7, 7, 5], "x": [5, 5, 2, 5, 5], "y": [5, 5, 2, 2, 2],
        "z": [7, 1, 2, 4, 7], "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [6, 1, 2, 4, 7], "3": [6, 1, 2, 1, 6],
        "4": [5, 5, 7, 1, 1], "5": [7, 4, 6, 1, 6], "6": [3, 4, 7, 5, 7], "7": [7, 1, 2, 2, 2], "8": [7, 5, 7, 5, 7],
        "9": [7, 5, 7, 1, 6], "_": [0, 0, 0, 0, 7], "-": [0, 0, 7, 0, 0], ".": [0, 0, 0, 0, 2], " ": [0, 0, 0, 0, 0],
    ]

    static func rows(of character: Character) -> [UInt8] { glyphs[character] ?? [7, 7, 7, 7, 7] }
}
