import Crypto
import Foundation

/// What a file's bytes must be.
enum HubDigest: Sendable, Hashable {
    /// Of large files, which a hub keeps outside of git.
    case sha256(String)
    /// The id that git gives a file: SHA-1 over its length and content.
    case gitBlob(String)

    /// Reads a digest by its length; nil for anything else.
    init?(hexadecimal text: String) {
        let text = text.lowercased()
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        switch text.count {
        case 64: self = .sha256(text)
        case 40: self = .gitBlob(text)
        default: return nil
        }
    }

    /// Lower-case hexadecimal digits.
    var hexadecimal: String {
        switch self {
        case .sha256(let text), .gitBlob(let text): text
        }
    }

    /// Computes the same digest of a file, a megabyte at a time.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - size: Its length in bytes.
    /// - Returns: Lower-case hexadecimal digits.
    /// - Throws: What reading throws; `CancellationError`.
    func computed(of file: URL, size: Int) throws -> String {
        switch self {
        case .sha256: return try Self.digest(of: file, SHA256())
        case .gitBlob:
            var hash = Insecure.SHA1()
            hash.update(data: Data("blob \(size)\u{0}".utf8))
            return try Self.digest(of: file, hash)
        }
    }

    private static func digest<Hash: HashFunction>(of file: URL, _ begun: Hash) throws -> String {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var hash = begun
        while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty {
            try Task.checkCancellation()
            hash.update(data: block)
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// A file as a hub lists it.
struct HubFile: Sendable, Hashable, Decodable {
    /// Its path in the repository.
    let path: String
    /// Its length in bytes.
    let size: Int
    /// What its bytes must be; nil where the listing does not say.
    let digest: HubDigest?
    /// Whether it is a file, and not a folder.
    let isFile: Bool

    private enum CodingKeys: String, CodingKey {
        case path, size, type, oid, lfs
    }

    private struct LargeFile: Decodable {
        let oid: String?
        let size: Int?
    }

    /// Reads an entry of `api/models/OWNER/MODEL/tree/REVISION`.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError`.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        path = try values.decode(String.self, forKey: .path)
        isFile = try values.decode(String.self, forKey: .type) == "file"
        let large = try values.decodeIfPresent(LargeFile.self, forKey: .lfs)
        size = try large?.size ?? values.decodeIfPresent(Int.self, forKey: .size) ?? 0
        // Git's id of a large file is that of the note which stands for it.
        let said = try large == nil ? values.decodeIfPresent(String.self, forKey: .oid) : large?.oid
        digest = said.flatMap(HubDigest.init(hexadecimal:))
        if isFile, size < 0 {
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "a negative size")
            throw DecodingError.dataCorrupted(context)
        }
    }

    /// Whether a path stays in the folder that it is written into.
    var isSafe: Bool {
        let isPlain = path.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\\" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return isPlain && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
