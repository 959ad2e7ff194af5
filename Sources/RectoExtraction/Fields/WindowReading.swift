import Foundation
import RectoPages
import RectoSchema
import RectoVLM

/// One question and what its window's tiles say by themselves: where the answer stands, and what stands beside the label.
struct WindowReading {
    /// An answer stands in a tile when this share of its characters does; of short answers a larger one.
    static func leastLikeness(of text: String) -> Double { text.count <= 4 ? 0.74 : 0.55 }
    /// A tile whose text fits another field's label this well is a label and no value.
    static let leastFitOfLabel = 0.8
    /// Beside a label that fits less a day is no number.
    static let leastFitOfNumber = 0.9

    let page: PageNumber
    let field: SchemaField
    let match: LabelMatcher.Match
    let window: TileWindow
    let readings: [TileReading]
    let charactersPerTile: Int
    /// Whether the label stands in a list of labels with their values beside them.
    var isInList = false

    /// What may be the field's value.
    ///
    /// - Parameters:
    ///   - answer: The model's answer to the field's question.
    ///   - rivalFit: Tells how well a tile fits the labels of other fields.
    /// - Returns: At most one candidate from the answer and one from the texts.
    func candidates(from answer: Generation, rivalFit: (Int) -> Double) -> [FieldCandidate] {
        guard !isPartOfCaption, !isOfRates else { return [] }
        let found = read(from: answer, rivalFit: rivalFit).map(withoutNextCaption).map(withoutSign).filter {
            !isInColumn($0)
        }
        guard let declared = declaredCurrency() else { return found }
        return [declared.candidate] + found.filter { !agrees($0, with: declared.code) }
    }

    /// Whether the texts have a value where the label says that it stands.
    ///
    /// - Parameter rivalFit: Tells how well a tile fits the labels of other fields.
    /// - Returns: Whether there is one.
    func hasValueBeside(_ rivalFit: (Int) -> Double) -> Bool { transcribed(rivalFit) != nil }

    private func read(from answer: Generation, rivalFit: (Int) -> Double) -> [FieldCandidate] {
        func beside() -> [FieldCandidate] { [transcribed(rivalFit) ?? refused(rivalFit)].compactMap(\.self) }
        let text = answer.text.trimmed
        guard !text.isEmpty, !answer.isCutShort, !isNoCurrency(text), !isRate(text), !isNoValue(text) else {
            return beside()
        }
        let answered = answered(text, answer.logProbabilities)
        if isLabel(answered, rivalFit) || isOtherCurrency(answered) || isPassedOver(answered, rivalFit)
            || isNumberOfOther(answered)
        {
            return beside()
        }
        let isSettled = answered.relation != .window && ValueConverter().converts(answered.text, to: field.node)
        return [answered] + (isSettled ? [] : beside())
    }

    /// Whether a rate was answered where an amount is asked for: it belongs to the label (`VAT 20 %`).
    private func isRate(_ text: String) -> Bool {
        field.node.kind == .amount && !field.isRate && Rate.isAll(of: text)
    }

    /// Whether an answer repeats a label that stands beside or below: of another field, or the field's own under a
    /// heading that resembles it ("INVOICE" over "Invoice number:").
    private func isLabel(_ candidate: FieldCandidate, _ rivalFit: (Int) -> Double) -> Bool {
        if field.isFreeText, candidate.relation != .sameTile, candidate.text.hasSuffix(":") { return true }
        guard candidate.relation == .right || candidate.relation == .below,
            field.isFreeText || !ValueConverter().converts(candidate.text, to: field.node),
            let place = readings.firstIndex(where: { $0.index == candidate.valueTile })
        else { return false }
        return rivalFit(place) >= Self.leastFitOfLabel || isHeadOfDay(place)
    }

    /// Whether an answer stands below a label though a value stands beside it: the label's colon points to the right, or its place
    /// below another label.
    ///
    /// Labels beside each other have their values below, each its own.
    private func isPassedOver(_ candidate: FieldCandidate, _ rivalFit: (Int) -> Double) -> Bool {
        guard candidate.relation == .below, field.isFreeText, let right = window.right, let below = window.below,
            isInList || readings[window.label].text.trimmed.hasSuffix(":")
        else { return false }
        let beside = readings[right].box
        let hasOwn = readings.contains { other in
            other.row == readings[below].row && other.index != readings[below].index
                && min(other.box.x1, beside.x1) > max(other.box.x0, beside.x0)
        }
        return (isInList || !hasOwn) && !Caption.isLikely(readings[right].text)
            && rivalFit(right) < Self.leastFitOfLabel
    }

    /// The model's answer, placed in the tile that says the same, else in the whole window.
    private func answered(_ text: String, _ logProbabilities: [Float]) -> FieldCandidate {
        var candidate = candidate(text, logProbabilities, at: nil, .window, source: .question)
        var best = Self.leastLikeness(of: text)
        var found: (place: Int, relation: FieldCandidate.Relation)?
        for (place, relation) in sources {
            let likeness = TextLikeness.share(of: text, in: said(place, relation))
            guard likeness > best else { continue }
            best = likeness
            found = (place, relation)
        }
        guard let found else { return candidate }
        candidate.valueTile = readings[found.place].index
        candidate.box = readings[found.place].box
        candidate.relation = found.relation
        if isOtherText(found.place, found.relation) { candidate.relation = .window }
        let whole = said(found.place, found.relation)
        if isCutOut(candidate.text, of: whole) {
            candidate.text = whole
            return candidate
        }
        preferSurer(&candidate, found.place)
        if field.isFreeText { lengthen(&candidate, from: found.place) }
        return wholeDay(candidate, found.place) ?? wholeAmount(candidate, found.place) ?? candidate
    }

    /// The tile was read twice, for the question and by itself: takes the second reading when the model is surer of it.
    private func preferSurer(_ candidate: inout FieldCandidate, _ place: Int) {
        let tile = readings[place]
        guard !tile.isCutShort, let reading = value(in: said(place, candidate.relation)) else { return }
        let isLonger = TextLikeness.share(of: candidate.text, in: reading) >= 0.9
        let limit = max(2, 2 * max(reading.count, candidate.text.count) / 5)
        guard isLonger || editDistance(Array(reading)[...], Array(candidate.text)[...], limit: limit) != nil else {
            return
        }
        var other = candidate
        other.text = reading
        other.logProbabilities = tile.logProbabilities(of: reading)
        let isAdmitted = ValueConverter().converts(candidate.text, to: field.node)
        if !isAdmitted || other.probability > candidate.probability { candidate = other }
    }

    /// What the texts say by themselves: after the label, else beside it, else below it.
    ///
    /// Free text counts only where the label begins its tile: in running text anything follows a word.
    private func transcribed(_ rivalFit: (Int) -> Double) -> FieldCandidate? {
        for (place, relation) in sources where !readings[place].isCutShort {
            guard let text = value(in: said(place, relation)) else {
                let said = said(place, relation)
                let part = candidate(
                    said,
                    readings[place].logProbabilities(of: said),
                    at: place,
                    relation,
                    source: .transcription
                )
                if let day = wholeDay(part, place) { return day }
                continue
            }
            // What the label declares is a candidate of its own.
            if relation == .sameTile, declaredCurrency() != nil { continue }
            if isOtherText(place, relation) { continue }
            if isRate(text) { continue }
            if isNoValue(text) {
                // Words behind a colon are the label's own, whatever stands below.
                if relation != .below, readings[window.label].text.trimmed.hasSuffix(":"),
                    text.count(where: \.isLetter) > 2
                {
                    return nil
                }
                continue
            }
            if field.isFreeText, !match.isAtStart { continue }
            if field.isFreeText, Caption.isLikely(text) { continue }
            if field.isFreeText, relation != .sameTile,
                rivalFit(place) >= Self.leastFitOfLabel || isHeadOfDay(place)
            {
                continue
            }
            let logProbabilities = readings[place].logProbabilities(of: text)
            var candidate = candidate(text, logProbabilities, at: place, relation, source: .transcription)
            if field.isFreeText { lengthen(&candidate, from: place) }
            return wholeAmount(candidate, place) ?? candidate
        }
        return nil
    }

    /// What stands beside the label and is not what the schema wants, so that it can be told: the first text after it.
    ///
    /// Words where a number or a day belongs say that there is none, and are nothing to tell.
    private func refused(_ rivalFit: (Int) -> Double) -> FieldCandidate? {
        guard match.isAtStart else { return nil }
        for (place, relation) in sources where !readings[place].isCutShort && relation != .below {
            let text = said(place, relation)
            if text.isEmpty { continue }
            let isTold =
                switch field.node.kind {
                case .text: true
                case .amount, .date: text.contains(where: \.isNumber)
                case .currency: CurrencyParser.codes(in: text).count > 1
                }
            guard isTold, !Caption.isLikely(text), relation == .sameTile || rivalFit(place) < Self.leastFitOfLabel,
                !ValueConverter().converts(text, to: field.node)
            else { return nil }
            let logProbabilities = readings[place].logProbabilities(of: text)
            return candidate(text, logProbabilities, at: place, relation, source: .transcription)
        }
        return nil
    }

    func candidate(
        _ text: String,
        _ logProbabilities: [Float],
        at place: Int?,
        _ relation: FieldCandidate.Relation,
        source: FieldCandidate.Source
    ) -> FieldCandidate {
        let whole = window.places.dropFirst().reduce(readings[window.label].box) { $0.union(readings[$1].box) }
        return FieldCandidate(
            pointer: field.pointer,
            page: page,
            labelTile: readings[window.label].index,
            valueTile: place.map { readings[$0].index },
            box: place.map { readings[$0].box } ?? whole,
            text: text,
            logProbabilities: logProbabilities,
            labelFit: match.fit,
            source: source,
            relation: relation
        )
    }

    /// The text of a tile in which a value may stand: of the label's own tile, what follows the label.
    func said(_ place: Int, _ relation: FieldCandidate.Relation) -> String {
        guard relation == .sameTile else { return readings[place].text }
        var rest = Self.withoutLeader(readings[place].text.dropFirst(match.end))
        // `VAT 20 %: 35.00`, `USt. 7 %:`, `VAT 20 % on 250.00`: the rate and what it is taken of belong to the label of an amount.
        if field.node.kind == .amount, !field.isRate {
            let amount = Rate.dropped(from: rest)
            let hasRate = amount != nil || readings[place].text.prefix(match.end).contains("%")
            rest = amount ?? rest
            if hasRate { rest = Rate.base(in: rest)?.rest ?? rest }
            rest = Self.withoutLeader(rest)
        }
        return String(rest).trimmed
    }

    /// A text without the marks between a label and what follows it.
    private static func withoutLeader(_ text: Substring) -> Substring {
        var rest = text
        while let first = rest.first {
            let isDash = "-–—".contains(first) && rest.dropFirst().first?.isWhitespace == true
            guard first.isWhitespace || ":;=.…".contains(first) || isDash else { break }
            rest.removeFirst()
        }
        return rest
    }

    /// Adds the tiles that go on where a value reaches the end of its tile because the line was too long for one.
    private func lengthen(_ candidate: inout FieldCandidate, from place: Int) {
        var last = place
        guard let end = TextLikeness.place(of: candidate.text, in: readings[place].text)?.end,
            end >= readings[place].text.count - 1
        else { return }
        while let next = next(after: last) {
            candidate.append([readings[next]])
            last = next
        }
    }

    /// A day whose first part ends its tile, with the tiles that complete it; nil where it is whole, or none comes of it.
    private func wholeDay(_ candidate: FieldCandidate, _ place: Int) -> FieldCandidate? {
        func isDay(_ text: String) -> Bool { ValueConverter().converts(text, to: field.node) }
        guard field.node.kind == .date, readings[place].text.hasSuffix(candidate.text), !isDay(candidate.text),
            let rest = readings.tiles(completing: candidate.text, from: place, isDay: isDay)
        else { return nil }
        var whole = candidate
        whole.append(rest.map { readings[$0] })
        return whole
    }

    /// An amount whose tile touches others that go on with its digits, with these; nil where it is whole, or none comes of it.
    private func wholeAmount(_ candidate: FieldCandidate, _ place: Int) -> FieldCandidate? {
        guard field.node.kind == .amount else { return nil }
        let run = readings.tilesOfNumber(around: place)
        let text = run.map { readings[$0].text }.joined()
        guard run.count > 1, readings[place].text == candidate.text, ValueConverter().converts(text, to: field.node)
        else { return nil }
        var whole = candidate
        whole.text = text
        whole.logProbabilities = run.flatMap { readings[$0].logProbabilities }
        whole.box = run.dropFirst().reduce(readings[run[0]].box) { $0.union(readings[$1].box) }
        whole.valueTile = readings[run[0]].index
        return whole
    }

    /// The tile that holds the rest of a line: one that goes on within a word, one a space away in the same row, or one close by and too
    /// long to have stood in the same tile.
    private func next(after place: Int) -> Int? {
        let box = readings[place].box
        return readings.indices.first { other in
            let gap = readings[other].box.x0 - box.x1
            let isCut = readings[other].text.count + readings[place].text.count >= charactersPerTile - 4
            let isNear =
                abs(gap) < 0.4 * box.height && !readings[other].text.contains(":")
                && !Caption.isLikely(readings[other].text)
            let isNextPart = readings[other].continuesWord && readings[other].index == readings[place].index + 1
            return readings[other].row == readings[place].row && readings[other].box.x0 > box.x0
                && (isNextPart || isNear || isCut && abs(gap) < 0.75 * box.height)
        }
    }

    private var sources: [(place: Int, relation: FieldCandidate.Relation)] {
        [(window.label, .sameTile)] + (window.right.map { [($0, .right)] } ?? [])
            + (window.below.map { [($0, .below)] } ?? [])
    }

    /// The text itself when it converts, else the longest run of its words that does; free text must be whole.
    private func value(in text: String) -> String? {
        func converts(_ text: String) -> Bool { ValueConverter().converts(text, to: field.node) }
        guard !text.isEmpty else { return nil }
        if converts(text) { return text }
        guard !field.isFreeText, !isDayForAmount(text) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        let several = SeveralValues(node: field.node, words: words)
        switch several.meaning {
        case .unclear: return nil
        case .one(let run): return several.text(run)
        case .plain: break
        }
        let around = ValueSurroundings(node: field.node, words: words)
        for length in stride(from: min(words.count, 5), to: 0, by: -1) {
            for start in 0...(words.count - length) {
                let run = words[start..<start + length].joined(separator: " ")
                if converts(run), !isPieceOfNumber(words[start..<start + length], of: words),
                    !around.change(start..<start + length)
                {
                    return run
                }
            }
        }
        return nil
    }
}

extension SchemaField {
    /// Whether any text is a value: nothing in the schema says where a value ends.
    var isFreeText: Bool { node.isFreeText }

    /// Whether a rate is wanted, not an amount that one leads to.
    var isRate: Bool {
        title.contains("%") || words.contains { Self.rates.contains($0) || $0.hasSuffix("satz") }
    }

    /// Whether the field's name ends in a number, such as an invoice's.
    var isNumbered: Bool {
        guard node.types.contains(.string), let last = words.last else { return false }
        return Self.numbers.contains(last) || last.hasSuffix("nummer")
    }

    private var words: [String] { title.lowercased().split { !$0.isLetter }.map(String.init) }

    private static let numbers: Set<String> = ["number", "numéro", "número", "numero", "nr"]
    private static let rates: Set<String> = [
        "rate", "rates", "percent", "percentage", "prozent", "taux", "tasa", "tipo", "tasso", "aliquota", "tarief",
    ]
}

extension TileReading {
    /// The logarithms that belong to a part of the text, when each character is one token; else all of them.
    ///
    /// - Parameter part: A part of the text.
    /// - Returns: Logarithms of probabilities.
    func logProbabilities(of part: String) -> [Float] {
        guard (text.count...text.count + 1).contains(logProbabilities.count), let range = text.range(of: part) else {
            return logProbabilities
        }
        let start = text.distance(from: text.startIndex, to: range.lowerBound)
        return Array(logProbabilities[start..<start + part.count])
    }
}
