import Foundation
import Logging
import RectoPages
import ServiceLifecycle

/// The service that has queued documents read, never more of them at a time than configured.
struct JobWorker<Files: FileOperations>: Service {
    let desk: JobDesk<Files>
    let journal: JobJournal
    let processor: any DocumentProcessor
    let concurrency: Int
    let duplicates: DuplicatePolicy
    let jobTimeout: Duration
    let grace: Duration
    let heartbeat: Heartbeat
    let status: DaemonStatus
    let wakeups: Wakeups
    let log: Logger
    private enum Ending: Sendable {
        case outcome(ProcessingOutcome)
        case stop(StopReason?)
    }

    private let running = RunningJobs()
    private let start = ContinuousClock.now

    private var now: Duration { .now - start }

    init(
        desk: JobDesk<Files>,
        journal: JobJournal,
        processor: any DocumentProcessor,
        configuration: DaemonConfiguration,
        heartbeat: Heartbeat,
        status: DaemonStatus,
        wakeups: Wakeups,
        log: Logger
    ) {
        self.desk = desk
        self.journal = journal
        self.processor = processor
        concurrency = configuration.concurrency
        duplicates = configuration.duplicates
        jobTimeout = configuration.jobTimeout
        grace = configuration.shutdownGrace
        self.heartbeat = heartbeat
        self.status = status
        self.wakeups = wakeups
        self.log = log
    }

    func run() async throws {
        await withTaskGroup { group in
            group.addTask { await wakeups.beat(every: .milliseconds(500)) }
            for await _ in wakeups.stream.cancelOnGracefulShutdown() {
                heartbeat.beat("worker")
                await look(&group)
                heartbeat.end("worker")
            }
            // Shutting down: what runs may end within the grace time, then it is handed back.
            group.addTask {
                try? await Task.sleep(for: grace)
                running.stopAll(.handedBack)
            }
            while running.count > 0, await group.next() != nil {}
            group.cancelAll()
        }
    }

    private func look(_ group: inout TaskGroup<Void>) async {
        var problem: String?
        do {
            for id in try await desk.tick(at: now) { running.stop(id, .cancelled) }
            while running.count < concurrency, let document = try await desk.next(at: now) {
                let stops = running.begin(document.jobID)
                group.addTask {
                    await read(document, stops)
                    running.end(document.jobID)
                    heartbeat.end(document.jobID)
                    wakeups.wake()
                }
            }
        } catch {
            problem = "\(error)"
            await pause(error)
        }
        let queued = (try? journal.counts()[.queued]) ?? nil
        status.noteJobs(queued: queued ?? 0, running: running.count, problem: problem)
    }

    private func pause(_ error: any Error) async {
        log.error("jobs have to wait", metadata: ["reason": "\(error)"])
        await desk.pause(until: now + .seconds(5))
    }

    private func read(_ document: ClaimedDocument, _ stops: AsyncStream<StopReason>) async {
        heartbeat.beat(document.jobID)
        let (outcome, stop) = await process(document, stops)
        while true {
            do {
                switch (outcome, stop) {
                case (_, .cancelled?), (.failed, .some), (.partial, .some):
                    try await desk.stopped(document.jobID, stop ?? .handedBack, limit: jobTimeout, at: now)
                default:
                    try await desk.finish(document.jobID, outcome, at: now)
                }
                return
            } catch let error as any RectoError where error.isRetryable {
                // The result is kept until the disk takes it; a shutdown leaves it to the next start.
                await pause(error)
                heartbeat.beat(document.jobID)
                if Task.isShuttingDownGracefully { return }
                try? await Task.sleep(for: .seconds(5))
            } catch {
                log.critical("a job cannot be ended", metadata: ["job": "\(document.jobID)", "error": "\(error)"])
                return
            }
        }
    }

    /// Runs the processor until it ends; a stop cancels it and is remembered.
    private func process(
        _ document: ClaimedDocument,
        _ stops: AsyncStream<StopReason>
    ) async -> (ProcessingOutcome, StopReason?) {
        if duplicates == .skipWithRecord, let earlier = await desk.earlierRecord(of: document),
            let record = processor.record(of: document, from: earlier)
        {
            return (.complete(record: record), nil)
        }
        let pages = JournalPageStore(journal: journal, job: document.jobID, heartbeat: heartbeat)
        return await withTaskGroup(of: Ending.self) { group in
            group.addTask { .outcome(await processor.process(document, pages: pages)) }
            group.addTask {
                for await reason in stops { return .stop(reason) }
                return .stop(nil)
            }
            group.addTask {
                do { try await Task.sleep(for: jobTimeout) } catch { return .stop(nil) }
                return .stop(.timeout)
            }
            var stop: StopReason?
            for await ending in group {
                switch ending {
                case .outcome(let outcome):
                    group.cancelAll()
                    return (outcome, stop)
                case .stop(let reason?):
                    stop = stop ?? reason
                    group.cancelAll()
                case .stop(nil): break
                }
            }
            let failure = JobFailure(code: "job.no-outcome", message: "the processor ended silently", category: .defect)
            return (.failed(failure, partialRecord: nil), stop)
        }
    }
}
