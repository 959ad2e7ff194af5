public import Foundation

/// The small reader that comes with Recto.
public enum ShippedReader {
    /// The checkpoint folder: beside the program as the build lays it, else where Recto was installed.
    public static var folder: URL {
        let installed = URL(filePath: "/usr/share/recto/models/reader")
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return installed
        }
        let built = URL(filePath: program).deletingLastPathComponent()
            .appending(path: "Recto_RectoReader.resources/reader")
        let isBuilt = FileManager.default.fileExists(atPath: built.appending(path: "config.json").path)
        return isBuilt ? built : installed
    }
}
