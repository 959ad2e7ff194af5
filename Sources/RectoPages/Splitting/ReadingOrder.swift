/// The order in which a person reads text lines: column by column where there are columns of running text, else row by
/// row.
struct ReadingOrder {
    /// The lines by visual row, from left to right.
    let rows: [[TextLine]]

    /// Headings over columns within columns, and as many columns beside each other.
    private static let deepest = 8

    init(_ lines: [TextLine]) {
        rows = Self.order(lines, depth: 0)
    }

    private static func order(_ lines: [TextLine], depth: Int) -> [[TextLine]] {
        guard depth < deepest, let columns = Columns(in: lines) else { return rows(of: lines) }
        return [columns.above, columns.left, columns.right, columns.below]
            .flatMap { order($0, depth: depth + 1) }
    }

    /// Gathers what stands side by side.
    static func rows(of lines: [TextLine]) -> [[TextLine]] {
        var rows: [[TextLine]] = []
        for line in lines.sorted(by: { ($0.center, Double($0.bounds.x0)) < ($1.center, Double($1.bounds.x0)) }) {
            let fits = rows.last?.contains { other in
                abs(other.center - line.center) < 0.5 * min(other.ascent, line.ascent)
                    || abs(other.baseline - line.baseline) < 0.25 * min(other.ascent, line.ascent)
            }
            if fits == true {
                rows[rows.count - 1].append(line)
            } else {
                rows.append([line])
            }
        }
        return rows.map { row in row.sorted { $0.bounds.x0 < $1.bounds.x0 } }
    }
}
