/// Makes the tile of a piece of a line: levelled, scaled, centred, on the paper's own colour.
struct TileCutter {
    /// Paper to the left and right of the text, in tile pixels.
    static let margin = 4
    /// Luminance of a tile's ground below which its contrast is stretched.
    private static let leastGround = 205
    /// Least difference between a dark ground and text to stretch; less is grain.
    private static let leastContrast = 48
    /// Least difference between light paper and pale text to stretch.
    private static let leastPaleContrast = 6

    let page: RasterizedPage
    let levelToPage: Affine
    /// Whether the page as a whole is light on dark.
    let isNegative: Bool
    let lines: LineSplitting

    /// Makes a tile.
    ///
    /// - Parameters:
    ///   - piece: The piece of a line, in the level frame.
    ///   - index: Its place in reading order.
    ///   - row: Its visual row.
    /// - Returns: The tile with its exact map to points.
    func tile(of piece: TextLine, index: Int, row: Int) -> Tile {
        let room = Double(lines.tileWidth.upperBound - 2 * Self.margin)
        let scale = min(lines.textHeight / piece.bandHeight, room / Double(max(1, piece.bounds.width)))
        let text = Double(piece.bounds.width) * scale + Double(2 * Self.margin)
        let step = lines.widthStep
        let width = min(
            max((Int(text.rounded(.up)) + step - 1) / step * step, lines.tileWidth.lowerBound),
            lines.tileWidth.upperBound
        )
        let height = lines.tileHeight
        let tileToLevel = Affine(
            scaleX: 1 / scale,
            scaleY: 1 / scale,
            shiftX: Double(piece.bounds.x0) - Double(Self.margin) / scale,
            shiftY: piece.center - Double(height) / 2 / scale
        )
        let tileToPage = tileToLevel.followed(by: levelToPage)
        // Readers know dark on light.
        let isNegative = self.isNegative != piece.isReversed
        let image = sample(
            width: width,
            height: height,
            by: tileToPage,
            scale: scale,
            textWidth: text,
            isNegative: isNegative
        )
        return Tile(
            page: page.page,
            index: index,
            role: .line,
            row: row,
            image: image,
            pixelToPoints: tileToPage.followed(by: page.pixelToPoints),
            continuesWord: piece.continuesWord
        )
    }

    /// Samples the page: bilinear where it is enlarged, the mean of several samples where it is reduced.
    private func sample(
        width: Int,
        height: Int,
        by map: Affine,
        scale: Double,
        textWidth: Double,
        isNegative: Bool
    ) -> PixelImage {
        let taps = max(1, Int((1 / scale).rounded(.up)))
        let edge = min(width, Int(textWidth.rounded(.up)))
        var bytes = [UInt8](repeating: 255, count: width * height * 3)
        let source = page.image.pixels.span
        for y in 0..<height {
            for x in 0..<edge {
                var sums = (0, 0, 0)
                for tapY in 0..<taps {
                    for tapX in 0..<taps {
                        let u = Double(x) + (Double(tapX) + 0.5) / Double(taps)
                        let v = Double(y) + (Double(tapY) + 0.5) / Double(taps)
                        add(at: (map.a * u + map.c * v + map.e, map.b * u + map.d * v + map.f), of: source, to: &sums)
                    }
                }
                let count = taps * taps * 256
                let at = 3 * (y * width + x)
                bytes[at] = UInt8(sums.0 / count)
                bytes[at + 1] = UInt8(sums.1 / count)
                bytes[at + 2] = UInt8(sums.2 / count)
            }
        }
        if isNegative { for index in bytes.indices { bytes[index] = 255 - bytes[index] } }
        stretch(&bytes, columns: 0..<edge, width: width)
        if edge < width { fill(&bytes, columns: edge..<width, width: width, height: height) }
        return PixelImage(width: width, height: height, pixels: bytes)
    }

    /// Makes the ground white and the text black where text stands on a colour or is pale, as readers know it.
    private func stretch(_ bytes: inout [UInt8], columns: Range<Int>, width: Int) {
        var levels: [Int] = []
        for row in 0..<bytes.count / 3 / width {
            for x in columns {
                let at = 3 * (row * width + x)
                levels.append((77 * Int(bytes[at]) + 150 * Int(bytes[at + 1]) + 29 * Int(bytes[at + 2])) >> 8)
            }
        }
        levels.sort()
        guard let darkest = levels.dropFirst(levels.count / 50).first else { return }
        let ground = levels[levels.count * 7 / 10]
        let isOnColour = ground < Self.leastGround && ground - darkest > Self.leastContrast
        // A dash alone has few dark pixels but is as dark as other text.
        let isPale =
            ground >= Self.leastGround && ground - levels[levels.count / 500] <= GrayImage.paleContrast
            && ground - darkest >= Self.leastPaleContrast
        guard isOnColour || isPale else { return }
        for row in 0..<bytes.count / 3 / width {
            for at in 3 * (row * width + columns.lowerBound)..<3 * (row * width + columns.upperBound) {
                bytes[at] = UInt8(min(max((Int(bytes[at]) - darkest) * 250 / (ground - darkest), 0), 255))
            }
        }
    }

    /// Adds one bilinear sample, in 256ths.
    private func add(at point: (x: Double, y: Double), of source: Span<UInt8>, to sums: inout (Int, Int, Int)) {
        let (width, height) = (page.image.width, page.image.height)
        let x = min(max(point.x - 0.5, 0), Double(width - 1))
        let y = min(max(point.y - 0.5, 0), Double(height - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (shareX, shareY) = (Int((x - Double(left)) * 256), Int((y - Double(top)) * 256))
        func value(_ channel: Int) -> Int {
            let upper =
                Int(source[3 * (top * width + left) + channel]) * (256 - shareX)
                + Int(source[3 * (top * width + right) + channel]) * shareX
            let lower =
                Int(source[3 * (bottom * width + left) + channel]) * (256 - shareX)
                + Int(source[3 * (bottom * width + right) + channel]) * shareX
            return (upper * (256 - shareY) + lower * shareY) >> 8
        }
        sums.0 += value(0)
        sums.1 += value(1)
        sums.2 += value(2)
    }

    /// Fills columns with the paper's colour: what is light in the rest of the tile.
    private func fill(_ bytes: inout [UInt8], columns: Range<Int>, width: Int, height: Int) {
        for channel in 0..<3 {
            var values: [UInt8] = []
            for y in 0..<height {
                for x in 0..<columns.lowerBound { values.append(bytes[3 * (y * width + x) + channel]) }
            }
            guard !values.isEmpty else { continue }
            values.sort()
            let paper = values[values.count * 8 / 10]
            for y in 0..<height {
                for x in columns { bytes[3 * (y * width + x) + channel] = paper }
            }
        }
    }
}
