import Foundation
import RectoTestSupport

/// The daemon with a double in place of the pipeline, built beside the tests.
enum Harness {
    /// The program.
    static var executable: URL {
        let runner = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let folders = sequence(first: runner.deletingLastPathComponent()) { folder in
            folder.path == "/" ? nil : folder.deletingLastPathComponent()
        }
        let candidates = folders.map { $0.appending(path: "recto-daemon-harness") }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
            ?? URL(filePath: "recto-daemon-harness")
    }

    /// Starts it on a folder, waits until something has come true and acts at once when it has.
    ///
    /// All of it happens on a thread of its own: tests that work for seconds may hold the shared threads meanwhile.
    static func launch(
        in folder: URL,
        configuration: String,
        until condition: @escaping @Sendable () -> Bool = { true },
        then action: @escaping @Sendable (RunningProcess) -> Void = { _ in }
    ) async throws -> RunningProcess {
        let file = folder.appending(path: "recto.yaml")
        try Data("folders: {base: \(folder.path)}\n\(configuration)\n".utf8).write(to: file)
        let program = executable
        return try await onOwnThread {
            let process = try RunningProcess(program, ["serve", "--config", file.path])
            if wait(for: condition) != nil { action(process) }
            return process
        }
    }

    /// Looks every few milliseconds whether something has come true, on a thread of its own.
    static func eventually(_ condition: @escaping @Sendable () -> Bool) async throws -> Bool {
        try await onOwnThread { wait(for: condition) } != nil
    }

    /// How long it took until something came true; nil when it did not.
    static func duration(until condition: @escaping @Sendable () -> Bool) async throws -> Duration? {
        try await onOwnThread { wait(for: condition) }
    }

    private static func wait(for condition: () -> Bool) -> Duration? {
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < .seconds(60) {
            if condition() { return clock.now - start }
            usleep(10_000)
        }
        return nil
    }
}

/// A process that a test has started; it is killed when the test forgets it.
final class RunningProcess: Sendable {
    private let process = Process()

    init(_ executable: URL, _ arguments: [String]) throws {
        process.executableURL = executable
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var isRunning: Bool { process.isRunning }

    func terminate() { process.terminate() }

    /// Waits for its end.
    ///
    /// - Returns: Its exit status.
    func status() async throws -> Int32 {
        try await onOwnThread {
            self.process.waitUntilExit()
            return self.process.terminationStatus
        }
    }
}
