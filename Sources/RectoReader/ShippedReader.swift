public import Foundation

/// The small reader that comes with Recto.
public enum ShippedReader {
    /// The checkpoint folder: where it was installed, else beside the binary, else in the build folder.
    public static var folder: URL {
        let installed = URL(filePath: "/usr/share/recto/models/reader")
        let executable = URL(filePath: CommandLine.arguments.first ?? "recto").resolvingSymlinksInPath()
        let beside = executable.deletingLastPathComponent().appending(path: "Recto_RectoReader.resources/reader")
        let candidates = [beside, installed]
        return candidates.first { FileManager.default.fileExists(atPath: $0.appending(path: "config.json").path) }
            ?? Bundle.module.bundleURL.appending(path: "reader")
    }
}
