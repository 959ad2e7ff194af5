import Foundation
import RectoPages
import RectoTestSupport
import Testing

/// Pages that are read as something although it is not what stands on them must not be called complete.
@Suite struct DoubtfulPageTests {
    @Test(arguments: [1, 2, 3])
    func aScanThatLiesOnItsSideOrHeadIsDoubtful(quarters: Int) async throws {
        let sample = RectoProgram.repository.appending(path: "samples/receipt-scan.pdf")
        let page = try await Renderer.make().rasterize(PageNumber(1), of: sample, dpi: 200)
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "scan.png")
        try PNGFile.write((0..<quarters).reduce(page.image) { image, _ in image.turned() }, to: file)
        #expect(try codes(of: file) == ["page.doubtful"])
    }

    @Test func aScanOfWhichAPartIsTurnedIsDoubtful() async throws {
        let sample = RectoProgram.repository.appending(path: "samples/letter-scan.pdf")
        let image = try await Renderer.make().rasterize(PageNumber(1), of: sample, dpi: 200).image
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "scan.png")
        // The two paragraphs and what stands below them are turned by half.
        let (first, last) = (image.height / 3, image.height / 2)
        let pixels = (0..<image.height).flatMap { y -> [UInt8] in
            guard (first..<last).contains(y) else { return image.row(y) }
            return image.row(first + last - 1 - y).pixelsReversed()
        }
        try PNGFile.write(PixelImage(width: image.width, height: image.height, pixels: pixels), to: file)
        #expect(try codes(of: file) == ["page.doubtful"])
    }

    @Test func textOnItsHeadIsDoubtfulAndDisagreesWithItsTextLayer() throws {
        let lines = ["Delivery note for the warehouse", "Twelve pallets of roof tiles", "Received in good order"]
        let content = lines.enumerated().map { "BT /F 14 Tf -1 0 0 -1 400 \(600 + 30 * $0) Tm (\($1)) Tj ET" }
        let folder = try TemporaryFolder()
        let document = SyntheticPDF.document([.init(content: content.joined(separator: "\n"))])
        let file = try folder.write(document, as: "head.pdf")
        #expect(try codes(of: file) == ["page.doubtful", "page.doubtful"])
    }

    @Test func textAcrossThePageIsFoundOut() throws {
        let content = (0..<6).map {
            "BT /F 14 Tf 0 1 -1 0 \(200 + 30 * $0) 300 Tm (Twelve pallets of roof tiles) Tj ET"
        }
        let folder = try TemporaryFolder()
        let document = SyntheticPDF.document([.init(content: content.joined(separator: "\n"))])
        let file = try folder.write(document, as: "across.pdf")
        let codes = try codes(of: file)
        #expect(!codes.isEmpty && Set(codes).isSubset(of: ["page.doubtful", "page.unread"]), "\(codes)")
    }

    private func codes(of file: URL) throws -> [String] {
        let outcome = try RectoProgram.run(["run", file.path])
        #expect(outcome.status == 1)
        let record = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(record?["status"] as? String == "partial")
        return (record?["errors"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }
}

extension [UInt8] {
    /// The pixels from the last to the first.
    fileprivate func pixelsReversed() -> [UInt8] {
        stride(from: count - 3, through: 0, by: -3).flatMap { self[$0..<$0 + 3] }
    }
}

extension PixelImage {
    /// The pixels of one row.
    fileprivate func row(_ y: Int) -> [UInt8] { Array(pixels[3 * y * width..<3 * (y + 1) * width]) }

    /// The image turned clockwise by a quarter.
    fileprivate func turned() -> PixelImage {
        var turned: [UInt8] = []
        turned.reserveCapacity(pixels.count)
        for x in 0..<width {
            for y in (0..<height).reversed() {
                turned += pixels[3 * (y * width + x)..<3 * (y * width + x) + 3]
            }
        }
        return PixelImage(width: height, height: width, pixels: turned)
    }
}
