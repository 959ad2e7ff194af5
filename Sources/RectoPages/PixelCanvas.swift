/// A picture to draw lines, areas and small letters on; what lies outside it is left out.
struct PixelCanvas {
    typealias Color = (red: UInt8, green: UInt8, blue: UInt8)

    private let width: Int
    private let height: Int
    private var pixels: [UInt8]

    /// Begins with a picture.
    init(_ image: PixelImage) {
        width = image.width
        height = image.height
        pixels = image.pixels
    }

    /// The picture.
    var image: PixelImage { PixelImage(width: width, height: height, pixels: pixels) }

    /// Draws the edges of a box, outwards from it.
    mutating func outline(_ box: Box, color: Color, thickness: Int) {
        let (x0, y0) = (Int(box.x0.rounded()), Int(box.y0.rounded()))
        let (x1, y1) = (max(x0, Int(box.x1.rounded())), max(y0, Int(box.y1.rounded())))
        for step in 0..<thickness {
            for x in x0 - step...x1 + step {
                set(x, y0 - step, color)
                set(x, y1 + step, color)
            }
            for y in y0 - step...y1 + step {
                set(x0 - step, y, color)
                set(x1 + step, y, color)
            }
        }
    }

    /// Paints a box.
    mutating func fill(_ box: Box, color: Color) {
        for y in Int(box.y0)..<max(Int(box.y0), Int(box.y1)) {
            for x in Int(box.x0)..<max(Int(box.x0), Int(box.x1)) { set(x, y, color) }
        }
    }

    /// Writes a line of letters.
    ///
    /// - Parameters:
    ///   - text: The letters; case is not told apart.
    ///   - x: Left edge in pixels.
    ///   - y: Upper edge in pixels.
    ///   - size: Pixels of the side of a dot.
    ///   - color: Their colour.
    mutating func write(_ text: String, x: Int, y: Int, size: Int, color: Color) {
        for (place, character) in text.enumerated() {
            let left = x + place * (LabelFont.width + 1) * size
            for (row, bits) in LabelFont.rows(of: character).enumerated() {
                for column in 0..<LabelFont.width where bits & (1 << (LabelFont.width - 1 - column)) != 0 {
                    let (dotX, dotY) = (Double(left + column * size), Double(y + row * size))
                    fill(Box(x0: dotX, y0: dotY, x1: dotX + Double(size), y1: dotY + Double(size)), color: color)
                }
            }
        }
    }

    private mutating func set(_ x: Int, _ y: Int, _ color: Color) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let at = 3 * (y * width + x)
        (pixels[at], pixels[at + 1], pixels[at + 2]) = (color.red, color.green, color.blue)
    }
}

/// Letters for labels, seven rows of five dots; a library for fonts would be a large dependency for field names.
enum LabelFont {
    /// Dots in a row.
    static let width = 5
    /// Rows.
    static let height = 7

    /// Five bits a row from top to bottom; characters that names of fields do not have are a block.
    private static let glyphs: [Character: [UInt8]] = [
        "A": [14, 17, 17, 31, 17, 17, 17], "B": [30, 17, 17, 30, 17, 17, 30], "C": [14, 17, 16, 16, 16, 17, 14],
        "D": [30, 17, 17, 17, 17, 17, 30], "E": [31, 16, 16, 30, 16, 16, 31], "F": [31, 16, 16, 30, 16, 16, 16],
        "G": [14, 17, 16, 23, 17, 17, 15], "H": [17, 17, 17, 31, 17, 17, 17], "I": [14, 4, 4, 4, 4, 4, 14],
        "J": [7, 2, 2, 2, 2, 18, 12], "K": [17, 18, 20, 24, 20, 18, 17], "L": [16, 16, 16, 16, 16, 16, 31],
        "M": [17, 27, 21, 21, 17, 17, 17], "N": [17, 25, 21, 19, 17, 17, 17], "O": [14, 17, 17, 17, 17, 17, 14],
        "P": [30, 17, 17, 30, 16, 16, 16], "Q": [14, 17, 17, 17, 21, 18, 13], "R": [30, 17, 17, 30, 20, 18, 17],
        "S": [15, 16, 16, 14, 1, 1, 30], "T": [31, 4, 4, 4, 4, 4, 4], "U": [17, 17, 17, 17, 17, 17, 14],
        "V": [17, 17, 17, 17, 17, 10, 4], "W": [17, 17, 17, 21, 21, 21, 10], "X": [17, 17, 10, 4, 10, 17, 17],
        "Y": [17, 17, 10, 4, 4, 4, 4], "Z": [31, 1, 2, 4, 8, 16, 31], "0": [14, 17, 19, 21, 25, 17, 14],
        "1": [4, 12, 4, 4, 4, 4, 14], "2": [14, 17, 1, 2, 4, 8, 31], "3": [31, 2, 4, 2, 1, 17, 14],
        "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14], "6": [6, 8, 16, 30, 17, 17, 14],
        "7": [31, 1, 2, 4, 8, 8, 8], "8": [14, 17, 17, 14, 17, 17, 14], "9": [14, 17, 17, 15, 1, 2, 12],
        "_": [0, 0, 0, 0, 0, 0, 31], "-": [0, 0, 0, 31, 0, 0, 0], ".": [0, 0, 0, 0, 0, 12, 12],
        "/": [1, 1, 2, 4, 8, 16, 16], " ": [0, 0, 0, 0, 0, 0, 0],
    ]

    /// The rows of a letter.
    static func rows(of character: Character) -> [UInt8] {
        character.uppercased().first.flatMap { glyphs[$0] } ?? Array(repeating: 31, count: height)
    }
}
