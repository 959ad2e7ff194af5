import Logging
import RectoPages
import ServiceLifecycle

/// How changes of the inbox are noticed.
public enum Watching: String, Sendable, Codable, CaseIterable {
    /// By events, and by polling where the file system is a network's or a user program's.
    case auto
    /// By events alone, with the periodic rescan.
    case inotify
    /// By looking again and again.
    case polling
}

/// The service that looks at the inbox: events are hints, the periodic scan is the truth.
struct InboxWatcher<Files: FileOperations>: Service {
    let intake: InboxIntake<Files>
    let files: Files
    let inbox: String
    let watching: Watching
    let pollInterval: Duration
    let pace: Duration
    let heartbeat: Heartbeat
    let status: DaemonStatus
    let onAdmission: @Sendable () -> Void
    let log: Logger

    func run() async throws {
        let wakeups = Wakeups()
        let events = watching == .polling ? nil : try InotifyEvents { wakeups.wake() }
        if events == nil { await intake.setRescanInterval(pollInterval) }
        await withTaskGroup { group in
            group.addTask { await wakeups.beat(every: pace) }
            await look(wakeups, events)
            group.cancelAll()
        }
    }

    private func look(_ wakeups: Wakeups, _ events: InotifyEvents?) async {
        let start = ContinuousClock.now
        var polled: Set<String> = []
        var lastProblem: String?
        for await _ in wakeups.stream.cancelOnGracefulShutdown() {
            heartbeat.beat("inbox")
            let hints = events?.takeHints() ?? InboxHints()
            let report = await intake.step(at: .now - start, hints: hints)
            heartbeat.end("inbox")
            if let events, let folders = report.folders {
                let toPoll = watch(folders, with: events)
                if !toPoll.isEmpty, polled.isEmpty { await intake.setRescanInterval(pollInterval) }
                for folder in toPoll.subtracting(polled) {
                    log.notice("a folder of the inbox is polled", metadata: ["folder": "/\(folder)"])
                }
                polled.formUnion(toPoll)
            }
            if let problem = report.problem, problem.code != lastProblem {
                let metadata: Logger.Metadata = ["code": "\(problem.code)", "reason": "\(problem.message)"]
                log.error("the inbox has to wait", metadata: metadata)
            }
            lastProblem = report.problem?.code
            status.noteInbox(waiting: report.waiting.count, problem: report.problem?.message)
            if !report.admitted.isEmpty { onAdmission() }
        }
    }

    /// Watches the folders where events can be trusted.
    ///
    /// - Returns: The folders that have to be polled.
    private func watch(_ folders: [String: FileStatus], with events: InotifyEvents) -> Set<String> {
        var remoteDevices: [UInt64: Bool] = [:]
        var toPoll: Set<String> = []
        if watching == .auto {
            for (folder, status) in folders.sorted(by: { $0.key < $1.key }) {
                let path = folder.isEmpty ? inbox : inbox.appendingComponent(folder)
                let isRemote = remoteDevices[status.device] ?? (try? files.mountKind(at: path).isRemote) ?? false
                remoteDevices[status.device] = isRemote
                if isRemote { toPoll.insert(folder) }
            }
        }
        let refused = events.watch(folders.keys.filter { !toPoll.contains($0) }, inbox: inbox)
        return toPoll.union(refused.keys)
    }
}
