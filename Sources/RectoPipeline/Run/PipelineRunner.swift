import Foundation
import RectoExtraction
import RectoPages
public import RectoSchema
import RectoVLM

/// Runs a checked graph for one document after the other, with bounded memory.
///
/// Pages stream through the stages that work on pages, never more of them at once than the
/// environment and the stages' `concurrency` allow; what remains of a page is
/// its report, its words and what the model read. When all pages are done, their readings are joined and grounded. A page
/// that fails is in the record as failed and costs nothing but itself.
public struct PipelineRunner: Sendable {
    /// The graph.
    public let graph: PipelineGraph
    private let environment: PipelineEnvironment

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - graph: The graph.
    ///   - environment: Everything around it.
    public init(graph: PipelineGraph, environment: PipelineEnvironment) {
        self.graph = graph
        self.environment = environment
    }

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - extra: Members to add to the record's `run`.
    ///   - onEvent: Hears what goes on.
    /// - Returns: The record, and why it is not complete.
    /// - Throws: `CancellationError` alone; every other error is in the outcome.
    public func run(
        _ document: SourceDocument,
        extra: JSONObject = [:],
        onEvent: @escaping @Sendable (PipelineEvent) -> Void = { _ in }
    ) async throws -> RunOutcome {
        let ledger = RunLedger(environment: environment, extra: extra)
        var source = Record.Source(name: document.name, path: document.path, sha256: "", bytes: 0, pages: 0)
        var model: (any VisionLanguageModel)?
        do {
            let digest = try DocumentDigest(of: document.file)
            source.sha256 = digest.hexadecimal
            source.bytes = digest.byteCount
            model = graph.needsModel ? try await environment.models.model(named: graph.model) : nil
            source.pages = try await environment.rasterizer.inspect(document.file).pageCount
            try DocumentReading(graph: graph, environment: environment).checkLength(source.pages, of: document)
            guard source.pages > 0 else { throw PagesError.noPages(PagesError.Place(file: document.file.path)) }
        } catch {
            try Task.checkCancellation()
            return failed(source, model: model?.description, error: error, ledger: ledger)
        }
        onEvent(.documentOpened(pages: source.pages))
        do {
            let results = try await pages(of: document, source: source, model: model) { event in
                ledger.note(event)
                onEvent(event)
            }
            let readings = try await DocumentReading(graph: graph, environment: environment)
                .read(results, model: model) { event in
                    ledger.note(event)
                    onEvent(event)
                }
            return try finish(readings, source: source, model: model?.description, ledger: ledger)
        } catch {
            try Task.checkCancellation()
            return failed(source, model: model?.description, error: error, ledger: ledger)
        }
    }

    // MARK: - Pages

    private func pages(
        of document: SourceDocument,
        source: Record.Source,
        model: (any VisionLanguageModel)?,
        onEvent: @escaping @Sendable (PipelineEvent) -> Void
    ) async throws -> [PageResult] {
        let run = try PageRun(
            graph: graph,
            document: document,
            model: model,
            environment: environment,
            onEvent: onEvent
        )
        let keys = CheckpointKey(source: source, pipeline: graph.digest, model: model?.description.digest)
        // While a stage works on as many pages as it may, one more is made ready for it.
        let inFlight = max(environment.pagesInFlight, (graph.stages.map(\.concurrency).max() ?? 1) + 1)
        return try await withThrowingTaskGroup(of: PageResult.self) { group in
            var results: [PageResult] = []
            for number in 1...source.pages {
                if number > inFlight, let result = try await group.next() { results.append(result) }
                group.addTask {
                    try await page(PageNumber(number), run: run, key: keys.key(of: number), onEvent: onEvent)
                }
            }
            for try await result in group { results.append(result) }
            return results.sorted { $0.report.page < $1.report.page }
        }
    }

    private func page(
        _ page: PageNumber,
        run: PageRun,
        key: String,
        onEvent: @Sendable (PipelineEvent) -> Void
    ) async throws -> PageResult {
        try Task.checkCancellation()
        // A page that waits for the others is nothing without its pixels.
        let checkpoints = graph.readsWholeDocument ? nil : environment.checkpoints
        if let data = await checkpoints?.result(for: key), let result = PageResult(checkpoint: data) {
            onEvent(.pageFinished(page, result.report.status, fromCheckpoint: true))
            return result
        }
        let result = try await run.run(page)
        if result.report.status == .complete, let checkpoints {
            do {
                try await checkpoints.save(try result.encoded(), for: key)
            } catch let error as any RectoError {
                throw error
            } catch {
                try Task.checkCancellation()
                throw PipelineError.checkpointNotSaved(page: page, reason: "\(error)")
            }
        }
        return result
    }

    // MARK: - Record

    private func finish(
        _ results: [PageResult],
        source: Record.Source,
        model: ModelDescription?,
        ledger: RunLedger
    ) throws -> RunOutcome {
        var extraction: [String: ExtractionResult] = [:]
        var grounding: [String: [GroundedField]] = [:]
        var conflicts: [String: [GroundedConflict]] = [:]
        for checked in graph.stages {
            if let joining = try checked.pageStage() as? any JoiningStage {
                let complete = results.filter { $0.report.status == .complete }
                extraction[checked.name] = joining.join(complete.compactMap { $0.readings[checked.name] })
            } else if checked.type.name == "ground", let fields = extraction[checked.source(of: .fields)] {
                let watch = Stopwatch(environment.clock)
                let words = checked.source(of: .words)
                let layer = results.compactMap { result in result.words[words].map { (result.report.page, $0) } }
                let textLayer = Dictionary(uniqueKeysWithValues: layer)
                let grounder = Grounder(schema: graph.stage(named: checked.source(of: .fields))?.schema)
                let found = grounder.conflicts(of: fields, textLayer: textLayer)
                conflicts[checked.name] = found
                grounding[checked.name] = grounder.lowered(grounder.ground(fields, textLayer: textLayer), by: found)
                ledger.note(.stageFinished(stage: checked.name, page: nil, duration: watch.elapsed()))
            }
        }
        let record = graph.recordStage
        let fields = record.flatMap { extraction[$0.source(of: .fields)] }
        let stage = record?.source(of: .fields)
        let contradicted = record.flatMap { grounding[$0.name] } ?? []
        let errors =
            (fields?.errors ?? []).map { ErrorReport($0, stage: stage) } + results.flatMap(\.warnings)
            + contradicted.compactMap { ErrorReport(contradicted: $0, stage: stage) }
        let finished = Record(
            source: source,
            pipeline: describedPipeline,
            model: model,
            fields: fields?.fields ?? [:],
            grounding: record.flatMap { grounding[$0.name] } ?? [],
            conflicts: record.flatMap { conflicts[$0.name] } ?? [],
            pages: results.map(\.report),
            errors: errors,
            run: ledger.summary(fallbacks: results.flatMap(\.fallbacks))
        )
        let failures = results.compactMap(\.failure)
        let failure =
            failures.first { $0.category == .environment } ?? failures.first
            ?? finished.errors.first.map { RunFailure(report: $0, category: .document) }
        return RunOutcome(record: finished, failure: finished.status == .complete ? nil : failure)
    }

    private func failed(
        _ source: Record.Source,
        model: ModelDescription?,
        error: any Error,
        ledger: RunLedger
    ) -> RunOutcome {
        let known = (error as? any RectoError) ?? PipelineError.stageFailed(stage: "document", reason: "\(error)")
        let report = ErrorReport(known)
        let record = Record(
            source: source,
            pipeline: describedPipeline,
            model: model,
            pages: [],
            errors: [report],
            run: ledger.summary()
        )
        return RunOutcome(record: record, failure: RunFailure(report: report, category: known.category))
    }

    private var describedPipeline: Record.Pipeline {
        Record.Pipeline(name: graph.name, version: 1, digest: graph.digest)
    }
}

extension PipelineGraph {
    /// The stage that makes the record: what is delivered, behind any `deliver` stage.
    var recordStage: CheckedStage? {
        var stage = stage(named: deliver)
        while let current = stage, current.type.name == "deliver" {
            stage = self.stage(named: current.source(of: .record))
        }
        return stage
    }
}

extension CheckedStage {
    /// The stage that gives a kind of input; empty when there is none.
    func source(of kind: PortKind) -> String {
        if case .stage(let name) = inputs[kind] { name } else { "" }
    }
}

/// Names everything that a page's result depends on, the form of `PageResult` first.
private struct CheckpointKey: Sendable {
    let prefix: String

    init(source: Record.Source, pipeline: String, model: String?) {
        prefix = "2/\(source.sha256)/\(pipeline)/\(model ?? "none")"
    }

    func key(of page: Int) -> String { "\(prefix)/\(page)" }
}
