/// The order in which a person reads pieces of text lines: column by column where there are columns of running text, else
/// row by row.
struct ReadingOrder {
    /// The pieces by visual row, from left to right.
    let rows: [[TextLine]]

    /// A column of running text holds at least this many lines.
    private static let leastLines = 3
    /// Running text fills its column: the middle line is at least this share of its width.
    private static let fill = 0.6
    /// A gutter is at least this wide, in ascents.
    private static let gutter = 1.5
    /// Lines of running text are at least this long, in ascents; table cells are shorter.
    private static let leastLength = 14.0

    init(_ pieces: [TextLine]) {
        rows = Self.order(Self.rows(of: pieces), depth: 0)
    }

    /// Gathers what stands side by side.
    private static func rows(of pieces: [TextLine]) -> [[TextLine]] {
        var rows: [[TextLine]] = []
        for piece in pieces.sorted(by: { ($0.center, Double($0.bounds.x0)) < ($1.center, Double($1.bounds.x0)) }) {
            let fits = rows.last?.contains { other in
                abs(other.center - piece.center) < 0.5 * min(other.ascent, piece.ascent)
                    || abs(other.baseline - piece.baseline) < 0.25 * min(other.ascent, piece.ascent)
            }
            if fits == true {
                rows[rows.count - 1].append(piece)
            } else {
                rows.append([piece])
            }
        }
        return rows.map { row in row.sorted { $0.bounds.x0 < $1.bounds.x0 } }
    }

    private static func order(_ rows: [[TextLine]], depth: Int) -> [[TextLine]] {
        guard rows.count >= leastLines, depth < 8 else { return rows }
        if let x = gutter(of: rows) {
            let left = rows.map { $0.filter { $0.bounds.x1 <= x } }.filter { !$0.isEmpty }
            let right = rows.map { $0.filter { $0.bounds.x0 >= x } }.filter { !$0.isEmpty }
            return order(left, depth: depth + 1) + order(right, depth: depth + 1)
        }
        // A headline over columns: the rows below it may have a gutter that all rows together have not.
        for cut in rows.indices.dropFirst() where gutter(of: Array(rows[cut...])) != nil {
            let below = longestRun(from: cut, of: rows)
            return Array(rows[..<cut]) + order(Array(rows[cut..<below]), depth: depth + 1)
                + order(Array(rows[below...]), depth: depth + 1)
        }
        for cut in rows.indices.dropFirst(leastLines) where gutter(of: Array(rows[..<cut])) != nil {
            let below = longestRun(from: 0, of: rows)
            return order(Array(rows[..<below]), depth: depth + 1) + order(Array(rows[below...]), depth: depth + 1)
        }
        return rows
    }

    /// How many rows from one on have a common gutter.
    private static func longestRun(from start: Int, of rows: [[TextLine]]) -> Int {
        for end in (start + leastLines...rows.count).reversed() where gutter(of: Array(rows[start..<end])) != nil {
            return end
        }
        return rows.count
    }

    /// Finds white space from top to bottom with running text on both sides.
    private static func gutter(of rows: [[TextLine]]) -> Int? {
        guard rows.count >= leastLines else { return nil }
        let pieces = rows.joined().sorted { $0.bounds.x0 < $1.bounds.x0 }
        var right = pieces.first?.bounds.x1 ?? 0
        for (index, piece) in pieces.enumerated().dropFirst() {
            let gap = Double(piece.bounds.x0 - right)
            if gap > gutter * piece.ascent, isRunningText(pieces[..<index]), isRunningText(pieces[index...]) {
                return (right + piece.bounds.x0) / 2
            }
            right = max(right, piece.bounds.x1)
        }
        return nil
    }

    private static func isRunningText(_ pieces: ArraySlice<TextLine>) -> Bool {
        guard pieces.count >= leastLines else { return false }
        let left = pieces.map(\.bounds.x0).min() ?? 0
        let right = pieces.map(\.bounds.x1).max() ?? 0
        let widths = pieces.map { Double($0.bounds.width) }.sorted()
        let middle = widths[widths.count / 2]
        let lengths = pieces.map { Double($0.bounds.width) / $0.ascent }.sorted()
        return middle >= fill * Double(right - left) && lengths[lengths.count / 2] >= leastLength
    }
}
