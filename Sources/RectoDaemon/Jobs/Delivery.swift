package import Foundation
import RectoPages

/// Brings a decided job to its end: record or error, then source, so that a crash at any point leads to the same end.
///
/// 1. *Decide:* verdict, names and the bytes to deliver are committed to the journal (state `delivering`).
/// 2. *Write:* the bytes go to `.recto-ID.tmp` in the target's folder, synced.
/// 3. *Show:* that name is renamed to the target, never over another file unless the configuration says so, and the
///    folder is synced. *Crash before the rename: the hidden file is written again. Crash after it: there is no hidden
///    file and the target has our bytes, so it is not delivered twice.*
/// 4. *Acknowledge:* state `filing` is committed.
/// 5. *File:* the source is renamed to its place, both folders are synced. *Crash: a source that is not in the spool any
///    more was filed.*
/// 6. *Finish:* the final state is committed, and with it the kept pages and bytes are forgotten.
/// 7. *Clear:* the spool folder is removed; a folder left by a crash is removed at start.
package struct Delivery<Files: FileOperations>: Sendable {
    package let folders: Folders
    package let files: Files
    package let journal: JobJournal
    package let onExists: OnExists
    package let afterSuccess: AfterSuccess
    /// Whether people should look at a record of a pipeline before programs do.
    private let needsReview: @Sendable (_ record: Data, _ pipeline: String) -> Bool

    package init(
        folders: Folders,
        files: Files,
        journal: JobJournal,
        onExists: OnExists = .version,
        afterSuccess: AfterSuccess = .archive,
        needsReview: @escaping @Sendable (_ record: Data, _ pipeline: String) -> Bool = { _, _ in false }
    ) {
        self.folders = folders
        self.files = files
        self.journal = journal
        self.onExists = onExists
        self.afterSuccess = afterSuccess
        self.needsReview = needsReview
    }

    /// Step 1.
    ///
    /// - Parameters:
    ///   - job: The job; its state allows the verdict.
    ///   - machine: The state machine after the verdict.
    ///   - bytes: The record, or the error file.
    ///   - failure: What went wrong.
    /// - Returns: The job as it now is.
    /// - Throws: `DaemonError.recordExists` when a record must not be overwritten; nothing is decided then.
    package func decide(
        _ job: Job,
        machine: JobStateMachine,
        bytes: Data,
        failure: JobFailure?
    ) throws -> Job {
        let verdict = machine.verdict ?? .failed
        let isReviewed = verdict.hasRecord && needsReview(bytes, job.pipeline)
        let place = isReviewed ? folders.review : folders.outbox
        let names = try targets(for: job, verdict: verdict, records: place)
        return try journal.update(job.id, event: "decided", detail: failure?.code, delivery: bytes) {
            $0.machine = machine
            $0.failure = failure
            $0.outputPath = names.output
            $0.filedPath = names.filed
        }
    }

    /// Steps 2 to 7, from wherever an earlier attempt ended.
    ///
    /// - Parameter job: A job in state `delivering` or `filing`.
    /// - Returns: The job at its end.
    /// - Throws: What the disk reports; the job stays where it is and may be taken up again.
    @discardableResult
    package func carryOut(_ job: Job) throws -> Job {
        var job = job
        if job.state == .delivering {
            job = try deliver(job)
            job = try journal.update(job.id, event: "delivered", detail: job.outputPath) {
                var machine = $0.machine
                _ = machine.handle(.delivered, policy: RetryPolicy())
                $0.machine = machine
                $0.outputPath = job.outputPath
            }
        }
        job = try file(job)
        job = try journal.update(job.id, event: "finished", detail: job.filedPath) {
            var machine = $0.machine
            _ = machine.handle(.filed, policy: RetryPolicy())
            $0.machine = machine
            $0.filedPath = job.filedPath
            $0.owner = nil
            $0.finishedAt = Date()
        }
        try clear(job.id)
        return job
    }

    /// Whether a job's record lies under its name already, although the journal does not say so yet.
    package func isShown(_ job: Job) throws -> Bool {
        guard let bytes = try journal.delivery(of: job.id), let target = job.outputPath else { return false }
        return try isShown(bytes, at: target, hidden: hiddenName(of: job, beside: target))
    }

    /// Removes what an attempt at showing a record left, before the job is decided again.
    package func withdraw(_ job: Job) throws {
        guard let target = job.outputPath else { return }
        let hidden = hiddenName(of: job, beside: target)
        if try files.status(of: hidden) != nil { try files.remove(hidden) }
    }

    /// Step 7.
    package func clear(_ id: String) throws {
        try files.remove(folders.claimNote(of: id))
        try files.removeFolder(folders.spool(of: id))
    }

    private func deliver(_ decided: Job) throws -> Job {
        var job = decided
        guard let bytes = try journal.delivery(of: job.id) else {
            let problem = "the bytes of job \(job.id) are gone"
            throw DaemonError.journal(path: journal.path, problem: problem, transient: false)
        }
        while let target = job.outputPath {
            let folder = target.parentPath
            let hidden = hiddenName(of: job, beside: target)
            if try isShown(bytes, at: target, hidden: hidden) {
                try files.syncFolder(folder)
                return job
            }
            try files.makeFolders(folder)
            try files.write(bytes, to: hidden)
            do {
                try files.rename(hidden, to: target, replacing: job.verdict?.hasRecord == true && onExists == .replace)
                try files.syncFolder(folder)
                return job
            } catch DaemonError.nameTaken {
                // Somebody else's file appeared under the name since it was chosen.
                let place = target.hasPrefix(folders.review + "/") ? folders.review : folders.outbox
                let names = try targets(for: job, verdict: job.verdict ?? .failed, records: place, mayRefuse: false)
                job = try journal.update(job.id, event: "renamed", detail: names.output) {
                    $0.outputPath = names.output
                    $0.filedPath = names.filed
                }
            }
        }
        return job
    }

    private func hiddenName(of job: Job, beside target: String) -> String {
        target.parentPath.appendingComponent(".recto-\(job.id).tmp")
    }

    private func isShown(_ bytes: Data, at target: String, hidden: String) throws -> Bool {
        try files.status(of: hidden) == nil && files.status(of: target) != nil && files.read(target) == bytes
    }

    private func file(_ filing: Job) throws -> Job {
        var job = filing
        let source = folders.document(of: job.id, path: job.path)
        while try files.status(of: source) != nil {
            guard let target = job.filedPath else {
                try files.remove(source)
                break
            }
            do {
                try files.makeFolders(target.parentPath)
                try move(source, to: target, job.id)
                try files.syncFolder(target.parentPath)
            } catch DaemonError.nameTaken {
                let place = target.hasPrefix(folders.failed + "/") ? folders.failed : folders.archive
                let name = try free(in: place, from: 2, OutputNames(path: job.path, jobID: job.id).archived)
                job = try journal.update(job.id, event: "renamed", detail: name) { $0.filedPath = name }
                continue
            }
            break
        }
        if try files.status(of: folders.spool(of: job.id)) != nil { try files.syncFolder(folders.spool(of: job.id)) }
        return job
    }

    /// Renames, or across file systems: copies under a hidden name, renames, removes.
    private func move(_ source: String, to target: String, _ id: String) throws {
        do {
            try files.rename(source, to: target, replacing: false)
        } catch DaemonError.systemCall(_, _, EXDEV) {
            let hidden = target.parentPath.appendingComponent(".recto-\(id).tmp")
            let isThere =
                try files.status(of: hidden) == nil && files.status(of: target) != nil
                && files.sha256(of: target) == files.sha256(of: source)
            if !isThere {
                try files.copy(source, to: hidden)
                do {
                    try files.rename(hidden, to: target, replacing: false)
                } catch DaemonError.nameTaken(let path) {
                    try files.remove(hidden)
                    throw DaemonError.nameTaken(path: path)
                }
                try files.syncFolder(target.parentPath)
            }
            try files.remove(source)
        }
    }

    private func targets(
        for job: Job,
        verdict: JobVerdict,
        records place: String,
        mayRefuse: Bool = true
    ) throws -> (output: String, filed: String?) {
        let names = OutputNames(path: job.path, jobID: job.id)
        guard verdict.hasRecord else {
            var number = 0
            while true {
                let pair = names.failed(number)
                let source = folders.failed.appendingComponent(pair.source)
                let error = folders.failed.appendingComponent(pair.error)
                if try isFree(source), try isFree(error) { return (error, source) }
                number += 1
            }
        }
        let record = try record(names, job, in: place, mayRefuse: mayRefuse)
        switch afterSuccess {
        case .delete where verdict == .complete: return (record, nil)
        case .leave: return (record, folders.inbox.appendingComponent(job.path))
        case .archive, .delete: return (record, try free(in: folders.archive, from: 1, names.archived))
        }
    }

    private func record(_ names: OutputNames, _ job: Job, in place: String, mayRefuse: Bool) throws -> String {
        let short = place.appendingComponent(names.records.short)
        if try isFree(short) { return short }
        var taken = short
        if let owner = try journal.owner(ofOutput: short), owner.path != job.path {
            taken = place.appendingComponent(names.records.full)
            if try isFree(taken) { return taken }
        }
        switch onExists {
        case .replace where mayRefuse: return taken
        case .refuse where mayRefuse: throw DaemonError.recordExists(path: taken)
        default: return try free(in: "", from: 2) { OutputNames.version($0, of: taken) }
        }
    }

    private func free(in folder: String, from first: Int, _ name: (Int) -> String) throws -> String {
        var number = first
        while true {
            let path = folder.isEmpty ? name(number) : folder.appendingComponent(name(number))
            if try isFree(path) { return path }
            number += 1
        }
    }

    /// Free on the disk, and not promised to a job that is being delivered.
    private func isFree(_ path: String) throws -> Bool {
        try files.status(of: path) == nil && !journal.isPromised(path)
    }
}
