import Foundation
import Logging

/// Log lines as systemd's journal wants them on standard error: the level as `<N>` in front, no time, one line each.
///
/// See sd-daemon(3); with it `journalctl -p warning` finds the warnings.
struct JournalLogHandler: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    /// Whether standard error leads to the journal.
    static var isWanted: Bool { ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil }

    init(label: String) {
        self.label = label
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            .map { " \($0.key)=\($0.value)" }.joined()
        let line = "\(event.message)\(facts)".replacing("\n", with: " ")
        FileHandle.standardError.write(Data("<\(Self.priority(of: event.level))>\(line)\n".utf8))
    }

    /// The syslog priority of a level.
    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
