/// A column of running text with more of it to the right, and what stands above and below both.
///
/// A gutter is a strip of white to the left of an edge at which several lines begin. It ends at the lines that cross it, such
/// as headings. Both sides must be running text, so that the cells of tables and labels with values stay in their rows; or
/// many lines of any length (verse, program code) that mostly do not stand on each other's baselines, as cells do.
struct Columns {
    private(set) var above: [TextLine] = []
    private(set) var left: [TextLine] = []
    private(set) var right: [TextLine] = []
    private(set) var below: [TextLine] = []

    /// A column of running text holds at least this many lines.
    private static let leastLines = 4
    /// A gutter is at least this wide, in ascents; spaces between words are narrower.
    private static let gutter = 1.2
    /// Lines that begin nearer to each other, in ascents, begin at the same edge.
    private static let edge = 0.4
    /// White across all columns higher than this, in ascents, may part them from what is above or below.
    private static let pause = 2.5
    /// Share of the lines on the right that stands in its columns where there are several, at least.
    private static let leastShare = 0.6
    /// Of the lines of independent columns at most this share stands on a baseline of the other side.
    private static let mostLevel = 0.4

    /// Finds the highest pair of columns.
    ///
    /// - Parameter lines: The lines of a page or of a part of it.
    init?(in lines: [TextLine]) {
        guard lines.count >= 2 * Self.leastLines else { return nil }
        let sorted = lines.sorted { $0.center < $1.center }
        let ascent = lines.map(\.ascent).sorted()[lines.count / 2]
        var best: Columns?
        for edge in Self.edges(of: lines, ascent: ascent) {
            guard let columns = Self.columns(at: edge - Int(Self.gutter * ascent), in: sorted, ascent: ascent) else {
                continue
            }
            if columns.count > best?.count ?? 0 { best = columns }
        }
        guard let best else { return nil }
        self = best
    }

    private init(left: [TextLine], right: [TextLine]) {
        self.left = left
        self.right = right
    }

    private var count: Int { left.count + right.count }

    /// Where several lines begin, from left to right.
    private static func edges(of lines: [TextLine], ascent: Double) -> [Int] {
        var edges: [(first: Int, last: Int, count: Int)] = []
        for x in lines.map(\.bounds.x0).sorted() {
            if let last = edges.last, Double(x - last.last) <= edge * ascent {
                edges[edges.count - 1].last = x
                edges[edges.count - 1].count += 1
            } else {
                edges.append((x, x, 1))
            }
        }
        return edges.filter { $0.count >= leastLines - 1 }.map(\.first)
    }

    /// The highest columns on the two sides of a strip that begins at `x`.
    private static func columns(at x: Int, in sorted: [TextLine], ascent: Double) -> Columns? {
        var best: Columns?
        for run in sorted.indices.split(whereSeparator: { sorted[$0].bounds.x0 < x && sorted[$0].bounds.x1 > x })
        where run.count >= 2 * leastLines && run.count > best?.count ?? 0 {
            let range = run.startIndex..<run.endIndex
            guard let range = trimmed(range, of: sorted, at: x, ascent: ascent) else { continue }
            guard var columns = pair(sorted[range], at: x), columns.count > best?.count ?? 0 else { continue }
            columns.above = Array(sorted[..<range.lowerBound])
            columns.below = Array(sorted[range.upperBound...])
            best = columns
        }
        return best
    }

    /// Leaves out what stands apart above and below the columns, such as a footer; a longer column is no footer.
    private static func trimmed(
        _ range: Range<Int>,
        of sorted: [TextLine],
        at x: Int,
        ascent: Double
    ) -> Range<Int>? {
        var blocks: [Range<Int>] = []
        var start = range.lowerBound
        var lowest = sorted[start].baseline
        for index in range.dropFirst() {
            if sorted[index].baseline - sorted[index].ascent - lowest > pause * ascent {
                blocks.append(start..<index)
                start = index
            }
            lowest = max(lowest, sorted[index].baseline)
        }
        blocks.append(start..<range.upperBound)
        let belongs = blocks.map { block in
            let left = sorted[block].filter { $0.bounds.x0 < x }
            let right = sorted[block].filter { $0.bounds.x0 >= x }
            if right.isEmpty { return RunningText.isColumn(left[...], leastLines: leastLines) }
            if left.isEmpty { return RunningText.isColumn(right[...], leastLines: leastLines) }
            return pair(sorted[block], at: x) != nil
        }
        guard let first = belongs.firstIndex(of: true), let last = belongs.lastIndex(of: true) else { return nil }
        return blocks[first].lowerBound..<blocks[last].upperBound
    }

    /// The two sides, if both are running text.
    private static func pair(_ lines: ArraySlice<TextLine>, at x: Int) -> Columns? {
        let left = lines.filter { $0.bounds.x0 < x }
        let right = lines.filter { $0.bounds.x0 >= x }
        if RunningText.isRagged(left[...]), RunningText.isRagged(right[...]), levelShare(of: left, right) <= mostLevel {
            return Columns(left: left, right: right)
        }
        guard RunningText.isColumn(left[...], leastLines: leastLines) else { return nil }
        if RunningText.isColumn(right[...], leastLines: leastLines) { return Columns(left: left, right: right) }
        guard let inner = Columns(in: right) else { return nil }
        guard Double(inner.count) >= leastShare * Double(right.count) else { return nil }
        return Columns(left: left, right: right)
    }

    /// How many of the shorter side's rows stand on a baseline of the other side.
    private static func levelShare(of left: [TextLine], _ right: [TextLine]) -> Double {
        let sides = [left, right].map { ReadingOrder.rows(of: $0) }.sorted { $0.count < $1.count }
        guard let shorter = sides.first, !shorter.isEmpty else { return 1 }
        let others = sides[1].compactMap(\.first)
        let level = shorter.compactMap(\.first)
            .count { line in
                others.contains { abs($0.baseline - line.baseline) < 0.25 * min($0.ascent, line.ascent) }
            }
        return Double(level) / Double(shorter.count)
    }
}

/// What tells running text from the cells of a table.
private enum RunningText {
    /// The middle line is at least this share of the column's width.
    private static let fill = 0.65
    /// The middle line is at least this long, in ascents; most table cells are shorter.
    private static let leastLength = 14.0
    /// The middle line has at least this many words.
    private static let leastWords = 3
    /// A gap between words, in ascents.
    private static let wordGap = 0.25
    /// White of this width, in ascents, from top to bottom parts the cells of a table.
    private static let cellGap = 0.8

    /// Many lines are this many.
    private static let manyLines = 8
    /// The middle one of many lines of any length is at least this long, in ascents.
    private static let leastRaggedLength = 6.0

    /// Whether lines are many, one below the other, and long enough for more than a cell.
    static func isRagged(_ lines: ArraySlice<TextLine>) -> Bool {
        guard lines.count >= manyLines, !isParted(lines) else { return false }
        let rows = ReadingOrder.rows(of: Array(lines))
        let lengths = rows.map { row in Double(row.reduce(0) { $0 + $1.bounds.width }) / row[0].ascent }.sorted()
        return rows.count >= manyLines && lengths[rows.count / 2] >= leastRaggedLength
    }

    /// Whether lines are one column of running text.
    static func isColumn(_ lines: ArraySlice<TextLine>, leastLines: Int) -> Bool {
        guard lines.count >= leastLines, !isParted(lines) else { return false }
        let rows = ReadingOrder.rows(of: Array(lines))
        guard rows.count >= leastLines else { return false }
        let left = lines.map(\.bounds.x0).min() ?? 0
        let right = lines.map(\.bounds.x1).max() ?? 0
        func middle(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        let lengths = rows.map { row in Double(row.reduce(0) { $0 + $1.bounds.width }) }
        guard middle(lengths) >= fill * Double(right - left) else { return false }
        guard middle(zip(rows, lengths).map { $1 / $0[0].ascent }) >= leastLength else { return false }
        return middle(rows.map { row in Double(row.reduce(0) { $0 + words(of: $1) }) }) >= Double(leastWords)
    }

    private static func isParted(_ lines: ArraySlice<TextLine>) -> Bool {
        var end = Int.max
        for line in lines.sorted(by: { $0.bounds.x0 < $1.bounds.x0 }) {
            if end < Int.max, Double(line.bounds.x0 - end) > cellGap * line.ascent { return true }
            end = end == Int.max ? line.bounds.x1 : max(end, line.bounds.x1)
        }
        return false
    }

    private static func words(of line: TextLine) -> Int {
        var count = 1
        var end = line.glyphs[0].x1
        for glyph in line.glyphs.dropFirst() {
            if Double(glyph.x0 - end) >= wordGap * line.ascent { count += 1 }
            end = max(end, glyph.x1)
        }
        return count
    }
}
