import RectoPages

/// Finds a text that is a value by what it says, whatever stands beside it: `Net 14` among the payment terms that the schema lists
/// (`x-recto.values`).
///
/// A tile must say one of them and nothing else but a caption with a colon before it, in the place of each number another one as long (or of one or two digits); by
/// itself it needs a caption on its left, or a short one with a colon above it. Such a text counts little, and only where no label
/// leads to the field; where the page says several, none is taken.
struct TypicalValue {
    /// Most words of a caption.
    private static let mostWordsBefore = 3
    /// Most tiles that a value is cut into.
    private static let mostTiles = 3

    let field: SchemaField
    let page: PageNumber

    /// The forms of what a field's values are often printed as.
    static func forms(of field: SchemaField) -> Set<[String]> {
        Set(field.node.printed.values.map { form($0.split(whereSeparator: \.isWhitespace)) })
    }

    /// Finds the typical values of a page.
    ///
    /// - Parameter readings: What was read in its tiles.
    /// - Returns: A candidate for each tile that says the one value; none unless the schema lists values.
    func candidates(in readings: [TileReading]) -> [FieldCandidate] {
        let typical = Self.forms(of: field)
        guard !typical.isEmpty else { return [] }
        let found = readings.indices.compactMap { value(from: $0, readings, typical) }
        let forms = Set(found.map { Self.form($0.text.split(whereSeparator: \.isWhitespace)[...], withNumbers: true) })
        return forms.count == 1 ? found : []
    }

    /// Leaves out answers from elsewhere, where the label's tile goes on with a typical value, or the tile on its right says one.
    ///
    /// - Parameters:
    ///   - read: What was read beside the label.
    ///   - match: Where the label stands.
    ///   - window: The label and its neighbours.
    ///   - readings: What was read in the page's tiles.
    /// - Returns: The candidates of that tile; all where it says none.
    func candidates(
        _ read: [FieldCandidate],
        beside match: LabelMatcher.Match,
        _ window: TileWindow,
        _ readings: [TileReading]
    ) -> [FieldCandidate] {
        let typical = Self.forms(of: field)
        guard !typical.isEmpty else { return read }
        let label = readings[window.label]
        let behind = label.text.dropFirst(match.end).drop { !$0.isLetter && !$0.isNumber }
        if match.isAtStart, !label.isCutShort, typical.contains(Self.form(behind.split(whereSeparator: \.isWhitespace)))
        {
            let own = read.filter { $0.relation == .sameTile && $0.text == behind }
            guard own.isEmpty else { return own }
            var candidate = FieldCandidate(
                field,
                String(behind),
                in: label,
                page,
                labelFit: match.fit,
                relation: .sameTile
            )
            candidate.labelTile = label.index
            return [candidate]
        }
        guard let right = window.right, let whole = whole(from: right, readings, typical) else { return read }
        let own = read.filter { $0.valueTile == readings[right].index && $0.text == whole.text }
        guard own.isEmpty else { return own }
        var candidate = FieldCandidate(
            field,
            readings[right].text,
            in: readings[right],
            page,
            labelFit: match.fit,
            relation: .right
        )
        candidate.labelTile = readings[window.label].index
        candidate.append(whole.rest)
        candidate.text = whole.text
        return [candidate]
    }

    /// A typical value that a tile says alone, or with the tiles behind it in its row where it says only its beginning (`2% 10 days,`).
    private func whole(
        from place: Int,
        _ readings: [TileReading],
        _ typical: Set<[String]>
    ) -> (text: String, rest: [TileReading])? {
        var (text, rest): (String, [TileReading]) = ("", [])
        var longest: (text: String, rest: [TileReading])?
        for reading in readings[place...].prefix(Self.mostTiles) {
            guard reading.row == readings[place].row, !reading.isCutShort else { break }
            if !text.isEmpty { rest.append(reading) }
            text += (text.isEmpty ? "" : reading.separator) + reading.text
            if value(in: text, typical) == text { longest = (text, rest) }
        }
        return longest
    }

    /// What a tile says, alone or with the tile behind it in its row; nothing where it is the rest of a list.
    private func value(from place: Int, _ readings: [TileReading], _ typical: Set<[String]>) -> FieldCandidate? {
        let reading = readings[place]
        guard !reading.isCutShort, !isRest(place, readings) else { return nil }
        func candidate(_ text: String) -> FieldCandidate {
            FieldCandidate(field, text, in: reading, page, labelFit: FieldCandidate.unlistedFit, relation: .sameTile)
        }
        if let next = readings.indices.contains(place + 1) ? readings[place + 1] : nil, next.row == reading.row,
            !next.isCutShort,
            let text = value(in: reading.text + next.separator + next.text, typical), text.hasSuffix(next.text)
        {
            var joined = candidate(reading.text)
            joined.append([next])
            joined.text = text
            return joined
        }
        guard let text = value(in: reading.text, typical) else { return nil }
        return text == reading.text && !hasCaption(place, readings) ? nil : candidate(text)
    }

    /// Whether a caption stands left of a tile that ends its row, or a short one with a colon above it: `Vorkasse` in a list of
    /// what a firm takes, and `Net 14` under `Gross 16`, are no terms.
    private func hasCaption(_ place: Int, _ readings: [TileReading]) -> Bool {
        let box = readings[place].box
        let isLast = !readings.contains { $0.row == readings[place].row && $0.box.x0 >= box.x1 }
        guard isLast else { return false }
        if let left = readings.left(of: place) { return isCaption(readings[left].text) }
        guard let above = TileWindow.above(place, boxes: readings.map(\.box)) else { return false }
        let text = readings[above].text
        return isCaption(text) && text.hasSuffix(":") && text.split(separator: " ").count <= 2
    }

    private func isCaption(_ text: String) -> Bool {
        !text.contains(where: \.isNumber) && text.split(separator: " ").count <= Self.mostWordsBefore
    }

    private func isRest(_ place: Int, _ readings: [TileReading]) -> Bool {
        guard place > 0, readings[place - 1].row == readings[place].row else { return false }
        return readings[place - 1].text.hasSuffix(",")
    }

    /// The longest end of a text that is typical, where nothing stands before it but a caption with a colon.
    private func value(in text: String, _ typical: Set<[String]>) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        for start in 0...min(words.count, Self.mostWordsBefore) where start < words.count {
            let before = words[..<start]
            guard typical.contains(Self.form(words[start...])) else { continue }
            return before.isEmpty || before.last?.hasSuffix(":") == true ? words[start...].joined(separator: " ") : nil
        }
        return nil
    }

    /// The words and numbers of a text without case, accents and marks.
    private static func form(_ words: ArraySlice<Substring>, withNumbers: Bool = false) -> [String] {
        words.flatMap { word in
            word.split { !$0.isLetter && !$0.isNumber }.flatMap { part -> [String] in
                let folded = String(FoldedText(String(part), isLoose: true).characters)
                let digits = folded.prefix(while: \.isNumber)
                // `Net 486` is no `Net 30`.
                let places = String(repeating: "#", count: max(2, digits.count))
                let number = digits.isEmpty ? [] : [withNumbers ? String(digits) : places]
                return digits.count == folded.count ? number : number + [String(folded.dropFirst(digits.count))]
            }
        }
    }

    /// The words of a text without case, accents and marks, each number as its length.
    static func form(_ words: [Substring]) -> [String] { form(words[...]) }
}
