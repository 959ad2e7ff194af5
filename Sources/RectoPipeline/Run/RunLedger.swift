import Foundation
import RectoExtraction
import RectoPages
import RectoSchema
import Synchronization

/// Adds up what differs between two runs: when, where, how long in which stage.
final class RunLedger: Sendable {
    private let durations = Mutex<[String: Duration]>([:])
    private let start: Date
    private let watch: Stopwatch
    private let extra: JSONObject
    private let now: @Sendable () -> Date

    init(environment: PipelineEnvironment, extra: JSONObject) {
        start = environment.now()
        watch = Stopwatch(environment.clock)
        now = environment.now
        self.extra = extra
    }

    /// Hears an event; only ends of stages count.
    func note(_ event: PipelineEvent) {
        guard case .stageFinished(let stage, _, let duration) = event else { return }
        durations.withLock { $0[stage, default: .zero] += duration }
    }

    /// The record's `run`.
    ///
    /// - Parameter fallbacks: Where another stage stood in.
    /// - Returns: Times, host and durations.
    func summary(fallbacks: [FallbackReport] = []) -> JSONObject {
        let stages = durations.withLock { $0 }.sorted { $0.key < $1.key }.map { name, duration in
            JSONObject.Member(key: name, value: Self.milliseconds(duration))
        }
        var run: JSONObject = [
            "started": .string(Self.timestamp(start)),
            "finished": .string(Self.timestamp(now())),
            "host": .string(ProcessInfo.processInfo.hostName),
            "milliseconds": Self.milliseconds(watch.elapsed()),
            "stages": .object(JSONObject(stages)),
        ]
        if !fallbacks.isEmpty { run["fallbacks"] = .array(fallbacks.map { $0.json() }) }
        for member in extra { run[member.key] = member.value }
        return run
    }

    private static func milliseconds(_ duration: Duration) -> JSONValue {
        .decimal(duration / .milliseconds(1), decimals: 1)
    }

    private static func timestamp(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
