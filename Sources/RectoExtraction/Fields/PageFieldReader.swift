import RectoPages
import RectoSchema
import RectoVLM

/// Asks for fields one by one: for checkpoints that declare nothing of their own.
///
/// With `ReadingScope.page` all tiles of a page stand in each prompt, with `tile` one, with `document` those of all pages. Where
/// more than one image stands in the prompt, nothing tells in which of them the value was read; so the question is put
/// again to the parts (the pages of a document; the crops of a page without a text layer that could tell), and the part that
/// answers the same is where the value stands.
struct PageFieldReader {
    /// A page in more tiles than this is not read again tile by tile: the place of its answers is the page.
    static let mostParts = 16

    let fields: [SchemaField]
    /// What may be answered for each field.
    let constraints: [ResponseSchema]
    let prompt: String
    let model: any VisionLanguageModel

    /// Tiles that stand in one prompt.
    private struct Unit {
        var page: PageNumber
        var tiles: [Tile]

        /// What holds all tiles.
        var box: Box { tiles.dropFirst().reduce(tiles[0].box) { $0.union($1.box) } }
        /// The tile, when it is the only one.
        var tile: Int? { tiles.count == 1 ? tiles[0].index : nil }
    }

    /// What was answered for one field.
    private struct Reply {
        /// The field's place among the fields.
        var field: Int
        var unit: Unit
        /// The value as text; nil when the unit does not show the field.
        var text: String?
        var answer: Generation
    }

    /// Reads one page.
    ///
    /// - Parameters:
    ///   - page: The page, with at least one tile.
    ///   - scope: Whether its tiles are put to the model together or one by one.
    /// - Returns: The answers that are not null.
    /// - Throws: What the model throws, or `ExtractionError.answerNotJSON`.
    func read(_ page: ExtractionPage, scope: ReadingScope) async throws -> PageReading {
        let units =
            scope == .tile
            ? page.tiles.map { Unit(page: page.page, tiles: [$0]) } : [Unit(page: page.page, tiles: page.tiles)]
        let replies = try await ask(units.flatMap { unit in fields.indices.map { ($0, unit) } })
        var reading = PageReading(page: page.page, tiles: [], candidates: [], requestCount: replies.count)
        reading.unfinished = unfinished(replies)
        var candidates = replies.compactMap(candidate)
        let crops = page.tiles.filter { $0.role != .whole }.map { Unit(page: page.page, tiles: [$0]) }
        if scope == .page, page.tiles.count > 1, crops.count <= Self.mostParts, !page.hasTextLayer {
            reading.requestCount += try await locate(&candidates, in: [crops])
        }
        reading.candidates = candidates
        return reading
    }

    /// Reads all pages of a document at once.
    ///
    /// - Parameter pages: The pages that are not blank, in order, at least one.
    /// - Returns: A reading for each page; an answer belongs to the page that answers the same by itself, else, without a
    ///   place, to the first.
    /// - Throws: What the model throws, or `ExtractionError.answerNotJSON`.
    func read(document pages: [ExtractionPage]) async throws -> [PageReading] {
        let whole = Unit(page: pages[0].page, tiles: pages.flatMap(\.tiles))
        let replies = try await ask(fields.indices.map { ($0, whole) })
        var candidates = replies.compactMap(candidate)
        var count = replies.count
        if pages.count > 1 {
            for place in candidates.indices { (candidates[place].box, candidates[place].valueTile) = (nil, nil) }
            // Page by page, so that most fields are found before the last page is asked.
            count += try await locate(&candidates, in: pages.map { [Unit(page: $0.page, tiles: $0.tiles)] })
        }
        return pages.map { page in
            let isFirst = page.page == pages[0].page
            var reading = PageReading(
                page: page.page,
                tiles: [],
                candidates: candidates.filter { $0.page == page.page },
                requestCount: isFirst ? count : 0
            )
            reading.unfinished = isFirst ? unfinished(replies) : []
            return reading
        }
    }

    // MARK: - Questions

    private func ask(_ questions: [(field: Int, unit: Unit)]) async throws -> [Reply] {
        let requests = questions.map { field, unit in
            var request = GenerationRequest(tiles: unit.tiles, question: question(fields[field]), model: model)
            request.maximumTokens = 512
            request.schema = constraints[field]
            return request
        }
        var replies: [Reply] = []
        for (question, answer) in zip(questions, try await ModelQuestions(model: model).ask(requests)) {
            let text = answer.isCutShort ? nil : try text(of: answer, for: fields[question.field])?.trimmed
            replies.append(
                Reply(
                    field: question.field,
                    unit: question.unit,
                    text: text?.isEmpty == false ? text : nil,
                    answer: answer
                )
            )
        }
        return replies
    }

    private func unfinished(_ replies: [Reply]) -> [JSONPointer] {
        var pointers: [JSONPointer] = []
        for reply in replies where reply.answer.isCutShort {
            let pointer = fields[reply.field].pointer
            if !pointers.contains(pointer) { pointers.append(pointer) }
        }
        return pointers
    }

    private func candidate(_ reply: Reply) -> FieldCandidate? {
        guard let text = reply.text else { return nil }
        return FieldCandidate(
            pointer: fields[reply.field].pointer,
            page: reply.unit.page,
            labelTile: nil,
            valueTile: reply.unit.tile,
            box: reply.unit.box,
            text: text,
            logProbabilities: reply.answer.logProbabilities,
            labelFit: nil
        )
    }

    /// Puts the question of each candidate again to parts of what it was answered from, group after group.
    ///
    /// - Parameters:
    ///   - candidates: The candidates; those whose answer a part repeats get its page, box and tile.
    ///   - groups: The parts; a candidate is looked for in a group only while no group before it has answered the same.
    /// - Returns: How many questions were put.
    /// - Throws: What the model throws, or `ExtractionError.answerNotJSON`.
    private func locate(_ candidates: inout [FieldCandidate], in groups: [[Unit]]) async throws -> Int {
        var missing = Array(candidates.indices)
        var count = 0
        for group in groups where !missing.isEmpty {
            let asked = missing.flatMap { place in
                fields.indices.filter { fields[$0].pointer == candidates[place].pointer }
                    .flatMap { field in group.map { (place: place, field: field, unit: $0) } }
            }
            let replies = try await ask(asked.map { ($0.field, $0.unit) })
            count += replies.count
            for place in missing {
                let same = zip(asked, replies).filter {
                    $0.0.place == place && isSame($0.1.text, candidates[place].text)
                }
                let found = same.map(\.1).max { mean($0.answer) < mean($1.answer) }
                guard let found else { continue }
                candidates[place].page = found.unit.page
                candidates[place].box = found.unit.box
                candidates[place].valueTile = found.unit.tile
                candidates[place].relation = .readAgain
            }
            missing.removeAll { candidates[$0].relation == .readAgain }
        }
        return count
    }

    private func isSame(_ left: String?, _ right: String) -> Bool {
        guard let left else { return false }
        return FoldedText(left, isLoose: true).characters == FoldedText(right, isLoose: true).characters
    }

    /// The mean logarithm of the tokens' probabilities.
    private func mean(_ answer: Generation) -> Float {
        answer.logProbabilities.reduce(0, +) / Float(max(1, answer.logProbabilities.count))
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
