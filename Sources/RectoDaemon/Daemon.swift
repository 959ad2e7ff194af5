public import Logging

/// The daemon: takes documents from the inbox, has them read, delivers records.
public struct Daemon: Sendable {
    private let configuration: DaemonConfiguration
    private let processor: any DocumentProcessor
    private let logger: Logger

    /// Creates a daemon; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: Folders, limits and policies.
    ///   - processor: Reads one document.
    ///   - logger: Where the daemon says what it does.
    public init(configuration: DaemonConfiguration, processor: any DocumentProcessor, logger: Logger) {
        self.configuration = configuration
        self.processor = processor
        self.logger = logger
    }
}
