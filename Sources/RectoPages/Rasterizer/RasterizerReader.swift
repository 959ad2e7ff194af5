import Foundation

/// Takes the renderer's answer apart while it arrives, so that pixels are copied once, into the array that stays.
struct RasterizerReader {
    /// Longest first line and longest word list that are believed.
    private static let longestLine = 1 << 20
    private static let longestWordList = 64 << 20
    /// Points or dots per inch that are beyond belief; what is below can be rounded to an integer safely.
    private static let longestSide = 1e9

    /// Most pixels that a page may have.
    let maximumPixels: Int
    /// What was read of the first line, then of the words.
    private var text: [UInt8] = []
    /// The first line, once it is complete.
    private(set) var line: [UInt8]?
    private(set) var page: RasterizerAnswer.Page?
    private(set) var words: [UInt8]?
    private(set) var pixels: [UInt8] = []

    /// Starts reading.
    ///
    /// - Parameter maximumPixels: Most pixels that a page may have.
    init(maximumPixels: Int) {
        self.maximumPixels = maximumPixels
    }

    /// How a renderer's answer breaks the protocol.
    struct Violation: Error {
        var found: String
    }

    /// Takes the next bytes.
    ///
    /// - Parameter bytes: What arrived.
    /// - Throws: `Violation` when more or other bytes come than announced.
    mutating func append(_ bytes: RawSpan) throws(Violation) {
        var next = 0
        while next < bytes.byteCount {
            if line == nil {
                try appendToLine(bytes, &next)
            } else if let page, words == nil {
                take(&next, of: bytes, into: &text, upTo: page.wordsBytes)
                if text.count == page.wordsBytes { finishWords() }
            } else if let page, pixels.count < page.width * page.height * 3 {
                take(&next, of: bytes, into: &pixels, upTo: page.width * page.height * 3)
            } else {
                throw Violation(found: "more bytes than announced")
            }
        }
    }

    /// Whether everything that the first line announced has arrived.
    var isComplete: Bool {
        guard let page else { return line != nil }
        return words != nil && pixels.count == page.width * page.height * 3
    }

    private mutating func appendToLine(_ bytes: RawSpan, _ next: inout Int) throws(Violation) {
        while next < bytes.byteCount {
            let byte = bytes.unsafeLoadByte(at: next)
            next += 1
            if byte == UInt8(ascii: "\n") {
                line = text
                text = []
                return try startPage()
            }
            guard text.count < Self.longestLine else { throw Violation(found: "a first line without end") }
            text.append(byte)
        }
    }

    private mutating func startPage() throws(Violation) {
        guard let line, let page = try? JSONDecoder().decode(RasterizerAnswer.Page.self, from: Data(line)) else {
            return
        }
        let (pixelCount, overflow) = page.width.multipliedReportingOverflow(by: page.height)
        guard page.width > 0, page.height > 0, !overflow, pixelCount <= maximumPixels else {
            throw Violation(found: "a page of \(page.width) × \(page.height) pixels")
        }
        guard (0...Self.longestWordList).contains(page.wordsBytes), page.points.count == 2,
            page.points.allSatisfy({ $0 > 0 && $0 < Self.longestSide }), page.dpi > 0, page.dpi < Self.longestSide
        else { throw Violation(found: "a first line with impossible numbers") }
        self.page = page
        text.reserveCapacity(page.wordsBytes)
        pixels.reserveCapacity(pixelCount * 3)
        if page.wordsBytes == 0 { finishWords() }
    }

    private mutating func finishWords() {
        words = text
        text = []
    }

    private func take(_ next: inout Int, of bytes: RawSpan, into target: inout [UInt8], upTo limit: Int) {
        let count = min(bytes.byteCount - next, limit - target.count)
        unsafe bytes.withUnsafeBytes { unsafe target.append(contentsOf: $0[next..<next + count]) }
        next += count
    }
}

extension RawSpan {
    /// One byte, checked against the span's end.
    fileprivate func unsafeLoadByte(at index: Int) -> UInt8 {
        precondition(index < byteCount, "index lies in the span")
        return unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
