import CRectoKernels
import Dispatch
import Foundation
import Synchronization

/// Threads that share out the turns of short loops.
///
/// A token goes through some hundred products of a few microseconds each. Workers that wait for the next one in a loop are
/// there at once; Dispatch's would have to be woken each time. After a while without work they sleep.
final class WorkerPool: Sendable {
    /// The turns of one loop.
    private final class Job: @unchecked Sendable {
        // @unchecked Sendable: `body` is read only for turns that are not over, and its owner waits for all of them.
        let count: Int
        let next = Atomic<Int>(0)
        let finished = Atomic<Int>(0)
        var body: ((Int) -> Void)?

        init(count: Int, body: @escaping (Int) -> Void) {
            self.count = count
            self.body = body
        }

        /// Takes turns until none is left.
        func work() {
            while true {
                let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if turn >= count { return }
                body?(turn)
                finished.wrappingAdd(1, ordering: .releasing)
            }
        }
    }

    /// The pool of this process.
    static let shared = WorkerPool()

    /// Looks into the job before a worker goes to sleep: about a tenth of a millisecond.
    private static let patience = 4000
    /// Looks before a waiting thread lets others run, which on a busy machine may be those it waits for.
    private static let looksPerTurn = 400

    private let isBusy = Atomic<Bool>(false)
    private let generation = Atomic<Int>(0)
    private let sleeperCount = Atomic<Int>(0)
    private let alarm = DispatchSemaphore(value: 0)
    private let job = Mutex<Job?>(nil)
    private let workerCount = Mutex<Int>(0)

    /// Runs the turns of a loop on several threads, this one included, and returns when all are over.
    ///
    /// - Parameters:
    ///   - count: How many turns.
    ///   - threads: How many threads.
    ///   - body: One turn.
    /// - Returns: Whether the pool was free; if not, nothing was run.
    func run(_ count: Int, threads: Int, _ body: (Int) -> Void) -> Bool {
        if isBusy.exchange(true, ordering: .acquiring) { return false }
        defer { isBusy.store(false, ordering: .releasing) }
        addWorkers(upTo: threads - 1)
        withoutActuallyEscaping(body) { body in
            let job = Job(count: count, body: body)
            self.job.withLock { $0 = job }
            generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
            for _ in 0..<min(sleeperCount.load(ordering: .sequentiallyConsistent), count - 1) { alarm.signal() }
            job.work()
            var looks = 0
            while job.finished.load(ordering: .acquiring) < count {
                looks += 1
                if looks % Self.looksPerTurn == 0 { sched_yield() } else { recto_pause() }
            }
            self.job.withLock { $0 = nil }
            job.body = nil
        }
        return true
    }

    private func addWorkers(upTo wanted: Int) {
        workerCount.withLock { count in
            while count < wanted {
                let thread = Thread { [unowned self] in serve() }
                thread.name = "recto.worker"
                thread.qualityOfService = .userInitiated
                thread.start()
                count += 1
            }
        }
    }

    private func serve() {
        var seen = 0
        while true {
            waitForWork(after: seen)
            seen = generation.load(ordering: .acquiring)
            job.withLock(\.self)?.work()
        }
    }

    private func waitForWork(after seen: Int) {
        var looks = 0
        while generation.load(ordering: .acquiring) == seen {
            looks += 1
            if looks < Self.patience {
                recto_pause()
                continue
            }
            sleeperCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
            if generation.load(ordering: .sequentiallyConsistent) == seen { alarm.wait() }
            sleeperCount.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            looks = 0
        }
    }
}
