import Foundation
import Subprocess
import SystemPackage

/// One run of `recto-rasterizer`: arguments, passwords, deadline, and what its end means.
struct RasterizerProcess {
    /// The program.
    let executable: URL
    /// What it may use.
    let limits: RasterizerLimits
    /// What the call is about.
    let place: PagesError.Place

    /// Runs the program and reads its whole answer.
    ///
    /// - Parameters:
    ///   - arguments: Command and file; options for the limits are added.
    ///   - accepted: Exit statuses with which the answer counts.
    /// - Returns: The answer, complete.
    /// - Throws: `PagesError`, or `CancellationError` when the task was cancelled.
    func run(_ arguments: [String], accepting accepted: Set<Int32> = [0]) async throws -> RasterizerReader {
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw PagesError.rasterizerMissing(searched: [executable.path])
        }
        let (status, reader) = try await runUntilDeadline(arguments + limitArguments)
        try Task.checkCancellation()
        guard case .exited(let code) = status else { throw failure(of: status) }
        if let reported = reportedFailure(in: reader) { throw reported }
        guard accepted.contains(code), reader.isComplete else {
            throw accepted.contains(code)
                ? PagesError.protocolViolation(place, found: "less than it announced")
                : failure(ofExitStatus: code)
        }
        return reader
    }

    private var limitArguments: [String] {
        var arguments = [
            "--max-pixels", "\(limits.maximumPixels)", "--max-side", "\(limits.maximumSide)",
            "--lowest-dpi", "\(limits.lowestDPI)", "--memory", "\(limits.memoryBytes)",
            "--cpu", "\(limits.cpuSeconds)",
            // The child's own alarm is the second line, should this process stall.
            "--wall", "\(Int(limits.wallClock.seconds.rounded(.up)) + 2)",
        ]
        if !limits.passwords.isEmpty { arguments.append("--passwords") }
        if limits.allowsUnconfined { arguments.append("--allow-unconfined") }
        return arguments
    }

    private enum Event: Sendable {
        case ended(TerminationStatus, RasterizerReader)
        case deadline
    }

    /// Whoever is first wins; cancelling the run kills the process at once, there is nothing to tidy up in it.
    private func runUntilDeadline(_ arguments: [String]) async throws -> (TerminationStatus, RasterizerReader) {
        try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask {
                let (status, reader) = try await spawn(arguments)
                return .ended(status, reader)
            }
            group.addTask {
                try await Task.sleep(for: limits.wallClock)
                return .deadline
            }
            defer { group.cancelAll() }
            guard case .ended(let status, let reader) = try await group.next() else {
                throw PagesError.timeLimit(place, seconds: limits.wallClock.seconds)
            }
            return (status, reader)
        }
    }

    private func spawn(_ arguments: [String]) async throws -> (TerminationStatus, RasterizerReader) {
        let place = place
        let maximumPixels = limits.maximumPixels
        do {
            let result = try await Subprocess.run(
                .path(FilePath(executable.path)),
                arguments: Arguments(arguments),
                environment: environment,
                input: try passwordInput(),
                output: .sequence,
                error: .discarded
            ) { execution in
                var reader = RasterizerReader(maximumPixels: maximumPixels)
                for try await buffer in execution.standardOutput { try reader.append(buffer.bytes) }
                return reader
            }
            return (result.terminationStatus, result.closureResult)
        } catch let violation as RasterizerReader.Violation {
            throw PagesError.protocolViolation(place, found: violation.found)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw PagesError.rasterizerUnusable(executable: executable.path, reason: error.description)
        }
    }

    /// Nothing of the daemon's surroundings, except where the fonts are configured.
    private var environment: Subprocess.Environment {
        var values: [Subprocess.Environment.Key: String] = ["LC_ALL": "C.UTF-8", "HOME": "/nonexistent"]
        let inherited = ProcessInfo.processInfo.environment
        values["FONTCONFIG_FILE"] = inherited["FONTCONFIG_FILE"]
        values["FONTCONFIG_PATH"] = inherited["FONTCONFIG_PATH"]
        return .custom(values)
    }

    /// Lays the passwords into a pipe before the process starts: never into its arguments, and nobody waits.
    ///
    /// Each ends with a zero byte; an empty one ends the list.
    private func passwordInput() throws -> FileDescriptorInput {
        guard !limits.passwords.isEmpty else {
            let nothing = try FileDescriptor.open(FilePath("/dev/null"), .readOnly, options: .closeOnExec)
            return .fileDescriptor(nothing, closeAfterSpawningProcess: true)
        }
        let ends = try FileDescriptor.pipe()
        defer { try? ends.writeEnd.close() }
        let usable = limits.passwords.filter { !$0.isEmpty && !$0.utf8.contains(0) }
        try ends.writeEnd.writeAll((usable.flatMap { Array($0.utf8) + [0] }).prefix(Self.longestPasswordList) + [0])
        return .fileDescriptor(ends.readEnd, closeAfterSpawningProcess: true)
    }

    /// What fits into a pipe without anybody reading.
    private static let longestPasswordList = 1 << 15

    private func reportedFailure(in reader: RasterizerReader) -> PagesError? {
        guard let line = reader.line,
            let failure = try? JSONDecoder().decode(RasterizerAnswer.Failure.self, from: Data(line))
        else { return nil }
        return PagesError(failure.error, at: place, limits: limits)
    }
}

extension RasterizerProcess {
    /// Limits that strike while pixels are being written leave no line, only their exit status.
    private func failure(ofExitStatus status: Int32) -> PagesError {
        switch status {
        case 75: .memoryLimit(place, megabytes: limits.memoryBytes >> 20)
        case 76: .cpuLimit(place, seconds: limits.cpuSeconds)
        case 77: .timeLimit(place, seconds: limits.wallClock.seconds)
        default: .protocolViolation(place, found: "exit status \(status) without a reason")
        }
    }

    private func failure(of status: TerminationStatus) -> PagesError {
        guard case .signaled(let number) = status else {
            return .protocolViolation(place, found: "\(status)")
        }
        let names: [Int32: String] = [
            4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE",
            15: "SIGTERM", 24: "SIGXCPU", 31: "SIGSYS",
        ]
        return .crashed(place, signal: names[number] ?? "signal \(number)")
    }
}
