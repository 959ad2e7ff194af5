package import Foundation
import Glibc
import Synchronization

/// Drops documents in bursts on a real daemon process, kills it at seeded moments, and counts what comes out.
package struct DaemonKillTrial: Sendable {
    /// One document to drop.
    package struct Document: Sendable, Hashable {
        package var path: String
        package var bytes: Data
        package var isGood: Bool

        package init(path: String, bytes: Data, isGood: Bool) {
            self.path = path
            self.bytes = bytes
            self.isGood = isGood
        }
    }

    /// What came out.
    package struct Outcome: Sendable {
        /// Records by the path of their source.
        package var records: [String: Int] = [:]
        /// Errors by the path of their source.
        package var errors: [String: Int] = [:]
        /// Files under a `.json` name that did not parse when they were seen.
        package var partialFiles: [String] = []
        /// How many complete readings of a `.json` file were made meanwhile.
        package var readings = 0
        /// What was left in the inbox, in the spool and of hidden files.
        package var leftOvers: [String] = []
        /// How often the daemon was killed while documents were in work.
        package var killsInWork = 0
        /// How often it was killed.
        package var kills = 0
        /// The exit status after SIGTERM.
        package var exitStatus: Int32 = -1
        /// Seconds from the first drop to the last result.
        package var seconds = 0.0
    }

    /// The program, for example `recto`.
    package var executable: URL
    /// Arguments before the configuration file's path, for example `serve --config`.
    package var arguments = ["serve", "--config"]
    /// The folder of the trial; inbox, outbox and the others are made below it.
    package var folder: URL
    /// Lines to append to the trial's `recto.yaml`.
    package var configuration = ""
    /// Seed of the kill moments.
    package var seed: UInt64 = 1
    /// How often the daemon is killed.
    package var kills = 5
    /// The longest pause before a kill, in milliseconds; the shortest is an eighth.
    package var longestPause = 900
    /// Documents are dropped after so many kills.
    package var burstsAfterKills = [0, 1, 3]
    /// Give up after so many seconds.
    package var limit = 120.0

    package init(executable: URL, folder: URL) {
        self.executable = executable
        self.folder = folder
    }

    /// Runs the trial to its end.
    package func run(_ documents: [Document]) throws -> Outcome {
        let configurationFile = try prepare()
        let watch = OutboxWatch(folder: folder)
        let watcher = Thread { watch.run() }
        watcher.start()
        var random = SeededRandom(seed: seed)
        var outcome = Outcome()
        let start = Date()
        let share = (documents.count + burstsAfterKills.count - 1) / burstsAfterKills.count
        var process = try launch(configurationFile)
        for kill in 0...kills {
            if let burst = burstsAfterKills.firstIndex(of: kill) {
                for (index, document) in documents.dropFirst(burst * share).prefix(share).enumerated() {
                    try drop(document, index: index)
                }
            }
            guard kill < kills else { break }
            let pause = Int.random(in: (longestPause / 8)...longestPause, using: &random)
            Thread.sleep(forTimeInterval: Double(pause) / 1000)
            outcome.kills += 1
            if try !results().isFinished(documents) { outcome.killsInWork += 1 }
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            process = try launch(configurationFile)
        }
        while try !results().isFinished(documents), Date().timeIntervalSince(start) < limit, process.isRunning {
            Thread.sleep(forTimeInterval: 0.05)
        }
        outcome.seconds = Date().timeIntervalSince(start)
        process.terminate()
        process.waitUntilExit()
        watch.stop()
        outcome.exitStatus = process.terminationStatus
        let results = try results()
        outcome.records = results.records
        outcome.errors = results.errors
        (outcome.partialFiles, outcome.readings) = watch.findings()
        outcome.leftOvers = try leftOvers()
        return outcome
    }

    private func prepare() throws -> URL {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "inbox"),
            withIntermediateDirectories: true
        )
        let file = folder.appending(path: "recto.yaml")
        try Data(("folders: {base: \(folder.path)}\n" + configuration).utf8).write(to: file)
        return file
    }

    private func launch(_ configurationFile: URL) throws -> Process {
        let log = folder.appending(path: "daemon.log")
        if !FileManager.default.fileExists(atPath: log.path) {
            try Data().write(to: log)
        }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments + [configurationFile.path]
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Every way in which a file may arrive: written in place, renamed in, linked in.
    private func drop(_ document: Document, index: Int) throws {
        let target = folder.appending(path: "inbox").appending(path: document.path)
        let outside = folder.appending(path: "outside-\(UUID().uuidString)")
        let manager = FileManager.default
        try manager.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        switch index % 3 {
        case 0: try document.bytes.write(to: target)
        case 1:
            try document.bytes.write(to: outside)
            try manager.moveItem(at: outside, to: target)
        default:
            try document.bytes.write(to: outside)
            try manager.linkItem(at: outside, to: target)
            try manager.removeItem(at: outside)
        }
    }

    /// Records and errors by the path of their source.
    private struct Results {
        var records: [String: Int] = [:]
        var errors: [String: Int] = [:]

        func isFinished(_ documents: [Document]) -> Bool {
            documents.allSatisfy { (records[$0.path] ?? 0) + (errors[$0.path] ?? 0) > 0 }
        }
    }

    private func results() throws -> Results {
        var results = Results()
        for file in JSONFiles.below(folder.appending(path: "outbox")) {
            if let path = JSONFiles.sourcePath(file) { results.records[path, default: 0] += 1 }
        }
        for file in JSONFiles.below(folder.appending(path: "failed")) where file.path.hasSuffix(".error.json") {
            if let path = JSONFiles.sourcePath(file) { results.errors[path, default: 0] += 1 }
        }
        return results
    }

    private func leftOvers() throws -> [String] {
        var found: [String] = []
        for name in ["inbox", "state/spool", "outbox", "failed", "archive"] {
            let root = folder.appending(path: name)
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
            for file in files?.compactMap({ $0 as? URL }) ?? [] {
                let isFolder = (try? file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
                let isWork = name == "inbox" || name == "state/spool" || file.lastPathComponent.hasPrefix(".")
                if isWork, !(isFolder && name == "inbox") { found.append(file.path) }
            }
        }
        return found
    }
}

/// Reads every `.json` file below outbox and failed again and again; each must always be whole.
private final class OutboxWatch: Sendable {
    private struct State {
        var isStopped = false
        var isDone = false
        var partialFiles: [String] = []
        var readings = 0
    }

    private let folder: URL
    private let state = Mutex(State())

    init(folder: URL) { self.folder = folder }

    func run() {
        var last = false
        while !last {
            last = state.withLock { $0.isStopped }
            let files =
                JSONFiles.below(folder.appending(path: "outbox")) + JSONFiles.below(folder.appending(path: "failed"))
            for file in files {
                guard let bytes = try? Data(contentsOf: file) else { continue }
                let isWhole = (try? JSONSerialization.jsonObject(with: bytes)) != nil
                state.withLock {
                    $0.readings += 1
                    if !isWhole { $0.partialFiles.append(file.path) }
                }
            }
            Thread.sleep(forTimeInterval: 0.002)
        }
        state.withLock { $0.isDone = true }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        while !state.withLock({ $0.isDone }) { Thread.sleep(forTimeInterval: 0.005) }
    }

    func findings() -> ([String], Int) { state.withLock { ($0.partialFiles, $0.readings) } }
}

private enum JSONFiles {
    static func below(_ folder: URL) -> [URL] {
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "json" }
    }

    static func sourcePath(_ file: URL) -> String? {
        guard let bytes = try? Data(contentsOf: file) else { return nil }
        let object = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        return (object?["source"] as? [String: Any])?["path"] as? String
    }
}
