/// The columns of a table and where one ends and the next begins.
struct TableGrid: Sendable {
    /// The columns from left to right.
    let columns: [TableColumn]
    /// Where neighbours part, levelled, in points; one less than there are columns.
    let separators: [Double]

    /// Parts columns: between two heads, in the widest gap that is free below them, else where least text is cut.
    ///
    /// - Parameters:
    ///   - columns: The columns from left to right.
    ///   - body: The lines below the heads.
    init(_ columns: [TableColumn], body: [TableLine]) {
        self.columns = columns
        separators = zip(columns, columns.dropFirst()).map { left, right in
            Self.separator(from: left.right, to: right.left, body: body)
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

    /// Words that stand together.
    private struct Text {
        let words: [TableWord]
        let em: Double
    }

    /// Crossing a text between two of its words costs this, in type sizes.
    private static let crossing = 0.5

    private static func separator(from left: Double, to right: Double, body: [TableLine]) -> Double {
        guard left < right else { return (left + right) / 2 }
        let texts = body.flatMap { line in line.chunks.map { Text(words: $0, em: line.em) } }
        let inside = body.flatMap(\.words).flatMap { [$0.left, $0.right] }.filter { $0 > left && $0 < right }
        let edges = ([left, right] + inside).sorted()
        let places = edges.map { (start: $0, end: $0) } + zip(edges, edges.dropFirst()).map { (start: $0, end: $1) }
        let ranked = places.map { place in
            (cost: cost(of: (place.start + place.end) / 2, in: texts), width: place.end - place.start, place: place)
        }
        // Of equal places the widest, else the rightmost: texts reach to the right of their heads.
        let best = ranked.min { ($0.cost, -$0.width, -$0.place.start) < ($1.cost, -$1.width, -$1.place.start) }
        return best.map { ($0.place.start + $0.place.end) / 2 } ?? (left + right) / 2
    }

    /// What of the words would stand on the wrong side of a separator, in points, and what it costs to cut texts.
    private static func cost(of x: Double, in texts: [Text]) -> Double {
        texts.reduce(0) { sum, text in
            guard let first = text.words.first, let last = text.words.last, first.left < x, last.right > x else {
                return sum
            }
            let cut = text.words.lazy.filter { $0.left < x && $0.right > x }.map { min(x - $0.left, $0.right - x) }
            return sum + crossing * text.em + cut.reduce(0, +)
        }
    }
}
