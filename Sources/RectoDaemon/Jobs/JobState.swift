/// Where a job stands.
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// It waits for its turn.
    case queued
    /// A processor works on it.
    case running
    /// The surroundings failed; it is tried again after a pause.
    case waitingRetry = "waiting-retry"
    /// Its result is decided and being written.
    case delivering
    /// Its result is durable; the source is being moved to its last place.
    case filing
    /// A record lies in the outbox.
    case done
    /// The source lies in `failed/` beside its error.
    case failed
    /// A person cancelled it; the source lies in `failed/` beside its error.
    case cancelled

    /// Whether nothing more happens unless a person asks.
    public var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
}

/// The result of a job, once it is decided.
public enum JobVerdict: String, Sendable, Codable, CaseIterable {
    /// Every page was read.
    case complete
    /// Some pages failed.
    case partial
    /// Nothing usable was read.
    case failed
    /// A person cancelled it.
    case cancelled

    /// Whether a record goes to the outbox; else an error goes to `failed/`.
    public var hasRecord: Bool { self == .complete || self == .partial }

    /// The state in which a job with this verdict ends.
    package var finalState: JobState {
        switch self {
        case .complete, .partial: .done
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

/// Something that happens to a job.
package enum JobEvent: Sendable, Hashable {
    case started
    case finished(JobVerdict)
    case failedByEnvironment
    case handedBack
    case retryDue
    case daemonDied
    case sourceChanged
    case cancelRequested
    case retryRequested
    case delivered
    case filed
}

/// What has to be done because of an event.
package enum JobAction: Sendable, Hashable {
    case none
    case process
    case retry(after: Duration)
    case deliver(JobVerdict)
    case giveUp(GiveUpReason)
    case stopProcessing
    case file
    case forget
    case reopen

    /// Why no further attempt is made.
    package enum GiveUpReason: Sendable, Hashable { case attempts, crashes }
}

/// The life of one job as a pure value: no clock, no disk.
///
///     queued ─▶ running ─▶ delivering ─▶ filing ─▶ done | failed | cancelled
///        ▲         │  ▲
///        └─────────┴──┴── waiting-retry (environment), handed back, daemon died, source changed
package struct JobStateMachine: Sendable, Hashable {
    package private(set) var state: JobState
    /// How many attempts were begun that count.
    package private(set) var attempts: Int
    /// How many attempts in a row ended with the daemon's death and without a finished page.
    package private(set) var crashes: Int
    package private(set) var verdict: JobVerdict?

    package init(state: JobState = .queued, attempts: Int = 0, crashes: Int = 0, verdict: JobVerdict? = nil) {
        self.state = state
        self.attempts = attempts
        self.crashes = crashes
        self.verdict = verdict
    }

    /// A page was finished, so the document does not kill the daemon at once.
    package mutating func notePageFinished() { crashes = 0 }

    /// Takes an event.
    ///
    /// - Returns: What to do, or `nil` when the event is not possible in this state; nothing changes then.
    package mutating func handle(_ event: JobEvent, policy: RetryPolicy) -> JobAction? {
        switch (state, event) {
        case (.queued, .started):
            state = .running
            attempts += 1
            return .process
        case (.running, .finished(let verdict)):
            return decide(verdict)
        case (.running, .failedByEnvironment):
            guard attempts < policy.attempts else { return .giveUp(.attempts) }
            state = .waitingRetry
            return .retry(after: policy.pause(afterAttempt: attempts))
        case (.running, .handedBack), (.running, .sourceChanged):
            state = .queued
            attempts -= 1
            return JobAction.none
        case (.running, .daemonDied):
            crashes += 1
            guard crashes < policy.crashLimit else { return .giveUp(.crashes) }
            state = .queued
            attempts -= 1
            return JobAction.none
        case (.waitingRetry, .retryDue), (.waitingRetry, .daemonDied), (.waitingRetry, .retryRequested):
            state = .queued
            return JobAction.none
        case (.queued, .cancelRequested), (.waitingRetry, .cancelRequested):
            return decide(.cancelled)
        case (.running, .cancelRequested):
            return .stopProcessing
        case (.delivering, .cancelRequested) where verdict?.hasRecord == true:
            return decide(.cancelled)
        case (.delivering, .retryRequested), (.filing, .retryRequested):
            return JobAction.none
        case (.delivering, .delivered):
            state = .filing
            return .file
        case (.filing, .filed):
            guard let verdict else { return nil }
            state = verdict.finalState
            return .forget
        case (.failed, .retryRequested), (.cancelled, .retryRequested):
            self = JobStateMachine()
            return .reopen
        default:
            return nil
        }
    }

    private mutating func decide(_ verdict: JobVerdict) -> JobAction {
        state = .delivering
        self.verdict = verdict
        return .deliver(verdict)
    }
}
