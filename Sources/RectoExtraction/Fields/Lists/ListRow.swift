import RectoPages
public import RectoSchema

/// One element of a list as it was read: a row of a table, or one value.
public struct ListRow: Sendable, Hashable, Codable {
    /// The list that it belongs to.
    public var list: JSONPointer
    /// What stands in it, pointers counted from the element; several with the same pointer are the lines of one text.
    public var cells: [FieldCandidate]
    /// Which of the list's tables it belongs to, or which page; found when all pages are known, and not kept.
    var part = 0
    /// The cells that may have been read as a piece of their neighbours; found when all pages are known, and not kept.
    var merged: [MergedCell] = []

    private enum CodingKeys: String, CodingKey { case list, cells }

    /// Creates a row.
    ///
    /// - Parameters:
    ///   - list: The list that it belongs to.
    ///   - cells: What stands in it, pointers counted from the element.
    public init(list: JSONPointer, cells: [FieldCandidate]) {
        self.list = list
        self.cells = cells
    }
}

/// An empty cell whose place another cell's word covers: what was read as one word may be two.
struct MergedCell: Sendable, Hashable {
    /// The empty cell, its pointer counted from the element.
    var pointer: JSONPointer
    /// What was read.
    var quote: String
    /// The page on which it stands.
    var page: PageNumber
}
