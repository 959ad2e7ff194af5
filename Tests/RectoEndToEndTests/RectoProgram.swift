import Foundation

/// The built `recto`, run as a user runs it.
struct RectoProgram {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The root of the repository.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folder that `swift build` filled: the test bundle lies in it.
    static var executable: URL {
        let runner = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let folders = sequence(first: runner.deletingLastPathComponent()) { folder in
            folder.path == "/" ? nil : folder.deletingLastPathComponent()
        }
        let candidates = folders.map { $0.appending(path: "recto") }
        return candidates.first { url in
            FileManager.default.isExecutableFile(atPath: url.path)
                && FileManager.default.isExecutableFile(atPath: url.path + "-rasterizer")
        } ?? URL(filePath: "recto")
    }

    /// The renderer beside it.
    static var rasterizer: URL { executable.deletingLastPathComponent().appending(path: "recto-rasterizer") }

    /// The shipped checkpoint in the source tree.
    static var reader: URL { repository.appending(path: "Sources/RectoReader/Resources/reader") }

    /// Runs it to its end.
    static func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = repository
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        standardInput.fileHandleForWriting.write(Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let collected = Collected()
        let reader = Thread { collected.finish(errors.fileHandleForReading.readDataToEndOfFile()) }
        reader.start()
        let result = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: result, as: UTF8.self),
            errors: String(decoding: collected.wait(), as: UTF8.self)
        )
    }

    /// What a second thread read meanwhile, so that neither pipe can fill up and block the program.
    private final class Collected: Sendable {
        private let condition = NSCondition()
        nonisolated(unsafe) private var data: Data?

        func finish(_ data: Data) {
            condition.withLock {
                self.data = data
                condition.broadcast()
            }
        }

        func wait() -> Data {
            condition.withLock {
                while data == nil { condition.wait() }
                return data ?? Data()
            }
        }
    }
}
