import RectoPages
import RectoSchema
import RectoVLM

/// Asks for fields one by one, each time with all tiles of a page: for checkpoints that declare nothing of their own.
struct PageFieldReader {
    let fields: [SchemaField]
    let prompt: String
    let model: any VisionLanguageModel

    /// Reads one page.
    ///
    /// - Parameter page: The page, with at least one tile.
    /// - Returns: The answers that are not empty.
    /// - Throws: What the model throws.
    func read(_ page: ExtractionPage) async throws -> PageReading {
        let images = page.tiles.map { GenerationRequest.Part.image($0.image) }
        let requests = fields.map { field in
            var request = GenerationRequest(parts: images + [.text(question(field))])
            request.splitsImages = false
            request.maximumTokens = 128
            request.stopStrings = ["\n"]
            return request
        }
        let answers = try await ModelQuestions(model: model).ask(requests)
        let box = page.tiles.dropFirst().reduce(page.tiles[0].box) { $0.union($1.box) }
        let tile = page.tiles.count == 1 ? page.tiles[0].index : nil
        let candidates = zip(fields, answers).compactMap { field, answer -> FieldCandidate? in
            let text = answer.text.trimmed
            guard !answer.isCutShort, !text.isEmpty, !Self.saysNothing(text) else { return nil }
            return FieldCandidate(
                pointer: field.pointer,
                page: page.page,
                labelTile: nil,
                valueTile: tile,
                box: box,
                text: text,
                logProbabilities: answer.logProbabilities,
                labelFit: nil
            )
        }
        return PageReading(page: page.page, tiles: [], candidates: candidates, requestCount: requests.count)
    }

    private func question(_ field: SchemaField) -> String {
        var lines = prompt.isEmpty ? [] : [prompt]
        lines.append("What is the \(field.title)?")
        if let summary = field.node.summary { lines.append(summary) }
        if let choices = field.node.enumeration {
            lines.append("It is one of: " + choices.map { JSONWriter().string($0) }.joined(separator: ", ") + ".")
        }
        lines.append("Answer with the value as it is printed and nothing else. If it is not there, answer: none")
        return lines.joined(separator: "\n")
    }

    /// Whether an answer means that the page does not show the field.
    private static func saysNothing(_ text: String) -> Bool {
        let words = String(text.lowercased().filter { $0.isLetter || $0 == " " || $0 == "/" }).trimmed
        return ["none", "n/a", "na", "null", "not found", "not shown", "not available", "unknown"].contains(words)
    }
}
