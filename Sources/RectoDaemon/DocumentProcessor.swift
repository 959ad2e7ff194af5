public import Foundation
public import RectoPages

/// An earlier document with the same content.
public struct DuplicateReference: Sendable, Hashable {
    /// The job that read the same bytes first.
    public var jobID: String
    /// Where that document was dropped, relative to the inbox.
    public var path: String

    /// Creates a reference.
    ///
    /// - Parameters:
    ///   - jobID: The job that read the same bytes first.
    ///   - path: Where that document was dropped, relative to the inbox.
    public init(jobID: String, path: String) {
        self.jobID = jobID
        self.path = path
    }
}

/// A document that the daemon has taken in: it lies in the private spool and nobody else writes to it.
public struct ClaimedDocument: Sendable, Hashable {
    /// The job's identifier; it belongs into the record.
    public var jobID: String
    /// The file in the spool.
    public var file: URL
    /// Where it was dropped, relative to the inbox; the record's `source.path`.
    public var path: String
    /// The name of the pipeline to run.
    public var pipeline: String
    /// SHA-256 of the file in lower-case hexadecimal.
    public var sha256: String
    /// Size of the file.
    public var bytes: Int64
    /// Counted from 1; higher after a failure of the environment or a crash.
    public var attempt: Int
    /// The earlier document with the same bytes, if there was one.
    public var duplicateOf: DuplicateReference?

    /// The name under which it was dropped; the record's `source.name`.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Creates a document.
    ///
    /// - Parameters:
    ///   - jobID: The job's identifier.
    ///   - file: The file in the spool.
    ///   - path: Where it was dropped, relative to the inbox.
    ///   - pipeline: The name of the pipeline to run.
    ///   - sha256: SHA-256 of the file in lower-case hexadecimal.
    ///   - bytes: Size of the file.
    ///   - attempt: Counted from 1.
    ///   - duplicateOf: The earlier document with the same bytes.
    public init(
        jobID: String,
        file: URL,
        path: String,
        pipeline: String,
        sha256: String,
        bytes: Int64,
        attempt: Int,
        duplicateOf: DuplicateReference? = nil
    ) {
        self.jobID = jobID
        self.file = file
        self.path = path
        self.pipeline = pipeline
        self.sha256 = sha256
        self.bytes = bytes
        self.attempt = attempt
        self.duplicateOf = duplicateOf
    }
}

/// Why a job did not end with a complete record.
public struct JobFailure: Error, Sendable, Hashable, Codable {
    /// Stable dotted identifier, for example `document.encrypted`.
    public var code: String
    /// One sentence: what happened, where, what to do.
    public var message: String
    /// Whose fault it is; decides between another try and `failed/`.
    public var category: FailureCategory

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - code: Stable dotted identifier.
    ///   - message: One sentence: what happened, where, what to do.
    ///   - category: Whose fault it is.
    public init(code: String, message: String, category: FailureCategory) {
        self.code = code
        self.message = message
        self.category = category
    }

    /// Keeps what an error of Recto says of itself.
    ///
    /// - Parameter error: The error.
    public init(_ error: any RectoError) {
        self.init(code: error.code, message: error.description, category: error.category)
    }
}

/// What came of one attempt at a document.
public enum ProcessingOutcome: Sendable, Hashable {
    /// Every page was read; the bytes are the whole record as JSON.
    case complete(record: Data)
    /// Some pages failed; the record says which.
    case partial(record: Data, JobFailure)
    /// No record worth delivering; what there is of one travels in the error file.
    case failed(JobFailure, partialRecord: Data?)
}

/// Reads one document; the real one runs a pipeline, tests use doubles.
public protocol DocumentProcessor: Sendable {
    /// Names of the pipelines: a first-level folder of the inbox with such a name selects it.
    var pipelineNames: Set<String> { get }

    /// Reads one document; returns early with any outcome when its task is cancelled.
    ///
    /// - Parameters:
    ///   - document: The document, which stays unchanged meanwhile.
    ///   - pages: Where finished pages are kept, so that a restart does not read them again.
    /// - Returns: What came of it.
    func process(_ document: ClaimedDocument, pages: any PageResultStore) async -> ProcessingOutcome

    /// Makes a duplicate's record of the one that its bytes gave before (`duplicates: skip-with-record`).
    ///
    /// - Parameters:
    ///   - document: The duplicate.
    ///   - earlier: The complete record of the document that it duplicates.
    /// - Returns: The record with the duplicate's name, path, job and remark, or `nil` to read the document after all.
    func record(of document: ClaimedDocument, from earlier: Data) -> Data?

    /// Says whether people should look at a record before programs do; it is filed under `review/` then.
    ///
    /// - Parameters:
    ///   - record: The record's bytes.
    ///   - pipeline: The pipeline that made it.
    /// - Returns: Whether they should.
    func needsReview(_ record: Data, of pipeline: String) -> Bool
}

extension DocumentProcessor {
    /// Reads every duplicate.
    ///
    /// - Parameters:
    ///   - document: The duplicate.
    ///   - earlier: The complete record of the document that it duplicates.
    /// - Returns: Always `nil`.
    public func record(of document: ClaimedDocument, from earlier: Data) -> Data? { nil }

    /// Trusts every record.
    ///
    /// - Parameters:
    ///   - record: The record's bytes.
    ///   - pipeline: The pipeline that made it.
    /// - Returns: Always `false`.
    public func needsReview(_ record: Data, of pipeline: String) -> Bool { false }
}

/// Keeps what was finished of an unfinished job across restarts, by key.
public protocol PageResultStore: Sendable {
    /// Finds a result that an earlier attempt saved.
    ///
    /// - Parameter key: The caller's key; it names everything that the result depends on.
    /// - Returns: The saved bytes, or `nil`.
    func result(for key: String) async -> Data?

    /// Saves a result durably and counts as progress.
    ///
    /// - Parameters:
    ///   - result: The bytes.
    ///   - key: The caller's key.
    /// - Throws: `DaemonError` when the journal cannot take it.
    func save(_ result: Data, for key: String) async throws

    /// Tells the watchdog that the job is alive; cheap, may be called per token.
    func noteProgress()
}
