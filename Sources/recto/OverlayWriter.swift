import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema

/// Writes a picture of each page with its tiles and the values that were found on it.
struct OverlayWriter: Sendable {
    /// Enough to see the boxes, and small.
    private static let dpi = 110.0

    let folder: URL
    let rasterizer: any PageRasterizer

    /// Writes `NAME-page-N.png` for every page that was read.
    func write(_ record: Record, of document: SourceDocument) async throws {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw UsageError.notWritable(folder.path, reason: error.localizedDescription)
        }
        let stem = URL(filePath: document.name).deletingPathExtension().lastPathComponent
        for report in record.pages where report.status == .complete {
            let page = try await rasterizer.rasterize(report.page, of: document.file, dpi: Self.dpi)
            let marks = record.grounding.flatMap { Self.marks(of: $0, on: report.page) }
            let tiles = report.tiles.map(\.box)
            let picture = PageOverlay.draw(on: page, tiles: tiles, marks: marks)
            try PNGFile.write(picture, to: folder.appending(path: "\(stem)-page-\(report.page).png"))
        }
    }

    /// The places of a value on a page; the first has the field's name, further lines have none.
    private static func marks(of field: GroundedField, on page: PageNumber) -> [PageOverlay.Mark] {
        let boxes = field.evidence.filter { $0.page == page }.compactMap(\.box)
        let name = field.pointer.tokens.joined(separator: "/")
        return boxes.enumerated().map { PageOverlay.Mark(box: $1, name: $0 == 0 ? name : "") }
    }
}
