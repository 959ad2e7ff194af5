public import Foundation

/// Where the program `recto-rasterizer` lies.
public enum RasterizerExecutable {
    /// The program's file name.
    static let name = "recto-rasterizer"

    /// Looks beside the running program, then at `RECTO_RASTERIZER`, then in `../libexec/recto`, then along `PATH`.
    ///
    /// - Parameter environment: The environment to consult.
    /// - Returns: The first executable file found.
    /// - Throws: `PagesError.rasterizerMissing` with the places searched.
    public static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> URL {
        let candidates = candidates(environment: environment)
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw PagesError.rasterizerMissing(searched: candidates.map(\.path)) }
        return found
    }

    private static func candidates(environment: [String: String]) -> [URL] {
        var candidates: [URL] = []
        if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
            candidates.append(folder.appendingPathComponent(name))
            if let named = environment["RECTO_RASTERIZER"] { candidates.append(URL(fileURLWithPath: named)) }
            candidates.append(folder.deletingLastPathComponent().appendingPathComponent("libexec/recto/\(name)"))
        } else if let named = environment["RECTO_RASTERIZER"] {
            candidates.append(URL(fileURLWithPath: named))
        }
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin"
        return candidates
            + path.split(separator: ":").map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
    }
}
