import RectoPages
import RectoVLM

/// Reads fields from tiles of text lines, for checkpoints that declare `lines`.
///
/// 1. Every tile is read aloud once.
/// 2. For each field, the tiles whose text fits one of its labels are kept (`LabelSearch`).
/// 3. Each of these is put to the model with the tiles in which the value may stand (`TileWindow`) and the field's question;
///    of an amount, with each of those in its row that may be the label's (`RowAmounts`).
/// 4. What the model answers is looked for in the texts of the window's tiles, to know where it stands; of the two readings
///    of the same ink the one with the higher probability counts (`WindowReading`).
/// 5. Where the model answers nothing, or nothing that the schema admits or that a tile says, although the label is there,
///    the text after the label, else beside it, else below it is a candidate at a large discount: it was read too.
/// 6. A currency that stands at no label is taken from where the page says what its amounts are in (`DeclaredCurrency`).
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
        let amounts = RowAmounts(boxes: readings.map(\.box), rows: readings.map(\.row), texts: readings.map(\.text))
        let asked = search.found().flatMap { found in
            let window = windows[found.tile]
            let places = amounts.places(for: window, fields[found.field].node)
            return (places.isEmpty ? [window] : places.map(window.with(right:))).map { (found: found, window: $0) }
        }
        let answers = try await ModelQuestions(model: model)
            .ask(asked.map { request(fields[$0.found.field], window: $0.window, tiles: page.tiles) })
        var candidates: [FieldCandidate] = []
        for ((found, place), answer) in zip(asked, answers) {
            let window = WindowReading(
                page: page.page,
                field: fields[found.field],
                match: found.match,
                window: place,
                readings: readings,
                charactersPerTile: declaration.splitting.charactersPerTile
            )
            candidates += window.candidates(from: answer) { search.rivalFit(of: found.field, tile: $0) }
        }
        for field in fields where !candidates.contains(where: { $0.pointer == field.pointer }) {
            candidates += DeclaredCurrency(field: field, page: page.page).candidates(in: readings)
        }
        return PageReading(
            page: page.page,
            tiles: readings,
            candidates: candidates,
            requestCount: readings.count + asked.count
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
