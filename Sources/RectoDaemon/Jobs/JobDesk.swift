package import Foundation
package import Logging
import RectoPages

/// What to do with a file whose bytes were read before.
public enum DuplicatePolicy: String, Sendable, Codable, CaseIterable {
    /// Read it like any other; its record says of which job it is a duplicate.
    case process
    /// Deliver the earlier record again, with this document's name and the same remark.
    case skipWithRecord = "skip-with-record"
}

/// Why a running job is stopped from outside.
package enum StopReason: Sendable, Hashable { case cancelled, handedBack, timeout }

/// Leads jobs from the queue to their end; every change goes through the state machine and the journal.
package actor JobDesk<Files: FileOperations> {
    /// Failures of the disk: everything stops and goes on when they end.
    private static var endsByItself: Set<String> {
        ["environment.no-space", "environment.io-error", "environment.permission", "journal.unusable"]
    }

    private let delivery: Delivery<Files>
    private let policy: RetryPolicy
    private let log: Logger
    private let owner: String
    private let executor = BlockingExecutor("jobs")
    private var retryAt: [String: Duration] = [:]
    private var backlog = DeliveryBacklog()
    private var pausedUntil: Duration = .zero

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private var journal: JobJournal { delivery.journal }
    private var files: Files { delivery.files }
    private var folders: Folders { delivery.folders }

    package init(delivery: Delivery<Files>, policy: RetryPolicy, owner: String, log: Logger) {
        self.delivery = delivery
        self.policy = policy
        self.owner = owner
        self.log = log
    }

    /// Puts every job that an earlier daemon left behind back on its way; nothing else runs yet.
    package func recover() throws {
        for job in try journal.jobs(in: [.running, .waitingRetry]) {
            var machine = job.machine
            guard let action = machine.handle(.daemonDied, policy: policy) else { continue }
            if case .giveUp = action {
                try giveUp(job, DaemonError.crashedRepeatedly(path: job.path, crashes: machine.crashes), at: .zero)
            } else {
                try journal.update(job.id, event: "recovered", detail: job.owner) {
                    $0.machine = machine
                    $0.owner = nil
                }
            }
        }
        for job in try journal.jobs(in: [.delivering, .filing]) {
            do {
                try deliver(job, at: .zero)
            } catch let error as DaemonError where error.isRetryable {
                log.warning("a delivery has to wait", metadata: ["job": "\(job.id)", "error": "\(error)"])
            }
        }
        for id in try files.names(in: folders.spool) {
            guard let job = try journal.job(id), job.state.isFinal else { continue }
            guard try files.status(of: folders.document(of: id, path: job.path)) != nil else {
                try delivery.clear(id)
                continue
            }
            if job.state != .done { try finishReopening(job) }
        }
    }

    /// The next document to read, now marked as running; `nil` when there is none or the disk does not allow it.
    package func next(at now: Duration) throws -> ClaimedDocument? {
        guard now >= pausedUntil else { return nil }
        for (id, due) in retryAt where due <= now {
            retryAt[id] = nil
            try advance(id, .retryDue, event: "retry-due")
        }
        while let job = try journal.jobs(in: [.queued], limit: 1).first {
            guard let job = try checked(job, at: now) else { continue }
            var machine = job.machine
            _ = machine.handle(.started, policy: policy)
            let running = try journal.update(job.id, event: "started") {
                $0.machine = machine
                $0.owner = owner
            }
            return document(running)
        }
        return nil
    }

    /// An attempt ended by itself.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - outcome: What came of it.
    ///   - now: Time since some fixed moment.
    /// - Throws: What disk or journal report; the caller keeps the outcome and comes back with it.
    package func finish(_ id: String, _ outcome: ProcessingOutcome, at now: Duration) throws {
        guard let job = try journal.job(id), job.state == .running else { return }
        if try files.status(of: folders.document(of: id, path: job.path)) != job.identity {
            log.warning("a document changed while it was read; it is read again", metadata: ["job": "\(id)"])
            try advance(id, .sourceChanged, event: "source-changed")
            return
        }
        switch outcome {
        case .complete(let record):
            try decide(job, .complete, record, nil, at: now)
        case .partial(let record, let failure):
            if failure.category == .environment, try retry(job, failure, at: now) { return }
            try decide(job, .partial, record, failure, at: now)
        case .failed(let failure, let partialRecord):
            if failure.category == .environment, try retry(job, failure, at: now) { return }
            let level: Logger.Level = failure.category == .defect ? .critical : .error
            log.log(level: level, "a document failed", metadata: ["job": "\(id)", "code": "\(failure.code)"])
            try decide(job, .failed, nil, failure, partialRecord, at: now)
        }
    }

    /// An attempt was stopped from outside.
    package func stopped(_ id: String, _ reason: StopReason, limit: Duration, at now: Duration) throws {
        guard let job = try journal.job(id), job.state == .running else { return }
        switch reason {
        case .handedBack: try advance(id, .handedBack, event: "handed-back")
        case .cancelled: try decide(job, .cancelled, nil, JobFailure(DaemonError.cancelled(id: id)), at: now)
        case .timeout:
            let failure = JobFailure(DaemonError.timeout(path: job.path, seconds: limit.components.seconds))
            try finish(id, .failed(failure, partialRecord: nil), at: now)
        }
    }

    /// Carries out what people asked for, and takes up deliveries that the disk interrupted.
    ///
    /// - Returns: Running jobs that have to be stopped because they were cancelled.
    package func tick(at now: Duration) throws -> [String] {
        if now >= pausedUntil {
            for job in try journal.jobs(in: [.delivering, .filing]) where backlog.isDue(job.id, at: now) {
                try deliver(job, at: now)
            }
        }
        var toStop: [String] = []
        for command in try journal.pendingCommands() {
            guard let job = try journal.job(command.job) else { continue }
            if command.command == .cancel, job.state == .cancelled {
                try journal.removeCommand(command)
            } else if let refusal = try carryOut(command, job, &toStop, at: now) {
                try journal.removeCommand(command, note: refusal)
            } else if !toStop.contains(job.id) {
                try journal.removeCommand(command)
            }
        }
        return toStop
    }

    /// The surroundings failed: nothing new is begun for a while.
    package func pause(until time: Duration) { pausedUntil = time }

    // MARK: - Steps

    private func carryOut(
        _ command: PendingCommand,
        _ job: Job,
        _ toStop: inout [String],
        at now: Duration
    ) throws -> String? {
        var machine = job.machine
        let event: JobEvent = command.command == .cancel ? .cancelRequested : .retryRequested
        switch machine.handle(event, policy: policy) {
        case .deliver:
            var record: Data?
            if job.state == .delivering {
                if try delivery.isShown(job) { return "the record was delivered already" }
                record = try journal.delivery(of: job.id)
                try delivery.withdraw(job)
                backlog.forget(job.id)
            }
            try decide(job, .cancelled, nil, JobFailure(DaemonError.cancelled(id: job.id)), record, at: now)
        case .stopProcessing: toStop.append(job.id)
        case .reopen: try reopen(job)
        case JobAction.none?:
            retryAt[job.id] = nil
            backlog.forget(job.id)
            try advance(job.id, event, event: command.command.rawValue)
        default: return "the job is \(job.state.rawValue)"
        }
        return nil
    }

    /// Checks that a queued document is what its digest was taken of; a changed one gets a new digest.
    private func checked(_ job: Job, at now: Duration) throws -> Job? {
        let path = folders.document(of: job.id, path: job.path)
        guard let status = try files.status(of: path) else {
            try giveUp(job, DaemonError.documentMissing(path: path), at: now)
            return nil
        }
        guard status != job.identity else { return job }
        let sha256 = try files.sha256(of: path)
        let earlier = try journal.earlierJob(sha256: sha256, than: job.id)?.id
        return try journal.update(job.id, event: "digest-taken-again") {
            $0.identity = status
            $0.bytes = status.size
            $0.sha256 = sha256
            $0.duplicateOf = earlier
        }
    }

    private func document(_ job: Job) -> ClaimedDocument {
        let earlier = job.duplicateOf.flatMap { try? journal.job($0) }
        return ClaimedDocument(
            jobID: job.id,
            file: URL(fileURLWithPath: folders.document(of: job.id, path: job.path)),
            path: job.path,
            pipeline: job.pipeline,
            sha256: job.sha256,
            bytes: job.bytes,
            attempt: job.attempts,
            duplicateOf: earlier.map { DuplicateReference(jobID: $0.id, path: $0.path) }
        )
    }

    /// The complete record of the earlier document of a duplicate, if it still lies where it was delivered.
    package func earlierRecord(of document: ClaimedDocument) -> Data? {
        guard let id = document.duplicateOf?.jobID, let earlier = try? journal.job(id), earlier.verdict == .complete,
            earlier.state == .done, earlier.pipeline == document.pipeline, let path = earlier.outputPath
        else { return nil }
        return try? files.read(path)
    }

    private func retry(_ job: Job, _ failure: JobFailure, at now: Duration) throws -> Bool {
        if Self.endsByItself.contains(failure.code) {
            // The attempt does not count: the disk is what failed, and it may take hours until somebody frees it.
            pausedUntil = now + .seconds(5)
            try advance(job.id, .handedBack, event: "waits-for-disk")
            return true
        }
        var machine = job.machine
        guard case .retry(let pause) = machine.handle(.failedByEnvironment, policy: policy) else { return false }
        try journal.update(job.id, event: "retry-later", detail: failure.code) {
            $0.machine = machine
            $0.failure = failure
            $0.owner = nil
        }
        retryAt[job.id] = now + pause
        log.warning(
            "an attempt failed and is repeated",
            metadata: ["job": "\(job.id)", "code": "\(failure.code)", "after": "\(pause)"]
        )
        return true
    }

    private func decide(
        _ job: Job,
        _ verdict: JobVerdict,
        _ record: Data?,
        _ failure: JobFailure?,
        _ partialRecord: Data? = nil,
        at now: Duration
    ) throws {
        var machine = job.machine
        let event: JobEvent = verdict == .cancelled && job.state != .running ? .cancelRequested : .finished(verdict)
        guard case .deliver = machine.handle(event, policy: policy) else {
            throw DaemonError.jobStateForbids(id: job.id, state: job.state.rawValue, request: "end as \(verdict)")
        }
        var decided = job
        decided.machine = machine
        do {
            let error = JobFailure(code: "job.unknown", message: "no reason was given", category: .defect)
            let bytes =
                try record
                ?? ErrorFile(job: decided, failure: failure ?? error, partialRecord: partialRecord).bytes()
            decided = try delivery.decide(job, machine: machine, bytes: bytes, failure: failure)
        } catch let error as DaemonError {
            guard case .recordExists = error else { throw error }
            return try decide(job, .failed, nil, JobFailure(error), record, at: now)
        }
        try deliver(decided, at: now)
    }

    /// Writes a decided result and files its source.
    ///
    /// What only this job's places refuse (a file where a folder must be, missing rights) makes this job wait, longer
    /// each time; what the whole disk refuses is thrown and makes everything wait.
    private func deliver(_ job: Job, at now: Duration) throws {
        do {
            let ended = try delivery.carryOut(job)
            backlog.forget(job.id)
            let verdict = ended.verdict?.rawValue ?? ended.state.rawValue
            log.info(
                "a job ended",
                metadata: ["job": "\(job.id)", "verdict": "\(verdict)", "attempts": "\(ended.attempts)"]
            )
        } catch let error as any RectoError where !DeliveryBacklog.holdsEverythingUp(error) {
            let (pause, isNew) = backlog.postpone(job.id, error.description, at: now, policy: policy)
            if isNew { try journal.update(job.id, event: "delivery-waits", detail: error.description) { _ in } }
            log.warning(
                "a result cannot be delivered and is tried again",
                metadata: ["job": "\(job.id)", "after": "\(pause)", "reason": "\(error.description)"]
            )
        }
    }

    /// Ends a queued or running job that cannot be read.
    private func giveUp(_ job: Job, _ error: DaemonError, at now: Duration) throws {
        log.critical("a job is given up", metadata: ["job": "\(job.id)", "code": "\(error.code)"])
        var running = job
        if running.state == .queued {
            var machine = running.machine
            _ = machine.handle(.started, policy: policy)
            running = try journal.update(job.id, event: "given-up") { $0.machine = machine }
        }
        try decide(running, .failed, nil, JobFailure(error), at: now)
    }

    private func advance(_ id: String, _ jobEvent: JobEvent, event: String) throws {
        guard let job = try journal.job(id) else { return }
        var machine = job.machine
        guard machine.handle(jobEvent, policy: policy) != nil else { return }
        try journal.update(id, event: event) {
            $0.machine = machine
            $0.owner = nil
        }
    }

    /// Takes the source of a failed job back; after a crash ``recover()`` finishes it.
    private func reopen(_ job: Job) throws {
        guard let filed = job.filedPath, try files.status(of: filed) != nil else {
            try journal.update(job.id, event: "retry-refused", detail: "the source is gone") { _ in }
            return
        }
        try files.makeFolder(folders.spool(of: job.id))
        try files.syncFolder(folders.spool)
        try ClaimNote(id: job.id, path: job.path).write(to: folders.claimNote(of: job.id), files: files)
        try files.rename(filed, to: folders.document(of: job.id, path: job.path), replacing: false)
        try files.syncFolder(folders.spool(of: job.id))
        try files.syncFolder(filed.parentPath)
        try finishReopening(job)
    }

    private func finishReopening(_ job: Job) throws {
        if let error = job.outputPath {
            try files.remove(error)
            if try files.status(of: error.parentPath) != nil { try files.syncFolder(error.parentPath) }
        }
        var machine = job.machine
        _ = machine.handle(.retryRequested, policy: policy)
        try journal.update(job.id, event: "reopened") {
            $0.machine = machine
            $0.failure = nil
            $0.outputPath = nil
            $0.filedPath = nil
            $0.finishedAt = nil
        }
    }
}
