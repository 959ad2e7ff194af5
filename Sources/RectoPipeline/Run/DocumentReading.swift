import RectoExtraction
import RectoPages
import RectoVLM

/// Lets stages whose scope is the document read, when all its pages are there.
///
/// Such a stage holds the tiles of all pages, which is why `most-pages` bounds them. It has the stage's `retry` and `timeout`,
/// both for the document; when it fails, the document does.
struct DocumentReading: Sendable {
    let graph: PipelineGraph
    let environment: PipelineEnvironment

    /// Refuses a document that has more pages than a stage may hold.
    ///
    /// - Parameters:
    ///   - pages: How many it has.
    ///   - document: The document.
    /// - Throws: `PipelineError.documentTooLong`.
    func checkLength(_ pages: Int, of document: SourceDocument) throws(PipelineError) {
        for stage in graph.documentStages {
            guard let limit = Int(stage.options["most-pages"] ?? ""), pages > limit else { continue }
            throw .documentTooLong(stage: stage.name, file: document.name, pages: pages, limit: limit)
        }
    }

    /// Reads what waits.
    ///
    /// - Parameters:
    ///   - results: The pages, in order.
    ///   - model: The model.
    ///   - onEvent: Hears what goes on.
    /// - Returns: The pages with what was read on them.
    /// - Throws: What the stage throws after its last try.
    func read(
        _ results: [PageResult],
        model: (any VisionLanguageModel)?,
        onEvent: @escaping @Sendable (PipelineEvent) -> Void
    ) async throws -> [PageResult] {
        var results = results
        for checked in graph.documentStages {
            let pages = results.filter { $0.report.status == .complete }.compactMap { $0.waiting[checked.name] }
            guard !pages.isEmpty, let model, let stage = try checked.pageStage() as? any JoiningStage else { continue }
            let name = checked.name
            onEvent(.stageStarted(stage: name, page: nil))
            let watch = Stopwatch(environment.clock)
            defer { onEvent(.stageFinished(stage: name, page: nil, duration: watch.elapsed())) }
            let readings = try await withRetries(checked) { try await stage.read(pages, model: model) }
            for reading in readings {
                guard let place = results.firstIndex(where: { $0.report.page == reading.page }) else { continue }
                results[place].readings[name] = reading
            }
            for place in results.indices { results[place].waiting[name] = nil }
        }
        return results
    }

    private func withRetries(
        _ checked: CheckedStage,
        _ work: @escaping @Sendable () async throws -> [PageReading]
    ) async throws -> [PageReading] {
        var attempt = 0
        while true {
            do {
                guard let limit = checked.timeout else { return try await work() }
                return try await Deadline.run(limit, clock: environment.clock, work) {
                    PipelineError.stageTimedOut(stage: checked.name, page: nil, limit: limit)
                }
            } catch {
                try Task.checkCancellation()
                attempt += 1
                if attempt > checked.retry { throw error }
            }
        }
    }
}

extension PipelineGraph {
    /// The stages that read all pages at once, of those that the record needs.
    var documentStages: [CheckedStage] {
        let required = requiredStages
        return stages.filter { $0.scope == .document && required.contains($0.name) }
    }

    /// Whether a page has to wait for the others.
    var readsWholeDocument: Bool { !documentStages.isEmpty }
}
