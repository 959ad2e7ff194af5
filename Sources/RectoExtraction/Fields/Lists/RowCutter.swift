/// What stands in one column of one line.
struct TableCell: Sendable {
    /// The words from left to right.
    let words: [TableWord]
    /// The words, joined with spaces.
    let text: String
    /// Whether the schema admits the text.
    let converts: Bool

    /// Whether a digit stands in it.
    var hasDigit: Bool { text.contains(where: \.isNumber) }
}

/// Cuts a line of a table into cells.
///
/// Words go into columns in order. A word in a column that it does not stand in costs its distance in type sizes, and a
/// cell that does not convert to what its column holds costs `refusal`: so a number that reaches over its column's edge,
/// or that shares a tile with another, is cut where both convert. The cheapest way is taken (dynamic programming).
struct RowCutter {
    /// What a cell costs that does not convert, in type sizes.
    private static let refusal = 1.5
    /// No word moves farther than this from its column, in type sizes.
    private static let farthest = 2.5
    /// Values other than free text have at most this many words.
    private static let longestValue = 6

    let grid: TableGrid
    let members: [SchemaField]

    /// Cuts a line.
    ///
    /// - Parameter line: The line.
    /// - Returns: The cells of the columns that are asked for, by member.
    func cells(of line: TableLine) -> [Int: TableCell] {
        var cells: [Int: TableCell] = [:]
        for (column, words) in columns(of: line) {
            guard let member = grid.columns[column].member else { continue }
            cells[member] = cell(words, member: member)
        }
        return cells
    }

    /// Deals out the words of a line.
    ///
    /// - Parameter line: The line.
    /// - Returns: The words of each column that has some, also of those that are not asked for, from left to right.
    func columns(of line: TableLine) -> [Int: [TableWord]] {
        let words = line.words.sorted { $0.middle < $1.middle }
        guard !words.isEmpty else { return [:] }
        let count = words.count
        // best[i]: least cost of the first i words in the columns so far, and where the last column begins.
        var best = [Double](repeating: .infinity, count: count + 1)
        best[0] = 0
        var starts: [[Int]] = []
        for column in grid.columns.indices {
            var next = best
            var start = Array(0...count)
            let places = words.map { grid.distance(of: $0.middle, from: column) / line.em }
            for first in 0..<count where best[first] < .infinity {
                var cost = best[first]
                for end in first + 1...count {
                    guard places[end - 1] <= Self.farthest else { break }
                    cost += places[end - 1]
                    let total = cost + refusal(words[first..<end], in: column)
                    if total < next[end] { (next[end], start[end]) = (total, first) }
                }
            }
            best = next
            starts.append(start)
        }
        var columns: [Int: [TableWord]] = [:]
        var end = count
        for column in grid.columns.indices.reversed() {
            let first = starts[column][end]
            if first < end { columns[column] = Array(words[first..<end]) }
            end = first
        }
        return columns
    }

    private func cell(_ words: [TableWord], member: Int) -> TableCell {
        let text = words.map(\.text).joined(separator: " ")
        return TableCell(words: words, text: text, converts: ValueConverter().converts(text, to: members[member].node))
    }

    private func refusal(_ words: ArraySlice<TableWord>, in column: Int) -> Double {
        guard let member = grid.columns[column].member, !members[member].isFreeText else { return 0 }
        guard words.count <= Self.longestValue else { return Self.refusal }
        let text = words.map(\.text).joined(separator: " ")
        return ValueConverter().converts(text, to: members[member].node) ? 0 : Self.refusal
    }
}
