/// How the answers of several pages or tiles become one value.
public enum MergePolicy: String, Sendable, Codable, CaseIterable {
    /// The value that most speaks for; answers that say the same support each other.
    case best
    /// The value of the first page that answers, in the order of the document.
    case first
    /// The value that all convincing answers agree on; when they differ there is no value, and the record says so.
    case mustAgree = "must-agree"
}
