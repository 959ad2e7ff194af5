/// Status and header fields of an HTTP response.
struct HTTPHead: Sendable, Hashable {
    let status: Int
    private let fields: [String: String]

    /// Reads the lines of a head.
    ///
    /// - Parameter lines: The status line and the fields, without the empty line.
    init?(_ lines: [String]) {
        guard let first = lines.first, first.hasPrefix("HTTP/") else { return nil }
        let words = first.split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1]), (100...599).contains(status) else { return nil }
        self.status = status
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[name] = String(value)
        }
        self.fields = fields
    }

    /// The value of a field, whose name is given in lower case.
    subscript(name: String) -> String? { fields[name] }

    /// Where the bytes of a part begin, by `Content-Range: bytes 5-9/10`.
    var rangeStart: Int? {
        guard let range = self["content-range"], range.hasPrefix("bytes ") else { return nil }
        return range.dropFirst(6).split(separator: "-").first.flatMap { Int($0) }
    }

    /// The next page of a listing, by `Link: <…>; rel="next"`.
    var nextPage: String? {
        for link in self["link"]?.split(separator: ",") ?? [] where link.contains("rel=\"next\"") {
            guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end else {
                continue
            }
            return String(link[link.index(after: start)..<end])
        }
        return nil
    }
}

/// Finds the head in what a server sends, and hands on what follows.
struct HTTPHeadReader {
    /// More than any server's head has.
    private static let longest = 1 << 18

    private var bytes: [UInt8] = []
    /// The head, once it is whole.
    private(set) var head: HTTPHead?

    /// Takes bytes as they come.
    ///
    /// - Parameter piece: The next bytes.
    /// - Returns: Bytes of the body among them; nil for what is no HTTP.
    mutating func body(in piece: [UInt8]) -> [UInt8]? {
        if head != nil { return piece }
        bytes += piece
        while let end = end {
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split { $0.isNewline }.map(
                String.init
            )
            guard let found = HTTPHead(lines) else { return nil }
            bytes.removeSubrange(..<end.upperBound)
            // Heads of the kind "go on" come before the real one.
            if found.status < 200 { continue }
            head = found
            defer { bytes = [] }
            return bytes
        }
        return bytes.count > Self.longest ? nil : []
    }

    private var end: Range<Int>? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        for start in 0...bytes.count - mark.count where bytes[start] == mark[0] {
            if bytes[start..<start + mark.count].elementsEqual(mark) { return start..<start + mark.count }
        }
        return nil
    }
}
