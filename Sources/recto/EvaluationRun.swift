import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema

/// Which pipelines read a labelled document, and for what.
struct EvaluationPlan {
    /// One reading of one document.
    struct Reading {
        let document: Int
        let graph: PipelineGraph
        let isOfText: Bool
    }

    let documents: [LabelledDocument]
    let readings: [Reading]

    /// Chooses pipelines.
    ///
    /// Fields are read by the pipeline that was asked for, else by that of the document's place or name; text by the same one
    /// when it transcribes, else by `transcribe`, unless another was asked for.
    init(_ documents: [LabelledDocument], pipeline: String?, library: PipelineLibrary) throws {
        let files = library.files
        var graphs: [String: PipelineGraph] = [:]
        func graph(_ name: String) throws -> PipelineGraph {
            if let known = graphs[name] { return known }
            let graph = try PipelineGraph(file: library.file(named: name))
            graphs[name] = graph
            return graph
        }
        self.documents = documents
        var readings: [Reading] = []
        for (index, document) in documents.enumerated() {
            let name = pipeline ?? document.pipeline(among: files.keys)
            let chosen = try name.map(graph)
            if !document.labels.fields.isEmpty {
                if let chosen, !chosen.transcribes {
                    readings.append(Reading(document: index, graph: chosen, isOfText: false))
                } else if pipeline == nil {
                    let known = try files.keys.sorted().filter { try !graph($0).transcribes }
                    throw EvaluationError.noPipeline(document: document.path, known: known)
                }
            }
            if document.labels.text != nil {
                if let chosen, chosen.transcribes {
                    readings.append(Reading(document: index, graph: chosen, isOfText: true))
                } else if pipeline == nil {
                    readings.append(Reading(document: index, graph: try graph("transcribe"), isOfText: true))
                }
            }
        }
        if readings.isEmpty { throw EvaluationError.nothingToMeasure(pipeline: pipeline ?? "transcribe") }
        self.readings = readings
    }

    /// Documents whose labels no pipeline of this plan reads.
    var unmeasured: [String] {
        let measured = Set(readings.map(\.document))
        return documents.indices.filter { !measured.contains($0) }.map { documents[$0].path }
    }
}

extension PipelineGraph {
    /// Whether it reads whole pages aloud instead of fields.
    var transcribes: Bool { stages.allSatisfy { $0.schema == nil } }

    /// The schema that its fields satisfy.
    var schema: ExtractionSchema? { stages.lazy.compactMap(\.schema).first }
}

/// Reads labelled documents and measures what was read.
struct EvaluationRun {
    let plan: EvaluationPlan
    let environment: PipelineEnvironment
    let jobs: Int

    /// Reads every document; the order of the documents is that of the plan, however many are read at once.
    func report() async throws -> EvaluationReport {
        let progress = ProgressLine(documents: plan.readings.count)
        defer { progress.clear() }
        var records: [Int: Record] = [:]
        try await withThrowingTaskGroup(of: (Int, Record).self) { group in
            for (index, reading) in plan.readings.enumerated() {
                if index >= jobs, let (done, record) = try await group.next() { records[done] = record }
                let document = plan.documents[reading.document]
                let source = SourceDocument(file: document.file, path: document.path)
                let runner = PipelineRunner(graph: reading.graph, environment: environment)
                group.addTask {
                    let outcome = try await runner.run(source) { event in
                        FreedMemory.handBack(after: event)
                        progress.note(event, document: index)
                    }
                    progress.documentFinished(index)
                    return (index, outcome.record)
                }
            }
            for try await (index, record) in group { records[index] = record }
        }
        return EvaluationReport(
            documents: evaluations(records),
            model: plan.readings.indices.lazy.compactMap { records[$0]?.model }.first
        )
    }

    private func evaluations(_ records: [Int: Record]) -> [DocumentEvaluation] {
        plan.documents.enumerated().compactMap { place, document in
            let readings = plan.readings.indices.filter { plan.readings[$0].document == place }
            guard !readings.isEmpty else { return nil }
            let fields = readings.first { !plan.readings[$0].isOfText }
            let text = readings.first { plan.readings[$0].isOfText }
            return DocumentEvaluation(
                path: document.path,
                labels: document.labels,
                record: fields.flatMap { records[$0] },
                schema: fields.flatMap { plan.readings[$0].graph.schema },
                transcription: text.flatMap { records[$0] }
            )
        }
    }
}
