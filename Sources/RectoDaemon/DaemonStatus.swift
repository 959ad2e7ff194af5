import Synchronization

/// What `systemctl status` shows of the daemon, gathered from its loops.
final class DaemonStatus: Sendable {
    private struct Facts {
        var inboxSeen = false
        var waiting = 0
        var inboxProblem: String?
        var jobProblem: String?
        var running = 0
        var queued = 0
    }

    private let facts = Mutex(Facts())

    /// The inbox was looked at.
    func noteInbox(waiting: Int, problem: String?) {
        facts.withLock {
            $0.inboxSeen = true
            $0.waiting = waiting
            $0.inboxProblem = problem
        }
    }

    /// The queue was looked at.
    func noteJobs(queued: Int, running: Int, problem: String?) {
        facts.withLock {
            $0.queued = queued
            $0.running = running
            $0.jobProblem = problem
        }
    }

    /// Whether the inbox was looked at once: then the daemon is ready.
    var isReady: Bool { facts.withLock { $0.inboxSeen } }

    /// One line for people.
    var line: String {
        facts.withLock { facts in
            let counts = "\(facts.running) running, \(facts.queued) queued, \(facts.waiting) waiting in the inbox"
            guard let problem = facts.jobProblem ?? facts.inboxProblem else { return counts }
            return counts + "; " + problem.replacing("\n", with: " ")
        }
    }
}
