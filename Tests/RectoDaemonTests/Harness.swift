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

    /// Starts it on a folder.
    static func launch(in folder: URL, configuration: String) async throws -> RunningProcess {
        let file = folder.appending(path: "recto.yaml")
        try Data("folders: {base: \(folder.path)}\n\(configuration)\n".utf8).write(to: file)
        let program = executable
        return try await onOwnThread { try RunningProcess(program, ["serve", "--config", file.path]) }
    }

    /// Looks every few milliseconds, on a thread of its own, whether something has come true.
    static func eventually(_ condition: @escaping @Sendable () -> Bool) async throws -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(60)
        while clock.now < end {
            if try await onOwnThread(condition) { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await onOwnThread(condition)
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
