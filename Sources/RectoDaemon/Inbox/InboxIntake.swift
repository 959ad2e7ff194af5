import Foundation
package import Logging
import RectoPages

/// What is said of the inbox from outside: events, which may be too few but never harm.
package struct InboxHints: Sendable, Hashable {
    /// Paths, relative to the inbox, to which somebody did something.
    package var touched: Set<String>
    /// Whether everything has to be looked at, for example because events were lost.
    package var rescan: Bool

    package init(touched: Set<String> = [], rescan: Bool = false) {
        self.touched = touched
        self.rescan = rescan
    }
}

/// What one look at the inbox came to.
package struct IntakeReport: Sendable {
    /// Jobs that are in the journal now.
    package var admitted: [String] = []
    /// Files that cannot be taken yet.
    package var waiting: [WaitingFile] = []
    /// The folders that were found, if the whole inbox was listed.
    package var folders: [String: FileStatus]?
    /// Why nothing is taken in for the moment.
    package var problem: JobFailure?
}

/// Settings of the take-in.
package struct IntakePolicy: Sendable {
    package var quietPeriod: Duration
    package var rescanInterval: Duration
    package var minimumFreeBytes: Int64
    package var pipelines: PipelineSelection
    package var leavesSources: Bool

    package init(
        quietPeriod: Duration,
        rescanInterval: Duration,
        minimumFreeBytes: Int64,
        pipelines: PipelineSelection,
        leavesSources: Bool = false
    ) {
        self.quietPeriod = quietPeriod
        self.rescanInterval = rescanInterval
        self.minimumFreeBytes = minimumFreeBytes
        self.pipelines = pipelines
        self.leavesSources = leavesSources
    }
}

/// From a file in the inbox to a job in the journal; one step at a time, told what time it is.
package actor InboxIntake<Files: FileOperations> {
    private let claims: InboxClaim<Files>
    private let journal: JobJournal
    private let makeID: @Sendable () -> String
    private let log: Logger
    private let executor = BlockingExecutor("inbox")
    private var policy: IntakePolicy
    private var inbox: Stillness
    private var spool: Stillness
    private var claimed: [String: ClaimNote] = [:]
    private var waiting: [String: WaitingFile] = [:]
    private var refused: Set<String> = []
    private var publishedWaiting: [WaitingFile] = []
    private var nextScan: Duration = .zero

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    package init(
        folders: Folders,
        files: Files,
        journal: JobJournal,
        policy: IntakePolicy,
        log: Logger,
        makeID: @escaping @Sendable () -> String = JobID.make
    ) {
        claims = InboxClaim(folders: folders, files: files)
        self.journal = journal
        self.policy = policy
        self.log = log
        self.makeID = makeID
        inbox = Stillness(quietPeriod: policy.quietPeriod)
        spool = Stillness(quietPeriod: policy.quietPeriod)
    }

    /// Polling is needed somewhere: look at the whole inbox more often.
    package func setRescanInterval(_ interval: Duration) { policy.rescanInterval = interval }

    /// Finds claims that never became a job, before anything else happens.
    package func recover() throws {
        for id in try claims.files.names(in: claims.folders.spool) where try journal.job(id) == nil {
            guard let note = try ClaimNote.read(claims.folders.claimNote(of: id), files: claims.files) else {
                try claims.abandon(ClaimNote(id: id, path: ""))
                continue
            }
            if try claims.status(of: note) == nil {
                try claims.abandon(note)
            } else {
                try claims.sync(note)
                claimed[id] = note
                log.info("found a claimed document of an earlier run", metadata: ["job": "\(id)"])
            }
        }
    }

    /// Looks at the inbox once.
    ///
    /// - Parameters:
    ///   - now: Time since some fixed moment, on a clock that never jumps.
    ///   - hints: What events said since the last step.
    /// - Returns: What came of it; a failure of the surroundings is in the report and is tried again later.
    package func step(at now: Duration, hints: InboxHints = InboxHints()) -> IntakeReport {
        var report = IntakeReport()
        do {
            try requireSpace()
            try admitClaimed(at: now, &report)
            for (path, status) in try found(at: now, hints: hints, &report) {
                guard inbox.observe(path, status, at: now, touched: hints.touched.contains(path)) else { continue }
                try take(path, status, at: now, &report)
            }
            try publishWaiting()
        } catch let error as any RectoError {
            report.problem = JobFailure(error)
        } catch {
            report.problem = JobFailure(code: "inbox.unexpected", message: "\(error)", category: .environment)
        }
        report.waiting = waiting.values.sorted { $0.path < $1.path }
        return report
    }

    private func requireSpace() throws {
        let state = claims.folders.state
        guard try claims.files.freeBytes(at: state) < policy.minimumFreeBytes else { return }
        throw DaemonError.systemCall(operation: "take documents in, writing to", path: state, number: ENOSPC)
    }

    /// The files to look at now: all when a scan is due, else those touched and those that may have become still.
    private func found(
        at now: Duration,
        hints: InboxHints,
        _ report: inout IntakeReport
    ) throws -> [(String, FileStatus)] {
        if hints.rescan || now >= nextScan {
            let scan = try InboxScan(inbox: claims.folders.inbox, files: claims.files)
            nextScan = now + policy.rescanInterval
            report.folders = scan.folders
            for path in inbox.paths where scan.files[path] == nil { forget(path) }
            for path in waiting.keys where !scan.unreadable.contains(path) && scan.problems[path] == nil {
                if scan.files[path] == nil { waiting[path] = nil }
            }
            refused.formIntersection(scan.refused.keys)
            scan.refused.sorted { $0.key < $1.key }.forEach(refuse)
            for path in scan.unreadable { wait(path, "its name is not UTF-8; rename it") }
            for (folder, problem) in scan.problems { wait(folder, problem) }
            return scan.files.sorted { $0.key < $1.key }
        }
        var found: [String: FileStatus] = [:]
        for path in hints.touched.union(inbox.paths) {
            guard !path.split(separator: "/").contains(where: { InboxNames.isIgnored(String($0)) }) else { continue }
            switch try claims.files.status(of: claims.folders.inbox.appendingComponent(path)) {
            case let status? where status.kind == .file: found[path] = status
            case let status? where status.kind == .folder:
                let scan = try InboxScan(of: path, inbox: claims.folders.inbox, files: claims.files)
                found.merge(scan.files) { $1 }
                scan.refused.sorted { $0.key < $1.key }.forEach(refuse)
            case let status:
                forget(path)
                if let reason = status.flatMap({ InboxScan.refusal(of: $0.kind) }) { refuse(path, reason) }
            }
        }
        return found.sorted { $0.key < $1.key }
    }

    private func take(_ path: String, _ status: FileStatus, at now: Duration, _ report: inout IntakeReport) throws {
        if policy.leavesSources, try journal.leftSource(claims.folders.inbox.appendingComponent(path)) == status {
            inbox.postpone(path, at: now)
            return
        }
        guard claims.files.isReadable(claims.folders.inbox.appendingComponent(path)) else {
            inbox.postpone(path, at: now)
            wait(path, "Recto may not read it; give its group the right to (chmod g+r)")
            return
        }
        if claims.files.writers(of: claims.folders.inbox.appendingComponent(path)) == .present {
            inbox.postpone(path, at: now)
            wait(path, "somebody is still writing to it")
            return
        }
        guard try isWholeOrStillForLong(path, status, at: now) else {
            let patience = UnfinishedPDF.patience(quietPeriod: policy.quietPeriod)
            wait(path, "it begins like a PDF and has no end (%%EOF) yet; it is taken after \(patience) without change")
            return
        }
        let note: ClaimNote?
        do {
            note = try claims.claim(path, id: makeID())
        } catch DaemonError.systemCall(let operation, let file, let number) where number == EACCES || number == EPERM {
            inbox.postpone(path, at: now)
            wait(path, DaemonError.systemCall(operation: operation, path: file, number: number).description)
            return
        }
        forget(path)
        guard let note else { return }
        claimed[note.id] = note
        try claims.sync(note)
        // The same stillness goes on in the spool: unchanged since the scan and without a writer, it is admitted now.
        if try claims.status(of: note) == status, try claims.writers(of: note) != .present {
            try admit(note, at: now, &report)
        }
    }

    /// A PDF that is cut short gets more time, as its writer may be one whom nobody can see.
    private func isWholeOrStillForLong(_ path: String, _ status: FileStatus, at now: Duration) throws -> Bool {
        let file = claims.folders.inbox.appendingComponent(path)
        // What cannot be read now is for the claim to report.
        guard (try? UnfinishedPDF.lies(at: file, size: status.size, files: claims.files)) == true else { return true }
        return inbox.require(UnfinishedPDF.patience(quietPeriod: policy.quietPeriod), of: path, at: now)
    }

    private func admitClaimed(at now: Duration, _ report: inout IntakeReport) throws {
        for note in claimed.values.sorted(by: { $0.id < $1.id }) {
            guard let status = try claims.status(of: note) else {
                log.error("a claimed document vanished from the spool", metadata: ["path": "\(note.path)"])
                claimed[note.id] = nil
                continue
            }
            guard spool.observe(note.id, status, at: now, touched: false) else { continue }
            guard try claims.writers(of: note) != .present else {
                spool.postpone(note.id, at: now)
                wait(note.path, "it was claimed, but somebody is still writing to it")
                continue
            }
            do {
                try admit(note, at: now, &report)
            } catch let error as PagesError {
                spool.postpone(note.id, at: now)
                wait(note.path, error.description)
            }
        }
    }

    private func admit(_ note: ClaimNote, at now: Duration, _ report: inout IntakeReport) throws {
        guard let (sha256, identity) = try claims.digest(of: note) else {
            spool.postpone(note.id, at: now)
            return
        }
        let pipeline = policy.pipelines.pipeline(for: note.path)
        let earlier = try journal.earlierJob(sha256: sha256, than: note.id)
        try journal.insert(
            Job(
                id: note.id,
                path: note.path,
                pipeline: pipeline,
                sha256: sha256,
                identity: identity,
                duplicateOf: earlier?.id
            )
        )
        claimed[note.id] = nil
        spool.forget(note.id)
        waiting[note.path] = nil
        report.admitted.append(note.id)
        log.debug("took a document in", metadata: ["job": "\(note.id)", "path": "\(note.path)"])
    }

    private func forget(_ path: String) {
        inbox.forget(path)
        waiting[path] = nil
    }

    private func refuse(_ path: String, _ reason: String) {
        guard refused.insert(path).inserted else { return }
        log.warning("something in the inbox is not taken", metadata: ["path": "\(path)", "reason": "\(reason)"])
    }

    private func wait(_ path: String, _ reason: String) {
        guard waiting[path]?.reason != reason else { return }
        waiting[path] = WaitingFile(path: path, reason: reason, since: waiting[path]?.since ?? Date())
        log.warning("a file waits in the inbox", metadata: ["path": "\(path)", "reason": "\(reason)"])
    }

    private func publishWaiting() throws {
        let current = waiting.values.sorted { $0.path < $1.path }
        guard current != publishedWaiting else { return }
        try journal.setWaitingFiles(current)
        publishedWaiting = current
    }
}
