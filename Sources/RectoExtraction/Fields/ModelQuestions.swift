import RectoPages
import RectoVLM

/// Puts questions to a model in groups of bounded size.
struct ModelQuestions {
    /// Most questions at a time: enough to keep the engine busy, few enough to bound its memory.
    static let groupSize = 16

    let model: any VisionLanguageModel

    /// Puts questions.
    ///
    /// - Parameter requests: The questions.
    /// - Returns: One answer each, in order.
    /// - Throws: What the model throws, `ExtractionError.answerCount`, or `CancellationError`.
    func ask(_ requests: [GenerationRequest]) async throws -> [Generation] {
        var answers: [Generation] = []
        for start in stride(from: 0, to: requests.count, by: Self.groupSize) {
            try Task.checkCancellation()
            let group = Array(requests[start..<min(start + Self.groupSize, requests.count)])
            let found = try await model.generate(group)
            guard found.count == group.count else {
                throw ExtractionError.answerCount(expected: group.count, found: found.count)
            }
            answers += found
        }
        return answers
    }
}

extension Generation {
    /// Whether the model stopped for length or repetition, so that the text is not whole.
    var isCutShort: Bool { stopReason == .maximumTokens || stopReason == .loop }
}

extension String {
    /// The text without white space around it.
    var trimmed: String {
        var text = self[...].drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

/// Reads tiles aloud, one question each.
struct TileTranscription {
    let prompt: String
    let model: any VisionLanguageModel
    var maximumTokens = 256

    /// Reads tiles.
    ///
    /// - Parameter tiles: The tiles.
    /// - Returns: The text of each, in order.
    /// - Throws: What the model throws.
    func read(_ tiles: [Tile]) async throws -> [TileReading] {
        let requests = tiles.map { tile in
            var request = GenerationRequest(parts: [.image(tile.image), .text(prompt)])
            request.splitsImages = false
            request.maximumTokens = maximumTokens
            request.namesGlyphs = model.description.declaration?.glyphHead != nil
            request.decodesJointly = model.description.declaration?.ctcHead != nil
            return request
        }
        let answers = try await ModelQuestions(model: model).ask(requests)
        return zip(tiles, answers).map { tile, answer in
            TileReading(
                index: tile.index,
                row: tile.row,
                box: tile.box,
                text: answer.text.trimmed,
                logProbabilities: answer.logProbabilities,
                isCutShort: answer.isCutShort,
                glyphs: answer.glyphs?.first?.last.map(GlyphColumns.init),
                continuesWord: tile.continuesWord
            )
        }
    }
}

/// Reads a page aloud with one question about all its tiles.
struct PageTranscription {
    let prompt: String
    let model: any VisionLanguageModel

    /// Reads a page.
    ///
    /// - Parameter page: The page, with at least one tile.
    /// - Returns: Its text, as one reading over the whole page.
    /// - Throws: What the model throws.
    func read(_ page: ExtractionPage) async throws -> TileReading {
        var request = GenerationRequest(tiles: page.tiles, question: prompt, model: model)
        request.maximumTokens = 1024
        let answers = try await ModelQuestions(model: model).ask([request])
        let box = page.tiles.dropFirst().reduce(page.tiles[0].box) { $0.union($1.box) }
        return TileReading(
            index: page.tiles[0].index,
            row: page.tiles[0].row,
            box: box,
            text: answers[0].text.trimmed,
            logProbabilities: answers[0].logProbabilities,
            isCutShort: answers[0].isCutShort
        )
    }
}
