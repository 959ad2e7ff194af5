import RectoPages

/// Decided jobs whose results cannot be written for now; each waits for itself, so that none holds another up.
struct DeliveryBacklog: Sendable {
    private struct Entry: Sendable {
        var due: Duration
        var attempts: Int
        var reason: String
    }

    /// A blocker that a person removed is noticed within this time.
    private static let longestPause = Duration.seconds(60)

    private var entries: [String: Entry] = [:]

    /// Whether a delivery is to be tried now.
    func isDue(_ id: String, at now: Duration) -> Bool { entries[id].map { now >= $0.due } ?? true }

    /// A delivery failed.
    ///
    /// - Returns: The pause until the next attempt, and whether this reason is new.
    mutating func postpone(
        _ id: String,
        _ reason: String,
        at now: Duration,
        policy: RetryPolicy
    ) -> (pause: Duration, isNew: Bool) {
        let earlier = entries[id]
        let attempts = (earlier?.attempts ?? 0) + 1
        let pause = min(policy.pause(afterAttempt: attempts), Self.longestPause)
        entries[id] = Entry(due: now + pause, attempts: attempts, reason: reason)
        return (pause, earlier?.reason != reason)
    }

    /// A job was delivered, decided otherwise, or somebody asked to try it now.
    mutating func forget(_ id: String) { entries[id] = nil }

    /// Whether a failure is one of the whole disk or of the journal, and not of one job's places.
    static func holdsEverythingUp(_ error: any RectoError) -> Bool {
        ["environment.no-space", "environment.io-error", "journal.unusable"].contains(error.code)
    }
}
