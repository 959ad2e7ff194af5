import RectoPages
import RectoVLM

/// Reads fields from tiles of text lines, for checkpoints that declare `lines`.
///
/// 1. Every tile is read aloud once.
/// 2. For each field, the tiles whose text fits one of its labels are kept, the best `mostWindows` of them.
/// 3. Each of these is put to the model with the tiles in which the value may stand (`TileWindow`) and the field's question.
/// 4. What the model answers is looked for in the texts of the window's tiles, to know where it stands.
/// 5. Where the model answers nothing, or nothing that the schema admits, although the label is there, the text after the
///    label, else beside it, else below it is a candidate at a large discount: it was read too.
///
/// `CandidateSelection` chooses.
struct LineFieldReader {
    /// A tile is asked when its text fits a label at least this well.
    static let leastFit = 0.6
    /// A tile whose text fits this much worse than the best one is not asked.
    static let largestGap = 0.3
    /// Most questions about one field on one page.
    static let mostWindows = 6

    let fields: [SchemaField]
    let declaration: ReaderDeclaration
    let model: any VisionLanguageModel

    /// One question: a field, and the window it is put with.
    private struct Question {
        let field: SchemaField
        let window: TileWindow
        let match: LabelMatcher.Match
    }

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
        let questions = fields.flatMap { self.questions(about: $0, readings: readings, windows: windows) }
        let answers = try await ModelQuestions(model: model)
            .ask(questions.map { request($0, tiles: page.tiles) })
        var candidates: [FieldCandidate] = []
        for (question, answer) in zip(questions, answers) {
            let view = WindowReading(
                page: page.page,
                window: question.window,
                readings: readings,
                charactersPerTile: declaration.splitting.charactersPerTile
            )
            let text = answer.text.trimmed
            let isAnswer = !text.isEmpty && !answer.isCutShort
            if isAnswer {
                candidates.append(view.answered(question.field, question.match, text, answer.logProbabilities))
            }
            guard !isAnswer || !ValueConverter().converts(text, to: question.field.node) else { continue }
            let others = labels(except: question.field)
            candidates += view.transcribed(question.field, question.match, otherLabels: others)
        }
        return PageReading(
            page: page.page,
            tiles: readings,
            candidates: candidates,
            requestCount: readings.count + questions.count
        )
    }

    private func labels(except field: SchemaField) -> LabelMatcher {
        LabelMatcher(labels: fields.filter { $0.pointer != field.pointer }.flatMap(\.labels))
    }

    /// One token may be one byte of a character.
    private var tokenLimit: Int { max(64, 3 * declaration.splitting.charactersPerTile) }

    private func questions(
        about field: SchemaField,
        readings: [TileReading],
        windows: [TileWindow]
    ) -> [Question] {
        let matcher = LabelMatcher(labels: field.labels)
        let fitting = zip(readings, windows).compactMap { reading, window -> Question? in
            guard let match = matcher.match(reading.text), match.fit >= Self.leastFit else { return nil }
            return Question(field: field, window: window, match: match)
        }
        let best = fitting.enumerated().sorted { ($1.element.match.fit, $0.offset) < ($0.element.match.fit, $1.offset) }
        let leastFit = (best.first?.element.match.fit ?? 0) - Self.largestGap
        return best.map(\.element).prefix(Self.mostWindows).filter { $0.match.fit >= leastFit }
    }

    private func request(_ question: Question, tiles: [Tile]) -> GenerationRequest {
        let text = declaration.prompts.field.replacing("{field}", with: question.field.spokenName)
        var request = GenerationRequest(
            parts: question.window.places.map { .image(tiles[$0].image) } + [.text(text)]
        )
        request.splitsImages = false
        request.maximumTokens = tokenLimit
        return request
    }
}
