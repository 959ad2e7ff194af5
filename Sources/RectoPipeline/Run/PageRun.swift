import Foundation
import RectoExtraction
import RectoPages
import RectoVLM

/// Takes one page through the stages that work on pages.
struct PageRun: Sendable {
    /// A stage with the gate that bounds how many pages are in it.
    struct Station: Sendable {
        let checked: CheckedStage
        let stage: any PageStage
        let gate: AsyncSemaphore
    }

    /// What the page has given so far.
    private struct Progress {
        var values: [String: PageValue] = [:]
        /// Stages that worked themselves, rather than lending another's output.
        var worked: Set<String> = []
        var fallbacks: [FallbackReport] = []
    }

    /// Ends a page on purpose.
    private struct Skipped: Error {
        let report: ErrorReport
    }

    private let stations: [Station]
    /// The stages that the record needs; the others work only when they are fallen back to.
    private let required: [String]
    /// The stage whose tiles stand in the record.
    private let shownTiles: String
    private let document: SourceDocument
    private let model: (any VisionLanguageModel)?
    private let environment: PipelineEnvironment
    private let onEvent: @Sendable (PipelineEvent) -> Void

    init(
        graph: PipelineGraph,
        document: SourceDocument,
        model: (any VisionLanguageModel)?,
        environment: PipelineEnvironment,
        onEvent: @escaping @Sendable (PipelineEvent) -> Void
    ) throws {
        stations = try graph.stages.compactMap { checked in
            try checked.pageStage().map {
                Station(checked: checked, stage: $0, gate: AsyncSemaphore(checked.concurrency))
            }
        }
        required = graph.requiredStages
        shownTiles = graph.shownTiles
        self.document = document
        self.model = model
        self.environment = environment
        self.onEvent = onEvent
    }

    /// Reads one page; only cancellation is thrown, everything else is the page's own failure.
    func run(_ page: PageNumber) async throws -> PageResult {
        onEvent(.pageStarted(page))
        var result = PageResult(report: PageReport(page: page, status: .complete))
        var progress = Progress()
        do {
            for name in required { _ = try await value(of: name, page: page, progress: &progress) }
        } catch let skipped as Skipped {
            result.report.status = .skipped
            result.report.error = skipped.report
        } catch let failure as StageFailure {
            result.report.status = .failed
            result.report.error = failure.report(page)
            result.failure = RunFailure(report: failure.report(page), category: failure.category)
        }
        keep(progress, in: &result)
        onEvent(.pageFinished(page, result.report.status, fromCheckpoint: false))
        return result
    }

    /// Gives a stage's output for the page; the stages before it work first, each at most once.
    private func value(of name: String, page: PageNumber, progress: inout Progress) async throws -> PageValue? {
        if let value = progress.values[name] { return value }
        guard let station = stations.first(where: { $0.checked.name == name }) else { return nil }
        for dependency in station.checked.dependencies.sorted() {
            _ = try await value(of: dependency, page: page, progress: &progress)
        }
        let value = try await value(of: station, page: page, progress: &progress)
        progress.values[name] = value
        return value
    }

    /// Runs a stage with its policy: tries again, then fails, skips the page, or takes the fallback's output.
    private func value(of station: Station, page: PageNumber, progress: inout Progress) async throws -> PageValue {
        let checked = station.checked
        var attempt = 0
        while true {
            do {
                let value = try await attemptStage(station, page: page, values: progress.values)
                progress.worked.insert(checked.name)
                return value
            } catch {
                // A renderer that is stopped may name it in its own way: what counts is that this task is to end.
                try Task.checkCancellation()
                attempt += 1
                if attempt <= checked.retry { continue }
                let failure = StageFailure(stage: checked.name, cause: error)
                switch checked.onError {
                case .fail: throw failure
                case .skip: throw Skipped(report: failure.report(page))
                case .fallback(let name):
                    guard let value = try await value(of: name, page: page, progress: &progress) else { throw failure }
                    progress.fallbacks.append(
                        FallbackReport(page: page, stage: checked.name, fallback: name, error: failure.report(page))
                    )
                    return value
                }
            }
        }
    }

    private func attemptStage(
        _ station: Station,
        page: PageNumber,
        values: [String: PageValue]
    ) async throws -> PageValue {
        var inputs: [PortKind: PageValue] = [:]
        for (kind, source) in station.checked.inputs {
            if case .stage(let name) = source { inputs[kind] = values[name] }
        }
        let rendered = stations.lazy.compactMap { station -> RasterizedPage? in
            if case .page(let page) = values[station.checked.name] { page } else { nil }
        }.first
        let context = PageContext(
            document: document,
            page: page,
            rasterizer: environment.rasterizer,
            model: model,
            rendered: rendered
        )
        let given = inputs
        let name = station.checked.name
        return try await station.gate.withPermit {
            onEvent(.stageStarted(stage: name, page: page))
            let watch = Stopwatch(environment.clock)
            defer { onEvent(.stageFinished(stage: name, page: page, duration: watch.elapsed())) }
            guard let limit = station.checked.timeout else { return try await station.stage.run(given, in: context) }
            return try await Deadline.run(limit, clock: environment.clock) {
                try await station.stage.run(given, in: context)
            } onTimeout: {
                PipelineError.stageTimedOut(stage: name, page: page, limit: limit)
            }
        }
    }

    /// Keeps what the record needs; pixels end here.
    private func keep(_ progress: Progress, in result: inout PageResult) {
        result.fallbacks = progress.fallbacks
        var (words, shown): ([TextLayerWord], PageTiles?) = ([], nil)
        var (reading, readStage): (PageReading?, String?) = (nil, nil)
        for station in stations {
            let name = station.checked.name
            let isRequired = required.contains(name)
            switch progress.values[name] {
            case .page(let page):
                words = page.words
                guard progress.worked.contains(name) else { continue }
                result.report.size = page.size
                result.warnings += page.warnings.map { warning in
                    ErrorReport(code: "page.degraded", message: warning, page: page.page, stage: name)
                }
            case .words(let words) where isRequired: result.words[name] = words
            case .tiles(let tiles) where name == shownTiles:
                result.report.size = tiles.size
                result.report.tiles = tiles.tiles.map { TileReport($0) }
                shown = tiles
            case .reading(let read) where isRequired:
                result.readings[name] = read
                if station.checked.scope == .document,
                    case .tiles(let tiles) = progress.values[station.checked.source(of: .tiles)]
                {
                    result.waiting[name] = ExtractionPage(page: read.page, tiles: tiles.isBlank ? [] : tiles.tiles)
                }
                if reading == nil { (reading, readStage) = (read, name) }
            default: break
            }
        }
        guard let shown else { return }
        let check = PageCheck(
            words: words,
            tiles: shown,
            reading: reading,
            page: result.report.page,
            splitStage: shownTiles,
            readStage: readStage
        )
        result.warnings += check.reports()
    }
}

extension PipelineGraph {
    /// The stages that the record waits for when nothing fails, renderers first so that words come from the same page.
    var requiredStages: [String] {
        var needed: Set<String> = []
        var waiting = [deliver]
        while let name = waiting.popLast() {
            guard needed.insert(name).inserted, let stage = stage(named: name) else { continue }
            waiting += stage.dependencies
        }
        let ordered = stages.filter { needed.contains($0.name) }
        let renders = { (stage: CheckedStage) in stage.type.output == .pages }
        return (ordered.filter(renders) + ordered.filter { !renders($0) }).map(\.name)
    }

    /// The stage whose tiles stand in the record: those that are grounded in, else those that were read.
    var shownTiles: String {
        let grounded = recordStage?.source(of: .tiles) ?? ""
        guard grounded.isEmpty else { return grounded }
        return recordStage.flatMap { stage(named: $0.source(of: .fields)) }?.source(of: .tiles) ?? ""
    }
}

/// A stage's error with the stage's name.
struct StageFailure: Error {
    let stage: String
    let cause: any Error

    private var error: any RectoError {
        (cause as? any RectoError) ?? PipelineError.stageFailed(stage: stage, reason: "\(cause)")
    }

    var category: FailureCategory { error.category }

    func report(_ page: PageNumber?) -> ErrorReport { ErrorReport(error, page: page, stage: stage) }
}
