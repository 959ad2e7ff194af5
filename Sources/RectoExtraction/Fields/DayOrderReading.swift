import Foundation
import RectoPages
import RectoSchema

/// Finds days that stand beside words which the schema does not list, by the order of days.
///
/// Where the schema says that a day does not precede another (`x-recto.after`: nothing is due before it is invoiced), and labels lead to
/// one of the two, a day of the same page that stands in this order, a year apart at most, is the other one where its caption is made of
/// words akin to its labels: `Payable by` to `Pay by`, `Facturé le` to `Date de facture`. A caption that says only that it is a day
/// (`Date`) is that of the earlier day, after which others are counted. Where labels lead to neither, both are found where both
/// captions say so, or the earlier one alone on the first page beside such a caption. Where several days could be it, none is taken. Among other answers it counts as one whose label hardly fits.
struct DayOrderReading {
    /// Most months from the one day to the other.
    private static let mostMonths = 12

    let fields: [SchemaField]

    /// A day that is printed on the page.
    private struct Day {
        let tile: TileReading
        let text: String
        /// What stands before it in its tile, else left of it and above it.
        let captions: [String]
        /// The one of them that stands above it, as the head of a column does.
        let head: String?
    }

    /// Adds what is found on each page to its candidates, for fields that a label leads to on no page.
    ///
    /// - Parameter pages: What was read on all pages; nothing is found on one whose tiles were not transcribed.
    /// - Returns: The pages.
    func added(to pages: [PageReading]) -> [PageReading] {
        let pairs = fields.compactMap { later in earlier(than: later).map { (earlier: $0, later: later) } }
        guard !pairs.isEmpty else { return pages }
        let labelled = Set(pages.flatMap { $0.candidates.filter(isLabelled).map(\.pointer) })
        let order = DateParser.order(in: pages.flatMap { $0.tiles.map(\.text) })
        return pages.map { page in
            var page = page
            for pair in pairs {
                page.candidates = page.candidates.filter {
                    $0.pointer != pair.later.pointer || isLabelled($0) || !isOfPlainDay($0, page)
                }
                let isEarlierKnown = labelled.contains(pair.earlier.pointer)
                let isLaterKnown = labelled.contains(pair.later.pointer)
                let found: [FieldCandidate] =
                    switch (isEarlierKnown, isLaterKnown) {
                    case (true, true): []
                    case (true, false): candidates(pair.later, beside: pair.earlier, isLater: true, page, order)
                    case (false, true): candidates(pair.earlier, beside: pair.later, isLater: false, page, order)
                    case (false, false): both(pair.earlier, pair.later, page, order)
                    }
                page.candidates.removeAll { other in found.contains { $0.pointer == other.pointer } }
                page.candidates += found
            }
            return page
        }
    }

    /// Whether an answer was read beside a caption that says only that it is a day, as `Dated` hardly fits `Date due`.
    private func isOfPlainDay(_ candidate: FieldCandidate, _ page: PageReading) -> Bool {
        guard let label = page.tiles.first(where: { $0.index == candidate.labelTile }) else { return false }
        let caption = FoldedText.words(of: label.captioned { DateParser().parse($0) != nil }?.caption ?? label.text)
        return !DateWords.nouns.isDisjoint(with: caption)
            && caption.isSubset(of: DateWords.nouns.union(DateWords.plain))
    }

    /// Two days in order, of which each stands beside words akin to its labels; none where that is not plain.
    private func both(
        _ earlier: SchemaField,
        _ later: SchemaField,
        _ page: PageReading,
        _ order: PrintedLocale.DateOrder?
    ) -> [FieldCandidate] {
        let all = days(on: page, later.node.printed.locale)
        let last = all.filter { isAkin($0, to: later, mayBePlain: false) }
        let first = all.filter { isAkin($0, to: earlier, mayBePlain: true) }
        guard Set(first.map(\.text)).count == 1, Set(last.map(\.text)).count == 1,
            first[0].tile.index != last[0].tile.index,
            isInOrder(first[0].text, last[0].text, later.node.printed.locale, order)
        else { return ofDocument(earlier, page) }
        return [candidate(earlier, first[0], page), candidate(later, last[0], page)]
    }

    /// The day beside `Date` in the upper half of the first page, which is the document's; none where there are several.
    private func ofDocument(_ field: SchemaField, _ page: PageReading) -> [FieldCandidate] {
        guard page.page.value == 1 else { return [] }
        let days = days(on: page, field.node.printed.locale)
            .filter { day in day.captions.contains { $0 != day.head && isOfDocument($0) } && !isOfSignature(day, page) }
        return Set(days.map(\.text)).count == 1 ? [candidate(field, days[0], page)] : []
    }

    /// Whether a day stands in the lower half of a page's text, or somebody signs beside it.
    private func isOfSignature(_ day: Day, _ page: PageReading) -> Bool {
        let top = page.tiles.map(\.box.y0).min() ?? 0
        let bottom = page.tiles.map(\.box.y1).max() ?? 0
        let signs = page.tiles.contains {
            $0.row == day.tile.row && !FoldedText.words(of: $0.text).isDisjoint(with: Self.signatures)
        }
        return signs || page.tiles.count > Self.fewTiles && day.tile.box.y0 > (top + bottom) / 2
    }

    /// Words beside which a day is the one on which something was signed.
    private static let signatures: Set<String> = [
        "signature", "signed", "sign", "received", "accepted", "approved", "checked", "delivered", "unterschrift",
        "erhalten", "empfangen", "recu", "accord", "handtekening", "by",
    ]
    /// A page with so few tiles has no lower half.
    private static let fewTiles = 10

    private func candidate(_ field: SchemaField, _ day: Day, _ page: PageReading) -> FieldCandidate {
        FieldCandidate(
            field,
            day.text,
            in: day.tile,
            page.page,
            labelFit: FieldCandidate.unlistedFit,
            relation: .sameTile
        )
    }

    /// Whether a label leads to an answer, and not only a part of one.
    private func isLabelled(_ candidate: FieldCandidate) -> Bool {
        (candidate.labelFit ?? 1) >= WindowReading.leastFitOfLabel
    }

    private func earlier(than later: SchemaField) -> SchemaField? {
        guard let name = later.node.printed.after else { return nil }
        let pointer = JSONPointer(Array(later.pointer.tokens.dropLast())).appending(name)
        return fields.first { $0.pointer == pointer }
    }

    private func candidates(
        _ field: SchemaField,
        beside known: SchemaField,
        isLater: Bool,
        _ page: PageReading,
        _ order: PrintedLocale.DateOrder?
    ) -> [FieldCandidate] {
        let parser = DateParser(locale: known.node.printed.locale)
        let texts = Set(
            page.candidates.filter { $0.pointer == known.pointer && isLabelled($0) && parser.parse($0.text) != nil }
                .map(\.text)
        )
        // `Due: on receipt` is no day.
        if texts.isEmpty, !isLater { return ofDocument(field, page) }
        guard texts.count == 1, let text = texts.first else { return [] }
        let found = days(on: page, field.node.printed.locale).filter { day in
            let (first, last) = isLater ? (text, day.text) : (day.text, text)
            return isAkin(day, to: field, mayBePlain: !isLater)
                && isInOrder(first, last, field.node.printed.locale, order)
        }
        guard Set(found.map(\.text)).count == 1, let day = found.first else { return [] }
        return [candidate(field, day, page)]
    }

    /// Whether two days follow each other, in whichever order their numbers stand.
    private func isInOrder(_ first: String, _ last: String, _ locale: PrintedLocale?, _ order: PrintedLocale.DateOrder?)
        -> Bool
    {
        let parser = DateParser(locale: locale)
        let orders: [PrintedLocale.DateOrder] = order.map { [$0] } ?? [.dayMonthYear, .monthDayYear]
        return orders.allSatisfy { order in
            func day(_ text: String) -> CalendarDate? { parser.readings(of: text)?[order] ?? parser.parse(text) }
            guard let first = day(first), let last = day(last) else { return false }
            let months = (last.year - first.year) * 12 + last.month - first.month
            return first.iso <= last.iso && months <= Self.mostMonths
        }
    }

    // MARK: - Days of a page

    /// The days that no label leads to.
    private func days(on page: PageReading, _ locale: PrintedLocale?) -> [Day] {
        let tiles = page.tiles
        let search = LabelSearch(fields: fields, texts: tiles.map(\.text))
        let taken = Set(page.candidates.filter(isLabelled).compactMap(\.valueTile))
        let boxes = tiles.map(\.box)
        let parser = DateParser(locale: locale)
        return tiles.indices.compactMap { place -> Day? in
            let tile = tiles[place]
            guard !tile.isCutShort, !taken.contains(tile.index), !search.isLabel(place),
                let (caption, text) = tile.captioned({ parser.parse($0) != nil })
            else { return nil }
            if !caption.isEmpty { return Day(tile: tile, text: text, captions: [caption], head: nil) }
            func words(at place: Int?) -> String? { place.flatMap { search.isLabel($0) ? nil : tiles[$0].text } }
            let head = words(at: TileWindow.above(place, boxes: boxes))
            return Day(
                tile: tile,
                text: text,
                captions: [words(at: tiles.left(of: place)), head].compactMap(\.self),
                head: head
            )
        }
    }

    // MARK: - Words

    /// Whether a day stands beside words akin to a field's labels.
    ///
    /// `Date` above it may be the head of a table's column, and says nothing.
    private func isAkin(_ day: Day, to field: SchemaField, mayBePlain: Bool) -> Bool {
        day.captions.contains { isAkin($0, to: field, mayBePlain: mayBePlain && $0 != day.head) }
    }

    /// Whether a caption is `Date` or says the same in more words.
    private func isOfDocument(_ caption: String) -> Bool {
        DateWords.areOfDocument(caption) && !DateWords.nouns.isDisjoint(with: FoldedText.words(of: caption))
    }

    /// Whether a caption is made of words akin to those of a field's labels, and of words that say nothing.
    private func isAkin(_ caption: String, to field: SchemaField, mayBePlain: Bool) -> Bool {
        let neutral = DateWords.plain.union(DateWords.nouns)
        let own = field.labels.reduce(into: Set<String>()) { $0.formUnion(FoldedText.words(of: $1)) }.subtracting(
            neutral
        )
        let all = FoldedText.words(of: caption)
        let isDay = !all.isDisjoint(with: DateWords.nouns)
        let said = all.subtracting(neutral)
        if said.isEmpty { return isDay && mayBePlain }
        // `Payment date` is as well the day on which something was paid.
        guard mayBePlain || !isDay else { return false }
        return said.allSatisfy { word in own.contains { Self.areAkin(word, $0) } }
    }

    /// Whether two words have a stem in common: one is the other's beginning, or they share four letters and half of the longer one.
    private static func areAkin(_ one: String, _ other: String) -> Bool {
        let shared = zip(one, other).prefix { $0 == $1 }.count
        let (short, long) = (min(one.count, other.count), max(one.count, other.count))
        return shared >= 3 && shared == short || shared >= 4 && 2 * shared >= long
    }
}
