import RectoPages

/// `rasterize`: renders a page.
struct RasterizeStage: PageStage {
    let dpi: Double

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        .page(try await context.rasterizer.rasterize(context.page, of: context.document.file, dpi: dpi))
    }
}
