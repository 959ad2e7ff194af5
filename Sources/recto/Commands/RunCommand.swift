import ArgumentParser
import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline

/// `recto run`: documents in, records out, one shot.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Reads documents and prints or writes their records.",
        discussion: """
            One document prints its record as indented JSON; several print one record a line. With --output DIR each
            record is written to DIR/NAME.json, whole or not at all. Only `recto serve` sorts records into outbox and review
            folders; here a pipeline's review-below changes nothing, and each record tells its confidence.

            Example:
              recto run samples/invoice.pdf --pipeline invoice --overlay pictures
            """
    )

    @Argument(help: "PDF or PNG files.")
    var files: [String]

    @Option(help: "A pipeline's name or its YAML file; `recto pipelines list` shows the names.")
    var pipeline = "transcribe"

    @Option(help: "A folder for the records; - prints them.")
    var output = "-"

    @Option(help: "How many documents to read at once.")
    var jobs = 1

    @Option(help: "A folder for a PNG of each page with its tiles and values drawn in.")
    var overlay: String?

    @Option(name: .customLong("password"), parsing: .singleValue, help: "A password for encrypted files; repeatable.")
    var passwords: [String] = []

    @OptionGroup var model: ModelOptions

    func validate() throws {
        if jobs < 1 || jobs > 64 { throw ValidationError("--jobs must be from 1 to 64.") }
        if files.isEmpty { throw ValidationError("Give at least one file.") }
    }

    func run() async throws {
        for file in files where !FileManager.default.fileExists(atPath: file) { throw UsageError.noSuchFile(file) }
        let records = try RecordOutput(destination: output, count: files.count, names: files)
        let graph = try PipelineGraph(file: PipelineFolders.library.file(named: pipeline))
        let rasterizer = SandboxedRasterizer(
            executable: try RasterizerExecutable.locate(),
            limits: RasterizerLimits(passwords: passwords)
        )
        let models = SingleModelProvider(options: model)
        // A model that cannot run is no document's fault.
        if graph.needsModel { _ = try await models.model(named: graph.model) }
        let environment = PipelineEnvironment(rasterizer: rasterizer, models: models)
        let runner = PipelineRunner(graph: graph, environment: environment)
        let pictures = overlay.map { OverlayWriter(folder: URL(filePath: $0), rasterizer: rasterizer) }
        let progress = ProgressLine(documents: files.count)
        var outcomes: [Int: RunOutcome] = [:]
        var next = 0
        try await withThrowingTaskGroup(of: (Int, RunOutcome).self) { group in
            for (index, file) in files.enumerated() {
                if index >= jobs, let (done, outcome) = try await group.next() { outcomes[done] = outcome }
                try flush(&outcomes, from: &next, to: records, progress)
                group.addTask {
                    let document = SourceDocument(file: URL(filePath: file), path: file)
                    let outcome = try await runner.run(document) { event in
                        FreedMemory.handBack(after: event)
                        progress.note(event, document: index)
                    }
                    try await pictures?.write(outcome.record, of: document)
                    progress.documentFinished(index)
                    return (index, outcome)
                }
            }
            for try await (index, outcome) in group {
                outcomes[index] = outcome
                try flush(&outcomes, from: &next, to: records, progress)
            }
        }
        progress.clear()
        if records.hasIncomplete { throw ExitStatus.incomplete.exitCode }
    }

    /// Hands records over in the order of the command line.
    private func flush(
        _ outcomes: inout [Int: RunOutcome],
        from next: inout Int,
        to records: RecordOutput,
        _ progress: ProgressLine
    ) throws {
        while let outcome = outcomes.removeValue(forKey: next) {
            progress.clear()
            try records.hand(over: outcome.record, index: next)
            for error in outcome.record.errors {
                let page = error.page.map { ", page \($0)" } ?? ""
                StandardStreams.error("recto: \(files[next])\(page): \(error.message) [\(error.code)]")
            }
            next += 1
        }
    }
}
