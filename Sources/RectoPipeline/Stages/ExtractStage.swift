import RectoExtraction
import RectoPages
import RectoVLM

/// `extract`: has the model read fields, or the whole text.
struct ExtractStage: JoiningStage {
    /// What is read.
    private enum Task: Sendable {
        case fields(FieldExtractor)
        case text(Transcriber)
    }

    private let task: Task

    init(schema: ExtractionSchema?, prompt: String?, scope: ReadingScope, merge: MergePolicy) throws {
        if let schema {
            task = .fields(try FieldExtractor(schema: schema, prompt: prompt ?? "", scope: scope, merge: merge))
        } else {
            task = .text(prompt.map { Transcriber(prompt: $0) } ?? Transcriber())
        }
    }

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        guard case .tiles(let tiles) = inputs[.tiles], let model = context.model else {
            throw PipelineError.stageFailed(stage: "extract", reason: "it was given no tiles or no model")
        }
        let page = ExtractionPage(
            page: context.page,
            tiles: tiles.isBlank ? [] : tiles.tiles,
            hasTextLayer: context.rendered?.words.isEmpty == false
        )
        switch task {
        case .fields(let extractor) where extractor.scope == .document:
            // The pages are read together when all are there.
            return .reading(PageReading(page: page.page, tiles: [], candidates: [], requestCount: 0))
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

    func read(_ pages: [ExtractionPage], model: any VisionLanguageModel) async throws -> [PageReading] {
        guard case .fields(let extractor) = task else {
            throw PipelineError.stageFailed(stage: "extract", reason: "a text is not read for a whole document at once")
        }
        return try await extractor.read(document: pages, model: model)
    }
}

extension PageTiles {
    /// Less ink than this is a blank page, which never reaches the model: a model asked about nothing invents something.
    static let leastInk = 0.00002

    /// Whether there is nothing to read.
    var isBlank: Bool { inkCoverage < Self.leastInk }
}
