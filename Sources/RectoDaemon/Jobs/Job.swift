public import Foundation

/// One document's journey, as the journal has it.
public struct Job: Sendable, Hashable, Codable {
    /// Its identifier.
    public var id: String
    /// Where the document was dropped, relative to the inbox.
    public var path: String
    /// The pipeline that reads it.
    public var pipeline: String
    /// SHA-256 of the document in lower-case hexadecimal.
    public var sha256: String
    /// Size of the document.
    public var bytes: Int64
    /// Where the job stands.
    public var state: JobState
    /// The result, once it is decided.
    public var verdict: JobVerdict?
    /// Attempts that count: those ended by a shutdown or a crash do not.
    public var attempts: Int
    /// How often in a row the daemon died over it.
    public var crashes: Int
    /// What went wrong last, if anything did.
    public var failure: JobFailure?
    /// The first job that read the same bytes.
    public var duplicateOf: String?
    /// The record, or the error file.
    public var outputPath: String?
    /// Where the source lies at the end; `nil` when it was deleted.
    public var filedPath: String?
    /// The daemon process that works on it.
    public var owner: String?
    /// When it was taken in.
    public var createdAt: Date
    /// When it ended.
    public var finishedAt: Date?
    /// What `lstat` said of the document when its digest was taken.
    package var identity: FileStatus

    package init(
        id: String,
        path: String,
        pipeline: String,
        sha256: String,
        identity: FileStatus,
        duplicateOf: String? = nil,
        createdAt: Date = Date()
    ) {
        self.id = id
        self.path = path
        self.pipeline = pipeline
        self.sha256 = sha256
        self.bytes = identity.size
        self.state = .queued
        self.attempts = 0
        self.crashes = 0
        self.duplicateOf = duplicateOf
        self.createdAt = createdAt
        self.identity = identity
    }

    /// The state machine at the job's state; assigning it takes the new state over.
    package var machine: JobStateMachine {
        get { JobStateMachine(state: state, attempts: attempts, crashes: crashes, verdict: verdict) }
        set {
            state = newValue.state
            attempts = newValue.attempts
            crashes = newValue.crashes
            verdict = newValue.verdict
        }
    }
}
