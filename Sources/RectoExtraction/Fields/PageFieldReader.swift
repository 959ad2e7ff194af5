import RectoPages
import RectoSchema
import RectoVLM

/// Asks for fields one by one, each time with all tiles of a page: for checkpoints that declare nothing of their own.
struct PageFieldReader {
    let fields: [SchemaField]
    /// What may be answered for each field.
    let constraints: [ResponseSchema]
    let prompt: String
    let model: any VisionLanguageModel

    /// Reads one page.
    ///
    /// - Parameter page: The page, with at least one tile.
    /// - Returns: The answers that are not null.
    /// - Throws: What the model throws, or `ExtractionError.answerNotJSON`.
    func read(_ page: ExtractionPage) async throws -> PageReading {
        let images = page.tiles.map { GenerationRequest.Part.image($0.image) }
        let requests = zip(fields, constraints).map { field, constraint in
            var request = GenerationRequest(parts: images + [.text(question(field))])
            request.splitsImages = false
            request.maximumTokens = 512
            request.schema = constraint
            return request
        }
        let answers = try await ModelQuestions(model: model).ask(requests)
        let box = page.tiles.dropFirst().reduce(page.tiles[0].box) { $0.union($1.box) }
        let tile = page.tiles.count == 1 ? page.tiles[0].index : nil
        var candidates: [FieldCandidate] = []
        var unfinished: [JSONPointer] = []
        for (field, answer) in zip(fields, answers) {
            if answer.isCutShort {
                unfinished.append(field.pointer)
                continue
            }
            guard let text = try text(of: answer, for: field)?.trimmed, !text.isEmpty else { continue }
            candidates.append(
                FieldCandidate(
                    pointer: field.pointer,
                    page: page.page,
                    labelTile: nil,
                    valueTile: tile,
                    box: box,
                    text: text,
                    logProbabilities: answer.logProbabilities,
                    labelFit: nil
                )
            )
        }
        var reading = PageReading(page: page.page, tiles: [], candidates: candidates, requestCount: requests.count)
        reading.unfinished = unfinished
        return reading
    }

    private func question(_ field: SchemaField) -> String {
        var lines = prompt.isEmpty ? [] : [prompt]
        lines.append("What is the \(field.title)?")
        if let summary = field.node.summary { lines.append(summary) }
        if let choices = field.node.enumeration {
            lines.append("It is one of: " + choices.map { JSONWriter().string($0) }.joined(separator: ", ") + ".")
        }
        lines.append(
            "Answer with the value as it is printed, as a JSON string, and nothing else. If it is not there, answer: null"
        )
        return lines.joined(separator: "\n")
    }

    /// The value of an answer, as text; nil when the page does not show the field.
    private func text(of answer: Generation, for field: SchemaField) throws(ExtractionError) -> String? {
        guard let value = try? JSONParser().parse(answer.text) else {
            throw .answerNotJSON(pointer: field.pointer.description, found: answer.text)
        }
        return switch value {
        case .null: nil
        case .string(let text): text
        default: JSONWriter().string(value)
        }
    }
}
