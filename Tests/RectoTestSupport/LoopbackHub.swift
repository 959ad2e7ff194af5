import Crypto
import Foundation
import Synchronization

/// A hub with one model, on this machine: `api/models/…`, `OWNER/MODEL/resolve/…`, as Hugging Face's answers.
public final class LoopbackHub: Sendable {
    /// What is out of order.
    public struct Behaviour: Sendable {
        /// Who does not send this token is refused.
        public var token: String?
        /// The first answer with one of these files breaks off after so many bytes.
        public var cuts: [String: Int] = [:]
        /// The listing says that these files have the content of others.
        public var lies: [String: [UInt8]] = [:]
        /// Parts are not known: all of a file comes.
        public var ignoresRanges = false
        /// The listing names no checksums; the answers with files do.
        public var listsNoChecksums = false
        /// Large files are elsewhere, at this address.
        public var storage: String?
        /// Status with which every request is refused.
        public var refusal: Int?
        /// Names that the listing has beside the files.
        public var furtherPaths: [String] = []
        /// Files of one page of the listing.
        public var pageLength = 1000

        /// A hub that is in order.
        public init() {}
    }

    private struct State {
        var cuts: [String: Int]
    }

    /// The server.
    public let server: LoopbackServer
    /// The commit that `main` stands for.
    public static let commit = "0123456789abcdef0123456789abcdef01234567"

    /// The server's address.
    public var address: String { server.address }

    /// The paths that were asked, without the model's name and commit.
    public var targets: [String] { server.requests.map { $0.target.components(separatedBy: "/").last ?? "" } }

    /// Starts a hub.
    ///
    /// - Parameters:
    ///   - files: The model's files by name.
    ///   - large: Those that are not kept in git.
    ///   - behaviour: What is out of order.
    /// - Throws: `POSIXError` when no port can be had.
    public init(_ files: [String: [UInt8]], large: Set<String>, _ behaviour: Behaviour = Behaviour()) throws {
        let state = Mutexed(State(cuts: behaviour.cuts))
        server = try LoopbackServer { request in
            if let status = behaviour.refusal { return .init(status, body: Array("no".utf8)) }
            if let token = behaviour.token, request.fields["authorization"] != "Bearer \(token)" {
                return .init(401, body: Array("who are you".utf8))
            }
            let parts = request.target.split(separator: "/").map(String.init)
            if parts.starts(with: ["api", "models"]), parts.contains("revision") {
                return parts.last == "main" || parts.last == "v1"
                    ? .init(200, body: Array("{\"sha\":\"\(Self.commit)\"}".utf8)) : .init(404)
            }
            if parts.starts(with: ["api", "models"]), parts.contains("tree") {
                return Self.listing(files, large, behaviour, request)
            }
            guard let name = parts.last, let content = files[name], parts.contains(Self.commit) else {
                return .init(404, body: Array("nothing".utf8))
            }
            if let storage = behaviour.storage, large.contains(name) {
                return .init(
                    302,
                    fields: [("Location", "\(storage)/\(name)?signature=x%2Fy")],
                    body: Array("moved".utf8)
                )
            }
            let cut = state.withLock { $0.cuts.removeValue(forKey: name) }
            return Self.file(content, isLarge: large.contains(name), asked: request, cutAfter: cut, behaviour)
        }
    }

    /// Answers with a file, or the part of it that is wanted.
    ///
    /// - Parameters:
    ///   - content: The file.
    ///   - isLarge: Whether it is kept outside of git.
    ///   - request: What was asked.
    ///   - cut: After so many bytes the connection breaks.
    ///   - behaviour: What is out of order.
    /// - Returns: The answer.
    public static func file(
        _ content: [UInt8],
        isLarge: Bool,
        asked request: LoopbackServer.Request,
        cutAfter cut: Int? = nil,
        _ behaviour: Behaviour = Behaviour()
    ) -> LoopbackServer.Response {
        let tag = ("ETag", "\"\(digest(of: content, isLarge: isLarge))\"")
        guard let start = request.start, !behaviour.ignoresRanges else {
            return .init(200, fields: [tag], body: content, cutAfter: cut)
        }
        guard start < content.count else { return .init(416) }
        let range = ("Content-Range", "bytes \(start)-\(content.count - 1)/\(content.count)")
        return .init(206, fields: [tag, range], body: Array(content[start...]), cutAfter: cut)
    }

    /// What a hub says of a file's content: SHA-256, or the id that git gives it.
    ///
    /// - Parameters:
    ///   - content: The file.
    ///   - isLarge: Whether it is kept outside of git.
    /// - Returns: Hexadecimal digits.
    public static func digest(of content: [UInt8], isLarge: Bool) -> String {
        func text(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
        if isLarge { return text(SHA256.hash(data: content)) }
        return text(Insecure.SHA1.hash(data: Array("blob \(content.count)\u{0}".utf8) + content))
    }

    private static func listing(
        _ files: [String: [UInt8]],
        _ large: Set<String>,
        _ behaviour: Behaviour,
        _ request: LoopbackServer.Request
    ) -> LoopbackServer.Response {
        var entries: [[String: Any]] = files.keys.sorted().map { name in
            let content = behaviour.lies[name] ?? files[name] ?? []
            var entry: [String: Any] = ["type": "file", "path": name, "size": content.count]
            if behaviour.listsNoChecksums { return entry }
            entry["oid"] = digest(of: large.contains(name) ? Array("a note".utf8) : content, isLarge: false)
            if large.contains(name) {
                entry["lfs"] = ["oid": digest(of: content, isLarge: true), "size": content.count, "pointerSize": 135]
            }
            return entry
        }
        entries.append(["type": "directory", "path": "onnx", "size": 0, "oid": String(repeating: "0", count: 40)])
        entries += behaviour.furtherPaths.map { path in
            ["type": "file", "path": path, "size": 3, "oid": String(repeating: "1", count: 40)]
        }
        let page = request.target.components(separatedBy: "cursor=").dropFirst().first.flatMap { Int($0) } ?? 0
        let start = page * behaviour.pageLength
        let end = min(start + behaviour.pageLength, entries.count)
        var fields: [(String, String)] = []
        if end < entries.count {
            let path = request.target.components(separatedBy: "?")[0]
            fields.append(("Link", "<http://\(request.fields["host"] ?? "")\(path)?cursor=\(page + 1)>; rel=\"next\""))
        }
        let body = try? JSONSerialization.data(withJSONObject: Array(entries[start..<end]))
        return .init(200, fields: fields, body: Array(body ?? Data()))
    }
}

/// A mutex that closures can share.
private final class Mutexed<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        mutex.withLock { value in body(&value) }
    }
}
