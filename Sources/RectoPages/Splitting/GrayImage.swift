/// An 8-bit image of one channel, row-major, without padding.
struct GrayImage {
    let width: Int
    let height: Int
    var values: [UInt8]
}

extension PixelImage {
    /// Luminance of every pixel; on a page that is dark as a whole the negative, so that text is always the darker part.
    ///
    /// - Parameter isNegative: Whether to turn dark into light.
    /// - Returns: The luminance image.
    func luminance(isNegative: Bool) -> GrayImage {
        let count = width * height
        let flip: UInt8 = isNegative ? 255 : 0
        let source = pixels.span
        var values = [UInt8](repeating: 0, count: count)
        for index in 0..<count {
            let at = 3 * index
            let sum = 77 * UInt32(source[at]) + 150 * UInt32(source[at + 1]) + 29 * UInt32(source[at + 2])
            values[index] = UInt8(truncatingIfNeeded: sum >> 8) ^ flip
        }
        return GrayImage(width: width, height: height, values: values)
    }

    /// Whether most of the page is dark, as on a slide with light text.
    var isDark: Bool {
        var dark = 0
        var total = 0
        for index in stride(from: 0, to: width * height, by: max(1, width * height / 20_000)) {
            total += 1
            if Int(pixels[3 * index]) + Int(pixels[3 * index + 1]) + Int(pixels[3 * index + 2]) < 300 { dark += 1 }
        }
        return 2 * dark > total
    }
}

extension GrayImage {
    /// Contrast that is ink on any paper but a very grainy one.
    static let plainContrast = 30
    /// Contrast up to which ink is pale.
    static let paleContrast = 80
    /// Contrast that is ink where neighbouring pixels of the paper are alike.
    private static let faintContrast = 8
    /// Farther than noise that was enlarged or compressed hangs together.
    private static let noiseReach = 6

    /// Contrast that is ink on this page: `faintContrast` on clean paper, up to `plainContrast` on noisy paper.
    var leastContrast: Int {
        var counts = [Int](repeating: 0, count: 256)
        var total = 0
        let source = values.span
        for y in stride(from: 0, to: height, by: 4) {
            for x in stride(from: y % 8, to: width - Self.noiseReach, by: 8) {
                let at = y * width + x
                counts[abs(Int(source[at]) - Int(source[at + Self.noiseReach]))] += 1
                total += 1
            }
        }
        // Text makes fewer than a quarter of the pairs differ, noise more.
        var seen = 0
        let noise = counts.firstIndex { count in
            seen += count
            return 4 * seen >= 3 * total
        }
        return min(Self.faintContrast + 6 * (noise ?? 0), Self.plainContrast)
    }

    /// Turns the image about its centre with bilinear interpolation; what comes from outside repeats the edge.
    ///
    /// - Parameter turn: Maps a pixel of the result to this image.
    /// - Returns: An image of the same size.
    func resampled(by turn: Affine) -> GrayImage {
        var result = [UInt8](repeating: 255, count: width * height)
        let source = values.span
        let one = 65_536.0
        let stepX = Int(turn.a * one)
        let stepY = Int(turn.b * one)
        for y in 0..<height {
            // Pixel centres stand at half coordinates; 16 fractional bits.
            var u = Int((turn.a * 0.5 + turn.c * (Double(y) + 0.5) + turn.e - 0.5) * one)
            var v = Int((turn.b * 0.5 + turn.d * (Double(y) + 0.5) + turn.f - 0.5) * one)
            for x in 0..<width {
                let left = min(max(u >> 16, 0), width - 1)
                let top = min(max(v >> 16, 0), height - 1)
                let right = min(max((u >> 16) + 1, 0), width - 1)
                let bottom = min(max((v >> 16) + 1, 0), height - 1)
                let shareX = (u & 65_535) >> 8
                let shareY = (v & 65_535) >> 8
                let (above, below) = (top * width, bottom * width)
                let upper = Int(source[above + left]) * (256 - shareX) + Int(source[above + right]) * shareX
                let lower = Int(source[below + left]) * (256 - shareX) + Int(source[below + right]) * shareX
                result[y * width + x] = UInt8(truncatingIfNeeded: (upper * (256 - shareY) + lower * shareY) >> 16)
                u += stepX
                v += stepY
            }
        }
        return GrayImage(width: width, height: height, values: result)
    }
}
