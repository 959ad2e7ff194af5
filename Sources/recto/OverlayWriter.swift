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
            let marks = record.grounding.flatMap { field in
                field.evidence.filter { $0.page == report.page }.compactMap { evidence in
                    evidence.box.map { PageOverlay.Mark(box: $0, name: field.pointer.tokens.last ?? "") }
                }
            }
            let tiles = report.tiles.map(\.box)
            let picture = PageOverlay.draw(on: page, tiles: tiles, marks: marks)
            try PNGFile.write(picture, to: folder.appending(path: "\(stem)-page-\(report.page).png"))
        }
    }
}
