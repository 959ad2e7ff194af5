extension PageOverlay {
    private static let tileColor: PixelCanvas.Color = (150, 185, 235)
    private static let markColor: PixelCanvas.Color = (200, 30, 30)
    private static let paper: PixelCanvas.Color = (255, 255, 255)

    /// Draws what Recto saw on a page: its tiles in blue, the values that were found in red with their names.
    ///
    /// - Parameters:
    ///   - page: The page as it is to be shown.
    ///   - tiles: The tiles' places in points.
    ///   - marks: The values that were found; one without a name goes on another, on a further line.
    /// - Returns: A picture of the same size as the page's image.
    public static func draw(on page: RasterizedPage, tiles: [Box], marks: [Mark]) -> PixelImage {
        let pointsToPixels = Affine(
            scaleX: Double(page.image.width) / page.size.width,
            scaleY: Double(page.image.height) / page.size.height
        )
        let boxes = marks.map { pointsToPixels.apply(to: $0.box) }
        let tags = tags(marks.map(\.name), beside: boxes, on: page.image)
        var canvas = PixelCanvas(page.image)
        for tile in tiles { canvas.outline(pointsToPixels.apply(to: tile), color: tileColor, thickness: 1) }
        for box in boxes { canvas.outline(box, color: markColor, thickness: 2) }
        for (mark, tag) in zip(marks, tags) where !mark.name.isEmpty {
            canvas.fill(tag, color: markColor)
            let size = letterSize(on: page.image)
            canvas.write(mark.name, x: Int(tag.x0) + size, y: Int(tag.y0) + size, size: size, color: paper)
        }
        return canvas.image
    }

    /// Where the names of marks go: above, below, or beside their boxes, where they hide no box, no other name and as little
    /// ink as can be.
    ///
    /// - Parameters:
    ///   - names: The names; an empty one gets an empty place.
    ///   - boxes: The boxes of the marks, in pixels.
    ///   - image: The page.
    /// - Returns: For each name a place within the page, in pixels.
    package static func tags(_ names: [String], beside boxes: [Box], on image: PixelImage) -> [Box] {
        let size = Double(letterSize(on: image))
        let height = Double(LabelFont.height + 2) * size
        var placed: [Box] = []
        for (name, box) in zip(names, boxes) {
            let width = Double(name.count * (LabelFont.width + 1) + 1) * size
            let corners = [
                (box.x0, box.y0 - height - 2), (box.x0, box.y1 + 3), (box.x1 + 3, (box.y0 + box.y1 - height) / 2),
                (box.x0 - width - 3, (box.y0 + box.y1 - height) / 2), (box.x1 - width, box.y0 - height - 2),
                (box.x1 - width, box.y1 + 3), (box.x0, box.y0 - 2 * height - 3), (box.x0, box.y1 + height + 4),
            ]
            let places = corners.map { x, y in
                let left = max(0, min(x, Double(image.width) - width))
                let top = max(0, min(y, Double(image.height) - height))
                return Box(
                    x0: left.rounded(),
                    y0: top.rounded(),
                    x1: left.rounded() + width,
                    y1: top.rounded() + height
                )
            }
            let costs = places.enumerated().map { order, place in
                let hidden = (placed + boxes).reduce(0) { $0 + shared(place, $1) }
                return 1000 * hidden + ink(of: image, in: place) + Double(order)
            }
            let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            placed.append(name.isEmpty ? Box(x0: 0, y0: 0, x1: 0, y1: 0) : places[best])
        }
        return placed
    }

    /// Pixels of the side of a letter's dot.
    private static func letterSize(on image: PixelImage) -> Int { max(1, (image.height + 400) / 1000) }

    private static func shared(_ box: Box, _ other: Box) -> Double {
        box.intersection(other).map { $0.width * $0.height } ?? 0
    }

    /// How many pixels of a place are dark.
    private static func ink(of image: PixelImage, in box: Box) -> Double {
        var count = 0
        for y in max(0, Int(box.y0))..<max(0, min(image.height, Int(box.y1))) {
            for x in max(0, Int(box.x0))..<max(0, min(image.width, Int(box.x1))) {
                let at = 3 * (y * image.width + x)
                if image.pixels[at] < 128 || image.pixels[at + 1] < 128 { count += 1 }
            }
        }
        return Double(count)
    }
}
