/// A row of a table, one or more lines high.
struct TableRow: Sendable {
    /// What stands in it, by member: one cell for each line that says something.
    var cells: [Int: [TableCell]]
    /// The first and the last of its lines, levelled, in points from the top.
    var top, bottom: Double
    /// By member, the words that stand in an empty cell's place as well as in their own.
    var merged: [Int: TableWord] = [:]
}

/// The rows below the heads of a table.
///
/// - A line with a value in a column of amounts (dates, when there are none; else the first column), or with what is said in
///   place of one (`free`), begins a row.
/// - A line with nothing but text in text columns belongs to the nearer of the rows above and below it.
/// - A line that names a sum or another field is no row, and after it only lines are that fill what every row so far has
///   filled. What is carried from page to page, and a number by itself, is passed over.
/// - A gap much wider than between rows ends the table.
struct TableBody: Sendable {
    /// The table ends at a gap of this many of its rows' pitches.
    private static let largestPitches = 2.5
    /// And at no smaller one than this, in tile heights.
    private static let largestGap = 3.0
    /// Lines of one row stand at most this far apart before the pitch is known, in tile heights.
    static let wrappedLines = 2.0
    /// Cells of one column begin or end within this of each other, in type sizes.
    private static let alignment = 2.0

    let members: [SchemaField]
    let summary: SummaryLine
    let cutter: RowCutter
    private let edges: ColumnEdges
    /// The rows, from top to bottom.
    private(set) var rows: [TableRow] = []
    /// What every row fills; nil before the first one.
    private(set) var common: Set<Int>?
    /// How far the cells of each column reach, by member.
    private(set) var extents: [Int: (left: Double, right: Double)] = [:]
    /// The members whose values all had a decimal mark so far.
    private(set) var decimals: Set<Int> = []
    /// What the rows look like: the kinds of texts in them.
    private(set) var shapes: Set<[TableLine.Kind]> = []
    private var pitches: [Double] = []
    private(set) var isOver = false
    /// Whether the sum of the whole table stands below the last row.
    private(set) var isClosed = false

    /// Prepares a table.
    ///
    /// - Parameters:
    ///   - members: The members of its list.
    ///   - summary: Knows sums.
    ///   - grid: Its columns.
    ///   - near: The lines that are surely below its heads.
    init(members: [SchemaField], summary: SummaryLine, grid: TableGrid, near: [TableLine]) {
        self.members = members
        self.summary = summary
        cutter = RowCutter(grid: grid, members: members)
        edges = ColumnEdges(cutter, lines: near)
    }

    /// The cells of a line, words that are two cells cut where that can be decided.
    ///
    /// - Parameter line: The line.
    /// - Returns: The cells by member.
    func cells(of line: TableLine) -> [Int: TableCell] { cutter.cells(of: edges.parted(line)) }

    /// The members whose values begin a row.
    var anchors: [Int] {
        let known = cutter.grid.columns.compactMap(\.member)
        let amounts = known.filter { members[$0].node.kind == .amount }
        if !amounts.isEmpty { return amounts }
        let exact = known.filter { !members[$0].isFreeText }
        return exact.isEmpty ? Array(known.prefix(1)) : exact
    }

    var pitch: Double? { pitches.isEmpty ? nil : pitches.sorted()[pitches.count / 2] }

    // MARK: - Reading

    /// Reads rows until the table ends.
    ///
    /// - Parameters:
    ///   - lines: The lines below the heads, or on a further page from the first row on.
    ///   - start: Where the heads stand; nil where there are none.
    mutating func read(_ lines: [TableLine], below start: Double?) {
        var last = start
        var waiting: [(line: TableLine, cells: [Int: TableCell])] = []
        for (place, line) in lines.enumerated() {
            if let last, line.y - last > largestGap(line) { break }
            let cells = cells(of: line)
            if beginsOtherTable(lines, at: place, below: last) { break }
            if summary.carries(line.text) {
                settle(&waiting)
            } else if isBareSum(cells), waiting.isEmpty {
                // It ends nothing: rows of another section may follow.
            } else if isSummary(line, cells) {
                settle(&waiting)
                isOver = !rows.isEmpty
                isClosed = isClosed || isOver && summary.closes(line.text)
            } else if isAnchored(cells) {
                if !isOver || fills(cells, least: 3) { add(line, cells, above: &waiting) }
            } else if !isOver {
                let gap = last.map { line.y - $0 } ?? .infinity
                let next = place + 1 < lines.count ? lines[place + 1].y - line.y : .infinity
                if belongsAbove(line, cells), gap <= 1.15 * next {
                    goOn(line, cells)
                } else {
                    waiting.append((line, cells))
                }
            }
            last = line.y
        }
        settle(&waiting)
    }

    /// Leaves the page: nothing on the next one stands below the last row.
    mutating func turnPage() {
        if !rows.isEmpty { rows[rows.count - 1].bottom = -.infinity }
        isOver = false
    }

    func largestGap(_ line: TableLine) -> Double {
        max(Self.largestGap * line.height, Self.largestPitches * (pitch ?? 0))
    }

    // MARK: - Kinds of lines

    /// Whether each cell stands, at least in part, where its column's cells do.
    func isAligned(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        cells.allSatisfy { member, cell in
            guard let extent = extents[member], let first = cell.words.first, let last = cell.words.last else {
                return false
            }
            return first.left <= extent.right + line.em && last.right >= extent.left - line.em
        }
    }

    func isAnchored(_ cells: [Int: TableCell]) -> Bool {
        // Even if every number is misread, a line with something in all columns is a row.
        if let common, common.count >= 3, common.isSubset(of: cells.keys) { return true }
        return anchors.contains { member in
            guard let cell = cells[member] else { return false }
            if Self.noValues.contains(cell.text.lowercased()) { return cells.count > 1 }
            // A misread number is still a number for the most part.
            return cell.converts || 2 * cell.text.count(where: \.isNumber) >= cell.text.count
        }
    }

    /// Whether a line says something in every column in which all rows do, and these are enough to be no coincidence.
    func fills(_ cells: [Int: TableCell], least: Int) -> Bool {
        guard let common, common.count >= least else { return false }
        return common.allSatisfy { cells[$0]?.converts == true }
    }

    /// Whether a line holds one number where all rows have more.
    private func isBareSum(_ cells: [Int: TableCell]) -> Bool {
        guard let common, cells.count == 1, !common.isSubset(of: cells.keys) else { return false }
        return isAnchored(cells)
    }

    func isSummary(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        let isRow = common.map { $0.count >= 3 && $0.isSubset(of: cells.keys) } ?? (cells.count >= 3)
        let text = cells.keys.filter { members[$0].isFreeText }
        let words = cells.filter { !members[$0.key].isFreeText && !$0.value.hasDigit && !$0.value.converts }
        if words.values.contains(where: { $0.text.count(where: \.isLetter) >= 2 }) {
            if text.isEmpty || words.values.contains(where: { summary.names($0.text) }) { return true }
        }
        guard !isRow || !words.isEmpty else { return false }
        if summary.names(line.text) || line.chunks.contains(where: { Self.isWords($0) && summary.names(Self.text($0)) })
        {
            return true
        }
        guard let common, !common.isSubset(of: cells.keys), isAnchored(cells) else { return false }
        if summary.begins(line.text) { return true }
        return text.contains { member in
            guard let first = cells[member]?.words.first, let extent = extents[member] else { return false }
            return abs(first.left - extent.left) > Self.alignment * line.em && cells.count <= 2
        }
    }

    private static func text(_ words: [TableWord]) -> String { words.map(\.text).joined(separator: " ") }

    private static func isWords(_ words: [TableWord]) -> Bool { words.contains { $0.text.contains(where: \.isLetter) } }

    /// Whether a line without a value of its own goes on with the row above.
    private func belongsAbove(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        guard let row = rows.last, row.bottom.isFinite, isText(line, cells), !isHeading(line) else { return false }
        guard cells.keys.allSatisfy({ members[$0].isFreeText || row.cells[$0] == nil }) else { return false }
        let farthest = pitch.map { 1.1 * $0 } ?? Self.wrappedLines * line.height
        return line.y - row.bottom <= max(farthest, 0.9 * line.height)
    }

    /// Whether a line is in capitals and the rows' texts are not: the heading of a part.
    private func isHeading(_ line: TableLine) -> Bool {
        guard line.text.count(where: \.isLetter) >= 4, !line.text.contains(where: \.isLowercase) else { return false }
        return rows.contains { row in
            row.cells.contains { member, cells in
                members[member].isFreeText && cells.contains { $0.text.contains(where: \.isLowercase) }
            }
        }
    }

    /// Whether a line holds nothing but what may be a part of a row's text.
    private func isText(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        guard cells.keys.contains(where: { members[$0].isFreeText }) else { return false }
        // A number behind a colon is a fact with its label.
        let words = line.words.map(\.text)
        if zip(words, words.dropFirst()).contains(where: { $0.hasSuffix(":") && $1.contains(where: \.isNumber) }) {
            return false
        }
        return cells.allSatisfy { member, cell in
            guard members[member].isFreeText else { return cell.converts }
            guard let first = cell.words.first, let extent = extents[member] else { return true }
            return first.left >= extent.left - Self.alignment * line.em
                && first.left <= extent.right + Self.alignment * line.em
        }
    }

    // MARK: - Rows

    private mutating func add(
        _ line: TableLine,
        _ cells: [Int: TableCell],
        above waiting: inout [(line: TableLine, cells: [Int: TableCell])]
    ) {
        var above: [(line: TableLine, cells: [Int: TableCell])] = []
        // What stands above a row with a colon is the heading of a part: `Section A: plumbing`.
        for text in waiting where isText(text.line, text.cells) {
            if !text.line.words.contains(where: \.hasColon), !isHeading(text.line) { above.append(text) }
        }
        waiting = []
        var row = TableRow(cells: cells.mapValues { [$0] }, top: line.y, bottom: line.y)
        row.merged = edges.merged(in: edges.parted(line))
        let farthest = pitch.map { 1.1 * $0 } ?? Self.wrappedLines * line.height
        for text in above.reversed() where row.top - text.line.y <= farthest {
            for (member, cell) in text.cells where members[member].isFreeText || row.cells[member] == nil {
                row.cells[member, default: []].insert(cell, at: 0)
            }
            row.top = text.line.y
        }
        if let before = rows.last, before.bottom.isFinite, !isOver { pitches.append(row.top - before.top) }
        isOver = false
        isClosed = false
        for (member, cell) in cells where extents[member] == nil && members[member].node.kind == .amount {
            if Self.hasDecimals(cell.text) { decimals.insert(member) }
        }
        decimals = decimals.filter { cells[$0].map { Self.hasDecimals($0.text) } ?? true }
        shapes.insert(line.shape)
        let filled = Set(row.cells.keys)
        common = common.map { $0.intersection(filled) } ?? filled
        rows.append(row)
        widen(cells)
    }

    private mutating func goOn(_ line: TableLine, _ cells: [Int: TableCell]) {
        for (member, cell) in cells { rows[rows.count - 1].cells[member, default: []].append(cell) }
        rows[rows.count - 1].bottom = line.y
    }

    /// Text that waited for a row below it goes to the row above when it can; else it belongs to no row.
    private mutating func settle(_ waiting: inout [(line: TableLine, cells: [Int: TableCell])]) {
        for text in waiting where belongsAbove(text.line, text.cells) { goOn(text.line, text.cells) }
        waiting = []
    }

    private mutating func widen(_ cells: [Int: TableCell]) {
        for (member, cell) in cells {
            guard let first = cell.words.first, let last = cell.words.last else { continue }
            let known = extents[member] ?? (first.left, last.right)
            extents[member] = (min(known.left, first.left), max(known.right, last.right))
        }
    }
}
