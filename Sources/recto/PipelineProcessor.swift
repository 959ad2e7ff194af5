import Foundation
import RectoDaemon
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema

/// Reads the daemon's documents with the pipelines of a folder.
struct PipelineProcessor: DocumentProcessor {
    /// The daemon's journal as the pipelines' store of finished pages.
    private struct Checkpoints: PageCheckpointStore {
        let pages: any PageResultStore

        func result(for key: String) async -> Data? { await pages.result(for: key) }

        func save(_ result: Data, for key: String) async throws { try await pages.save(result, for: key) }
    }

    private let graphs: [String: PipelineGraph]
    private let rasterizer: any PageRasterizer
    private let models: any ModelProvider

    /// Checks every pipeline, so that a mistake shows when the daemon starts and not with the first document.
    init(library: PipelineLibrary, rasterizer: any PageRasterizer, models: any ModelProvider) throws {
        graphs = try library.files.mapValues { try PipelineGraph(file: $0) }
        self.rasterizer = rasterizer
        self.models = models
    }

    var pipelineNames: Set<String> { Set(graphs.keys) }

    func process(_ document: ClaimedDocument, pages: any PageResultStore) async -> ProcessingOutcome {
        guard let graph = graphs[document.pipeline] else {
            let error = PipelineError.unknownPipeline(name: document.pipeline, known: graphs.keys.sorted())
            return .failed(JobFailure(error), partialRecord: nil)
        }
        let environment = PipelineEnvironment(
            rasterizer: rasterizer,
            models: models,
            checkpoints: Checkpoints(pages: pages)
        )
        var extra: JSONObject = ["job": .string(document.jobID), "attempt": .integer(document.attempt)]
        if let earlier = document.duplicateOf {
            extra["duplicate_of"] = ["job": .string(earlier.jobID), "path": .string(earlier.path)]
        }
        do {
            let runner = PipelineRunner(graph: graph, environment: environment)
            let source = SourceDocument(file: document.file, path: document.path)
            let outcome = try await runner.run(source, extra: extra) { event in
                FreedMemory.handBack(after: event)
                pages.noteProgress()
            }
            return Self.outcome(outcome)
        } catch {
            let failure = JobFailure(
                code: "run.cancelled",
                message: "The run was ended before the document was read; it is taken up again.",
                category: .environment
            )
            return .failed(failure, partialRecord: nil)
        }
    }

    func record(of document: ClaimedDocument, from earlier: Data) -> Data? {
        guard let duplicate = document.duplicateOf, var record = try? JSONParser().parse(earlier).objectValue,
            var source = record["source"]?.objectValue, var run = record["run"]?.objectValue
        else { return nil }
        source["name"] = .string(document.name)
        source["path"] = .string(document.path)
        run["job"] = .string(document.jobID)
        run["duplicate_of"] = ["job": .string(duplicate.jobID), "path": .string(duplicate.path)]
        record["source"] = .object(source)
        record["run"] = .object(run)
        return Data((JSONWriter(.pretty).string(.object(record)) + "\n").utf8)
    }

    func needsReview(_ record: Data, of pipeline: String) -> Bool {
        guard let limit = graphs[pipeline]?.reviewBelow,
            let confidences = try? JSONParser().parse(record).objectValue?["confidence"]?.objectValue
        else { return false }
        return confidences.contains { ($0.value.numberValue?.doubleValue ?? 0) < limit }
    }

    private static func outcome(_ outcome: RunOutcome) -> ProcessingOutcome {
        let record = Data((JSONWriter(.pretty).string(outcome.record.json()) + "\n").utf8)
        guard let failure = outcome.failure else { return .complete(record: record) }
        let job = JobFailure(code: failure.report.code, message: failure.report.message, category: failure.category)
        return outcome.record.status == .partial ? .partial(record: record, job) : .failed(job, partialRecord: record)
    }
}
