import Foundation

/// Everything the journal knows of one job.
public struct JobReport: Sendable, Hashable, Codable {
    /// The job.
    public var job: Job
    /// Finished pages that are kept until the job ends.
    public var finishedPages: Int
    /// The attempts, oldest first.
    public var attempts: [JobAttempt]
    /// What happened, oldest first.
    public var history: [JobHistoryEntry]
}

/// The journal as `recto jobs` sees it, with the daemon running or not.
public struct JournalInspector: Sendable {
    private let folders: Folders
    private let journal: JobJournal

    /// Opens the journal of a state folder.
    ///
    /// - Parameter folders: The daemon's folders.
    /// - Throws: `DaemonError.journal` when there is none or it cannot be used.
    public init(folders: Folders) throws {
        guard try PosixFiles().status(of: folders.journal) != nil else {
            throw DaemonError.journal(path: folders.journal, problem: "it does not exist yet", transient: false)
        }
        self.folders = folders
        journal = try JobJournal(path: folders.journal)
    }

    /// Lists jobs in the order in which they were taken in.
    ///
    /// - Parameter states: The states of interest; empty means all.
    /// - Returns: The jobs.
    /// - Throws: `DaemonError.journal`.
    public func jobs(in states: Set<JobState> = []) throws -> [Job] {
        try journal.jobs(in: states.isEmpty ? Set(JobState.allCases) : states)
    }

    /// Lists files that cannot be taken out of the inbox yet.
    ///
    /// - Returns: The files, with the reason.
    /// - Throws: `DaemonError.journal`.
    public func waitingFiles() throws -> [WaitingFile] { try journal.waitingFiles() }

    /// Shows all about one job.
    ///
    /// - Parameter id: The job's identifier, or its beginning when no other has the same.
    /// - Returns: The report.
    /// - Throws: `DaemonError.jobNotFound`.
    public func report(on id: String) throws -> JobReport {
        let job = try find(id)
        return try JobReport(
            job: job,
            finishedPages: journal.pageResultCount(of: job.id),
            attempts: journal.attempts(of: job.id),
            history: journal.history(of: job.id)
        )
    }

    /// Leaves a command in the journal; the daemon carries it out within a second, or when it is started.
    ///
    /// - Parameters:
    ///   - command: What to do.
    ///   - id: The job's identifier, or its beginning when no other has the same.
    /// - Returns: Whether a daemon is running that will do it now.
    /// - Throws: `DaemonError.jobNotFound`, or `jobStateForbids` when it makes no sense for the job.
    @discardableResult
    public func request(_ command: JobCommand, of id: String) throws -> Bool {
        let job = try find(id)
        var machine = job.machine
        let event: JobEvent = command == .cancel ? .cancelRequested : .retryRequested
        guard machine.handle(event, policy: RetryPolicy()) != nil else {
            throw DaemonError.jobStateForbids(id: job.id, state: job.state.rawValue, request: command.rawValue)
        }
        try journal.request(command, of: job.id)
        return try isDaemonRunning()
    }

    /// Asks whether a daemon holds the state folder.
    ///
    /// - Returns: Whether one does.
    /// - Throws: `DaemonError.systemCall`.
    public func isDaemonRunning() throws -> Bool {
        guard let descriptor = try PosixFiles().lock(folders.lock) else { return true }
        close(descriptor)
        return false
    }

    private func find(_ id: String) throws -> Job {
        if let job = try journal.job(id) { return job }
        let matches = try journal.jobs().filter { $0.id.hasPrefix(id) }
        guard !id.isEmpty, matches.count == 1, let job = matches.first else { throw DaemonError.jobNotFound(id: id) }
        return job
    }
}
