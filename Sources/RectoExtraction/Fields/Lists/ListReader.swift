import RectoPages
import RectoSchema

/// Reads all lists of a document from what its pages said.
struct ListReader: Sendable {
    let lists: [SchemaList]
    /// The single fields of the same document, whose labels end tables.
    let others: [SchemaField]

    /// Reads lists.
    ///
    /// - Parameter pages: The pages in order.
    /// - Returns: The rows in reading order: from the tiles of pages that were read tile by tile, else as they were answered.
    func read(_ pages: [PageReading]) -> ListRows {
        let answered = pages.flatMap { page in
            page.rows.map { row in
                var row = row
                row.part = page.page.value
                return row
            }
        }
        var found = ListRows(rows: answered)
        found.append(TableReader(lists: lists.filter(\.isTable), others: others).read(pages))
        found.append(ValueListReader(lists: lists.filter { !$0.isTable }, others: others).read(pages))
        return found
    }
}

extension PageReading {
    /// The page without candidates for single fields whose labels are heads or cells of lists.
    ///
    /// - Parameter places: The tiles of lists.
    /// - Returns: The page, else the same.
    func leavingOut(_ places: Set<ListRows.Place>) -> PageReading {
        var page = self
        page.candidates.removeAll { candidate in
            candidate.labelTile.map { places.contains(.init(page: self.page, tile: $0)) } ?? false
        }
        return page
    }
}
