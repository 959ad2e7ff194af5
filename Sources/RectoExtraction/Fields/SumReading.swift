import Foundation
import RectoPages
import RectoSchema

/// Finds amounts that stand under words which the schema does not list, by what they add up to.
///
/// Where the schema says that a field is the sum of others (`x-recto.sum`), and labels lead to all of them but one, the amount close
/// to them that completes the sum is that one: subtotal and tax make the total. It must be written as they are, and below a sum no
/// other amount may follow, which would be what is left of it. A part is taken only where it is larger than the others together:
/// a small rest may be a charge or a discount that the schema does not ask for. Its confidence is that of a label that hardly fits.
struct SumReading {
    /// How well the label fits that is not listed.
    static let fit = 0.7
    /// An amount stands at most this many heights above or below the known one.
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

    /// Adds what is found on each page to its candidates, for fields that a label leads to on no page.
    ///
    /// - Parameters:
    ///   - pages: What was read on all pages; nothing is found on one whose tiles were not transcribed.
    ///   - lists: The tiles of the schema's lists.
    /// - Returns: The pages.
    func added(to pages: [PageReading], lists: Set<ListRows.Place>) -> [PageReading] {
        let labelled = Set(pages.flatMap { $0.candidates.map(\.pointer) })
        return pages.map { page in
            var page = page
            page.candidates += candidates(on: page) { lists.contains(.init(page: page.page, tile: $0)) }
                .filter { !labelled.contains($0.pointer) }
            return page
        }
    }

    private func candidates(on page: PageReading, isInList: (Int) -> Bool) -> [FieldCandidate] {
        guard !page.tiles.isEmpty else { return [] }
        return fields.filter { !$0.node.printed.sum.isEmpty }
            .compactMap { sum in
                let object = JSONPointer(Array(sum.pointer.tokens.dropLast()))
                let parts = sum.node.printed.sum
                    .compactMap { name in fields.first { $0.pointer == object.appending(name) } }
                guard parts.count == sum.node.printed.sum.count, let gap = gap(in: sum, parts, page) else { return nil }
                return candidate(gap, among: amounts(on: page, sum.node.printed.locale, isInList), page.page)
            }
    }

    /// What is missing of a sum.
    private struct Gap {
        let field: SchemaField
        let value: Decimal
        let isSum: Bool
        let known: [Amount]
    }

    /// The one amount that labels do not lead to.
    private func gap(in sum: SchemaField, _ parts: [SchemaField], _ page: PageReading) -> Gap? {
        var open: [SchemaField] = []
        var known: [Amount] = []
        for part in parts {
            switch self.known(part, page) {
            case .amount(let amount) where amount.value > 0: known.append(amount)
            case .absent: open.append(part)
            case .amount, .unclear: return nil
            }
        }
        let rest = known.reduce(0) { $0 + $1.value }
        switch (self.known(sum, page), open.count) {
        case (.absent, 0):
            return Gap(field: sum, value: rest, isSum: true, known: known)
        case (.amount(let whole), 1) where whole.value - rest > rest && rest > 0:
            return Gap(field: open[0], value: whole.value - rest, isSum: false, known: [whole] + known)
        default:
            return nil
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
    private func amounts(on page: PageReading, _ locale: PrintedLocale?, _ isInList: (Int) -> Bool) -> [Amount] {
        let tiles = page.tiles
        let search = LabelSearch(fields: fields, texts: tiles.map(\.text))
        let taken = Set(page.candidates.compactMap(\.valueTile))
        let rows = Dictionary(grouping: tiles.indices) { tiles[$0].row }
        return tiles.indices.compactMap { place in
            let tile = tiles[place]
            guard !tile.isCutShort, !taken.contains(tile.index), !isInList(tile.index), !search.isLabel(place),
                let text = lastAmount(in: tile.text, locale), let value = value(of: text, locale)
            else { return nil }
            let before = rows[tile.row, default: []].filter { tiles[$0].box.x1 <= tile.box.x0 }
                .max { tiles[$0].box.x1 < tiles[$1].box.x1 }
            return before.map(search.isLabel) ?? false ? nil : Amount(tile: tile, text: text, value: value)
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
        Rate.isAll(of: text) ? nil : AmountParser(locale: locale).parse(text)?.decimalValue
    }

    /// A candidate where the missing amount is printed, the nearest in height; none where it is not.
    private func candidate(_ gap: Gap, among amounts: [Amount], _ page: PageNumber) -> FieldCandidate? {
        let box = gap.known[0].tile.box
        func distance(_ amount: Amount) -> Double { abs(amount.tile.box.y0 + amount.tile.box.y1 - box.y0 - box.y1) / 2 }
        let decimals = Set(gap.known.map { Self.decimals(of: $0.text) })
        let close = amounts.filter {
            distance($0) <= Self.reach * box.height && decimals.contains(Self.decimals(of: $0.text))
        }
        let nearest = close.filter { $0.value == gap.value }
            .min { (distance($0), $0.tile.index) < (distance($1), $1.tile.index) }
        guard let nearest else { return nil }
        let isFollowed = close.contains { $0.tile.box.y0 >= nearest.tile.box.y1 - 0.25 * box.height }
        guard !gap.isSum || !isFollowed else { return nil }
        return FieldCandidate(
            pointer: gap.field.pointer,
            page: page,
            labelTile: nearest.tile.index,
            valueTile: nearest.tile.index,
            box: nearest.tile.box,
            text: nearest.text,
            logProbabilities: nearest.tile.logProbabilities(of: nearest.text),
            labelFit: Self.fit,
            source: .transcription,
            relation: .sameTile
        )
    }

    /// How many digits follow the last mark of an amount: sums are written as their parts are.
    private static func decimals(of text: String) -> Int {
        let digits = text.reversed().drop { !$0.isNumber }
        let last = digits.prefix(while: \.isNumber)
        let isMarked = digits.dropFirst(last.count).first.map { ".,".contains($0) } ?? false
        return isMarked && last.count != 3 ? last.count : 0
    }
}
