import RectoSchema

/// One document measured: its labels beside what was read.
public struct DocumentEvaluation: Sendable {
    /// The document's path, as reports name it.
    public let path: String
    /// The pipeline that read the fields, or the text when only that was read.
    public let pipeline: String
    /// What became of the document: the worse of its readings.
    public let status: RecordStatus
    /// What went wrong while it was read.
    public let errors: [ErrorReport]
    /// Its labelled fields; none when only the text was read.
    public let cases: [FieldCase]
    /// Its labelled lists, element against element.
    public let lists: [ListCase]
    /// Its transcription's errors; nil when that was not measured.
    public let text: CharacterErrors?
    /// Whether its fields satisfy the schema that they were read by; nil when none were read.
    public let isValid: Bool?

    /// Measures a document.
    ///
    /// A document that failed has missed all its fields, also those that it does not have.
    ///
    /// - Parameters:
    ///   - path: The document's path, as reports name it.
    ///   - labels: What is true of it.
    ///   - record: What was read of its fields; nil when they are not measured.
    ///   - schema: The schema that they were read by.
    ///   - transcription: What was read of its text; nil when that is not measured.
    public init(
        path: String,
        labels: DocumentLabels,
        record: Record?,
        schema: ExtractionSchema? = nil,
        transcription: Record? = nil
    ) {
        let records = [record, transcription].compactMap(\.self)
        self.path = path
        pipeline = records.first?.pipeline.name ?? ""
        let statuses = records.map(\.status)
        status = statuses.contains(.failed) ? .failed : statuses.contains(.partial) ? .partial : .complete
        errors = records.flatMap(\.errors)
        let matched = record.map { Self.matched(labels, in: $0, schema: schema) }
        cases = matched?.cases ?? []
        lists = matched?.lists ?? []
        let read = record.flatMap { $0.status == .failed ? nil : $0.fields }
        isValid = read.flatMap { fields in schema.map { $0.validate(.object(fields)).isEmpty } }
        text = transcription.flatMap { labels.characterErrors(in: $0.status == .failed ? [:] : $0.fields) }
    }

    /// Whether every labelled field is right; nil when no field was measured.
    public var isRight: Bool? { cases.isEmpty ? nil : cases.allSatisfy(\.isExact) }

    private static func matched(
        _ labels: DocumentLabels,
        in record: Record,
        schema: ExtractionSchema?
    ) -> FieldMatching.Matched {
        let isFailed = record.status == .failed
        let matching = FieldMatching(
            kind: { schema?.kind(at: $0) ?? .text },
            grounding: Dictionary(record.grounding.map { ($0.pointer, $0) }, uniquingKeysWith: { first, _ in first }),
            places: labels.places,
            isFailed: isFailed
        )
        return matching.matched(expected: labels.fields, found: isFailed ? [:] : record.fields)
    }
}
