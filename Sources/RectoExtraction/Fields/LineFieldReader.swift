import RectoPages
import RectoVLM

/// Reads fields from tiles of text lines, for checkpoints that declare `lines`.
///
/// 1. Every tile is read aloud once.
/// 2. For each field, the tiles whose text fits one of its labels are kept (`LabelSearch`).
///    Of a field that has none, the model is asked which tile holds its label, among those that could (`TileChoice`).
/// 3. Each of these is put to the model with the tiles in which the value may stand (`TileWindow`) and the field's question;
///    of an amount, with each of those in its row that may be the label's (`RowAmounts`). Fields whose labels stand in one
///    tile are asked for together (`ObjectQuestion`).
/// 4. What the model answers is looked for in the texts of the window's tiles, to know where it stands; of the two readings
///    of the same ink the one with the higher probability counts (`WindowReading`).
/// 5. Where the model answers nothing, or nothing that the schema admits or that a tile says, although the label is there,
///    the text after the label, else beside it, else below it is a candidate at a large discount: it was read too.
/// 6. Fields that are still open are asked for beside labels that say the same in words which are not listed (`LabelCore`).
/// 7. A currency that stands at no label is taken from where the page says what its amounts are in (`DeclaredCurrency`), the day of
///    the document from a line that says nothing else (`StandaloneDate`).
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
            texts: readings.map(\.text),
            limit: declaration.splitting.imagesPerPrompt
        )
        let search = LabelSearch(fields: fields, texts: readings.map(\.text))
        let amounts = RowAmounts(boxes: readings.map(\.box), rows: readings.map(\.row), texts: readings.map(\.text))
        func isOfField(_ found: LabelSearch.Found) -> Bool {
            !BankAccount.isLabel(found.tile, in: readings, of: fields[found.field])
        }
        let listed = search.found().filter(isOfField)
        let named = try await named(search, besides: listed, windows, readings, page)
        func places(of found: LabelSearch.Found) -> [(found: LabelSearch.Found, window: TileWindow)] {
            let window = windows[found.tile]
            let places = amounts.places(for: window, fields[found.field])
            return (places.isEmpty ? [window] : places.map(window.with(right:))).map { (found, $0) }
        }
        let asked = (listed + named.found).flatMap(places(of:))
        func read(_ asked: [(found: LabelSearch.Found, window: TileWindow)]) async throws -> (
            candidates: [[FieldCandidate]], requestCount: Int
        ) {
            let (answers, count) = try await answers(to: asked.map { ($0.found.field, $0.window) }, page.tiles)
            let list = belowLabels(Set(asked.map(\.found.tile)), windows, readings, isLabel: search.isLabel)
            let candidates = zip(asked, answers).map { asked, answer in
                let (found, place) = asked
                let window = WindowReading(
                    page: page.page,
                    field: fields[found.field],
                    match: found.match,
                    window: place,
                    readings: readings,
                    charactersPerTile: declaration.splitting.charactersPerTile,
                    isInList: list.contains(found.tile)
                )
                let read = window.candidates(from: answer) { search.rivalFitOfValue(of: found.field, tile: $0) }
                return TypicalValue(field: fields[found.field], page: page.page)
                    .candidates(read, beside: found.match, place, readings)
            }
            return (candidates, count)
        }
        let beside = try await read(asked)
        var candidates = beside.candidates.flatMap(\.self)
        let missing = fields.indices.filter { field in
            !candidates.contains {
                $0.pointer == fields[field].pointer && $0.labelFit ?? 1 >= FieldCandidate.unlistedFit
            }
        }
        let unlisted = search.unlisted(of: missing).filter(isOfField).flatMap(places(of:))
        let besideOthers = try await read(unlisted)
        for field in missing {
            let found = zip(unlisted, besideOthers.candidates).filter { $0.0.found.field == field }.flatMap(\.1)
            candidates += plain(found, of: fields[field])
        }
        for field in fields where !candidates.contains(where: { $0.pointer == field.pointer }) {
            candidates += DeclaredCurrency(field: field, page: page.page).candidates(in: readings)
            candidates += TypicalValue(field: field, page: page.page).candidates(in: readings)
            candidates += StandaloneDate(field: field, page: page.page, windows: windows)
                .candidates(in: readings, isLabel: search.isLabel)
        }
        return PageReading(
            page: page.page,
            tiles: readings,
            candidates: candidates,
            requestCount: readings.count + named.requestCount + beside.requestCount + besideOthers.requestCount
        )
    }

    /// The answers beside labels that are not listed, where they look like values and say the same; of an amount, only those
    /// beside the label: in a table, `Net` may be the head of a column.
    private func plain(_ found: [FieldCandidate], of field: SchemaField) -> [FieldCandidate] {
        let values = found.filter { candidate in
            let isBeside = [.sameTile, .right].contains(candidate.relation)
            let isNumber = field.node.kind == .text
            // `Net 14` says what `Net: 14` says, and may be something else.
            let isApart = isNumber || candidate.relation != .sameTile || RowAmounts.isMoney(candidate.text)
            return (isBeside || candidate.relation == .below && isNumber) && isApart
                && LabelCore.mayBeValue(candidate.text, of: field)
        }
        return Set(values.map(\.text)).count == 1 ? values : []
    }

    /// The labels that stand right below another label which has a number beside it, in the column in which they have something
    /// themselves: in a list, values stand beside their labels.
    private func belowLabels(
        _ labels: Set<Int>,
        _ windows: [TileWindow],
        _ readings: [TileReading],
        isLabel: (Int) -> Bool
    ) -> Set<Int> {
        let boxes = readings.map(\.box)
        return labels.filter { label in
            guard let own = windows[label].right, let above = TileWindow.above(label, boxes: boxes), isLabel(above),
                let other = windows[above].right, readings[other].row == readings[above].row
            else { return false }
            return readings[other].text.contains(where: \.isNumber)
                && min(boxes[own].x1, boxes[other].x1) > max(boxes[own].x0, boxes[other].x0)
        }
    }

    /// Tiles that the model takes for the labels of fields that no tile's text fits.
    private func named(
        _ search: LabelSearch,
        besides listed: [LabelSearch.Found],
        _ windows: [TileWindow],
        _ readings: [TileReading],
        _ page: ExtractionPage
    ) async throws -> (found: [LabelSearch.Found], requestCount: Int) {
        guard let prompt = declaration.prompts.tile else { return ([], 0) }
        let known = Set(listed.map(\.field))
        func match(_ place: Int, _ fit: Double) -> LabelMatcher.Match { .caption(of: readings[place].text, fit: fit) }
        /// Whether a value stands where it would if the tile held the field's label.
        func couldBe(_ place: Int, _ field: Int) -> Bool {
            guard readings[place].text.count(where: \.isLetter) >= 3, !readings[place].isCutShort,
                search.rivalFit(of: field, tile: place) < WindowReading.leastFitOfLabel
            else { return false }
            let window = WindowReading(
                page: page.page,
                field: fields[field],
                match: match(place, TileChoice.fit),
                window: windows[place],
                readings: readings,
                charactersPerTile: declaration.splitting.charactersPerTile
            )
            return window.hasValueBeside { search.rivalFit(of: field, tile: $0) }
        }
        let places = fields.indices.map { field in
            known.contains(field) ? [] : readings.indices.filter { couldBe($0, field) }
        }
        let choice = TileChoice(
            prompt: prompt,
            imagesPerChoice: declaration.splitting.imagesPerChoice ?? declaration.splitting.imagesPerPrompt,
            tokenLimit: tokenLimit,
            model: model
        )
        let (choices, count) = try await choice.choose(among: places, for: fields, tiles: page.tiles)
        let found = choices.enumerated().compactMap { field, choice -> LabelSearch.Found? in
            guard let choice else { return nil }
            let fit = TileChoice.fit * choice.probability
            return LabelSearch.Found(field: field, tile: choice.tile, match: match(choice.tile, fit))
        }
        return (found, count)
    }

    /// Asks for fields, those in the same window together where the checkpoint was taught that.
    private func answers(
        to asked: [(field: Int, window: TileWindow)],
        _ tiles: [Tile]
    ) async throws -> (answers: [Generation], requestCount: Int) {
        var answers = [Generation?](repeating: nil, count: asked.count)
        var count = 0
        if let prompt = declaration.prompts.object {
            let groups = Dictionary(grouping: asked.indices) { asked[$0].window }.values
                .filter { (2...ObjectQuestion.mostFields).contains($0.count) }.sorted { $0[0] < $1[0] }
            let questions = groups.map { group in
                ObjectQuestion(prompt: prompt, fields: group.map { fields[asked[$0].field] })
            }
            let objects = try await ModelQuestions(model: model)
                .ask(zip(groups, questions).map { request($1.text, window: asked[$0[0]].window, tiles: tiles) })
            count += objects.count
            for ((group, question), object) in zip(zip(groups, questions), objects) {
                for (place, answer) in zip(group, question.answers(in: object) ?? []) { answers[place] = answer }
            }
        }
        let open = asked.indices.filter { answers[$0] == nil }
        let alone = try await ModelQuestions(model: model)
            .ask(open.map { request(question(fields[asked[$0].field]), window: asked[$0].window, tiles: tiles) })
        for (place, answer) in zip(open, alone) { answers[place] = answer }
        return (answers.compactMap(\.self), count + alone.count)
    }

    /// One token may be one byte of a character.
    private var tokenLimit: Int { max(64, 3 * declaration.splitting.charactersPerTile) }

    private func question(_ field: SchemaField) -> String {
        declaration.prompts.field.replacing("{field}", with: field.spokenName)
    }

    private func request(_ text: String, window: TileWindow, tiles: [Tile]) -> GenerationRequest {
        var request = GenerationRequest(parts: window.places.map { .image(tiles[$0].image) } + [.text(text)])
        request.splitsImages = false
        request.maximumTokens = tokenLimit
        return request
    }
}
