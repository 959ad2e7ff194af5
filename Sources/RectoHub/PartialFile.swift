import Foundation

/// What has come of a file, kept on the disk until all of it is there.
final class PartialFile {
    let url: URL
    /// How many bytes have come.
    private(set) var count: Int
    private let handle: FileHandle

    /// Opens what an earlier fetch left, or an empty file.
    ///
    /// - Parameter url: Where it lies.
    /// - Throws: `HubError.notWritable`.
    init(_ url: URL) throws(HubError) {
        self.url = url
        do {
            if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
            handle = try FileHandle(forUpdating: url)
            count = Int(try handle.seekToEnd())
        } catch {
            throw .notWritable(path: url.path, reason: error.localizedDescription)
        }
    }

    /// Drops all that has come.
    ///
    /// - Throws: `HubError.notWritable`.
    func restart() throws(HubError) {
        do {
            try handle.truncate(atOffset: 0)
            count = 0
        } catch {
            throw .notWritable(path: url.path, reason: error.localizedDescription)
        }
    }

    /// Adds what came.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes.
    ///   - size: How many there are to be in all.
    /// - Throws: `HubError` when there are more, or the disk takes no more.
    func append(_ bytes: [UInt8], upTo size: Int) throws(HubError) {
        if bytes.count > size - count {
            try restart()
            throw .tooLong(file: url.lastPathComponent, expected: size)
        }
        do {
            try handle.write(contentsOf: Data(bytes))
            count += bytes.count
        } catch {
            throw .notWritable(path: url.path, reason: error.localizedDescription)
        }
    }

    /// Has the disk take all that was written, and ends writing.
    ///
    /// - Throws: `HubError.notWritable`.
    func close() throws(HubError) {
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .notWritable(path: url.path, reason: error.localizedDescription)
        }
    }
}
