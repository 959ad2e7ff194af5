import Synchronization

/// What the daemon has in hand and when each of it last got on; the watchdog is fed from this.
package final class Heartbeat: Sendable {
    private let lastBeats = Mutex<[String: ContinuousClock.Instant]>([:])

    package init() {}

    /// Begins a piece of work, or says that it got on: a step of a loop, a page, a token.
    package func beat(_ work: String, at now: ContinuousClock.Instant = .now) {
        lastBeats.withLock { $0[work] = now }
    }

    /// The piece of work ended.
    package func end(_ work: String) {
        lastBeats.withLock { $0[work] = nil }
    }

    /// The piece of work that did not get on for longer than the limit, if there is one.
    package func stalledWork(at now: ContinuousClock.Instant = .now, limit: Duration) -> String? {
        lastBeats.withLock { beats in beats.first { now - $0.value > limit }?.key }
    }
}
