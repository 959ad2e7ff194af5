import RectoDaemon
import Testing

struct JobStateTests {
    private let policy = RetryPolicy(attempts: 3, firstPause: .seconds(10), longestPause: .seconds(30), crashLimit: 3)

    @Test func aJobGoesFromTheQueueToItsRecord() {
        var job = JobStateMachine()
        #expect(job.handle(.started, policy: policy) == .process)
        #expect(job.handle(.finished(.complete), policy: policy) == .deliver(.complete))
        #expect(job.handle(.delivered, policy: policy) == .file)
        #expect(job.handle(.filed, policy: policy) == .forget)
        #expect(job.state == .done)
        #expect(job.verdict == .complete)
    }

    @Test func failuresOfTheSurroundingsAreRetriedWithGrowingPausesUntilTheLimit() {
        var job = JobStateMachine()
        for pause in [10, 20] {
            #expect(job.handle(.started, policy: policy) == .process)
            #expect(job.handle(.failedByEnvironment, policy: policy) == .retry(after: .seconds(pause)))
            #expect(job.handle(.retryDue, policy: policy) == JobAction.none)
        }
        #expect(job.handle(.started, policy: policy) == .process)
        #expect(job.handle(.failedByEnvironment, policy: policy) == .giveUp(.attempts))
        #expect(job.state == .running)
        #expect(policy.pause(afterAttempt: 9) == .seconds(30))
    }

    @Test func handingBackAndChangedSourcesCostNoAttempt() {
        for event in [JobEvent.handedBack, .sourceChanged] {
            var job = JobStateMachine()
            _ = job.handle(.started, policy: policy)
            #expect(job.handle(event, policy: policy) == JobAction.none)
            #expect(job.state == .queued)
            #expect(job.attempts == 0)
        }
    }

    @Test func aDocumentThatKillsTheDaemonIsPutAsideUnlessItGetsOn() {
        var job = JobStateMachine()
        for _ in 0..<2 {
            _ = job.handle(.started, policy: policy)
            #expect(job.handle(.daemonDied, policy: policy) == JobAction.none)
        }
        var getsOn = job
        getsOn.notePageFinished()
        _ = job.handle(.started, policy: policy)
        #expect(job.handle(.daemonDied, policy: policy) == .giveUp(.crashes))
        _ = getsOn.handle(.started, policy: policy)
        #expect(getsOn.handle(.daemonDied, policy: policy) == JobAction.none)
    }

    @Test func cancellingStopsARunningJobAndEndsAWaitingOne() {
        var waiting = JobStateMachine()
        #expect(waiting.handle(.cancelRequested, policy: policy) == .deliver(.cancelled))
        var running = JobStateMachine()
        _ = running.handle(.started, policy: policy)
        #expect(running.handle(.cancelRequested, policy: policy) == .stopProcessing)
        #expect(running.handle(.finished(.cancelled), policy: policy) == .deliver(.cancelled))
        _ = running.handle(.delivered, policy: policy)
        _ = running.handle(.filed, policy: policy)
        #expect(running.state == .cancelled)
        #expect(running.handle(.retryRequested, policy: policy) == .reopen)
        #expect(running == JobStateMachine())
    }

    @Test func aRecordThatWaitsForItsPlaceCanBeCancelledButNotAnError() {
        var record = JobStateMachine(state: .delivering, attempts: 1, verdict: .complete)
        #expect(record.handle(.retryRequested, policy: policy) == JobAction.none)
        #expect(record.state == .delivering)
        #expect(record.handle(.cancelRequested, policy: policy) == .deliver(.cancelled))
        #expect(record.handle(.cancelRequested, policy: policy) == nil)
        var failed = JobStateMachine(state: .delivering, attempts: 1, verdict: .failed)
        #expect(failed.handle(.cancelRequested, policy: policy) == nil)
    }

    @Test func impossibleEventsChangeNothing() {
        let machines = JobState.allCases.map { JobStateMachine(state: $0, attempts: 1, verdict: .complete) }
        let impossible: [JobState: [JobEvent]] = [
            .queued: [.delivered, .filed, .finished(.complete), .retryDue],
            .delivering: [.started, .filed, .daemonDied],
            .filing: [.delivered, .cancelRequested],
            .done: [.started, .cancelRequested, .retryRequested, .finished(.failed)],
        ]
        for machine in machines {
            for event in impossible[machine.state] ?? [] {
                var changed = machine
                #expect(changed.handle(event, policy: policy) == nil)
                #expect(changed == machine)
            }
        }
    }
}
