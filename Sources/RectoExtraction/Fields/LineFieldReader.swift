import RectoPages
import RectoVLM

/// Reads fields from tiles of text lines, for checkpoints that declare `lines`.
///
/// 1. Every tile is read aloud once.
/// 2. For each field, the tiles whose text fits one of its labels are kept (`LabelSearch`).
/// 3. Each of these is put to the model with the tiles in which the value may stand (`TileWindow`) and the field's question.
/// 4. What the model answers is looked for in the texts of the window's tiles, to know where it stands; of the two readings
///    of the same ink the one with the higher probability counts (`WindowReading`).
/// 5. Where the model answers nothing, or nothing that the schema admits or that a tile says, although the label is there,
///    the text after the label, else beside it, else below it is a candidate at a large discount: it was read too.
///
/// `CandidateSelection` chooses.
struct LineFieldReader {
    let fields: [SchemaField]
    let declaration: ReaderDeclaration
    let model: any VisionLanguageModel

    /// Reads one page.
    ///
    /// - Parameter page: The page, with at least one tile.
    /// - Returns: The tiles' texts and the candidates for each field.
    /// - Throws: What the model throws.
    func read(_ page: ExtractionPage) async throws -> PageReading {
        let transcription = TileTranscription(
            prompt: declaration.prompts.transcribe,
            model: model,
            maximumTokens: tokenLimit
        )
        let readings = try await transcription.read(page.tiles)
        let windows = TileWindow.windows(
            boxes: readings.map(\.box),
            rows: readings.map(\.row),
            limit: declaration.splitting.imagesPerPrompt
        )
        let search = LabelSearch(fields: fields, texts: readings.map(\.text))
        let found = search.found()
        let answers = try await ModelQuestions(model: model)
            .ask(found.map { request(fields[$0.field], window: windows[$0.tile], tiles: page.tiles) })
        var candidates: [FieldCandidate] = []
        for (found, answer) in zip(found, answers) {
            let window = WindowReading(
                page: page.page,
                field: fields[found.field],
                match: found.match,
                window: windows[found.tile],
                readings: readings,
                charactersPerTile: declaration.splitting.charactersPerTile
            )
            candidates += window.candidates(from: answer) { search.rivalFit(of: found.field, tile: $0) }
        }
        return PageReading(
            page: page.page,
            tiles: readings,
            candidates: candidates,
            requestCount: readings.count + found.count
        )
    }

    /// One token may be one byte of a character.
    private var tokenLimit: Int { max(64, 3 * declaration.splitting.charactersPerTile) }

    private func request(_ field: SchemaField, window: TileWindow, tiles: [Tile]) -> GenerationRequest {
        let text = declaration.prompts.field.replacing("{field}", with: field.spokenName)
        var request = GenerationRequest(parts: window.places.map { .image(tiles[$0].image) } + [.text(text)])
        request.splitsImages = false
        request.maximumTokens = tokenLimit
        return request
    }
}
