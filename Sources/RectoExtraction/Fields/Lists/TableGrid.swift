/// The columns of a table and where one ends and the next begins.
struct TableGrid: Sendable {
    /// The columns from left to right.
    let columns: [TableColumn]
    /// Where neighbours part, levelled, in points; one less than there are columns.
    let separators: [Double]

    /// Parts columns: between two heads, in the widest gap that the fewest words below the heads stand in.
    ///
    /// - Parameters:
    ///   - columns: The columns from left to right.
    ///   - body: The lines below the heads.
    init(_ columns: [TableColumn], body: [TableLine]) {
        self.columns = columns
        let words = body.flatMap(\.words).map { Ink(left: $0.left, right: $0.right, weight: Self.word) }
        let spaces = body.flatMap(\.chunks).flatMap { chunk in
            zip(chunk, chunk.dropFirst()).map { Ink(left: $0.right, right: $1.left, weight: Self.space) }
        }
        separators = zip(columns, columns.dropFirst()).map { left, right in
            Self.separator(from: left.right, to: right.left, inks: words + spaces)
        }
    }

    /// How far outside a column something lies.
    ///
    /// - Parameters:
    ///   - x: A place, levelled, in points.
    ///   - column: The column's place.
    /// - Returns: The distance in points, 0 inside.
    func distance(of x: Double, from column: Int) -> Double {
        let left = column > 0 ? separators[column - 1] - x : 0
        let right = column < separators.count ? x - separators[column] : 0
        return max(0, left, right)
    }

    /// What a separator should not cross.
    private struct Ink {
        let left, right: Double
        let weight: Int
    }

    /// A space between words of one text is nearly as bad a place as a word.
    private static let (word, space) = (10, 9)

    private static func separator(from left: Double, to right: Double, inks: [Ink]) -> Double {
        guard left < right else { return (left + right) / 2 }
        let crossing = inks.filter { $0.left < right && $0.right > left }
        let edges = (crossing.flatMap { [$0.left, $0.right] }.filter { $0 > left && $0 < right } + [left, right])
            .sorted()
        var best: (weight: Int, start: Double, end: Double)?
        var open: (weight: Int, start: Double, end: Double)?
        for (start, end) in zip(edges, edges.dropFirst()) where end > start {
            let middle = (start + end) / 2
            let weight = crossing.reduce(0) { $0 + ($1.left < middle && $1.right > middle ? $1.weight : 0) }
            if let before = open, before.weight == weight {
                open = (weight, before.start, end)
            } else {
                open = (weight, start, end)
            }
            guard let now = open else { continue }
            if let known = best, (known.weight, known.start - known.end) <= (now.weight, now.start - now.end) {
                continue
            }
            best = now
        }
        return best.map { ($0.start + $0.end) / 2 } ?? (left + right) / 2
    }
}
