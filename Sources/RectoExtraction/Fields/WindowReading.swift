import RectoPages

/// The texts of a window's tiles: says where an answer stands, and what stands beside the label.
struct WindowReading {
    let page: PageNumber
    let window: TileWindow
    let readings: [TileReading]

    /// A candidate from the model's answer to a field's question.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - match: Where its label stands.
    ///   - text: The answer.
    ///   - logProbabilities: Of the answer's tokens.
    /// - Returns: The candidate, placed in the tile that says the same, else in the whole window.
    func answered(
        _ field: SchemaField,
        _ match: LabelMatcher.Match,
        _ text: String,
        _ logProbabilities: [Float]
    ) -> FieldCandidate {
        var candidate = FieldCandidate(
            pointer: field.pointer,
            page: page,
            labelTile: readings[window.label].index,
            valueTile: nil,
            box: window.places.dropFirst().reduce(readings[window.label].box) { $0.union(readings[$1].box) },
            text: text,
            logProbabilities: logProbabilities,
            labelFit: match.fit,
            source: .question,
            relation: .window
        )
        var best = 0.7
        for (place, relation) in sources {
            let said = relation == .sameTile ? remainder(match) : readings[place].text
            let likeness = TextLikeness.share(of: text, in: said)
            guard likeness > best else { continue }
            best = likeness
            candidate.valueTile = readings[place].index
            candidate.box = readings[place].box
            candidate.relation = relation
        }
        return candidate
    }

    /// Candidates from the texts themselves: after the label, else beside it, and below it.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - match: Where its label stands.
    /// - Returns: Texts that satisfy the field's schema.
    func transcribed(_ field: SchemaField, _ match: LabelMatcher.Match) -> [FieldCandidate] {
        var candidates: [FieldCandidate] = []
        for (place, relation) in sources where !readings[place].isCutShort {
            let said = relation == .sameTile ? remainder(match) : readings[place].text
            guard let text = value(in: said, for: field) else { continue }
            candidates.append(
                FieldCandidate(
                    pointer: field.pointer,
                    page: page,
                    labelTile: readings[window.label].index,
                    valueTile: readings[place].index,
                    box: readings[place].box,
                    text: text,
                    logProbabilities: readings[place].logProbabilities,
                    labelFit: match.fit,
                    source: .transcription,
                    relation: relation
                )
            )
            // What stands after or beside a label hides what stands below it.
            break
        }
        return candidates
    }

    private var sources: [(place: Int, relation: FieldCandidate.Relation)] {
        [(window.label, .sameTile)] + (window.right.map { [($0, .right)] } ?? [])
            + (window.below.map { [($0, .below)] } ?? [])
    }

    /// The label tile's text after the label.
    private func remainder(_ match: LabelMatcher.Match) -> String {
        String(readings[window.label].text.dropFirst(match.end)).trimmed
            .trimming { ":;=#".contains($0) || $0.isWhitespace || $0 == "." || $0 == "-" }
    }

    /// The text itself when it converts, else the longest run of its words that does; free text must be whole.
    private func value(in text: String, for field: SchemaField) -> String? {
        func converts(_ text: String) -> Bool {
            if case .value = ValueConverter().convert(text, to: field.node) { true } else { false }
        }
        guard !text.isEmpty else { return nil }
        if converts(text) { return text }
        let isSpecific = field.node.kind != .text || field.node.pattern != nil || field.node.format != nil
        guard isSpecific else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        for length in stride(from: min(words.count, 5), to: 0, by: -1) {
            for start in 0...(words.count - length) {
                let run = words[start..<start + length].joined(separator: " ")
                if converts(run) { return run }
            }
        }
        return nil
    }
}

extension String {
    /// The text without certain characters at its beginning.
    ///
    /// - Parameter isDropped: Says which.
    /// - Returns: The rest.
    func trimming(_ isDropped: (Character) -> Bool) -> String { String(drop(while: isDropped)) }
}
