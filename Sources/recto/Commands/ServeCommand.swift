import ArgumentParser
import Foundation
import Logging
import RectoDaemon
import RectoPages
import RectoPipeline
import RectoReader
import RectoVLM

/// `recto serve`: the daemon.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Watches the inbox and writes a record for every document dropped there.",
        discussion: """
            Settings come from --config, else /etc/recto/recto.yaml, else the defaults below /var/lib/recto. SIGTERM
            finishes or hands back what is running within shutdown-grace.

            Example:
              recto serve --config /etc/recto/recto.yaml
            """
    )

    @OptionGroup var settings: DaemonOptions

    func run() async throws {
        let configuration = try settings.configuration()
        LoggingSystem.bootstrap { label -> any LogHandler in
            if JournalLogHandler.isWanted { return JournalLogHandler(label: label) }
            return StreamLogHandler.standardError(label: label)
        }
        var logger = Logger(label: "recto")
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        let models = NamedModelProvider(configuration: configuration)
        let processor = try PipelineProcessor(
            library: settings.library(of: configuration),
            rasterizer: SandboxedRasterizer(
                executable: try RasterizerExecutable.locate(),
                limits: try settings.limits(of: configuration)
            ),
            models: models
        )
        // Wrong settings and a model that cannot run show now and not with the first document.
        try configuration.checkPipelines(known: processor.pipelineNames)
        _ = try await models.model(named: "default")
        try await Daemon(configuration: configuration, processor: processor, logger: logger).run()
    }
}

/// Where the daemon's settings come from.
struct DaemonOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The settings; else /etc/recto/recto.yaml if it is there.")
    var file: String?

    private static let standard = "/etc/recto/recto.yaml"

    /// Reads the settings.
    func configuration() throws -> DaemonConfiguration {
        if let file { return try DaemonConfiguration(contentsOf: file) }
        guard FileManager.default.fileExists(atPath: Self.standard) else { return DaemonConfiguration() }
        return try DaemonConfiguration(contentsOf: Self.standard)
    }

    /// The pipelines: those of the configured folder alone, else all that can be named.
    func library(of configuration: DaemonConfiguration) -> PipelineLibrary {
        guard let folder = configuration.pipelinesFolder else { return PipelineFolders.library }
        return PipelineLibrary(folders: [URL(filePath: folder)])
    }

    /// What the renderer may use, with the passwords to try.
    func limits(of configuration: DaemonConfiguration) throws -> RasterizerLimits {
        var passwords: [String] = []
        if let file = configuration.passwordsFile {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw UsageError.noSuchFile(file)
            }
            passwords = text.split(separator: "\n").map(String.init)
        }
        let limits = configuration.rasterizer
        return RasterizerLimits(
            maximumPixels: Int(limits.pixelsPerPage),
            maximumPages: limits.pagesPerDocument,
            memoryBytes: Int(limits.memoryBytes),
            cpuSeconds: max(1, Int(limits.cpuTime / .seconds(1))),
            wallClock: limits.wallTime,
            passwords: passwords
        )
    }
}

/// The models that `recto.yaml` names, each loaded when it is first asked for; `default` is the shipped reader.
actor NamedModelProvider: ModelProvider {
    private let models: [String: DaemonConfiguration.Model]
    private var loaded: [String: RequestBatcher] = [:]

    init(configuration: DaemonConfiguration) {
        let shipped = ["default": DaemonConfiguration.Model(folder: ShippedReader.folder.path)]
        models = configuration.models.merging(shipped) { named, _ in named }
    }

    func model(named name: String) async throws -> any VisionLanguageModel {
        if let batcher = loaded[name] { return batcher }
        guard let model = models[name] else {
            throw PipelineError.unknownModel(name: name, known: models.keys.sorted())
        }
        let engine = try InferenceEngine(
            folder: URL(filePath: model.folder),
            threads: ProcessInfo.processInfo.activeProcessorCount,
            weights: model.weights,
            adapters: model.adapters
        )
        let batcher = RequestBatcher(engine)
        loaded[name] = batcher
        return batcher
    }
}
