import Foundation
import Logging
import RectoDaemon
import RectoPages
import RectoTestSupport

/// A daemon without processes, clocks and loops: the test says what happens next.
struct Workplace {
    let temporary: TemporaryFolder
    let folders: Folders
    let plan: FaultPlan
    let journal: JobJournal
    let records = LogRecorder()
    let intake: InboxIntake<FaultyFiles>
    let desk: JobDesk<FaultyFiles>

    /// Opens the daemon's parts on a folder; the same folder again is a restart.
    init(
        _ temporary: TemporaryFolder,
        plan: FaultPlan = FaultPlan(),
        quietPeriod: Duration = .zero,
        onExists: OnExists = .version,
        afterSuccess: AfterSuccess = .archive,
        retry: RetryPolicy = RetryPolicy()
    ) throws {
        self.temporary = temporary
        self.plan = plan
        folders = Folders(below: temporary.url.path)
        for folder in [folders.inbox, folders.outbox, folders.review, folders.archive, folders.failed, folders.spool] {
            try PosixFiles().makeFolders(folder)
        }
        let files = FaultyFiles(plan)
        let log = records.logger
        journal = try JobJournal(path: folders.journal, gate: plan)
        let policy = IntakePolicy(
            quietPeriod: quietPeriod,
            rescanInterval: .seconds(30),
            minimumFreeBytes: 1 << 20,
            pipelines: PipelineSelection(names: ["invoice"], fallback: "transcribe"),
            leavesSources: afterSuccess == .leave
        )
        intake = InboxIntake(folders: folders, files: files, journal: journal, policy: policy, log: log)
        let delivery = Delivery(
            folders: folders,
            files: files,
            journal: journal,
            onExists: onExists,
            afterSuccess: afterSuccess,
            needsReview: { record, pipeline in
                pipeline == "invoice" && String(decoding: record, as: UTF8.self).contains("unsure")
            }
        )
        desk = JobDesk(delivery: delivery, policy: retry, owner: "test", log: log)
    }

    /// Writes a file into the inbox.
    func drop(_ text: String, as path: String) throws {
        let file = inbox(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func inbox(_ path: String) -> URL { URL(filePath: folders.inbox).appending(path: path) }

    /// What an earlier daemon left behind.
    func recover() async throws {
        try await desk.recover()
        try await intake.recover()
    }

    /// Reads everything that is queued; `bad` documents fail, `dull` ones fail because of the surroundings.
    func work(at now: Duration = .zero) async throws {
        _ = try await desk.tick(at: now)
        while let document = try await desk.next(at: now) {
            try await desk.finish(document.jobID, outcome(of: document), at: now)
        }
    }

    func outcome(of document: ClaimedDocument) throws -> ProcessingOutcome {
        let text = try String(contentsOf: document.file, encoding: .utf8)
        if text.hasPrefix("bad") {
            let failure = JobFailure(code: "document.damaged", message: "bad", category: .document)
            return .failed(failure, partialRecord: nil)
        }
        if text.hasPrefix("dull") {
            let failure = JobFailure(code: "page.time-limit", message: "slow", category: .environment)
            return .failed(failure, partialRecord: nil)
        }
        let record = """
            {"source": {"path": "\(document.path)"}, "text": "\(text)", "run": {"job": "\(document.jobID)",
            "duplicate_of": "\(document.duplicateOf?.path ?? "")"}}
            """
        return .complete(record: Data(record.utf8))
    }

    /// Files below a folder, hidden ones included, relative to it.
    func files(in folder: String) -> [String] {
        let root = URL(filePath: folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            ((try? PosixFiles().status(of: root.appending(path: name).path)) ?? nil)?.kind != .folder
        }.sorted()
    }

    func text(_ folder: String, _ path: String) throws -> String {
        try String(contentsOf: URL(filePath: folder).appending(path: path), encoding: .utf8)
    }
}
