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
}
