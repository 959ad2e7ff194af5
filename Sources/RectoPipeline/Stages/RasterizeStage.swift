import Foundation
import RectoPages

/// `rasterize`: renders a page.
struct RasterizeStage: PageStage {
    let dpi: Double

    /// Below this share of the resolution that was asked for, small print may be lost.
    private static let leastShare = 0.66

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        var page = try await context.rasterizer.rasterize(context.page, of: context.document.file, dpi: dpi)
        if page.dpi < dpi * Self.leastShare && context.document.file.pathExtension.lowercased() != "png" {
            let (found, wanted) = (Int(page.dpi.rounded()), Int(dpi))
            page.warnings.append("the page is so large that it was rendered at \(found) dpi instead of \(wanted)")
        }
        return .page(page)
    }
}
