import Synchronization

/// How to stop the jobs that run.
final class RunningJobs: Sendable {
    private let stops = Mutex<[String: AsyncStream<StopReason>.Continuation]>([:])

    /// How many run.
    var count: Int { stops.withLock { $0.count } }

    /// A job begins.
    ///
    /// - Returns: Yields a reason when the job has to stop.
    func begin(_ id: String) -> AsyncStream<StopReason> {
        let (stream, continuation) = AsyncStream.makeStream(of: StopReason.self)
        stops.withLock { $0[id] = continuation }
        return stream
    }

    /// A job ended.
    func end(_ id: String) {
        stops.withLock { $0.removeValue(forKey: id) }?.finish()
    }

    /// Asks one job to stop.
    func stop(_ id: String, _ reason: StopReason) {
        _ = stops.withLock { $0[id] }?.yield(reason)
    }

    /// Asks all jobs to stop.
    func stopAll(_ reason: StopReason) {
        for continuation in stops.withLock({ Array($0.values) }) { continuation.yield(reason) }
    }
}
