internal import Crypto
public import Foundation

/// One SHA-256 digest over several files of a folder, by which a record says which checkpoint read it.
public struct FolderDigest: Hashable, Sendable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let hexadecimal: String

    /// Digests files by name and content; the order in which they are given plays no part.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - names: Names of the files inside it.
    /// - Throws: `PagesError.unreadable` when one cannot be opened or read.
    public init(of folder: URL, files names: [String]) throws {
        try self.init(hashing: { hash in
            for name in names.sorted() {
                let digest = try DocumentDigest(of: folder.appending(path: name))
                hash.update(data: Data("\(name)\u{0}\(digest.hexadecimal)\n".utf8))
            }
        })
    }

    /// Digests parts that have digests of their own, in this order.
    ///
    /// - Parameter parts: The parts' digests, or short texts that decide as well.
    public init(of parts: [String]) {
        self.init(hashing: { hash in
            for part in parts { hash.update(data: Data("\(part)\n".utf8)) }
        })
    }

    private init(hashing update: (inout SHA256) throws -> Void) rethrows {
        var hash = SHA256()
        try update(&hash)
        hexadecimal = hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The digest in hexadecimal.
    public var description: String { hexadecimal }
}
