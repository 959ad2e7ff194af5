public import Foundation

/// What a document says of itself before any page is rendered.
public struct DocumentSummary: Sendable, Hashable {
    /// How many pages it has, at least 1.
    public var pageCount: Int

    /// Creates a summary.
    ///
    /// - Parameter pageCount: How many pages it has.
    public init(pageCount: Int) {
        self.pageCount = pageCount
    }
}

/// Turns documents into page images; the real one runs `recto-rasterizer` in a sandbox, tests use doubles.
public protocol PageRasterizer: Sendable {
    /// Opens a document and counts its pages.
    ///
    /// - Parameter document: The file, PDF or PNG.
    /// - Returns: What the document says of itself.
    /// - Throws: `PagesError` when the file is encrypted, damaged, empty, or the renderer fails.
    func inspect(_ document: URL) async throws -> DocumentSummary

    /// Renders one page.
    ///
    /// - Parameters:
    ///   - page: Which page.
    ///   - document: The file.
    ///   - dpi: Pixels per inch wanted; lowered when the page would exceed the pixel limit.
    /// - Returns: Pixels and text layer of that page.
    /// - Throws: `PagesError` for this page alone; other pages may still be rendered.
    func rasterize(_ page: PageNumber, of document: URL, dpi: Double) async throws -> RasterizedPage
}
