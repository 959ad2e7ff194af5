import RectoPages
import RectoSchema
import RectoVLM

/// Asks for lists one by one, each time with all tiles of a page: for checkpoints that declare nothing of their own.
struct PageListReader {
    /// Most tokens of an answer: about a hundred rows.
    private static let mostTokens = 4096

    let lists: [SchemaList]
    /// What may be answered for each list.
    let constraints: [ResponseSchema]
    let prompt: String
    let model: any VisionLanguageModel

    /// Adds a page's lists to what was read on it.
    ///
    /// - Parameters:
    ///   - page: The page, with at least one tile.
    ///   - reading: What was read on it; gets the rows, and the lists whose answers did not come to an end.
    /// - Throws: What the model throws, or `ExtractionError.answerNotJSON`.
    func read(_ page: ExtractionPage, into reading: inout PageReading) async throws {
        guard !lists.isEmpty else { return }
        let requests = zip(lists, constraints).map { list, constraint in
            var request = GenerationRequest(tiles: page.tiles, question: question(list), model: model)
            request.maximumTokens = Self.mostTokens
            request.schema = constraint
            return request
        }
        let answers = try await ModelQuestions(model: model).ask(requests)
        for (list, answer) in zip(lists, answers) {
            if answer.isCutShort {
                reading.unfinished.append(list.pointer)
            } else {
                reading.rows += try rows(of: answer, list: list, page: page)
            }
        }
        reading.requestCount += requests.count
    }

    private func question(_ list: SchemaList) -> String {
        var lines = prompt.isEmpty ? [] : [prompt]
        lines.append("List all \(list.title) of the page, in the order in which they stand there.")
        if let summary = list.node.summary { lines.append(summary) }
        if list.isTable {
            lines.append(
                "Of each, give: " + list.members.map { "\($0.name) (\($0.title))" }.joined(separator: ", ") + "."
            )
        }
        lines.append(
            "Answer with a JSON array, values as they are printed, and nothing else. If there are none, answer: null"
        )
        return lines.joined(separator: "\n")
    }

    private func rows(
        of answer: Generation,
        list: SchemaList,
        page: ExtractionPage
    ) throws(ExtractionError) -> [ListRow] {
        guard let value = try? JSONParser().parse(answer.text) else {
            throw .answerNotJSON(pointer: list.pointer.description, found: answer.text)
        }
        let box = page.tiles.dropFirst().reduce(page.tiles[0].box) { $0.union($1.box) }
        // Which token wrote which value is not known: every value is as probable as the answer is on average.
        let count = Float(max(1, answer.logProbabilities.count))
        let mean = answer.logProbabilities.isEmpty ? [] : [answer.logProbabilities.reduce(0, +) / count]
        return (value.arrayValue ?? []).compactMap { element in
            let cells = list.leaves.compactMap { leaf -> FieldCandidate? in
                guard let text = element.value(at: leaf.pointer)?.printed?.trimmed, !text.isEmpty else { return nil }
                return FieldCandidate(
                    pointer: leaf.pointer,
                    page: page.page,
                    labelTile: nil,
                    valueTile: page.tiles.count == 1 ? page.tiles[0].index : nil,
                    box: box,
                    text: text,
                    logProbabilities: mean,
                    labelFit: nil
                )
            }
            return cells.isEmpty ? nil : ListRow(list: list.pointer, cells: cells)
        }
    }
}

extension JSONValue {
    /// The value as it may stand on paper; nil for none.
    fileprivate var printed: String? {
        switch self {
        case .null: nil
        case .string(let text): text
        default: JSONWriter().string(self)
        }
    }
}
