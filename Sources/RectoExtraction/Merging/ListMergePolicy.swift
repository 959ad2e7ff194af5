/// How the tables that were read for a list become one: `x-recto.merge` of an array.
///
/// A table goes on under the same heads on the next page unless its sum stands below it, or its first row is repeated there. Of
/// lists of plain values, and of lists that a model answers with, each page counts as one table.
public enum ListMergePolicy: String, Sendable, Codable, CaseIterable {
    /// The elements of all of them, in the order of the document.
    case concatenate
    /// The elements of the one that Recto is surest of; the first of equals.
    case best
    /// The elements of the first one, in the order of the document.
    case first
    /// The elements that all of them have; when they differ there is no list, and the record says so.
    case mustAgree = "must-agree"

    /// The policy that a conflict names; nil where all elements are taken, so that there is none.
    var choice: MergePolicy? {
        switch self {
        case .concatenate: nil
        case .best: .best
        case .first: .first
        case .mustAgree: .mustAgree
        }
    }
}
