import RectoPages
import RectoTestSupport
import Testing

@Suite struct RasterizerGeometryTests {
    /// Two words in a CropBox that is not the MediaBox; the MediaBox begins off the origin.
    private static func document(_ entries: String) -> [UInt8] {
        SyntheticPDF.document([
            .init(
                mediaBox: "[10 20 410 520]",
                entries: "/CropBox[60 120 360 420]" + entries,
                content: "BT /F 24 Tf 100 300 Td (HELLO) Tj 60 -90 Td (WORLD) Tj ET"
            )
        ])
    }

    @Test(arguments: [0, 90, 180, 270, -90, 450], [1.0, 2.5])
    func inkLiesWhereTheTextLayerSays(rotation: Int, unit: Double) async throws {
        let entries = "/Rotate \(rotation)" + (unit == 1 ? "" : "/UserUnit \(unit)")
        let page = try await Renderer.page(of: Self.document(entries), dpi: 144)
        #expect(page.size == PageSize(width: 300 * unit, height: 300 * unit))
        #expect(page.image.width == Int(600 * unit) && page.image.height == Int(600 * unit))
        #expect(page.words.map(\.text) == ["HELLO", "WORLD"] || page.words.map(\.text) == ["WORLD", "HELLO"])
        var covered: Box?
        for word in page.words {
            let pixels = Affine(scaleX: 2, scaleY: 2).apply(to: word.box)
            let ink = try #require(page.image.inkBox(within: pixels), "no ink in the box of \(word.text)")
            // Capitals fill the box along the line and most of it across.
            #expect(ink.width * ink.height > 0.5 * pixels.width * pixels.height)
            covered = covered?.union(pixels) ?? pixels
        }
        let all = try #require(page.image.inkBox())
        let words = try #require(covered)
        let slack = 2 * unit
        #expect(all.x0 >= words.x0 - slack && all.y0 >= words.y0 - slack)
        #expect(all.x1 <= words.x1 + slack && all.y1 <= words.y1 + slack)
    }

    @Test func firstWordStandsWhereTheUnrotatedPageHasIt() async throws {
        let page = try await Renderer.page(of: Self.document(""))
        let box = try #require(page.words.first).box
        // x: 100 - 60; baseline: 420 - 300 from the top of the CropBox.
        #expect(abs(box.x0 - 40) < 0.5 && box.y0 < 110 && box.y1 > 119 && box.y1 < 130)
    }

    @Test func wordsAreClippedToThePage() async throws {
        let content = "BT /F 24 Tf -5 50 Td (MM) Tj 0 900 Td (outside) Tj ET"
        let page = try await Renderer.page(
            of: SyntheticPDF.document([.init(mediaBox: "[0 0 100 100]", content: content)])
        )
        #expect(page.words.map(\.text) == ["MM"])
        #expect(page.words.first?.box.x0 == 0)
    }

    @Test func rotatedPageSwapsItsSides() async throws {
        let bytes = SyntheticPDF.document([.init(mediaBox: "[0 0 300 200]", entries: "/Rotate 90", content: "")])
        let page = try await Renderer.page(of: bytes)
        #expect(page.size == PageSize(width: 200, height: 300))
        #expect(page.image.width == 200 && page.image.height == 300)
    }

    @Test(arguments: ["plain", "object-streams"])
    func userUnitIsFoundHoweverTheFileIsBuilt(name: String) async throws {
        let file = Fixture.url("\(name).pdf")
        let first = try await Renderer.make().rasterize(PageNumber(1), of: file, dpi: 72)
        let second = try await Renderer.make().rasterize(PageNumber(2), of: file, dpi: 72)
        #expect(first.size == PageSize(width: 300, height: 200))
        #expect(second.size == PageSize(width: 600, height: 400))
        #expect(second.words.map(\.text) == ["Page", "two"])
    }

    @Test func imageAndTextKeepTheirOrientation() async throws {
        let content = "q 100 0 0 100 0 0 cm /I Do Q"
        let bytes = SyntheticPDF.document([.init(mediaBox: "[0 0 100 100]", content: content)])
        let page = try await Renderer.page(of: bytes)
        #expect(page.image.rgb(10, 10) == [0, 0, 0])
        #expect(page.image.rgb(90, 10) == [255, 255, 255])
        #expect(page.image.rgb(10, 90) == [255, 255, 255])
        #expect(page.image.rgb(90, 90) == [0, 0, 0])
        #expect(page.words.isEmpty && page.warnings.isEmpty)
    }

    @Test func coloursComeInTheOrderRedGreenBlue() async throws {
        let content = "1 0.5 0 rg 0 0 50 50 re f"
        let bytes = SyntheticPDF.document([.init(mediaBox: "[0 0 50 50]", content: content)])
        let page = try await Renderer.page(of: bytes)
        #expect(page.image.rgb(25, 25) == [255, 128, 0])
    }

    @Test(arguments: [
        (RasterizerLimits(maximumPixels: 100_000), 600.0), (RasterizerLimits(maximumSide: 300), 600.0),
    ])
    func dpiIsLoweredToKeepThePixelLimit(limits: RasterizerLimits, dpi: Double) async throws {
        let bytes = SyntheticPDF.document([.init(lines: ["A line"])])
        let page = try await Renderer.page(of: bytes, dpi: dpi, limits: limits)
        let (width, height) = (page.image.width, page.image.height)
        #expect(width * height <= limits.maximumPixels && max(width, height) <= limits.maximumSide)
        #expect(page.dpi < dpi && page.dpi >= limits.lowestDPI)
        #expect(abs(Double(width) - 595 * page.dpi / 72) <= 1 && abs(Double(height) - 842 * page.dpi / 72) <= 1)
        #expect(page.size == PageSize(width: 595, height: 842))
    }

    @Test func pageAtTheDefaultLimitArrivesWhole() async throws {
        let bytes = SyntheticPDF.document([.init(content: "0 0 20 20 re f 575 822 20 20 re f")])
        let page = try await Renderer.page(of: bytes, dpi: 1200)
        #expect(page.image.width * page.image.height > 39_000_000)
        #expect(page.image.isInk(0, page.image.height - 1) && page.image.isInk(page.image.width - 1, 0))
        #expect(!page.image.isInk(0, 0))
    }
}
