/// Where the cells of each column begin and end, as far as the lines of a table agree on it, and the words that do not keep to
/// it.
///
/// Cells may stand so close that a reader takes two for one word: `1` beside `1,234.00` is `11,234.00`. Such a word begins in
/// one column and ends where the next one's cells end. It is cut where the first column's cells end, or the second one's begin,
/// when a character ends there as well and both parts are what their columns hold.
struct ColumnEdges: Sendable {
    /// Edges agree that differ by no more than this, in type sizes.
    private static let agreement = 0.25
    /// Cells of a column must agree at least this often, the head included.
    private static let leastAgreement = 2
    /// A word reaches into a column with at least this share of a character.
    private static let reach = 0.6
    /// A cut is made at most this share of a character beside a column's edge.
    private static let tolerance = 0.35

    private let cutter: RowCutter
    /// By column, levelled, in points; nil where cells begin, or end, anywhere.
    private let lefts: [Double?]
    private let rights: [Double?]

    /// Compares the cells of some lines.
    ///
    /// - Parameters:
    ///   - cutter: Knows the columns.
    ///   - lines: The lines below the heads.
    init(_ cutter: RowCutter, lines: [TableLine]) {
        self.cutter = cutter
        let columns = cutter.grid.columns
        var lefts = columns.map { [$0.left] }
        var rights = columns.map { [$0.right] }
        for line in lines {
            for (column, words) in cutter.columns(of: line) {
                guard let first = words.first, let last = words.last else { continue }
                lefts[column].append(first.left)
                rights[column].append(last.right)
            }
        }
        let near = Self.agreement * (lines.map(\.em).max() ?? 0)
        self.lefts = lefts.map { Self.common($0, within: near) }
        self.rights = rights.map { Self.common($0, within: near) }
    }

    /// The edge that most have; nil when too few have any.
    private static func common(_ edges: [Double], within near: Double) -> Double? {
        let sorted = edges.sorted()
        let counts = sorted.map { edge in sorted.count { abs($0 - edge) <= near } }
        guard let most = counts.max(), most >= leastAgreement, 2 * most > edges.count else { return nil }
        let places = counts.indices.filter { counts[$0] == most }
        return sorted[places[places.count / 2]]
    }

    /// Cuts words of a line that are two cells.
    ///
    /// - Parameter line: A line.
    /// - Returns: The line with these words parted.
    func parted(_ line: TableLine) -> TableLine {
        var line = line
        var filled = cutter.columns(of: line)
        for column in rights.indices.dropLast() {
            guard let (word, _) = straddler(filled, column, em: line.em), let cut = cut(word, column) else { continue }
            line.words.removeAll { $0 == word }
            line.words += [word.part(0..<cut), word.part(cut..<word.text.count)]
            line.words.sort { ($0.left, $0.tile, $0.offset) < ($1.left, $1.tile, $1.offset) }
            // What is left of a cut may be two cells as well.
            filled = cutter.columns(of: line)
        }
        return line
    }

    /// The cells of a line that are empty though a word of the column beside them stands in their place as well.
    ///
    /// - Parameter line: A line, its words parted where that can be decided.
    /// - Returns: The words, by the member whose cell is empty; by the word's own where nobody asks for the empty one.
    func merged(in line: TableLine) -> [Int: TableWord] {
        var merged: [Int: TableWord] = [:]
        let filled = cutter.columns(of: line)
        for column in rights.indices.dropLast() {
            guard let (word, empty) = straddler(filled, column, em: line.em) else { continue }
            let members = [empty, empty == column ? column + 1 : column].compactMap { cutter.grid.columns[$0].member }
            if let member = members.first, !cutter.members[member].isFreeText { merged[member] = word }
        }
        return merged
    }

    /// The word that begins in a column and ends in the next one as its cells do, and which of the two columns has no other.
    private func straddler(
        _ filled: [Int: [TableWord]],
        _ column: Int,
        em: Double
    ) -> (word: TableWord, empty: Int)? {
        guard filled[column] == nil || filled[column + 1] == nil else { return nil }
        let own = filled[column] == nil ? column + 1 : column
        guard isRow(filled, except: own) else { return nil }
        let word = (filled[own] ?? []).first { word in
            guard word.text.contains(where: \.isNumber), let edge = edge(beside: column, word) else { return false }
            return word.left <= edge - Self.reach * word.unit && word.right >= edge + Self.reach * word.unit
                && fills(word, column + 1, em: em)
        }
        return word.map { ($0, own == column ? column + 1 : column) }
    }

    /// Whether the other cells of a line are what a row has there, and one of them is more than text.
    private func isRow(_ filled: [Int: [TableWord]], except own: Int) -> Bool {
        let values = filled.filter { $0.key != own && !isText($0.key) }
        return !values.isEmpty
            && values.allSatisfy { column, words in
                guard let member = cutter.grid.columns[column].member else { return true }
                let text = words.map(\.text).joined(separator: " ")
                return ValueConverter().converts(text, to: cutter.members[member].node)
            }
    }

    /// Whether a word stands where the cells of a column do.
    private func fills(_ word: TableWord, _ column: Int, em: Double) -> Bool {
        if let right = rights[column] { return abs(word.right - right) <= Self.agreement * em }
        return lefts[column].map { word.right > $0 + Self.reach * word.unit } ?? false
    }

    /// Where a column surely ends: where its cells end, else where the next one's begin.
    ///
    /// Texts end anywhere: what stands in the next column is the number at the word's end.
    private func edge(beside column: Int, _ word: TableWord) -> Double? {
        if rights[column + 1] == nil, let left = lefts[column + 1] { return left }
        guard isText(column) else { return rights[column] }
        let number = word.text.reversed().prefix { $0.isNumber || ".,".contains($0) }.count
        return number < word.text.count ? word.edges[word.text.count - number] : nil
    }

    /// Before which character a word is cut; nil where nothing decides.
    private func cut(_ word: TableWord, _ column: Int) -> Int? {
        guard let edge = edge(beside: column, word) else { return nil }
        let edges = word.edges
        return edges.indices.dropFirst().dropLast()
            .filter { abs(edges[$0] - edge) <= Self.tolerance * word.unit }
            .filter { holds(word.part(0..<$0), column) && holds(word.part($0..<word.text.count), column + 1) }
            .min { abs(edges[$0] - edge) < abs(edges[$1] - edge) }
    }

    private func holds(_ word: TableWord, _ column: Int) -> Bool {
        if isText(column) { return true }
        guard let member = cutter.grid.columns[column].member else { return word.text.contains(where: \.isNumber) }
        return ValueConverter().converts(word.text, to: cutter.members[member].node)
    }

    private func isText(_ column: Int) -> Bool {
        cutter.grid.columns[column].member.map { cutter.members[$0].isFreeText } ?? false
    }
}

extension TableWord {
    /// About the width of a digit, in points.
    fileprivate var unit: Double { (right - left) / Double(max(1, text.count)) }
}
