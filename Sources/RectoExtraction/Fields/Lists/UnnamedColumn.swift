import RectoPages

/// A column that stands where a member's would, under a head that fits none of the member's labels.
///
/// Its cells are not read: what a head says decides what a column holds. But a table must not lose a column unnoticed.
struct UnnamedColumn: Sendable, Hashable {
    /// Least share of the rows that say something in it, and of these cells that the schema admits.
    private static let leastShare = 0.5

    /// The members without a column that it may hold.
    let members: [Int]
    /// What was read as the column's head.
    let head: String

    /// Looks for columns that may be those of members without one, whether an element must have them or not: a member that is
    /// absent from every row must be absent from the document.
    ///
    /// Such a column is one that nobody asked for, stands between the member's neighbours in the schema's order and holds what
    /// the member may be. Elsewhere, or with other contents, it is another column.
    ///
    /// - Parameters:
    ///   - members: The members of the list.
    ///   - grid: The table's columns.
    ///   - rows: What stands in each row, its words from left to right.
    /// - Returns: The columns from left to right.
    static func all(members: [SchemaField], grid: TableGrid, rows: [[TableWord]]) -> [UnnamedColumn] {
        let known = Set(grid.columns.compactMap(\.member))
        let missing = members.indices.filter { !known.contains($0) }
        let places = missing.map { place(of: $0, known: known, grid: grid) }
        return grid.columns.indices.compactMap { column in
            guard grid.columns[column].member == nil else { return nil }
            let cells = rows.map { row in
                row.filter { grid.distance(of: $0.middle, from: column) == 0 }.map(\.text).joined(separator: " ")
            }
            let fitting = zip(missing, places).filter { $1.contains(column) && holds(cells, members[$0]) }.map(\.0)
            return fitting.isEmpty ? nil : UnnamedColumn(members: fitting, head: grid.columns[column].text)
        }
    }

    /// The columns among which that of a member would stand: those between its neighbours in the schema's order.
    private static func place(of member: Int, known: Set<Int>, grid: TableGrid) -> Range<Int> {
        let before = known.filter { $0 < member }.max()
        let after = known.filter { $0 > member }.min()
        let start = before.flatMap { before in grid.columns.firstIndex { $0.member == before } } ?? -1
        let end = after.flatMap { after in grid.columns.firstIndex { $0.member == after } } ?? grid.columns.count
        return start + 1..<max(start + 1, end)
    }

    private static func holds(_ cells: [String], _ member: SchemaField) -> Bool {
        let filled = cells.filter { !$0.isEmpty }
        let fitting = filled.count { cell in
            member.isFreeText
                ? cell.contains(where: \.isLetter) : ValueConverter().converts(cell, to: member.node)
        }
        return !filled.isEmpty && Double(filled.count) >= leastShare * Double(cells.count)
            && Double(fitting) >= leastShare * Double(filled.count)
    }
}
