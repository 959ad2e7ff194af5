/// Watches text that arrives in pieces for stop strings, and holds back what may be the beginning of one.
package struct StopStringScanner: Sendable {
    private let stops: [[UInt8]]
    private var held: [UInt8] = []

    /// Whether a stop string has appeared; nothing that follows it is given out.
    package private(set) var hasStopped = false

    /// Starts watching.
    ///
    /// - Parameter stopStrings: The strings before which text ends; empty ones have no effect.
    package init(_ stopStrings: [String]) {
        stops = stopStrings.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// Takes the next piece.
    ///
    /// - Parameter piece: More text.
    /// - Returns: Text that no stop string can take back any more.
    package mutating func append(_ piece: String) -> String {
        if hasStopped { return "" }
        if stops.isEmpty { return piece }
        held += piece.utf8
        if let start = firstStop() {
            hasStopped = true
            let text = String(decoding: held[..<start], as: UTF8.self)
            held = []
            return text
        }
        let certain = held.count - heldCount()
        let text = String(decoding: held[..<certain], as: UTF8.self)
        held.removeFirst(certain)
        return text
    }

    /// Ends the text.
    ///
    /// - Returns: What was held back.
    package mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    private func firstStop() -> Int? {
        held.indices.first { start in stops.contains { held[start...].starts(with: $0) } }
    }

    /// How many bytes at the end may be the beginning of a stop string.
    private func heldCount() -> Int {
        let longest = min((stops.map(\.count).max() ?? 1) - 1, held.count)
        return stride(from: longest, to: 0, by: -1).first { count in
            stops.contains { $0.count > count && $0.starts(with: held.suffix(count)) }
        } ?? 0
    }
}
