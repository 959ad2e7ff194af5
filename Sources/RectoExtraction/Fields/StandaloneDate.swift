import Foundation
import RectoPages
import RectoSchema

/// Finds the day of a document that prints it without a label, as receipts (`10/09/2027 19:55`) and letters (`Leeds, 5 May 2024`) do.
///
/// Only the plain date of a document is looked for, only on its first page, only in lines that say nothing else and that no caption
/// belongs to, or one that says no more than that it is the day (`Fait le`, `Written on`); where these name several days, none is taken. It counts little: nothing says what day it is.
struct StandaloneDate {
    /// Most words before the day: a place or a weekday.
    private static let mostWordsBefore = 3

    let field: SchemaField
    let page: PageNumber
    let windows: [TileWindow]

    /// Finds the day of a page.
    ///
    /// - Parameters:
    ///   - readings: What was read in its tiles.
    ///   - isLabel: Whether a tile's text is a label of a field.
    /// - Returns: A candidate for each tile that says the day; none unless the field is the plain date.
    func candidates(in readings: [TileReading], isLabel: (Int) -> Bool) -> [FieldCandidate] {
        guard field.node.kind == .date, page.value == 1, field.title.split(separator: " ").count == 1 else { return [] }
        let captioned = Set(
            readings.indices
                .filter { Caption.isLikely(readings[$0].text) || isLabel($0) }
                .filter { !DateWords.areOfDocument(readings[$0].text) }
                // `Receipt 1187` has its value in its own tile.
                .filter { readings[$0].text.hasSuffix(":") || !readings[$0].text.contains(where: \.isNumber) }
                .flatMap { places(behind: $0, readings) }
        )
        let found = readings.indices.compactMap {
            place -> (candidate: FieldCandidate, value: JSONValue, isAlone: Bool)? in
            let reading = readings[place]
            let isFirst = readings.left(of: place).map { DateWords.areOfDocument(readings[$0].text) } ?? true
            let isOfDocument = isFirst && readings.left(of: place) != nil
            guard !reading.isCutShort, isOfDocument || !captioned.contains(place),
                let (text, rest) = day(from: place, readings),
                case .value(let value) = ValueConverter().convert(text, to: field.node)
            else { return nil }
            // A second day of a row that was cut is no day of the document, and still one more.
            guard isFirst || !rest.isEmpty || text == reading.text else { return nil }
            var candidate = FieldCandidate(
                field,
                rest.isEmpty ? text : reading.text,
                in: reading,
                page,
                labelFit: FieldCandidate.unlistedFit,
                relation: .sameTile
            )
            candidate.append(rest.map { readings[$0] })
            candidate.text = text
            // `to 31 May` is another day, and no day of the document.
            let isLedTo = !isFirst && readings.left(of: place).map { leadsOn(readings[$0].text) } ?? false
            return (candidate, value, (isFirst || rest.isEmpty) && !isLedTo)
        }
        guard Set(found.map(\.value)).count == 1 else { return [] }
        return found.filter(\.isAlone).map(\.candidate)
    }

    /// Where the value of a caption may stand: not below it where it has one in its own tile (`Served by: Ewa`) or beside it
    /// (`Change | 5.50`).
    private func places(behind caption: Int, _ readings: [TileReading]) -> [Int] {
        let window = windows[caption]
        let text = readings[caption].text
        if let colon = text.firstIndex(of: ":"), text[colon...].dropFirst().contains(where: \.isLetter) { return [] }
        if let right = window.right, AmountParser().parse(readings[right].text) != nil { return [right] }
        return [window.right, window.below].compactMap(\.self)
    }

    /// Whether a text goes on with a day that is another one: `Valid until`.
    private func leadsOn(_ text: String) -> Bool {
        let last = text.split(whereSeparator: \.isWhitespace).last?.filter { $0 != ":" }.lowercased()
        return last.map(DateWords.plain.contains) ?? false
    }

    /// The day that begins in a tile, and the tiles behind it that complete it.
    private func day(from place: Int, _ readings: [TileReading]) -> (text: String, rest: [Int])? {
        if let text = day(in: readings[place].text) { return (text, []) }
        let rest = readings.tiles(completing: readings[place].text, from: place) { day(in: $0) != nil }
        guard let rest else { return nil }
        let line = rest.reduce(readings[place].text) { $0 + readings[$1].separator + readings[$1].text }
        return day(in: line).map { ($0, rest) }
    }

    /// The day that a line says, where it says nothing else but a place before a comma, a weekday or a time.
    private func day(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        for length in stride(from: min(words.count, 4), to: 0, by: -1) {
            for start in 0...min(words.count - length, Self.mostWordsBefore) {
                // The article of `Le 8 mai 2026` is no part of the day.
                guard !DateWords.areOfDocument(String(words[start])) else { continue }
                let run = words[start..<start + length].joined(separator: " ")
                if ValueConverter().converts(run, to: field.node), mayPrecede(words[..<start]),
                    areTime(words[(start + length)...])
                {
                    return run
                }
            }
        }
        return nil
    }

    private func mayPrecede(_ words: ArraySlice<Substring>) -> Bool {
        guard let last = words.last else { return true }
        if DateWords.areOfDocument(words.joined(separator: " ")) { return true }
        let areLetters = words.allSatisfy { !$0.contains(where: \.isNumber) && !$0.contains(":") }
        return areLetters && (last.hasSuffix(",") || words.count == 1 && DateWords.isWeekday(last.lowercased()[...]))
    }

    /// Whether the words say a time of the day; with a point between hours and minutes only where `Uhr` follows.
    private func areTime(_ words: ArraySlice<Substring>) -> Bool {
        let names: Set = ["uhr", "h", "am", "pm", "a.m.", "p.m."]
        let plain = words.map { $0.lowercased() }
        let separators = plain.last == "uhr" ? "[:.]" : "[:h]"
        let pattern = "^[0-2]?[0-9]\(separators)[0-5][0-9](:[0-5][0-9])?(am|pm|h)?$"
        return plain.allSatisfy { names.contains($0) || $0.range(of: pattern, options: .regularExpression) != nil }
    }
}
