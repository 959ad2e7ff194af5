import RectoPages

/// A column that stands where a member's would, under a head that fits none of the member's labels.
///
/// Its cells are not read: what a head says decides what a column holds. But a table must not lose a column unnoticed.
struct UnnamedColumn: Sendable, Hashable {
    /// Least share of the rows that say something in it, and of these cells that the schema admits.
    private static let leastShare = 0.5

    /// The member that has no column.
    let member: Int
    /// What was read as the column's head.
    let head: String

    /// Looks for the column of the only member without one, when an element must have it.
    ///
    /// Fails unless exactly one column that nobody asked for stands between the member's neighbours in the schema's order
    /// and holds what the member may be.
    ///
    /// - Parameters:
    ///   - members: The members of the list.
    ///   - grid: The table's columns.
    ///   - rows: What stands in each row, its words from left to right.
    init?(members: [SchemaField], grid: TableGrid, rows: [[TableWord]]) {
        let known = Set(grid.columns.compactMap(\.member))
        let missing = members.indices.filter { !known.contains($0) }
        guard missing.count == 1, let member = missing.first, members[member].isRequired, !rows.isEmpty else {
            return nil
        }
        let before = known.filter { $0 < member }.max()
        let after = known.filter { $0 > member }.min()
        let start = before.flatMap { before in grid.columns.firstIndex { $0.member == before } } ?? -1
        let end = after.flatMap { after in grid.columns.firstIndex { $0.member == after } } ?? grid.columns.count
        guard start < end else { return nil }
        let columns = (start + 1..<end)
            .filter { column in
                guard grid.columns[column].member == nil else { return false }
                let cells = rows.map { row in
                    row.filter { grid.distance(of: $0.middle, from: column) == 0 }.map(\.text).joined(separator: " ")
                }
                return Self.holds(cells, members[member])
            }
        guard columns.count == 1, let column = columns.first else { return nil }
        self.member = member
        head = grid.columns[column].text
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
