/// How often and after which pauses a job is tried again when its surroundings failed.
public struct RetryPolicy: Sendable, Hashable {
    /// How many attempts there are in all.
    public var attempts: Int
    /// The pause after the first attempt; it doubles with each further one.
    public var firstPause: Duration
    /// No pause is longer.
    public var longestPause: Duration
    /// How often in a row the daemon may die over a document, without a finished page, before it is put aside.
    public var crashLimit: Int

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - attempts: How many attempts there are in all.
    ///   - firstPause: The pause after the first attempt.
    ///   - longestPause: No pause is longer.
    ///   - crashLimit: How often the daemon may die over a document.
    public init(
        attempts: Int = 5,
        firstPause: Duration = .seconds(10),
        longestPause: Duration = .seconds(600),
        crashLimit: Int = 6
    ) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.crashLimit = crashLimit
    }

    /// How long to wait after an attempt that failed.
    package func pause(afterAttempt attempt: Int) -> Duration {
        var pause = firstPause
        for _ in 1..<max(attempt, 1) where pause < longestPause { pause = pause * 2 }
        return min(pause, longestPause)
    }
}
