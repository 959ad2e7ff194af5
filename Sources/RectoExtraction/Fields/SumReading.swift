import Foundation
import RectoPages
import RectoSchema

/// Finds amounts that stand under words which the schema does not list, by what they add up to.
///
/// Where the schema says that a field is the sum of others (`x-recto.sum`), and labels lead to all of them but one, the page's
/// amounts say what that one is: subtotal and tax make the total. Where labels lead only to the smaller part, the one pair of amounts
/// close to it that completes the sum is the larger part and the sum. A small rest is not taken: it may be a charge or a discount that
/// the schema does not ask for. What is found counts little, because nothing says what it is.
struct SumReading {
    /// How well the label fits that is not listed.
    static let fit = 0.7
    /// Two unknown amounts stand at most this many of its heights above or below the known one.
    private static let reach = 8.0

    /// An amount that is printed on the page.
    private struct Amount {
        let tile: TileReading
        let text: String
        let value: Decimal
    }

    /// What labels lead to.
    private enum Known {
        /// One amount.
        case amount(Amount)
        /// Something, and not where it stands or not what it is.
        case unclear
        /// Nothing.
        case absent
    }

    let fields: [SchemaField]

    /// Finds amounts.
    ///
    /// - Parameters:
    ///   - page: What was read on a page; nothing is found on one whose tiles were not transcribed.
    ///   - isInList: Whether a tile belongs to a list of the schema.
    /// - Returns: Candidates for fields that no label led to.
    func candidates(on page: PageReading, isInList: (Int) -> Bool) -> [FieldCandidate] {
        let sums = fields.filter { !$0.node.printed.sum.isEmpty }
        guard !sums.isEmpty, !page.tiles.isEmpty else { return [] }
        let amounts = amounts(on: page, isInList: isInList)
        return sums.flatMap { sum in
            let object = JSONPointer(Array(sum.pointer.tokens.dropLast()))
            let parts = sum.node.printed.sum
                .compactMap { name in fields.first { $0.pointer == object.appending(name) } }
            return parts.count == sum.node.printed.sum.count ? candidates(sum, parts, on: page, amounts) : []
        }
    }

    private func candidates(
        _ sum: SchemaField,
        _ parts: [SchemaField],
        on page: PageReading,
        _ amounts: [Amount]
    ) -> [FieldCandidate] {
        var open: [SchemaField] = []
        var known: [Amount] = []
        for part in parts {
            switch self.known(part, page) {
            case .amount(let amount) where amount.value > 0: known.append(amount)
            case .absent: open.append(part)
            case .amount, .unclear: return []
            }
        }
        let rest = known.reduce(0) { $0 + $1.value }
        switch (self.known(sum, page), open.count) {
        case (.absent, 0):
            return candidate(sum, rest, near: known[0], amounts, page.page)
        case (.amount(let whole), 1) where whole.value - rest > rest:
            return candidate(open[0], whole.value - rest, near: whole, amounts, page.page)
        case (.absent, 1) where rest > 0:
            let close = amounts.filter { isClose($0, to: known[0]) && $0.value > rest }
            let larger = Set(close.map(\.value)).filter { part in close.contains { $0.value == part + rest } }
            guard larger.count == 1, let part = larger.first else { return [] }
            return candidate(open[0], part, near: known[0], close, page.page)
                + candidate(sum, part + rest, near: known[0], close, page.page)
        default:
            return []
        }
    }

    /// The one amount that labels lead to.
    private func known(_ field: SchemaField, _ page: PageReading) -> Known {
        let own = page.candidates.filter { $0.pointer == field.pointer }
        guard !own.isEmpty else { return .absent }
        let amounts = own.compactMap { candidate -> Amount? in
            guard let value = value(of: candidate.text, field.node.printed.locale),
                let tile = page.tiles.first(where: { $0.index == candidate.valueTile })
            else { return nil }
            return Amount(tile: tile, text: candidate.text, value: value)
        }
        guard let first = amounts.first, amounts.allSatisfy({ $0.value == first.value }) else { return .unclear }
        return .amount(first)
    }

    /// The amounts outside of lists that no label of a field stands at.
    private func amounts(on page: PageReading, isInList: (Int) -> Bool) -> [Amount] {
        let tiles = page.tiles
        let search = LabelSearch(fields: fields, texts: tiles.map(\.text))
        let taken = Set(page.candidates.compactMap(\.valueTile))
        let locale = fields.compactMap(\.node.printed.locale).first
        return tiles.indices.compactMap { place in
            let tile = tiles[place]
            guard !tile.isCutShort, !taken.contains(tile.index), !isInList(tile.index), !search.isLabel(place) else {
                return nil
            }
            let before = tiles.indices.filter { tiles[$0].row == tile.row && tiles[$0].box.x1 <= tile.box.x0 }
                .max { tiles[$0].box.x1 < tiles[$1].box.x1 }
            guard before.map({ !search.isLabel($0) }) ?? true, let text = lastAmount(in: tile.text, locale),
                let value = value(of: text, locale)
            else { return nil }
            return Amount(tile: tile, text: text, value: value)
        }
    }

    /// The whole text, or what follows its words.
    private func lastAmount(in text: String, _ locale: PrintedLocale?) -> String? {
        let words = text.split(separator: " ")
        let start = words.indices.first { start in
            value(of: words[start...].joined(separator: " "), locale) != nil
                && !words[..<start].contains { $0.contains(where: \.isNumber) }
        }
        return start.map { words[$0...].joined(separator: " ") }
    }

    private func value(of text: String, _ locale: PrintedLocale?) -> Decimal? {
        AmountParser(locale: locale).parse(text)?.decimalValue
    }

    private func isClose(_ amount: Amount, to known: Amount) -> Bool {
        let (box, other) = (amount.tile.box, known.tile.box)
        return abs(box.y0 + box.y1 - other.y0 - other.y1) / 2 <= Self.reach * other.height
    }

    /// A candidate where an amount is printed, the one nearest in height to a known one; none where it is not.
    private func candidate(
        _ field: SchemaField,
        _ value: Decimal,
        near: Amount,
        _ amounts: [Amount],
        _ page: PageNumber
    ) -> [FieldCandidate] {
        func distance(_ amount: Amount) -> Double { abs(amount.tile.box.y0 - near.tile.box.y0) }
        let nearest = amounts.filter { $0.value == value && $0.tile.index != near.tile.index }
            .min { (distance($0), $0.tile.index) < (distance($1), $1.tile.index) }
        guard let nearest else { return [] }
        return [
            FieldCandidate(
                pointer: field.pointer,
                page: page,
                labelTile: nil,
                valueTile: nearest.tile.index,
                box: nearest.tile.box,
                text: nearest.text,
                logProbabilities: nearest.tile.logProbabilities(of: nearest.text),
                labelFit: Self.fit,
                source: .transcription,
                relation: .sameTile
            )
        ]
    }
}
