internal import Crypto
public import Foundation

/// The SHA-256 digest of a file's bytes, by which the same document is recognised when it comes again.
public struct DocumentDigest: Hashable, Sendable, Codable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public let hexadecimal: String
    /// How many bytes the file had while it was read.
    public let byteCount: Int

    /// Reads a file once, a megabyte at a time.
    ///
    /// - Parameter file: The file to read.
    /// - Throws: `PagesError.unreadable` when it cannot be opened or read.
    public init(of file: URL) throws {
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            var hash = SHA256()
            var count = 0
            while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty {
                hash.update(data: block)
                count += block.count
            }
            hexadecimal = hash.finalize().map { Self.hexadecimal(of: $0) }.joined()
            byteCount = count
        } catch {
            throw PagesError.unreadable(.init(file: file.path), reason: error.localizedDescription)
        }
    }

    /// The digest in hexadecimal.
    public var description: String { hexadecimal }

    private static func hexadecimal(of byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
