/// Decides when a file has been left alone for long enough; a pure value that is told the time.
///
/// A file is still when inode, size and modification time have not changed and no event named it for the quiet period.
/// A busy file is looked at again after a pause that doubles up to a minute; it is never given up.
package struct Stillness: Sendable {
    /// What is known of one file.
    private struct Observation {
        var status: FileStatus
        var since: Duration
        var notBefore: Duration
        var refusals = 0
    }

    /// Time without change that is asked for.
    package let quietPeriod: Duration
    private var observations: [String: Observation] = [:]

    package init(quietPeriod: Duration) { self.quietPeriod = quietPeriod }

    /// The paths that are watched.
    package var paths: [String] { Array(observations.keys) }

    /// Notes what a file looks like now.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - status: What `lstat` says of it.
    ///   - now: Time since some fixed moment, on a clock that never jumps.
    ///   - touched: Whether an event said that somebody did something to it.
    /// - Returns: Whether it may be taken.
    package mutating func observe(_ path: String, _ status: FileStatus, at now: Duration, touched: Bool) -> Bool {
        guard let observation = observations[path], observation.status == status, !touched else {
            // An empty file is most likely about to be written, so it has to be still for three times as long.
            let period = status.size == 0 ? quietPeriod * 3 : quietPeriod
            observations[path] = Observation(status: status, since: now, notBefore: now + period)
            return period == .zero
        }
        return now >= observation.notBefore
    }

    /// A still file cannot be taken yet: look again later.
    package mutating func postpone(_ path: String, at now: Duration) {
        guard var observation = observations[path] else { return }
        let pause = min(max(quietPeriod, .milliseconds(100)) * (1 << min(observation.refusals, 8)), .seconds(60))
        observation.refusals += 1
        observation.notBefore = now + pause
        observations[path] = observation
    }

    /// Asks for more stillness than the quiet period.
    ///
    /// - Parameters:
    ///   - period: Time without change.
    ///   - path: The file.
    ///   - now: The time of the last observation.
    /// - Returns: Whether the file has been still for as long; else it is not due before.
    package mutating func require(_ period: Duration, of path: String, at now: Duration) -> Bool {
        guard let observation = observations[path] else { return true }
        observations[path]?.notBefore = max(observation.notBefore, observation.since + period)
        return now >= observation.since + period
    }

    /// Forgets a file that was taken or went away.
    package mutating func forget(_ path: String) { observations[path] = nil }

    /// When the next file may be due.
    package var nextDeadline: Duration? { observations.values.map(\.notBefore).min() }
}
