import Foundation
public import Logging
import RectoPages
import ServiceLifecycle
import UnixSignals

/// The daemon: takes documents from the inbox, has them read, delivers records.
public struct Daemon: Sendable {
    private let configuration: DaemonConfiguration
    private let processor: any DocumentProcessor
    private let logger: Logger

    /// Creates a daemon; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: Folders, limits and policies.
    ///   - processor: Reads one document.
    ///   - logger: Where the daemon says what it does.
    public init(configuration: DaemonConfiguration, processor: any DocumentProcessor, logger: Logger) {
        self.configuration = configuration
        self.processor = processor
        self.logger = logger
    }

    /// Works until SIGTERM or SIGINT.
    ///
    /// The order is: lock, journal, what an earlier daemon left behind, then the services. They are shut down in
    /// reverse: the inbox first, so that nothing new is claimed while the worker ends its documents.
    ///
    /// - Throws: `DaemonError` when the daemon cannot start: settings, folders, lock, journal.
    public func run() async throws {
        try configuration.checkPipelines(known: processor.pipelineNames)
        let files = PosixFiles()
        let folders = configuration.folders
        try prepareFolders(files)
        let lock = try StateLock(folders: folders)
        defer { withExtendedLifetime(lock) {} }
        let journal = try JobJournal(path: folders.journal)
        try files.syncFolder(folders.state)
        let delivery = Delivery(
            folders: folders,
            files: files,
            journal: journal,
            onExists: configuration.onExists,
            afterSuccess: configuration.afterSuccess,
            needsReview: { [processor] in processor.needsReview($0, of: $1) }
        )
        let owner = "\(ProcessInfo.processInfo.hostName):\(getpid())"
        let desk = JobDesk(delivery: delivery, policy: configuration.retry, owner: owner, log: logger)
        let intake = InboxIntake(folders: folders, files: files, journal: journal, policy: intakePolicy, log: logger)
        try await desk.recover()
        try await intake.recover()
        let services = services(desk: desk, intake: intake, journal: journal, files: files)
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = configuration.shutdownGrace + .seconds(15)
        try await ServiceGroup(configuration: group).run()
    }

    private var intakePolicy: IntakePolicy {
        IntakePolicy(
            quietPeriod: configuration.quietPeriod,
            rescanInterval: configuration.rescanInterval,
            minimumFreeBytes: configuration.minimumFreeBytes,
            pipelines: PipelineSelection(names: processor.pipelineNames, fallback: configuration.pipeline),
            leavesSources: configuration.afterSuccess == .leave
        )
    }

    private func prepareFolders(_ files: PosixFiles) throws {
        let folders = configuration.folders
        for folder in [
            folders.inbox, folders.outbox, folders.review, folders.archive, folders.failed, folders.state,
            folders.spool,
        ] {
            do {
                try files.makeFolders(folder)
            } catch DaemonError.systemCall(let operation, let path, let number) {
                let error = DaemonError.systemCall(operation: operation, path: path, number: number)
                if [ENOSPC, EDQUOT, EIO, ENOMEM].contains(number) { throw error }
                throw DaemonError.folderUnusable(path: folder, problem: error.description)
            }
        }
        let mount = try files.mountKind(at: folders.state)
        if mount.isRemote { throw DaemonError.stateOnNetwork(path: folders.state, fileSystem: mount.name) }
    }

    private func services(
        desk: JobDesk<PosixFiles>,
        intake: InboxIntake<PosixFiles>,
        journal: JobJournal,
        files: PosixFiles
    ) -> [any Service] {
        let heartbeat = Heartbeat()
        let status = DaemonStatus()
        let wakeups = Wakeups()
        let pace = max(.milliseconds(20), min(configuration.quietPeriod / 4, .seconds(1)))
        return [
            NotifierService(
                notifier: ServiceNotifier(),
                heartbeat: heartbeat,
                status: status,
                progressLimit: configuration.progressTimeout,
                grace: configuration.shutdownGrace,
                log: logger
            ),
            JobWorker(
                desk: desk,
                journal: journal,
                processor: processor,
                configuration: configuration,
                heartbeat: heartbeat,
                status: status,
                wakeups: wakeups,
                log: logger
            ),
            InboxWatcher(
                intake: intake,
                files: files,
                inbox: configuration.folders.inbox,
                watching: configuration.watching,
                pollInterval: configuration.pollInterval,
                pace: pace,
                heartbeat: heartbeat,
                status: status,
                onAdmission: { wakeups.wake() },
                log: logger
            ),
        ]
    }
}
