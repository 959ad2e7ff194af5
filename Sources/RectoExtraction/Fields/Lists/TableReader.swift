import RectoPages
import RectoSchema

/// The rows of a document's lists, and the tiles that they were read in.
struct ListRows: Sendable {
    /// A tile of a page.
    struct Place: Hashable, Sendable {
        let page: PageNumber
        let tile: Int
    }

    /// The rows in reading order.
    var rows: [ListRow] = []
    /// Tiles that are heads or cells: no label of a single field stands in them.
    var places: Set<Place> = []
    /// What of the tables was not read.
    var errors: [ExtractionError] = []

    mutating func append(_ other: ListRows) {
        rows += other.rows
        places.formUnion(other.places)
        errors += other.errors.filter { !errors.contains($0) }
    }
}

/// Reads the tables of a document from the texts of its tiles, page after page.
///
/// A table begins under its heads (`HeaderFinder`). On the page after it, it goes on under the same heads, or without any
/// where lines fill the same columns (`TableBody.continuation`);
/// after pages without any of its rows, where full rows do. Lines that have the table's columns and stand apart from it are told.
///
/// Heads begin another table of the list, unless they repeat those of a table that ran on to the end of the page before: the
/// list's merge policy needs to know.
struct TableReader: Sendable {
    /// Columns are parted by at most this many lines below their heads.
    private static let mostLines = 60

    let lists: [SchemaList]
    let others: [SchemaField]

    /// A table whose last page may not have been seen yet.
    private struct Open {
        var body: TableBody
        let columns: [TableColumn]
        let heads: PageReading
        /// Which of the list's tables it belongs to.
        let part: Int
        /// What stands in the first row of that table.
        let firstRow: [Int: [String]]
        /// Whether it has rows on the page that was read last.
        var isNext = true
    }

    /// A page's lines, and those of them that are heads or rows.
    private struct Sheet {
        let page: PageReading
        let lines: [TableLine]
        var taken: [ClosedRange<Double>] = []

        mutating func take(_ rows: ArraySlice<TableRow>) { taken += rows.map { $0.top...max($0.top, $0.bottom) } }

        var free: [TableLine] { lines.filter { line in !taken.contains { $0.contains(line.y) } } }
    }

    /// Reads all tables.
    ///
    /// - Parameter pages: The pages in order.
    /// - Returns: The rows of all lists.
    func read(_ pages: [PageReading]) -> ListRows {
        var found = ListRows()
        var open: [JSONPointer: Open] = [:]
        var previous: PageNumber?
        for page in pages where !page.tiles.isEmpty {
            // A page that is blank, or could not be read, is one without rows.
            if previous?.value != page.page.value - 1 { for list in open.keys { open[list]?.isNext = false } }
            previous = page.page
            read(page, open: &open, into: &found)
        }
        return found
    }

    private func read(_ page: PageReading, open: inout [JSONPointer: Open], into found: inout ListRows) {
        var sheet = Sheet(page: page, lines: PageLines(page).lines)
        let headers = headers(in: sheet.lines)
        let above = sheet.lines[..<(headers.first?.header.lines.lowerBound ?? sheet.lines.count)]
        let before = open
        goOn(Array(above), &sheet, &open, &found)
        for (order, entry) in headers.enumerated() {
            let end = order + 1 < headers.count ? headers[order + 1].header.lines.lowerBound : sheet.lines.count
            let isFirst = !headers[..<order].contains { $0.list.pointer == entry.list.pointer }
            let next = isFirst ? before[entry.list.pointer] : nil
            begin(entry.list, entry.header, through: end, after: next, &sheet, &open, &found)
        }
        for list in lists {
            guard let table = open[list.pointer] else { continue }
            for line in sheet.free where table.body.hasShape(line) {
                found.errors.append(
                    .rowLeftOut(pointer: list.pointer.description, quote: line.text, page: page.page.value)
                )
            }
        }
    }

    /// Goes on with tables of pages before, above the first heads of this one.
    private func goOn(
        _ lines: [TableLine],
        _ sheet: inout Sheet,
        _ open: inout [JSONPointer: Open],
        _ found: inout ListRows
    ) {
        for list in lists {
            guard var table = open[list.pointer] else { continue }
            let start = table.body.continuation(in: lines, isNext: table.isNext)
            if start == nil, table.isNext {
                found.errors += table.body.shifted(in: lines).map {
                    .rowLeftOut(pointer: list.pointer.description, quote: $0.text, page: sheet.page.page.value)
                }
            }
            table.isNext = start != nil
            if let start {
                table.body.turnPage()
                let known = table.body.rows.count
                table.body.read(Array(lines[start...]), below: nil)
                sheet.take(table.body.rows[known...])
                found.append(rows(table.body.rows[known...], of: list, table: table, page: sheet.page))
            }
            open[list.pointer] = table
        }
    }

    /// Reads the table under some heads, which may be those of a table of the page before.
    private func begin(
        _ list: SchemaList,
        _ header: TableHeader,
        through end: Int,
        after previous: Open?,
        _ sheet: inout Sheet,
        _ open: inout [JSONPointer: Open],
        _ found: inout ListRows
    ) {
        let page = sheet.page
        let below = Array(sheet.lines[header.lines.upperBound + 1..<end])
        let summary = SummaryLine(others: others)
        let heads = sheet.lines[header.lines.upperBound]
        let near = Self.near(below, heads: heads, summary: summary)
        let grid = TableGrid(header.columns, body: near)
        var body = TableBody(members: list.members, summary: summary, grid: grid, near: near)
        body.read(below, below: heads.y)
        guard let first = body.rows.first?.cells.mapValues({ $0.map(\.text) }) else { return }
        let isSame = previous.map { $0.isNext && !$0.body.isClosed && $0.firstRow != first } ?? false
        let last = open[list.pointer]
        let table = Open(
            body: body,
            columns: header.columns,
            heads: page,
            part: (last?.part ?? -1) + (isSame ? 0 : 1),
            firstRow: isSame ? last?.firstRow ?? first : first
        )
        for column in header.known { found.places.insert(.init(page: page.page, tile: page.tiles[column.tile].index)) }
        sheet.taken.append(sheet.lines[header.lines.lowerBound].y...heads.y)
        sheet.take(body.rows[...])
        var rows = rows(body.rows[...], of: list, table: table, page: page)
        rows.errors = Self.unnamed(body.rows, below, grid: grid, of: list, page: page.page)
        found.append(rows)
        open[list.pointer] = table
    }

    private static func unnamed(
        _ rows: [TableRow],
        _ lines: [TableLine],
        grid: TableGrid,
        of list: SchemaList,
        page: PageNumber
    ) -> [ExtractionError] {
        let words = rows.map { row in
            lines.filter { (row.top...row.bottom).contains($0.y) }.flatMap(\.words).sorted { $0.left < $1.left }
        }
        return UnnamedColumn.all(members: list.members, grid: grid, rows: words).map { column in
            .columnUnknown(
                pointer: list.pointer.description,
                member: column.members.map { list.members[$0].name }.joined(separator: ", "),
                head: column.head,
                page: page.value
            )
        }
    }

    /// The headers of all lists, from top to bottom; a line belongs to the list that it fits best.
    private func headers(in lines: [TableLine]) -> [(list: SchemaList, header: TableHeader)] {
        let all = lists.flatMap { list in
            HeaderFinder(list: list, labels: HeaderLabels(members: list.members, others: others))
                .headers(in: lines)
                .map { (list: list, header: $0) }
        }
        var kept: [(list: SchemaList, header: TableHeader)] = []
        for entry in all.enumerated().sorted(by: {
            ($1.element.header.score, $0.offset) < ($0.element.header.score, $1.offset)
        }).map(\.element) where !kept.contains(where: { $0.header.lines.overlaps(entry.header.lines) }) {
            kept.append(entry)
        }
        return kept.sorted { $0.header.lines.lowerBound < $1.header.lines.lowerBound }
    }

    /// The lines that are surely below the heads: up to the first wide gap or sum.
    private static func near(_ lines: [TableLine], heads: TableLine, summary: SummaryLine) -> [TableLine] {
        var near: [TableLine] = []
        var last = heads.y
        for line in lines.prefix(mostLines) {
            guard line.y - last <= 3 * line.height, !summary.names(line.text) else { break }
            near.append(line)
            last = line.y
        }
        return near
    }

    private func rows(
        _ rows: ArraySlice<TableRow>,
        of list: SchemaList,
        table: Open,
        page: PageReading
    ) -> ListRows {
        var found = ListRows()
        for row in rows {
            var cells: [FieldCandidate] = []
            for column in table.columns {
                guard let member = column.member else { continue }
                for cell in row.cells[member] ?? [] {
                    var candidate = FieldCandidate(
                        pointer: list.members[member].pointer,
                        page: page,
                        words: cell.words,
                        text: cell.text
                    )
                    candidate.labelTile = table.heads.tiles[column.tile].index
                    candidate.labelFit = column.fit
                    candidate.relation = .column
                    cells.append(candidate)
                    for word in cell.words {
                        found.places.insert(.init(page: page.page, tile: page.tiles[word.tile].index))
                    }
                }
            }
            var element = ListRow(list: list.pointer, cells: cells)
            element.part = table.part
            element.merged = row.merged.sorted { $0.key < $1.key }.map { member, word in
                MergedCell(pointer: list.members[member].pointer, quote: word.text, page: page.page)
            }
            found.rows.append(element)
        }
        return found
    }
}
