public import RectoSchema

/// The fields of a document and what the model said about each.
public struct ExtractionResult: Sendable, Hashable {
    /// The fields in the schema's order; they satisfy the schema whenever `errors` is empty.
    public var fields: JSONObject
    /// The answers that were chosen, one or more for each leaf of `fields` that came from the document.
    public var answers: [FieldCandidate]
    /// What the model read, page by page.
    public var pages: [PageReading]
    /// What keeps `fields` from satisfying the schema.
    public var errors: [ExtractionError]
    /// The fields for which different values were read.
    public var conflicts: [FieldConflict] = []

    /// Creates a result.
    ///
    /// - Parameters:
    ///   - fields: The fields in the schema's order.
    ///   - answers: The answers that were chosen.
    ///   - pages: What the model read, page by page.
    ///   - errors: What keeps `fields` from satisfying the schema.
    public init(fields: JSONObject, answers: [FieldCandidate], pages: [PageReading], errors: [ExtractionError]) {
        self.fields = fields
        self.answers = answers
        self.pages = pages
        self.errors = errors
    }
}
