import Foundation
import Synchronization

/// A small HTTP server on 127.0.0.1 for one test: it answers what the test says and notes what it was asked.
///
/// One connection at a time and one request each, on a thread of its own; it ends with its last reference.
public final class LoopbackServer: Sendable {
    /// What was asked.
    public struct Request: Sendable {
        /// The path with its query.
        public let target: String
        /// The header fields by their names in lower case.
        public let fields: [String: String]

        /// The first byte that is wanted, by `Range: bytes=5-`.
        public var start: Int? {
            guard let range = fields["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
            return Int(range.dropFirst(6).dropLast())
        }
    }

    /// What is answered.
    public struct Response: Sendable {
        var status: Int
        var fields: [(String, String)]
        var body: [UInt8]
        /// After so many bytes of the body the connection is closed, though all of them were promised.
        var cutAfter: Int?

        /// Makes an answer.
        ///
        /// - Parameters:
        ///   - status: The status.
        ///   - fields: Header fields beside the body's length.
        ///   - body: The body.
        ///   - cutAfter: After so many bytes of the body the connection is closed.
        public init(_ status: Int, fields: [(String, String)] = [], body: [UInt8] = [], cutAfter: Int? = nil) {
            self.status = status
            self.fields = fields
            self.body = body
            self.cutAfter = cutAfter
        }
    }

    private let listener: Int32
    private let notes: Notes
    /// The port that the kernel chose.
    public let port: UInt16

    private final class Notes: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// The server's address.
    public var address: String { "http://127.0.0.1:\(port)" }

    /// What was asked so far.
    public var requests: [Request] { notes.requests.withLock(\.self) }

    /// Starts a server.
    ///
    /// - Parameter answer: Answers each request.
    /// - Throws: `POSIXError` when no port can be had.
    public init(_ answer: @escaping @Sendable (Request) -> Response) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &place) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard listener >= 0, isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: place.sin_port)
        let notes = Notes()
        (self.listener, self.notes) = (listener, notes)
        let thread = Thread {
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { break }
                if let request = Self.request(on: connection) {
                    notes.requests.withLock { $0.append(request) }
                    Self.send(answer(request), to: connection)
                }
                close(connection)
            }
            close(listener)
        }
        thread.start()
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func request(on connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        let mark = Array("\r\n\r\n".utf8)
        while !bytes.suffix(4).elementsEqual(mark) {
            var byte: UInt8 = 0
            if unsafe recv(connection, &byte, 1, 0) != 1 || bytes.count > 1 << 16 { return nil }
            bytes.append(byte)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split { $0.isNewline }
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return Request(target: String(words[1]), fields: fields)
    }

    private static func send(_ response: Response, to connection: Int32) {
        var head = "HTTP/1.1 \(response.status) Answer\r\nConnection: close\r\n"
        head += "Content-Length: \(response.body.count)\r\n"
        for (name, value) in response.fields { head += "\(name): \(value)\r\n" }
        let body = response.body.prefix(response.cutAfter ?? response.body.count)
        let bytes = Array((head + "\r\n").utf8) + body
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    connection,
                    buffer.baseAddress.map { unsafe $0 + sent },
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            // Who hangs up early has heard enough.
            if count <= 0 { return }
            sent += count
        }
    }
}
