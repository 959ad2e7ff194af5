public import RectoPages

/// The `recto-rasterizer` that was built together with the running tests.
public enum Renderer {
    /// A rasterizer over that program.
    ///
    /// - Parameter limits: What one call may use.
    /// - Returns: The rasterizer.
    /// - Throws: `PagesError.rasterizerMissing` when the program was not built.
    public static func make(limits: RasterizerLimits = RasterizerLimits()) throws -> SandboxedRasterizer {
        SandboxedRasterizer(executable: try RasterizerExecutable.locate(), limits: limits)
    }

    /// Writes a document and renders one of its pages.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - page: Which page, from 1.
    ///   - dpi: Pixels per inch.
    ///   - limits: What the call may use.
    /// - Returns: The page.
    /// - Throws: What rendering throws.
    public static func page(
        of bytes: [UInt8],
        _ page: Int = 1,
        dpi: Double = 72,
        limits: RasterizerLimits = RasterizerLimits()
    ) async throws -> RasterizedPage {
        let folder = try TemporaryFolder()
        let file = try folder.write(bytes, as: "document")
        defer { withExtendedLifetime(folder) {} }
        return try await make(limits: limits).rasterize(PageNumber(page), of: file, dpi: dpi)
    }
}
