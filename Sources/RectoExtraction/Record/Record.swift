public import RectoSchema
public import RectoVLM

/// What Recto says of a document: the fields that were read, what speaks for them, and what went wrong.
public struct Record: Sendable {
    /// Where the record came from.
    public struct Source: Sendable, Hashable {
        /// The file's name without folders.
        public var name: String
        /// The path as it was given, relative to the inbox or to the working folder.
        public var path: String
        /// SHA-256 of the file, hexadecimal.
        public var sha256: String
        /// The file's size.
        public var bytes: Int
        /// How many pages it has; 0 when it could not be opened.
        public var pages: Int

        /// Creates a source.
        ///
        /// - Parameters:
        ///   - name: The file's name without folders.
        ///   - path: The path as it was given.
        ///   - sha256: SHA-256 of the file, hexadecimal.
        ///   - bytes: The file's size.
        ///   - pages: How many pages it has; 0 when it could not be opened.
        public init(name: String, path: String, sha256: String, bytes: Int, pages: Int) {
            self.name = name
            self.path = path
            self.sha256 = sha256
            self.bytes = bytes
            self.pages = pages
        }
    }

    /// The pipeline that made the record.
    public struct Pipeline: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// The version of the pipeline format.
        public var version: Int
        /// SHA-256 over the file and the schemas it names, hexadecimal.
        public var digest: String

        /// Creates a pipeline's description.
        ///
        /// - Parameters:
        ///   - name: Its name.
        ///   - version: The version of the pipeline format.
        ///   - digest: SHA-256 over the file and the schemas it names, hexadecimal.
        public init(name: String, version: Int, digest: String) {
            self.name = name
            self.version = version
            self.digest = digest
        }
    }

    /// The version of the record's format.
    public static let version = "1.0"

    /// Where the record came from.
    public var source: Source
    /// The pipeline that made it.
    public var pipeline: Pipeline
    /// The model that read; nil when the pipeline needs none or it could not be loaded.
    public var model: ModelDescription?
    /// What the pipeline's schema describes.
    ///
    /// A complete record satisfies the schema. So does every record that has no `extraction.*` error, unless it failed; of the
    /// others, whatever in the fields does not satisfy the schema is named by an error, with its JSON Pointer in the message
    /// (of a member that is missing, where it would stand).
    public var fields: JSONObject
    /// What speaks for each leaf of `fields`.
    public var grounding: [GroundedField]
    /// Fields for which different values were read.
    public var conflicts: [GroundedConflict]
    /// One entry for each page of the document.
    public var pages: [PageReport]
    /// Everything that went wrong, the pages' errors included.
    public var errors: [ErrorReport]
    /// Everything that differs between two runs: times, host, durations.
    public var run: JSONObject

    /// Creates a record.
    ///
    /// - Parameters:
    ///   - source: Where the record came from.
    ///   - pipeline: The pipeline that made it.
    ///   - model: The model that read.
    ///   - fields: What the pipeline's schema describes.
    ///   - grounding: What speaks for each leaf of `fields`.
    ///   - conflicts: Fields for which different values were read.
    ///   - pages: What became of the pages; pages that are not named become `skipped`.
    ///   - errors: What went wrong beside the pages' own errors.
    ///   - run: Everything that differs between two runs.
    public init(
        source: Source,
        pipeline: Pipeline,
        model: ModelDescription?,
        fields: JSONObject = [:],
        grounding: [GroundedField] = [],
        conflicts: [GroundedConflict] = [],
        pages: [PageReport],
        errors: [ErrorReport] = [],
        run: JSONObject = [:]
    ) {
        self.source = source
        self.pipeline = pipeline
        self.model = model
        self.fields = fields
        self.grounding = grounding
        self.conflicts = conflicts
        self.pages = Self.completing(pages, count: source.pages)
        self.errors = Self.merging(errors, with: self.pages)
        self.run = run
    }

    /// What became of the document, decided by its pages and errors alone.
    public var status: RecordStatus {
        if pages.isEmpty || !pages.contains(where: { $0.status == .complete }) { return .failed }
        if errors.contains(where: { $0.page == nil }), fields.isEmpty { return .failed }
        return errors.isEmpty && pages.allSatisfy { $0.status == .complete } ? .complete : .partial
    }

    /// The record's identity: the beginnings of the digests of source, pipeline and model, joined.
    public var id: String {
        let digests = [(source.sha256, 16), (pipeline.digest, 8), (model?.digest ?? "", 8)]
        return digests.map { digest, length in digest.isEmpty ? "none" : String(digest.prefix(length)) }
            .joined(separator: "-")
    }
}
