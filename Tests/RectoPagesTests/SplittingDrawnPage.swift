import Foundation
import RectoPages

/// A page on which the test knows every piece of ink.
struct DrawnPage {
    let width = 850
    let height = 1100
    private(set) var pixels: [UInt8]
    /// The letters' boxes in pixels.
    private(set) var letters: [Box] = []

    init() { pixels = [UInt8](repeating: 255, count: 850 * 1100 * 3) }

    mutating func fill(x: Range<Int>, y: Range<Int>, value: UInt8 = 20) {
        for row in y {
            for column in x {
                let at = 3 * (row * width + column)
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (value, value, value)
            }
        }
    }

    /// Draws words of upright strokes: every third letter has an ascender, every seventh a descender.
    mutating func line(x: Int, baseline: Int, size: Int, words: [Int], value: UInt8 = 20) {
        var left = x
        var count = 0
        for word in words {
            for _ in 0..<word {
                let top = count % 3 == 0 ? baseline - size : baseline - size * 7 / 10
                let bottom = count % 7 == 3 ? baseline + size * 3 / 10 : baseline
                fill(x: left..<left + size * 4 / 10, y: top..<bottom, value: value)
                letters.append(
                    Box(x0: Double(left), y0: Double(top), x1: Double(left + size * 4 / 10), y1: Double(bottom))
                )
                left += size * 6 / 10
                count += 1
            }
            left += size * 5 / 10
        }
    }

    /// Draws lines of four words below each other.
    mutating func column(x: Int, top: Int, lines: Int, pitch: Int = 30, value: UInt8 = 20) {
        let words = [[7, 9, 6, 8], [6, 7, 9, 7], [9, 6, 7, 8], [8, 8, 6, 5]]
        for row in 0..<lines {
            line(x: x, baseline: top + pitch * row, size: 14, words: words[row % words.count], value: value)
        }
    }

    /// Darkens every pixel by a random amount, the same on every run.
    mutating func soil(by most: Int) {
        var state: UInt64 = 12_345
        for pixel in 0..<width * height {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let amount = UInt8(Int(state >> 40) % (most + 1))
            for at in 3 * pixel..<3 * pixel + 3 { pixels[at] = pixels[at] > amount ? pixels[at] - amount : 0 }
        }
    }

    /// Turns the page clockwise about its centre.
    mutating func lean(degrees: Double) {
        let angle = degrees * .pi / 180
        let (sine, cosine) = (sin(angle), cos(angle))
        let source = pixels
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (Double(x) - 424.5, Double(y) - 549.5)
                let column = Int((cosine * u + sine * v + 424.5).rounded())
                let row = Int((cosine * v - sine * u + 549.5).rounded())
                let isInside = (0..<width).contains(column) && (0..<height).contains(row)
                let value = isInside ? source[3 * (row * width + column)] : 255
                let at = 3 * (y * width + x)
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (value, value, value)
            }
        }
    }

    /// The page at 100 pixels per inch.
    var rasterized: RasterizedPage {
        RasterizedPage(
            page: PageNumber(1),
            size: PageSize(width: 612, height: 792),
            image: PixelImage(width: width, height: height, pixels: pixels),
            dpi: 100
        )
    }

    /// Pixels to points.
    static let scale = 612.0 / 850
}
