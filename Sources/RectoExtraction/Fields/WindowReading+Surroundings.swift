import RectoPages
import RectoVLM

/// What stands around an answer and makes it mean something else, or less.
extension WindowReading {
    /// The currency that the label's own text says its amounts are in: `Total (CAD)`.
    func declaredCurrency() -> (candidate: FieldCandidate, code: String)? {
        let label = readings[window.label]
        guard field.node.kind == .currency, window.right != nil, !label.isCutShort,
            let text = CurrencyParser.declaration(in: label.text), case .code(let code) = CurrencyParser().parse(text)
        else { return nil }
        let logProbabilities = label.logProbabilities(of: text)
        return (candidate(text, logProbabilities, at: window.label, .sameTile, source: .transcription), code)
    }

    /// Whether a currency sign says nothing else than a declaration.
    func agrees(_ candidate: FieldCandidate, with code: String) -> Bool {
        switch CurrencyParser().parse(candidate.text) {
        case .ambiguous(let codes): codes.contains(code)
        case .code(let other): other == code
        case nil: CurrencyParser.codes(in: candidate.text).isEmpty
        }
    }

    /// A text without the caption, and what follows it, that stands behind the value on the same line: `A-1 Date: 3 May 2026`.
    func withoutNextCaption(_ candidate: FieldCandidate) -> FieldCandidate {
        guard field.isFreeText else { return candidate }
        let words = candidate.text.split(separator: " ")
        for end in words.indices.dropFirst() where words[end].hasSuffix(":") {
            // "Due date:" begins with its capital.
            let start = words[end].first?.isUppercase == true ? end : end - 1
            guard start > 0, words[start].first?.isUppercase == true,
                Caption.isLikely(words[start...end].joined(separator: " ").filter { $0 != ":" })
            else { continue }
            var value = candidate
            value.text = words[..<start].joined(separator: " ")
            if candidate.logProbabilities.count >= candidate.text.count {
                value.logProbabilities = Array(candidate.logProbabilities.prefix(value.text.count))
            }
            return value
        }
        return candidate
    }

    /// A number without the sign that it is one: `0311` of `No. 0311`, beside a heading that is the label.
    func withoutSign(_ candidate: FieldCandidate) -> FieldCandidate {
        guard field.isNumbered,
            let sign = candidate.text.prefixMatch(of: /(?:no|nr|n)(?:[.:]|\s?[°º])\s*/.ignoresCase()),
            candidate.text[sign.range.upperBound...].contains(where: \.isNumber)
        else { return candidate }
        var number = candidate
        number.text = String(candidate.text[sign.range.upperBound...])
        if candidate.logProbabilities.count >= candidate.text.count {
            number.logProbabilities = Array(candidate.logProbabilities.suffix(number.text.count))
        }
        return number
    }

    /// Whether an answer is a part of what stands there, and the rest makes it say something else.
    func isCutOut(_ answer: String, of text: String) -> Bool {
        guard !field.isFreeText else { return false }
        if case .value = ValueConverter().convert(text, to: field.node) { return false }
        let words = text.split(whereSeparator: \.isWhitespace)
        let around = ValueSurroundings(node: field.node, words: words)
        let meaning = SeveralValues(node: field.node, words: words).meaning
        if meaning == .unclear { return true }
        guard let run = around.place(of: answer) else { return false }
        if case .one(let meant) = meaning { return !meant.overlaps(run) }
        return around.change(run) || !RowAmounts.isMoney(answer) && isPieceOfNumber(words[run], of: words)
    }

    /// Whether the label's tile goes on with small letters, and what they name stands beside it: `Payment received | 5 May` is no
    /// `Payment`.
    var isPartOfCaption: Bool {
        // Words of the field's other labels leave the meaning alone: `Purchase order number`.
        guard field.isFreeText, match.isAtStart, match.fit < Self.leastFitOfNumber, let right = window.right,
            readings[right].row == readings[window.label].row
        else { return false }
        let text = readings[window.label].text
        let rest = text.dropFirst(match.end)
        let isApart = rest.first?.isWhitespace == true || text.prefix(match.end).last?.isWhitespace == true
        guard isApart, !text.prefix(match.end).contains(":"),
            !readings[right].continuesWord, !Caption.isLikely(readings[right].text)
        else { return false }
        let words = rest.split(whereSeparator: \.isWhitespace)
        return !words.isEmpty && words.allSatisfy { $0.allSatisfy { $0.isLetter && $0.isLowercase } }
            && !TypicalValue.forms(of: field).contains(TypicalValue.form(words))
    }

    /// Whether a text is what is left of a label and no value: a sign (`#`), the ending of a plural (`(s)`), or words, a zero or a day where the
    /// field is a number, or a day where the label hardly fits (`Zahlung bis` is no `Zahlungsziel`, `Commande du` no `Commande n°`).
    func isNoValue(_ text: String) -> Bool {
        guard field.isFreeText else { return false }
        return TileWindow.isSign(text) || text.wholeMatch(of: /\([a-z]{1,2}\)/) != nil
            || field.isNumbered && (text == "0" || isInWords(text) || isPlainDay(text) || isMoney(text))
            || match.fit < (field.isNumbered ? Self.leastFitOfNumber : Self.leastFitOfLabel)
                && DateParser().parse(text) != nil
    }

    /// Whether a text is an amount of money: `Bestellwert 440,00` is no order number.
    private func isMoney(_ text: String) -> Bool {
        guard RowAmounts.isMoney(text), AmountParser().parse(text) != nil else { return false }
        return match.fit < Self.leastFitOfNumber || text.contains(",") || text.contains(where: \.isCurrencySymbol)
    }

    /// Whether the label is that of rates, and says none itself: `VAT % | 20.00`.
    var isOfRates: Bool {
        guard field.node.kind == .amount, !field.isRate else { return false }
        let caption = readings[window.label].text.dropFirst(match.end).prefix { !$0.isNumber }
        return caption.contains("%") && !readings[window.label].text.prefix(match.end).contains(where: \.isNumber)
    }

    /// Whether amounts stand below each other under the label: a column of a table says several, and which is the sum is not known.
    func isInColumn(_ candidate: FieldCandidate) -> Bool {
        guard field.node.kind == .amount, candidate.relation == .below, let below = window.below else { return false }
        let box = readings[below].box
        let isAmount = { (place: Int) in AmountParser().parse(readings[place].text) != nil }
        // Behind amounts another caption's own ends the row: `Amount due | 120.00`; the rows of a table have captions of their own.
        let isRowOfAmounts = readings.left(of: below).map(isAmount) ?? true
        func isOfOtherCaption(_ place: Int) -> Bool {
            isRowOfAmounts && readings.left(of: place).map { Caption.isLikely(readings[$0].text) } ?? false
        }
        return readings.indices.contains { place in
            let other = readings[place]
            return other.row != readings[below].row && other.box.y0 > (box.y0 + box.y1) / 2
                && other.box.y0 - box.y1 <= 1.2 * box.height
                && min(other.box.x1, box.x1) > max(other.box.x0, box.x0)
                && isAmount(place) && !isOfOtherCaption(place)
        }
    }

    /// Whether a tile says only that a day follows, and has one below it: `Terms | Dated` over `30 days | 16/12/21` are two heads.
    func isHeadOfDay(_ place: Int) -> Bool {
        let (text, box) = (readings[place].text, readings[place].box)
        guard !text.contains(where: \.isNumber), DateWords.areOfDocument(text) else { return false }
        return readings.contains { other in
            other.box.y0 > (box.y0 + box.y1) / 2 && other.box.y0 - box.y1 <= 2 * box.height
                && min(other.box.x1, box.x1) > max(other.box.x0, box.x0) && DateParser().parse(other.text) != nil
        }
    }

    /// Whether a text is a day with the name of its month, or with points: `2024/03/15` may be the fifteenth invoice of March.
    private func isPlainDay(_ text: String) -> Bool {
        (text.contains(where: \.isLetter) || text.contains(".")) && DateParser().parse(text) != nil
    }

    /// Whether a text has a word that no number has: small letters and no digit, four letters beside digits (`90402 Kiel`).
    private func isInWords(_ text: String) -> Bool {
        guard text.contains(where: \.isNumber) else { return text.contains(where: \.isLowercase) }
        return text.split(whereSeparator: \.isWhitespace).contains { word in
            word.count(where: \.isLetter) >= 4 && word.contains(where: \.isLowercase)
                && !word.contains(where: \.isNumber)
        }
    }

    /// Whether a text is a day with the name of its month, from which no amount is taken: the 1 of `1 Aug 2019`.
    func isDayForAmount(_ text: String) -> Bool {
        field.node.kind == .amount && text.contains(where: \.isLetter) && DateParser().parse(text) != nil
    }

    /// Whether an answer for an amount is a number of something else: of a day, of the rate in the label or what it is taken of, or a piece of
    /// a longer number.
    func isNumberOfOther(_ candidate: FieldCandidate) -> Bool {
        guard field.node.kind == .amount else { return false }
        let place = readings.firstIndex { $0.index == candidate.valueTile }
        let text = place.map { said($0, candidate.relation) } ?? ""
        if !field.isRate, !text.split(whereSeparator: \.isWhitespace).contains(candidate.text[...]) {
            let label = readings[window.label].text
            let rates = label.matches(of: /([0-9]+(?:[.,][0-9]+)?)\s?%/)
            if rates.contains(where: {
                $0.1 == candidate.text
                    || Rate.base(in: label[$0.range.upperBound...])?.amount == candidate.text.drop { !$0.isNumber }
            }) {
                return true
            }
        }
        if isDayForAmount(text) { return true }
        guard candidate.text.allSatisfy(\.isNumber), let found = TextLikeness.place(of: candidate.text, in: text),
            found.share == 1
        else { return false }
        let characters = Array(text)
        func isInNumber(_ place: Int, _ step: Int) -> Bool {
            guard characters.indices.contains(place) else { return false }
            if characters[place].isNumber { return true }
            let next = place + step
            return ".,".contains(characters[place]) && characters.indices.contains(next) && characters[next].isNumber
        }
        return isInNumber(found.start - 1, -1) || isInNumber(found.end, 1)
    }

    /// Whether an answer for a currency names none: the amount beside the label, as a rule.
    func isNoCurrency(_ answer: String) -> Bool {
        field.node.kind == .currency && field.node.enumeration == nil && CurrencyParser().parse(answer) == nil
            && CurrencyParser.codes(in: answer).isEmpty
    }

    /// Whether a currency stands in a text of its own below the label, and not at the label's amounts.
    func isOtherText(_ place: Int, _ relation: FieldCandidate.Relation) -> Bool {
        guard field.node.kind == .currency else { return false }
        let text = said(place, relation)
        if CurrencyParser().parse(text) != nil { return false }
        return relation == .below || CurrencyParser.codes(in: text).count > 1
    }

    /// Whether several currencies stand where one was read, and nothing says which is the field's.
    func isOtherCurrency(_ candidate: FieldCandidate) -> Bool {
        guard field.node.kind == .currency, let place = readings.firstIndex(where: { $0.index == candidate.valueTile })
        else { return false }
        return CurrencyParser.codes(in: readings[place].text).count > 1
    }

    /// Whether digits stand right beside the run: `1` of `1 234.50` is no amount of its own.
    func isPieceOfNumber(_ run: ArraySlice<Substring>, of words: [Substring]) -> Bool {
        guard field.node.kind == .amount else { return false }
        let isBefore = run.startIndex > 0 && words[run.startIndex - 1].allSatisfy(\.isNumber)
        let isAfter = run.endIndex < words.count && words[run.endIndex].first?.isNumber == true
        return isBefore || isAfter
    }
}
