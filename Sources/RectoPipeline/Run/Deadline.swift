/// Measures from its making.
struct Stopwatch: Sendable {
    /// How long it has been running.
    let elapsed: @Sendable () -> Duration

    init(_ clock: any Clock<Duration>) { self = Self.start(clock) }

    private init(elapsed: @escaping @Sendable () -> Duration) { self.elapsed = elapsed }

    private static func start<C: Clock<Duration>>(_ clock: C) -> Stopwatch {
        let start = clock.now
        return Stopwatch { start.duration(to: clock.now) }
    }
}

/// Ends work that takes too long.
enum Deadline {
    /// Runs work against a clock; whichever ends first cancels the other.
    static func run<Result: Sendable>(
        _ limit: Duration,
        clock: any Clock<Duration>,
        _ work: @escaping @Sendable () async throws -> Result,
        onTimeout: @escaping @Sendable () -> any Error
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw onTimeout() }
            return result
        }
    }
}
