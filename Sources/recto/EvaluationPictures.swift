import Foundation
import RectoExtraction
import RectoPages

/// Cuts the places that answers were read at out of their pages, for a web page that holds everything itself.
struct EvaluationPictures {
    /// A picture as a `data:` URI.
    struct Picture {
        let source: String
        /// Width on the screen, in CSS pixels.
        let width: Int
    }

    /// A place on a document: a box, or a page as a whole.
    struct Place: Hashable {
        let page: PageNumber
        let box: Box?
    }

    /// Sharp on a screen that shows a point as a pixel and a half.
    private static let cropDPI = 150.0
    /// Enough to recognise a page.
    private static let pageDPI = 50.0
    /// The frame around a box, in pixels.
    private static let frame = (gap: 4.0, width: 2, color: [200, 30, 30] as [UInt8])
    /// What is shown around a box, in points, so that its label can be seen.
    private static let margin = (x: 150.0, y: 16.0)

    private let files: [String: URL]
    private let rasterizer: any PageRasterizer

    init(documents: [LabelledDocument], rasterizer: any PageRasterizer) {
        files = Dictionary(documents.map { ($0.path, $0.file) }, uniquingKeysWith: { first, _ in first })
        self.rasterizer = rasterizer
    }

    /// Pictures of places; a page that cannot be rendered gives none.
    func pictures(of places: Set<Place>, in path: String) async throws -> [Place: Picture] {
        guard let file = files[path] else { return [:] }
        var pictures: [Place: Picture] = [:]
        for (page, places) in Dictionary(grouping: places, by: \.page).sorted(by: { $0.key < $1.key }) {
            let boxes = places.compactMap(\.box)
            if places.count > boxes.count, let whole = try await rendered(page, of: file, dpi: Self.pageDPI) {
                let picture = Picture(source: try Self.uri(whole.image), width: whole.image.width)
                pictures[Place(page: page, box: nil)] = picture
            }
            guard !boxes.isEmpty, let rendered = try await rendered(page, of: file, dpi: Self.cropDPI) else { continue }
            for box in boxes { pictures[Place(page: page, box: box)] = try Self.crop(box, of: rendered) }
        }
        return pictures
    }

    private func rendered(_ page: PageNumber, of file: URL, dpi: Double) async throws -> RasterizedPage? {
        do {
            return try await rasterizer.rasterize(page, of: file, dpi: dpi)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The report already says why the page could not be read.
            return nil
        }
    }

    private static func crop(_ box: Box, of page: RasterizedPage) throws -> Picture? {
        let image = page.image
        let scale = (x: Double(image.width) / page.size.width, y: Double(image.height) / page.size.height)
        let wide = Box(x0: box.x0 - margin.x, y0: box.y0 - margin.y, x1: box.x1 + margin.x, y1: box.y1 + margin.y)
        let whole = Box(x0: 0, y0: 0, x1: page.size.width, y1: page.size.height)
        guard let part = wide.intersection(whole) else { return nil }
        let columns = Int(part.x0 * scale.x)..<min(image.width, Int((part.x1 * scale.x).rounded(.up)))
        let rows = Int(part.y0 * scale.y)..<min(image.height, Int((part.y1 * scale.y).rounded(.up)))
        guard !columns.isEmpty, !rows.isEmpty else { return nil }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(columns.count * rows.count * 3)
        for row in rows {
            let start = row * image.width
            pixels += image.pixels[(start + columns.lowerBound) * 3..<(start + columns.upperBound) * 3]
        }
        let inPixels = Box(
            x0: box.x0 * scale.x - Double(columns.lowerBound) - frame.gap,
            y0: box.y0 * scale.y - Double(rows.lowerBound) - frame.gap,
            x1: box.x1 * scale.x - Double(columns.lowerBound) + frame.gap,
            y1: box.y1 * scale.y - Double(rows.lowerBound) + frame.gap
        )
        drawFrame(inPixels, width: columns.count, height: rows.count, on: &pixels)
        let cut = PixelImage(width: columns.count, height: rows.count, pixels: pixels)
        return Picture(source: try uri(cut), width: Int((part.width * 1.5).rounded()))
    }

    private static func drawFrame(_ box: Box, width: Int, height: Int, on pixels: inout [UInt8]) {
        let (left, right) = (max(0, Int(box.x0)), min(width - 1, Int(box.x1)))
        let (top, bottom) = (max(0, Int(box.y0)), min(height - 1, Int(box.y1)))
        guard left <= right, top <= bottom else { return }
        for y in top...bottom {
            for x in left...right {
                let distance = min(x - left, right - x, y - top, bottom - y)
                guard distance < frame.width else { continue }
                let start = (y * width + x) * 3
                pixels.replaceSubrange(start..<start + 3, with: frame.color)
            }
        }
    }

    private static func uri(_ image: PixelImage) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "recto-eval-\(UUID().uuidString).png")
        defer { try? FileManager.default.removeItem(at: file) }
        try PNGFile.write(image, to: file)
        do {
            return "data:image/png;base64,\(try Data(contentsOf: file).base64EncodedString())"
        } catch {
            throw PagesError.imageNotWritten(file: file.path, reason: error.localizedDescription)
        }
    }
}
