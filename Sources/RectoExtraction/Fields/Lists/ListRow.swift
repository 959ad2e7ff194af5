public import RectoSchema

/// One element of a list as it was read: a row of a table, or one value.
public struct ListRow: Sendable, Hashable, Codable {
    /// The list that it belongs to.
    public var list: JSONPointer
    /// What stands in it, pointers counted from the element; several with the same pointer are the lines of one text.
    public var cells: [FieldCandidate]

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
