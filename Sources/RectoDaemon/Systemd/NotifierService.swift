import Foundation
import Logging
import ServiceLifecycle

/// Tells systemd that the daemon is ready, what it does, and that it is alive as long as its work gets on.
struct NotifierService: Service {
    let notifier: ServiceNotifier
    let heartbeat: Heartbeat
    let status: DaemonStatus
    /// Work that does not get on for longer than this is stuck, and systemd may restart the daemon.
    let progressLimit: Duration
    let grace: Duration
    let log: Logger

    func run() async throws {
        let wakeups = Wakeups()
        let pace = min(notifier.watchdogInterval.map { $0 / 3 } ?? .seconds(1), .seconds(1))
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await wakeups.beat(every: pace) }
                await tell(wakeups)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            let microseconds = (grace + .seconds(10)).components.seconds * 1_000_000
            notifier.send("STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=\(microseconds)")
        }
    }

    private func tell(_ wakeups: Wakeups) async {
        var isReady = false
        var lastLine = ""
        for await _ in wakeups.stream.cancelOnGracefulShutdown() {
            if !isReady, status.isReady {
                isReady = true
                notifier.send("READY=1")
                log.info("ready")
            }
            if status.line != lastLine {
                lastLine = status.line
                notifier.send("STATUS=\(lastLine)")
            }
            if let stalled = heartbeat.stalledWork(limit: progressLimit) {
                log.critical("work does not get on; the watchdog is not fed", metadata: ["work": "\(stalled)"])
            } else {
                notifier.send("WATCHDOG=1")
            }
        }
    }
}
