import RectoExtraction
import RectoVLM

/// `doctags`: has a docling model write whole pages.
struct DocTagsStage: JoiningStage {
    let reader: DocTagsReader

    func run(_ inputs: [PortKind: PageValue], in context: PageContext) async throws -> PageValue {
        guard case .tiles(let tiles) = inputs[.tiles], let model = context.model else {
            throw PipelineError.stageFailed(stage: "doctags", reason: "it was given no tiles or no model")
        }
        let page = ExtractionPage(page: context.page, tiles: tiles.isBlank ? [] : tiles.tiles)
        return .reading(try await reader.read(page, model: model))
    }

    func join(_ readings: [PageReading]) -> ExtractionResult { reader.assemble(readings) }

    func read(_ pages: [ExtractionPage], model: any VisionLanguageModel) async throws -> [PageReading] {
        throw PipelineError.stageFailed(stage: "doctags", reason: "it reads page by page, not a document at once")
    }
}
