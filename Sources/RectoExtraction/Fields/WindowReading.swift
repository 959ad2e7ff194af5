import RectoPages

/// The texts of a window's tiles: says where an answer stands, and what stands beside the label.
struct WindowReading {
    let page: PageNumber
    let window: TileWindow
    let readings: [TileReading]
    let charactersPerTile: Int

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
        var found: Int?
        for (place, relation) in sources {
            let said = relation == .sameTile ? remainder(match) : readings[place].text
            let likeness = TextLikeness.share(of: text, in: said)
            guard likeness > best else { continue }
            best = likeness
            found = place
            candidate.valueTile = readings[place].index
            candidate.box = readings[place].box
            candidate.relation = relation
        }
        if let found, field.isFreeText { lengthen(&candidate, from: found) }
        return candidate
    }

    /// Candidates from the texts themselves: after the label, else beside it, and below it.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - match: Where its label stands.
    ///   - otherLabels: Labels of other fields, which are no values.
    /// - Returns: A text that satisfies the field's schema, or none.
    func transcribed(
        _ field: SchemaField,
        _ match: LabelMatcher.Match,
        otherLabels: LabelMatcher
    ) -> [FieldCandidate] {
        var candidates: [FieldCandidate] = []
        for (place, relation) in sources where !readings[place].isCutShort {
            let said = relation == .sameTile ? remainder(match) : readings[place].text
            guard let text = value(in: said, for: field) else { continue }
            if field.isFreeText, relation != .sameTile, otherLabels.match(text)?.fit ?? 0 >= 0.8 { continue }
            var candidate = FieldCandidate(
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
            if field.isFreeText { lengthen(&candidate, from: place) }
            candidates.append(candidate)
            // What stands after or beside a label hides what stands below it.
            break
        }
        return candidates
    }

    /// Adds the tiles that go on where a value reaches the end of its tile because the line was too long for one.
    private func lengthen(_ candidate: inout FieldCandidate, from place: Int) {
        var last = place
        guard let end = TextLikeness.place(of: candidate.text, in: readings[place].text)?.end,
            end >= readings[place].text.count - 1
        else { return }
        while let next = next(after: last) {
            candidate.text += " " + readings[next].text
            candidate.logProbabilities += readings[next].logProbabilities
            candidate.box = candidate.box?.union(readings[next].box)
            last = next
        }
    }

    /// The tile that holds the rest of a line: close by in the same row, and too long to have stood in the same tile.
    private func next(after place: Int) -> Int? {
        let box = readings[place].box
        return readings.indices.first { other in
            let gap = readings[other].box.x0 - box.x1
            return readings[other].row == readings[place].row && abs(gap) < 0.75 * box.height
                && readings[other].box.x0 > box.x0
                && readings[other].text.count + readings[place].text.count >= charactersPerTile - 4
        }
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
        func converts(_ text: String) -> Bool { ValueConverter().converts(text, to: field.node) }
        guard !text.isEmpty else { return nil }
        if converts(text) { return text }
        guard !field.isFreeText else { return nil }
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

extension SchemaField {
    /// Whether any text is a value: nothing in the schema says where a value ends.
    var isFreeText: Bool { node.kind == .text && node.pattern == nil && node.format == nil && node.enumeration == nil }
}

extension String {
    /// The text without certain characters at its beginning.
    ///
    /// - Parameter isDropped: Says which.
    /// - Returns: The rest.
    func trimming(_ isDropped: (Character) -> Bool) -> String { String(drop(while: isDropped)) }
}
