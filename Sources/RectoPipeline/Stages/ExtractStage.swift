import RectoExtraction
import RectoPages

/// `extract`: has the model read fields, or the whole text.
struct ExtractStage: JoiningStage {
    /// What is read.
    private enum Task: Sendable {
        case fields(FieldExtractor)
        case text(Transcriber)
    }

    /// Less ink than this is a blank page, which never reaches the model: a model asked about nothing invents something.
    static let leastInk = 0.00002

    private let task: Task

    init(schema: ExtractionSchema?, prompt: String?) throws {
        if let schema {
            task = .fields(try FieldExtractor(schema: schema, prompt: prompt ?? ""))
        } else {
            task = .text(prompt.map { Transcriber(prompt: $0) } ?? Transcriber())
        }
    }

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        guard case .tiles(let tiles) = inputs[.tiles], let model = context.model else {
            throw PipelineError.stageFailed(stage: "extract", reason: "it was given no tiles or no model")
        }
        let isBlank = tiles.inkCoverage < Self.leastInk
        let page = ExtractionPage(page: context.page, tiles: isBlank ? [] : tiles.tiles)
        switch task {
        case .fields(let extractor): return .reading(try await extractor.read(page, model: model))
        case .text(let transcriber): return .reading(try await transcriber.read(page, model: model))
        }
    }

    func join(_ readings: [PageReading]) -> ExtractionResult {
        switch task {
        case .fields(let extractor): extractor.assemble(readings)
        case .text(let transcriber): transcriber.assemble(readings)
        }
    }
}
