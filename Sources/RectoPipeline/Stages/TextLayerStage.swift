import RectoPages

/// `text-layer`: the words that the document itself carries.
struct TextLayerStage: PageStage {
    /// Enough to open the page: words do not depend on the resolution.
    private static let coarseDPI = 36.0

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        if case .page(let page) = inputs[.pages] { return .words(page.words) }
        if let rendered = context.rendered { return .words(rendered.words) }
        let file = context.document.file
        let coarse = try await context.rasterizer.rasterize(context.page, of: file, dpi: Self.coarseDPI)
        return .words(coarse.words)
    }
}
