/// The elements of one labelled list beside those of the answer.
public struct ListCase: Sendable, Hashable {
    /// The list's name over all documents: its pointer with `*` for each place in a list around it.
    public let field: String
    /// Elements that the labels have.
    public internal(set) var labels: Int
    /// Elements that were read.
    public internal(set) var answers: Int
    /// Labelled elements without an answer.
    public internal(set) var missing: Int
    /// Answered elements without a label.
    public internal(set) var surplus: Int

    /// Adds the elements of another document's list of the same name.
    ///
    /// - Parameter other: That list.
    mutating func add(_ other: ListCase) {
        labels += other.labels
        answers += other.answers
        missing += other.missing
        surplus += other.surplus
    }
}
