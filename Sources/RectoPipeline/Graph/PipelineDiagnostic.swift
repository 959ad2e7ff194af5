/// A place in a pipeline file, counted from 1.
public struct SourcePlace: Hashable, Sendable {
    /// The line.
    public var line: Int
    /// The column, in Unicode scalars.
    public var column: Int

    /// Creates a place.
    ///
    /// - Parameters:
    ///   - line: The line, counted from 1.
    ///   - column: The column, counted from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A mistake in a pipeline file: where, what, and what was probably meant.
public struct PipelineDiagnostic: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was named.
    public var file: String
    /// Where the mistake stands.
    public var place: SourcePlace
    /// What is wrong.
    public var message: String
    /// What was probably meant.
    public var suggestion: String?
    /// The line of the file.
    public var sourceLine: String

    /// `file:line:column: error: message`, the line, and a caret under the place.
    public var description: String {
        var text = "\(file):\(place.line):\(place.column): error: \(message)"
        if let suggestion { text += "; \(suggestion)" }
        guard !sourceLine.isEmpty else { return text }
        // Tabs stay tabs, so that the caret stands under its place whatever their width.
        let indent = sourceLine.unicodeScalars.prefix(max(0, place.column - 1)).map { $0 == "\t" ? "\t" : " " }
        return text + "\n  \(sourceLine)\n  " + indent.joined() + "^"
    }
}

/// Collects every mistake of a file, so that one run shows them all.
struct DiagnosticCollector {
    let file: String
    private let lines: [Substring]
    private(set) var diagnostics: [PipelineDiagnostic] = []

    init(file: String, text: String) {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    mutating func report(_ message: String, at place: SourcePlace, suggestion: String? = nil) {
        let line = lines.indices.contains(place.line - 1) ? String(lines[place.line - 1]) : ""
        diagnostics.append(
            PipelineDiagnostic(file: file, place: place, message: message, suggestion: suggestion, sourceLine: line)
        )
    }

    /// Reports a mistake in another file that the pipeline names.
    mutating func report(_ message: String, in other: String, text: String, at place: SourcePlace) {
        var collector = DiagnosticCollector(file: other, text: text)
        collector.report(message, at: place)
        diagnostics += collector.diagnostics
    }

    /// Goes on with what another collector found.
    mutating func take(_ other: DiagnosticCollector) { diagnostics = other.diagnostics + diagnostics }

    /// The mistakes in the order of the file, those of other files last.
    var sorted: [PipelineDiagnostic] {
        diagnostics.sorted { left, right in
            let (leftFile, rightFile) = (left.file == file ? 0 : 1, right.file == file ? 0 : 1)
            return (leftFile, left.place.line, left.place.column) < (rightFile, right.place.line, right.place.column)
        }
    }
}

/// Finds what was probably meant by a word that is not known.
enum Suggestion {
    /// Names the nearest candidate if it is near enough, else all of them when they are few.
    static func text(for word: String, among candidates: [String]) -> String? {
        if let near = near(word, among: candidates) { return "did you mean '\(near)'?" }
        return candidates.isEmpty || candidates.count > 12 ? nil : "known are: \(candidates.joined(separator: ", "))"
    }

    /// The candidate that differs little enough to have been meant.
    static func near(_ word: String, among candidates: [String]) -> String? {
        let ranked = candidates.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        return ranked.flatMap { $0.1 <= max(1, word.count / 3) ? $0.0 : nil }
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two words.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.lowercased()), Array(right.lowercased()))
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
