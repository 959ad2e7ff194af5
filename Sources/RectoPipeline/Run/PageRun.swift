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

    /// Ends a page on purpose.
    private struct Skipped: Error {
        let report: ErrorReport
    }

    let stations: [Station]
    let document: SourceDocument
    let model: (any VisionLanguageModel)?
    let environment: PipelineEnvironment
    let onEvent: @Sendable (PipelineEvent) -> Void

    /// Reads one page; only cancellation is thrown, everything else is the page's own failure.
    func run(_ page: PageNumber) async throws -> PageResult {
        onEvent(.pageStarted(page))
        var result = PageResult(report: PageReport(page: page, status: .complete))
        var values: [String: PageValue] = [:]
        let fallbacks = Set(stations.compactMap(\.checked.fallback))
        do {
            for station in stations where !fallbacks.contains(station.checked.name) {
                values[station.checked.name] = try await value(of: station, page: page, values: &values)
            }
            keep(values, in: &result)
        } catch let skipped as Skipped {
            keep(values, in: &result)
            result.report.status = .skipped
            result.report.error = skipped.report
        } catch let failure as StageFailure {
            keep(values, in: &result)
            result.report.status = .failed
            result.report.error = failure.report(page)
            result.failure = RunFailure(report: failure.report(page), category: failure.category)
        }
        onEvent(.pageFinished(page, result.report.status, fromCheckpoint: false))
        return result
    }

    /// Runs a stage with its policy: tries again, then fails, skips the page, or takes the fallback's output.
    private func value(
        of station: Station,
        page: PageNumber,
        values: inout [String: PageValue]
    ) async throws -> PageValue {
        var attempt = 0
        while true {
            do {
                return try await attemptStage(station, page: page, values: values)
            } catch let error as CancellationError {
                throw error
            } catch {
                attempt += 1
                if attempt <= station.checked.retry { continue }
                let failure = StageFailure(stage: station.checked.name, cause: error)
                switch station.checked.onError {
                case .fail: throw failure
                case .skip: throw Skipped(report: failure.report(page))
                case .fallback(let name):
                    guard let other = stations.first(where: { $0.checked.name == name }) else { throw failure }
                    for dependency in stations where other.checked.dependencies.contains(dependency.checked.name) {
                        if values[dependency.checked.name] == nil {
                            values[dependency.checked.name] = try await value(
                                of: dependency,
                                page: page,
                                values: &values
                            )
                        }
                    }
                    let result = try await value(of: other, page: page, values: &values)
                    values[name] = result
                    return result
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
        let rendered = values.values.lazy.compactMap { if case .page(let page) = $0 { page } else { nil } }.first
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
    private func keep(_ values: [String: PageValue], in result: inout PageResult) {
        for station in stations {
            let name = station.checked.name
            switch values[name] {
            case .page(let page):
                result.report.size = page.size
                result.warnings += page.warnings.map { warning in
                    ErrorReport(code: "page.degraded", message: warning, page: page.page, stage: name)
                }
            case .words(let words): result.words[name] = words
            case .tiles(let tiles):
                result.report.size = tiles.size
                result.report.tiles = tiles.tiles.map { TileReport($0) }
            case .reading(let reading): result.readings[name] = reading
            case nil: break
            }
        }
    }
}

extension CheckedStage {
    /// The stage whose output is taken when this one fails.
    var fallback: String? { if case .fallback(let name) = onError { name } else { nil } }
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
