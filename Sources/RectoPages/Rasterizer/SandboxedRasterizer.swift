public import Foundation

/// Renders pages in `recto-rasterizer`, one confined process per call, so that a hostile document harms only itself.
public struct SandboxedRasterizer: PageRasterizer {
    /// The program.
    public let executable: URL
    /// What one call may use.
    public let limits: RasterizerLimits

    /// Names the program and its limits; nothing is started yet.
    ///
    /// - Parameters:
    ///   - executable: The program, for example from `RasterizerExecutable.locate()`.
    ///   - limits: What one call may use.
    public init(executable: URL, limits: RasterizerLimits = RasterizerLimits()) {
        self.executable = executable
        self.limits = limits
    }

    /// Lets confined processes try 16 attacks.
    ///
    /// - Returns: How each ended.
    /// - Throws: `PagesError.sandboxUnavailable` when the kernel lacks a protection, or why the program cannot run.
    public func selfTest() async throws -> SandboxReport {
        let place = PagesError.Place(file: executable.path)
        let process = RasterizerProcess(executable: executable, limits: limits, place: place)
        // Status 71: the report says that something was allowed that should not be.
        let reader = try await process.run(["selftest"], accepting: [0, 71])
        guard let line = reader.line,
            let report = try? JSONDecoder().decode(SandboxReport.self, from: Data(line))
        else { throw PagesError.protocolViolation(place, found: "no report") }
        return report
    }

    /// Opens a document and counts its pages.
    ///
    /// - Parameter document: The file, PDF or PNG.
    /// - Returns: What the document says of itself.
    /// - Throws: `PagesError`, or `CancellationError` when the task was cancelled.
    public func inspect(_ document: URL) async throws -> DocumentSummary {
        let place = PagesError.Place(file: document.path)
        let process = RasterizerProcess(executable: executable, limits: limits, place: place)
        let reader = try await process.run(["inspect", document.path])
        guard let line = reader.line,
            let summary = try? JSONDecoder().decode(RasterizerAnswer.Summary.self, from: Data(line)),
            summary.pageCount > 0
        else { throw PagesError.protocolViolation(place, found: "no page count") }
        guard summary.pageCount <= limits.maximumPages else {
            throw PagesError.tooManyPages(place, found: summary.pageCount, limit: limits.maximumPages)
        }
        return DocumentSummary(pageCount: summary.pageCount)
    }

    /// Renders one page.
    ///
    /// - Parameters:
    ///   - page: Which page.
    ///   - document: The file, PDF or PNG.
    ///   - dpi: Pixels per inch wanted; lowered when the page would exceed a limit, and never above a PNG's own.
    /// - Returns: Pixels and text layer of that page.
    /// - Throws: `PagesError` for this page alone, or `CancellationError` when the task was cancelled.
    public func rasterize(_ page: PageNumber, of document: URL, dpi: Double) async throws -> RasterizedPage {
        let place = PagesError.Place(file: document.path, page: page)
        let process = RasterizerProcess(executable: executable, limits: limits, place: place)
        let reader = try await process.run(["page", document.path, "\(page)", "--dpi", "\(dpi)"])
        guard let header = reader.page, let text = reader.words,
            let words = try? JSONDecoder().decode([RasterizerAnswer.Word].self, from: Data(text))
        else { throw PagesError.protocolViolation(place, found: "no page") }
        let size = PageSize(width: header.points[0], height: header.points[1])
        return RasterizedPage(
            page: page,
            size: size,
            image: PixelImage(width: header.width, height: header.height, pixels: reader.pixels),
            dpi: header.dpi,
            words: words.compactMap { $0.clipped(to: size) },
            warnings: header.warnings
        )
    }
}
