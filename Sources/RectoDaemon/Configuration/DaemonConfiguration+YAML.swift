import Foundation
import Logging
import RectoVLM

extension DaemonConfiguration {
    /// Reads `recto.yaml`.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DaemonError.configuration` with line and column for the first mistake, without them when the file
    ///   cannot be read.
    public init(contentsOf path: String) throws {
        let bytes: Data
        do {
            bytes = try PosixFiles().read(path)
        } catch let error as DaemonError {
            throw DaemonError.configuration(file: path, line: 0, column: 0, problem: error.description)
        }
        try self.init(yaml: String(decoding: bytes, as: UTF8.self), file: path)
    }

    /// Reads the text of a `recto.yaml`; relative paths count from the file's folder.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - file: The name for messages, and the place from which relative paths count.
    /// - Throws: `DaemonError.configuration` with line and column for the first mistake.
    public init(yaml: String, file: String) throws {
        self.init()
        let base = URL(fileURLWithPath: file).deletingLastPathComponent()
        func absolute(_ path: String) -> String {
            URL(fileURLWithPath: path, relativeTo: base).standardizedFileURL.path
        }
        var root = try SettingsReader(yaml: yaml, file: file)
        places = root.places(of: ["pipeline", "pipelines"])
        try readFolders(root.section("folders"), absolute)
        if let name = try root.string("pipeline") { pipeline = name }
        pipelinesFolder = try root.string("pipelines").map(absolute)
        passwordsFile = try root.string("passwords").map(absolute)
        try readModels(root.section("models"), absolute)
        var hubSection = try root.section("hub")
        hub.endpoint = try hubSection.string("endpoint")
        hub.tokenFile = try hubSection.string("token-file").map(absolute)
        try hubSection.finish()
        try readInbox(root.section("inbox"))
        try readJobs(root.section("jobs"))
        try readDelivery(root.section("delivery"))
        try readRasterizer(root.section("rasterizer"))
        var disk = try root.section("disk")
        if let bytes = try disk.size("min-free") { minimumFreeBytes = bytes }
        try disk.finish()
        if let level = try root.choice("log-level", Logger.Level.self) { logLevel = level.rawValue }
        try root.finish()
    }

    private mutating func readFolders(_ section: SettingsReader, _ absolute: (String) -> String) throws {
        var section = section
        if let base = try section.string("base") { folders = Folders(below: absolute(base)) }
        if let path = try section.string("inbox") { folders.inbox = absolute(path) }
        if let path = try section.string("outbox") { folders.outbox = absolute(path) }
        if let path = try section.string("review") { folders.review = absolute(path) }
        if let path = try section.string("archive") { folders.archive = absolute(path) }
        if let path = try section.string("failed") { folders.failed = absolute(path) }
        if let path = try section.string("state") { folders.state = absolute(path) }
        try section.finish()
        let all = [folders.inbox, folders.outbox, folders.review, folders.archive, folders.failed, folders.state]
        for (index, folder) in all.enumerated() {
            let others = all[..<index] + all[(index + 1)...]
            if let other = others.first(where: { $0 == folder || folder.hasPrefix($0 + "/") }) {
                throw section.mistake("", "the folders must be apart, but \(folder) lies in \(other)")
            }
        }
    }

    private mutating func readModels(_ section: SettingsReader, _ absolute: (String) -> String) throws {
        var section = section
        for name in try section.freeKeys() {
            guard section.isSection(name) else {
                models[name] = Model(folder: absolute(try section.string(name) ?? ""))
                continue
            }
            var model = try section.section(name)
            let engine = try model.string("engine") ?? "native"
            guard engine != "openai" else {
                throw model.mistake("engine", "the engine `openai` is not supported yet; use `native` with a folder")
            }
            guard engine == "native" else {
                throw model.mistake("engine", "unknown engine `\(engine)`; there is `native`")
            }
            guard let folder = try model.string("folder") else {
                throw section.mistake(name, "the model `\(name)` needs a `folder`")
            }
            let adapters = try model.strings("adapters").map { text in
                guard var adapter = ModelAdapter(text) else {
                    throw model.mistake("adapters", "`\(text)` is neither a folder nor FOLDER=WEIGHT")
                }
                adapter.folder = URL(filePath: absolute(adapter.folder.relativePath))
                return adapter
            }
            models[name] = Model(
                folder: absolute(folder),
                weights: try model.choice("weights", WeightType.self),
                adapters: adapters
            )
            try model.finish()
        }
    }

    private mutating func readInbox(_ section: SettingsReader) throws {
        var section = section
        if let value = try section.duration("quiet-period") { quietPeriod = value }
        if let value = try section.duration("rescan-interval") { rescanInterval = value }
        if let value = try section.duration("poll-interval") { pollInterval = value }
        if let value = try section.choice("watching", Watching.self) { watching = value }
        try section.finish()
    }

    private mutating func readJobs(_ section: SettingsReader) throws {
        var section = section
        if let value = try section.integer("concurrency", in: 1...64) { concurrency = value }
        if let value = try section.duration("timeout") { jobTimeout = value }
        if let value = try section.duration("progress-timeout") { progressTimeout = value }
        if let value = try section.duration("shutdown-grace") { shutdownGrace = value }
        if let value = try section.choice("duplicates", DuplicatePolicy.self) { duplicates = value }
        var retries = try section.section("retry")
        if let value = try retries.integer("attempts", in: 1...100) { retry.attempts = value }
        if let value = try retries.duration("first-pause") { retry.firstPause = value }
        if let value = try retries.duration("longest-pause") { retry.longestPause = value }
        if let value = try retries.integer("crash-limit", in: 1...100) { retry.crashLimit = value }
        try retries.finish()
        try section.finish()
    }

    private mutating func readDelivery(_ section: SettingsReader) throws {
        var section = section
        if let value = try section.choice("on-exists", OnExists.self) { onExists = value }
        if let value = try section.choice("after-success", AfterSuccess.self) { afterSuccess = value }
        try section.finish()
    }

    private mutating func readRasterizer(_ section: SettingsReader) throws {
        var section = section
        if let value = try section.integer("pixels-per-page", in: 10_000...1_000_000_000) {
            rasterizer.pixelsPerPage = Int64(value)
        }
        if let value = try section.size("memory") { rasterizer.memoryBytes = value }
        if let value = try section.duration("cpu-time") { rasterizer.cpuTime = value }
        if let value = try section.duration("wall-time") { rasterizer.wallTime = value }
        if let value = try section.integer("pages-per-document", in: 1...1_000_000) {
            rasterizer.pagesPerDocument = value
        }
        try section.finish()
    }
}
