public import Foundation

/// A folder of its own for one test, removed when the last reference goes.
public final class TemporaryFolder: Sendable {
    /// The folder.
    public let url: URL

    /// Makes the folder.
    ///
    /// - Throws: What the file manager throws.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("recto-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file into the folder.
    ///
    /// - Parameters:
    ///   - bytes: What it holds.
    ///   - name: Its name.
    /// - Returns: Where it lies.
    /// - Throws: What writing throws.
    public func write(_ bytes: [UInt8], as name: String) throws -> URL {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file
    }
}
