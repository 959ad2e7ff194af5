import Logging
import Synchronization

/// Keeps what is logged, one line for each message.
final class LogRecorder: Sendable {
    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            recorder.note("\(event.level): \(event.message) " + facts.joined(separator: " "))
        }
    }

    private let kept = Mutex<[String]>([])

    /// What was logged so far, warnings and worse.
    var lines: [String] { kept.withLock { $0 } }

    /// A logger that writes here.
    var logger: Logger { Logger(label: "test", factory: { _ in Handler(recorder: self) }) }

    private func note(_ line: String) { kept.withLock { $0.append(line) } }
}
