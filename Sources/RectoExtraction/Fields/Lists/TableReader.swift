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
/// after pages without any of its rows, where several full rows do.
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
        /// Whether it has rows on the page that was read last.
        var isNext = true
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
            open = read(page, open: open, into: &found)
        }
        return found
    }

    private func read(
        _ page: PageReading,
        open: [JSONPointer: Open],
        into found: inout ListRows
    ) -> [JSONPointer: Open] {
        let lines = PageLines(page).lines
        let headers = headers(in: lines)
        var still: [JSONPointer: Open] = [:]
        for list in lists where !headers.contains(where: { $0.list.pointer == list.pointer }) {
            guard var table = open[list.pointer] else { continue }
            let free = Array(lines[..<(headers.first?.header.lines.lowerBound ?? lines.count)])
            guard let start = table.body.continuation(in: free, isNext: table.isNext) else {
                table.isNext = false
                still[list.pointer] = table
                continue
            }
            table.body.turnPage()
            table.isNext = true
            let known = table.body.rows.count
            table.body.read(Array(free[start...]), below: nil)
            found.append(rows(table.body.rows[known...], of: list, table: table, page: page))
            still[list.pointer] = table
        }
        for (order, entry) in headers.enumerated() {
            let end = order + 1 < headers.count ? headers[order + 1].header.lines.lowerBound : lines.count
            let below = Array(lines[entry.header.lines.upperBound + 1..<end])
            let summary = SummaryLine(others: others)
            let heads = lines[entry.header.lines.upperBound]
            let grid = TableGrid(entry.header.columns, body: Self.near(below, heads: heads, summary: summary))
            var body = TableBody(members: entry.list.members, summary: summary, grid: grid)
            body.read(below, below: heads.y)
            guard !body.rows.isEmpty else { continue }
            let table = Open(body: body, columns: entry.header.columns, heads: page)
            for column in entry.header.known {
                found.places.insert(.init(page: page.page, tile: page.tiles[column.tile].index))
            }
            var rows = rows(body.rows[...], of: entry.list, table: table, page: page)
            rows.errors = Self.unnamed(body.rows, below, grid: grid, of: entry.list, page: page.page)
            found.append(rows)
            still[entry.list.pointer] = table
        }
        return still
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
        guard let column = UnnamedColumn(members: list.members, grid: grid, rows: words) else { return [] }
        return [
            .columnUnknown(
                pointer: list.pointer.description,
                member: list.members[column.member].name,
                head: column.head,
                page: page.value
            )
        ]
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
            found.rows.append(ListRow(list: list.pointer, cells: cells))
        }
        return found
    }
}

extension FieldCandidate {
    /// Makes a candidate of words of a page.
    ///
    /// - Parameters:
    ///   - pointer: Where the text goes.
    ///   - page: The page.
    ///   - words: The words, at least one, in the order in which they are read.
    ///   - text: Their text.
    init(pointer: JSONPointer, page: PageReading, words: [TableWord], text: String) {
        var logProbabilities: [Float] = []
        var start = 0
        while start < words.count {
            let end = words[start...].firstIndex { $0.tile != words[start].tile } ?? words.count
            let last = words[end - 1]
            let range = words[start].offset..<last.offset + last.text.count
            logProbabilities += page.tiles[words[start].tile].logProbabilities(in: range)
            start = end
        }
        let tile = page.tiles[words[0].tile]
        // In a tile that says it twice, only the words know where it stands.
        let isAlone = tile.text.ranges(of: text).count == 1
        self.init(
            pointer: pointer,
            page: page.page,
            labelTile: nil,
            valueTile: isAlone ? tile.index : nil,
            box: words.dropFirst().reduce(words[0].box) { $0.union($1.box) },
            text: text,
            logProbabilities: logProbabilities,
            labelFit: nil,
            source: .transcription,
            relation: .page
        )
    }
}

extension TileReading {
    /// The logarithms that belong to a part of the text, when each character is one token; else all of them.
    ///
    /// - Parameter range: Offsets in characters.
    /// - Returns: Logarithms of probabilities.
    fileprivate func logProbabilities(in range: Range<Int>) -> [Float] {
        guard (text.count...text.count + 1).contains(logProbabilities.count), range.upperBound <= text.count else {
            return logProbabilities
        }
        return Array(logProbabilities[range])
    }
}
