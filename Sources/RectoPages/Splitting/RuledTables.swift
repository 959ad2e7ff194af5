/// Tables whose every row and column stands between rules: their cells are read one after the other, not line by line across.
///
/// Where a cell has several lines, the lines of the cells beside it stand between them; a person reads each cell to its end. A table
/// that is ruled only at its head and foot has rows that no rule shows: those are left as they are.
struct RuledTables {
    private let vertical: [InkMap.Rule]
    private let horizontal: [InkMap.Rule]

    /// Rows between rules that a table has at least, and how much higher than the middle one a row may be: what is ruled less may be a
    /// body of many rows.
    private static let leastRows = 4
    private static let highest = 5
    /// How far apart rules of one row may stand, in pixels.
    private static let slack = 6

    /// Takes the rules of a page.
    ///
    /// - Parameters:
    ///   - rules: What was taken out of its ink.
    ///   - panels: Its filled areas, whose edges are rules as well.
    init(_ rules: (vertical: [InkMap.Rule], horizontal: [InkMap.Rule]), panels: Panels) {
        vertical = rules.vertical
        horizontal =
            rules.horizontal
            + panels.panels.flatMap { panel in
                [panel.box.y0, panel.box.y1].map { y in
                    InkMap.Rule(x0: panel.box.x0, y0: y, x1: panel.box.x1, y1: y + 1, area: panel.box.width)
                }
            }
    }

    /// The four rules around a cell.
    private struct Cell: Hashable {
        let top: Int
        let bottom: Int
        let left: Int?
        let right: Int?

        /// By this cells are sorted, no two alike.
        var place: [Int] { [top, left ?? .min, bottom, right ?? .max] }

        /// Whether another cell stands in the same row of a table.
        func isBeside(_ other: Cell) -> Bool {
            abs(top - other.top) <= slack && abs(bottom - other.bottom) <= slack && self != other
        }
    }

    /// Puts the lines of a table's cells behind each other.
    ///
    /// - Parameters:
    ///   - items: Lines by visual row, from left to right, and what belongs to them.
    ///   - line: The line of an item.
    /// - Returns: The same items; those of each row of a table stand together, cell by cell.
    func inReadingOrder<Item>(_ items: [Item], of line: (Item) -> TextLine) -> [Item] {
        guard !vertical.isEmpty, horizontal.count > Self.leastRows else { return items }
        let cells = items.map { cell(around: line($0)) }
        var lines: [Cell: [TextLine]] = [:]
        for (cell, item) in zip(cells, items) {
            if let cell { lines[cell, default: []].append(line(item)) }
        }
        let tableRows = rows(of: Array(lines.keys))
        // Of each row in which lines of one cell stand between those of another: the cells from left to right.
        var orders: [Cell: [Cell]] = [:]
        for row in tableRows where isInterleaved(row.map { lines[$0] ?? [] }) && isRuled(row, among: tableRows) {
            for cell in row { orders[cell] = row }
        }
        if orders.isEmpty { return items }
        var result: [Item] = []
        var isTaken = [Bool](repeating: false, count: items.count)
        for index in items.indices where !isTaken[index] {
            guard let order = cells[index].flatMap({ orders[$0] }) else {
                result.append(items[index])
                continue
            }
            for cell in order {
                for member in items.indices where cells[member] == cell && !isTaken[member] {
                    result.append(items[member])
                    isTaken[member] = true
                }
            }
        }
        return result
    }

    /// Cells by the rows of tables, each from left to right.
    private func rows(of cells: [Cell]) -> [[Cell]] {
        var rows: [[Cell]] = []
        for cell in cells.sorted(by: { $0.place.lexicographicallyPrecedes($1.place) }) {
            if let place = rows.firstIndex(where: { $0[0].isBeside(cell) }) {
                rows[place].append(cell)
            } else {
                rows.append([cell])
            }
        }
        return rows.map { row in
            row.sorted { ($0.left ?? .min, $0.right ?? .max, $0.top) < ($1.left ?? .min, $1.right ?? .max, $1.top) }
        }
    }

    /// Whether some line of cells beside each other stands at the height of no line of the longest one.
    private func isInterleaved(_ cells: [[TextLine]]) -> Bool {
        guard cells.count > 1, let longest = cells.max(by: { $0.count < $1.count }), longest.count > 1 else {
            return false
        }
        return cells.joined().contains { line in
            !longest.contains { abs($0.center - line.center) < 0.4 * min($0.ascent, line.ascent) }
        }
    }

    /// Whether a row is one of many of a table that are parted by rules, and not much higher than they are.
    private func isRuled(_ row: [Cell], among rows: [[Cell]]) -> Bool {
        let table = rows.filter { other in other.count > 1 && shareEdge(row, other) }
        guard table.count >= Self.leastRows else { return false }
        let heights = table.map { $0[0].bottom - $0[0].top }.sorted()
        return row[0].bottom - row[0].top <= Self.highest * heights[heights.count / 2]
    }

    /// Whether two rows have a vertical rule between their cells at the same place.
    private func shareEdge(_ one: [Cell], _ other: [Cell]) -> Bool {
        let edges = one.compactMap(\.right)
        return other.contains { cell in
            guard let right = cell.right else { return false }
            return edges.contains { abs($0 - right) <= Self.slack }
        }
    }

    /// The cell in which a line stands; nil where no rules stand above and below and at one side of it.
    private func cell(around line: TextLine) -> Cell? {
        let (x, y) = ((line.bounds.x0 + line.bounds.x1) / 2, Int(line.center))
        let along = vertical.filter { $0.y0 <= y && y < $0.y1 }
        let left = along.map(\.x0).filter { $0 <= x }.max()
        let right = along.map(\.x0).filter { $0 > x }.min()
        guard left != nil || right != nil else { return nil }
        // From side to side: what is shorter underlines a word.
        let across = horizontal.filter {
            $0.x0 <= (left ?? line.bounds.x0) + Self.slack && $0.x1 >= (right ?? line.bounds.x1) - Self.slack
        }
        guard let top = across.map(\.y0).filter({ $0 <= y }).max(),
            let bottom = across.map(\.y0).filter({ $0 > y }).min()
        else { return nil }
        return Cell(top: top, bottom: bottom, left: left, right: right)
    }
}
