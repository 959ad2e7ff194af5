import RectoPages
import RectoTestSupport
import Testing

@Suite struct PageOverlayTests {
    private static let page = RasterizedPage(
        page: PageNumber(1),
        size: PageSize(width: 300, height: 400),
        image: PixelImage(width: 600, height: 800, pixels: Array(repeating: 255, count: 3 * 600 * 800)),
        dpi: 144
    )

    @Test func namesHideNeitherEachOtherNorBoxes() {
        // A column of values a few pixels apart, as in the sums of an invoice, and one in each corner of the page.
        var boxes = (0..<6).map { Box(x0: 400, y0: 200 + Double($0) * 18, x1: 470, y1: 212 + Double($0) * 18) }
        boxes += [Box(x0: 0, y0: 0, x1: 40, y1: 10), Box(x0: 560, y0: 790, x1: 600, y1: 800)]
        let names = ["subtotal", "tax", "discount", "shipping", "total", "paid", "invoice_number", "page"]
        let tags = PageOverlay.tags(names, beside: boxes, on: Self.page.image)
        for (index, tag) in tags.enumerated() {
            #expect(tag.x0 >= 0 && tag.y0 >= 0 && tag.x1 <= 600 && tag.y1 <= 800, "\(names[index]) \(tag)")
            #expect(boxes.allSatisfy { $0.intersection(tag) == nil }, "\(names[index]) \(tag)")
            #expect(tags[..<index].allSatisfy { $0.intersection(tag) == nil }, "\(names[index]) \(tag)")
        }
    }

    @Test func furtherLinesOfAValueHaveNoName() {
        let marks = [
            PageOverlay.Mark(box: Box(x0: 100, y0: 100, x1: 150, y1: 110), name: "vendor"),
            PageOverlay.Mark(box: Box(x0: 100, y0: 200, x1: 150, y1: 210), name: ""),
        ]
        let picture = PageOverlay.draw(on: Self.page, tiles: [], marks: marks)
        func coloured(_ box: Box) -> Int {
            var count = 0
            for y in Int(box.y0)..<Int(box.y1) {
                for x in Int(box.x0)..<Int(box.x1) where picture.pixels[3 * (y * 600 + x) + 1] < 255 { count += 1 }
            }
            return count
        }
        let around = { (top: Double) in coloured(Box(x0: 150, y0: top, x1: 350, y1: top + 100)) }
        let outline = 2 * (2 * (100 + 20) + 4)
        #expect(around(360) < outline + 40, "only the box of the second line")
        #expect(around(160) > outline + 150, "the box and the name")
    }

    @Test func drawingOutsideThePageIsLeftOut() {
        let mark = PageOverlay.Mark(
            box: Box(x0: -50, y0: 390, x1: 900, y1: 500),
            name: "an extremely long name of a field /0/x"
        )
        let picture = PageOverlay.draw(on: Self.page, tiles: [Box(x0: -5, y0: -5, x1: 5, y1: 5)], marks: [mark])
        #expect(picture.width == 600 && picture.height == 800)
        #expect(picture.pixels.contains { $0 < 255 })
    }
}
