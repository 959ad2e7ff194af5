/// Where a table goes on upon a further page, and where another one begins.
extension TableBody {
    /// Where little else tells that a line is a row, its cells begin or end within this of the others, in type sizes.
    private static let edge = 0.6
    /// Another table stands at least this many pitches below the last row.
    private static let sections = 1.4
    /// What may be said in place of a number; no head is.
    static let noValues: Set<String> = [
        "free", "incl", "incl.", "included", "excl", "excl.", "inkl", "inkl.", "gratis", "none", "nil", "n/a", "tbd",
        "tba",
        "kostenlos", "frei", "inclus", "gratuit", "offert", "enthalten", "pauschal", "lump", "various",
    ]

    /// Finds where a table goes on that began on a page before.
    ///
    /// That is at the first line that fills every column that all rows fill,
    /// each cell in its column's place, or that is a row with fewer cells (`isPartialRow`); with the lines above it that
    /// could be rows. Below the sum of the whole table, or under other heads, nothing goes on.
    ///
    /// - Parameters:
    ///   - lines: The lines of the further page.
    ///   - isNext: Whether the table stood on the page before; else a full row must stand exactly as those before, or two full
    ///     rows must follow each other.
    /// - Returns: The place of the first row; nil when the table does not go on.
    func continuation(in lines: [TableLine], isNext: Bool) -> Int? {
        guard !isClosed else { return nil }
        for (place, line) in lines.enumerated() where !summary.carries(line.text) {
            let cells = cells(of: line)
            let isFull =
                isNext
                ? isFullRow(line, cells, least: 2) : beginsFullRows(lines, at: place) || isSureRow(line, cells)
            guard isFull || isNext && isPartialRow(line, cells) else { continue }
            if cells.count == 2, common?.count != 2, isAboveSums(lines[place...]) { return nil }
            var start = place
            while start > 0, lines[start].y - lines[start - 1].y <= 1.3 * (pitch ?? Self.wrappedLines * line.height) {
                let above = self.cells(of: lines[start - 1])
                guard !isOtherHeads(above) else { break }
                guard isAnchored(above), isAligned(lines[start - 1], above), above.count >= 2 else { break }
                start -= 1
            }
            if start > 0, lines[start].y - lines[start - 1].y <= largestGap(line),
                isOtherHeads(self.cells(of: lines[start - 1]))
            {
                return nil
            }
            return start
        }
        return nil
    }

    /// Whether sums stand below a line, in its own column: then it is rather one of them.
    private func isAboveSums(_ lines: ArraySlice<TableLine>) -> Bool {
        let left = cutter.grid.columns.lazy.compactMap(\.member).compactMap { extents[$0]?.left }.first
        for (above, line) in zip(lines, lines.dropFirst()) {
            guard let left, let first = line.words.first, line.y - above.y <= largestGap(line),
                cells(of: line).count <= 2
            else { return false }
            if summary.mentions(line.text), abs(first.left - left) <= Self.edge * line.em { return true }
        }
        return false
    }

    private func beginsFullRows(_ lines: [TableLine], at place: Int) -> Bool {
        guard place + 1 < lines.count, lines[place + 1].y - lines[place].y <= largestGap(lines[place]) else {
            return false
        }
        return lines[place...place + 1].allSatisfy { isFullRow($0, cells(of: $0), least: 3) }
    }

    private func isFullRow(_ line: TableLine, _ cells: [Int: TableCell], least: Int) -> Bool {
        fills(cells, least: least) && isAligned(line, cells)
    }

    /// Whether a line at the top of a further page is a row though it lacks cells that all rows so far have.
    ///
    /// It must say something in the first column and in one that begins rows, begin or end where the cells above it do, and
    /// write amounts as they were written so far: the number of a page is no row.
    private func isPartialRow(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        guard !isOver, let common, common.count >= 2, cells.count >= 2, !isSummary(line, cells) else { return false }
        let known = cutter.grid.columns.compactMap(\.member)
        guard let first = known.first(where: common.contains), cells[first] != nil,
            anchors.contains(where: { cells[$0]?.converts == true }),
            !line.words.contains(where: { $0.text.last == ":" })
        else { return false }
        return standAsOthers(line, cells)
    }

    /// Whether each cell begins or ends where those of the rows do, and amounts are written as they are there.
    private func standAsOthers(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        cells.allSatisfy { member, cell in
            guard cell.converts, !decimals.contains(member) || Self.hasDecimals(cell.text) else { return false }
            guard let extent = extents[member], let first = cell.words.first, let last = cell.words.last else {
                return true
            }
            let reach = Self.edge * line.em
            return abs(first.left - extent.left) <= reach || abs(last.right - extent.right) <= reach
        }
    }

    /// Whether a line by itself can be nothing but a row: it fills three columns or more, each exactly as the rows do.
    private func isSureRow(_ line: TableLine, _ cells: [Int: TableCell]) -> Bool {
        fills(cells, least: 3) && standAsOthers(line, cells) && !isSummary(line, cells) && !summary.begins(line.text)
    }

    /// Whether a line that was not taken for a row looks like one.
    ///
    /// Two columns are too few to tell where a sum has ended the table: what is paid and given back stands in the same place.
    ///
    /// - Parameter line: A line of one of the table's pages, or of a further one.
    /// - Returns: Whether it fills every column that all rows fill, each exactly as the rows do.
    func hasShape(_ line: TableLine) -> Bool {
        guard !summary.carries(line.text), !summary.begins(line.text) else { return false }
        let cells = cells(of: line)
        if fills(cells, least: 3) { return isSureRow(line, cells) }
        // Rows of two columns and more may have skipped some that this one fills.
        if fills(cells, least: 2), cells.count >= 3 { return standAsOthers(line, cells) && !isSummary(line, cells) }
        return !isOver && !isClosed && fills(cells, least: 2) && standAsOthers(line, cells) && !isSummary(line, cells)
    }

    /// The lines of a further page that look like rows, though they do not stand in the table's columns.
    ///
    /// Their texts are of the same kinds in the same order as those of a row, three or more with two numbers among them; one
    /// more may stand between. Where heads of another table stand above them they are its rows.
    ///
    /// - Parameter lines: The lines of the page after the table's last one, on which the table does not go on.
    /// - Returns: The first such lines without a gap between them.
    func shifted(in lines: [TableLine]) -> [TableLine] {
        guard !isClosed else { return [] }
        func isLike(_ line: TableLine) -> Bool {
            let shape = line.shape
            return !summary.carries(line.text) && !summary.mentions(line.text)
                && shapes.contains { Self.isWithin($0, shape) && shape.count <= $0.count + 1 }
        }
        guard let first = lines.firstIndex(where: isLike) else { return [] }
        if first > 0, lines[first].y - lines[first - 1].y <= largestGap(lines[first]), Self.isHeads(lines[first - 1]) {
            return []
        }
        return Array(lines[first...].prefix(while: isLike))
    }

    /// Whether the kinds of a row stand among others in the same order, and are enough to be no coincidence.
    private static func isWithin(_ row: [TableLine.Kind], _ shape: [TableLine.Kind]) -> Bool {
        guard row.count >= 3, row.count(where: { $0 != .text }) >= 2 else { return false }
        var rest = row[...]
        for kind in shape where kind == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    /// Whether a line is words only, three pieces or more.
    private static func isHeads(_ line: TableLine) -> Bool {
        line.chunks.count >= 3 && !line.text.contains(where: \.isNumber)
    }

    static func hasDecimals(_ text: String) -> Bool {
        let parts = text.split { !$0.isNumber }
        return parts.count >= 2 && (1...2).contains(parts.last?.count ?? 0)
    }

    /// Whether a line names other things than the table's columns, words only, where values would stand.
    private func isOtherHeads(_ cells: [Int: TableCell]) -> Bool {
        let names = cells.filter { !members[$0.key].isFreeText }
        let texts = names.values.map { $0.text.lowercased() }
        guard names.count >= 2, common?.isSubset(of: cells.keys) ?? false,
            cells.values.allSatisfy({ !$0.hasDigit }), names.values.allSatisfy({ !$0.converts }),
            texts.allSatisfy({ $0.count(where: \.isLetter) >= 3 && !Self.noValues.contains($0) }),
            Set(texts).count == texts.count
        else { return false }
        let own = cutter.grid.columns.count { column in
            guard let member = column.member, let cell = cells[member] else { return false }
            let (head, text) = (HeaderLabels.fold(column.text), HeaderLabels.fold(cell.text))
            return editDistance(text[...], head[...], limit: head.count / 2) != nil
        }
        return 2 * own < cells.count
    }

    /// Whether the heads of another table stand in a line below a gap, with its first row below them.
    func beginsOtherTable(_ lines: [TableLine], at place: Int, below last: Double?) -> Bool {
        guard !rows.isEmpty, let last, lines[place].y - last > Self.sections * (pitch ?? lines[place].height),
            place + 1 < lines.count, isOtherHeads(cells(of: lines[place]))
        else { return false }
        return isAnchored(cells(of: lines[place + 1]))
    }
}
