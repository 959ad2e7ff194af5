import Foundation

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
    static func launch(in folder: URL, configuration: String, environment: [String: String] = [:]) throws -> Process {
        let file = folder.appending(path: "recto.yaml")
        try Data("folders: {base: \(folder.path)}\n\(configuration)\n".utf8).write(to: file)
        let process = Process()
        process.executableURL = executable
        process.arguments = ["serve", "--config", file.path]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Looks every few milliseconds whether something has come true.
    static func eventually(within seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if try condition() { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return try condition()
    }
}
