/// A table in OTSL: a grid whose cells may reach over several rows and columns.
///
/// Source: Lysak and others, arXiv 2305.03393.
public struct DocTagsTable: Sendable, Hashable {
    /// What stands in a cell.
    public enum Role: String, Sendable, Hashable {
        /// `fcel` and `ecel`.
        case data
        /// `ched`.
        case columnHeader = "column_header"
        /// `rhed`.
        case rowHeader = "row_header"
        /// `srow`: the head of a section of rows.
        case sectionRow = "section_row"
    }

    /// A cell.
    public struct Cell: Sendable, Hashable {
        /// What stands in it.
        public var role: Role
        /// Its text; empty for an empty cell.
        public var text: String
        /// Its first row, from 0.
        public var row: Int
        /// Its first column, from 0.
        public var column: Int
        /// How many rows it reaches over.
        public var rowSpan: Int
        /// How many columns it reaches over.
        public var columnSpan: Int

        /// Whether it reaches over a place of the grid.
        func covers(row: Int, column: Int) -> Bool {
            (self.row..<self.row + rowSpan).contains(row) && (self.column..<self.column + columnSpan).contains(column)
        }
    }

    /// How many rows there are.
    public let rowCount: Int
    /// How many columns there are.
    public let columnCount: Int
    /// The cells, row by row.
    public let cells: [Cell]

    /// Whether a cell reaches over more than one row or column.
    public var hasSpans: Bool { cells.contains { $0.rowSpan > 1 || $0.columnSpan > 1 } }

    /// The cells by row.
    public var rows: [[Cell]] { (0..<rowCount).map { row in cells.filter { $0.row == row } } }
}

extension DocTagsTable {
    /// One place of the grid as it is written.
    struct Place: Hashable {
        /// The tag: `fcel`, `ecel`, `ched`, `rhed`, `srow`, `lcel`, `ucel` or `xcel`.
        let tag: String
        let text: String

        /// Whether a cell begins here.
        var isOwn: Bool { !["lcel", "ucel", "xcel"].contains(tag) }
    }

    /// Finds the cells of a grid.
    ///
    /// `lcel` belongs to the cell on its left, `ucel` to that above, `xcel` to that above and to the left. Where a row is shorter than
    /// others, or such a place has no cell to belong to, it becomes an empty cell and a fault says so.
    ///
    /// - Parameter grid: The places, row by row.
    /// - Returns: The table, and what is wrong with the grid.
    static func read(_ grid: [[Place]]) -> (table: DocTagsTable, faults: [String]) {
        let width = grid.map(\.count).max() ?? 0
        var faults: [String] = []
        for (row, places) in grid.enumerated() where places.count < width {
            faults.append("row \(row + 1) of a table has \(places.count) cells, expected \(width)")
        }
        let grid = grid.map { $0 + [Place](repeating: Place(tag: "ecel", text: ""), count: width - $0.count) }
        var isTaken = grid.map { $0.map { _ in false } }
        var cells: [Cell] = []
        for (row, places) in grid.enumerated() {
            for (column, place) in places.enumerated() {
                guard !isTaken[row][column] else {
                    guard !place.text.isEmpty,
                        let owner = cells.lastIndex(where: { $0.covers(row: row, column: column) })
                    else { continue }
                    faults.append("<\(place.tag)> \(Self.place(row, column)) has text of its own")
                    cells[owner].text += (cells[owner].text.isEmpty ? "" : " ") + place.text
                    continue
                }
                var cell = Cell(
                    role: role(of: place.tag),
                    text: place.text,
                    row: row,
                    column: column,
                    rowSpan: 1,
                    columnSpan: 1
                )
                if place.isOwn {
                    cell.columnSpan = span(of: cell, in: grid, isTaken: isTaken)
                    cell.rowSpan = height(of: cell, in: grid)
                } else {
                    faults.append("<\(place.tag)> \(Self.place(row, column)) extends no cell")
                }
                for covered in row..<(row + cell.rowSpan) {
                    for across in column..<(column + cell.columnSpan) { isTaken[covered][across] = true }
                }
                cells.append(cell)
            }
        }
        return (DocTagsTable(rowCount: grid.count, columnCount: width, cells: cells), faults)
    }

    private static func place(_ row: Int, _ column: Int) -> String {
        "in row \(row + 1), column \(column + 1) of a table"
    }

    private static func span(of cell: Cell, in grid: [[Place]], isTaken: [[Bool]]) -> Int {
        let places = grid[cell.row]
        var end = cell.column + 1
        while end < places.count, places[end].tag == "lcel", !isTaken[cell.row][end] { end += 1 }
        return end - cell.column
    }

    /// Rows below belong to a cell as long as they say so over its whole width.
    private static func height(of cell: Cell, in grid: [[Place]]) -> Int {
        var end = cell.row + 1
        while end < grid.count, grid[end][cell.column].tag == "ucel",
            grid[end][cell.column..<(cell.column + cell.columnSpan)].dropFirst().allSatisfy({ $0.tag == "xcel" })
        {
            end += 1
        }
        return end - cell.row
    }

    private static func role(of tag: String) -> Role {
        switch tag {
        case "ched": .columnHeader
        case "rhed": .rowHeader
        case "srow": .sectionRow
        default: .data
        }
    }
}
