import Foundation
import RectoTestSupport

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

    /// Runs it to its end, in these surroundings or this test's own.
    static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String]? = nil
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.currentDirectoryURL = repository
        let (standardInput, output) = (Pipe(), Pipe())
        // Errors go to a file, so that neither stream can fill up while the other one is read.
        let folder = try TemporaryFolder()
        let errors = try folder.write([], as: "errors")
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let result = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: result, as: UTF8.self),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }
}
