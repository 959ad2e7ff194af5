import Foundation
import RectoPages
import RectoSchema

/// Finds amounts that stand under words which the schema does not list, by what they add up to.
///
/// Where the schema says that a field is the sum of others (`x-recto.sum`), and labels lead to all of them but one, the amount close
/// to them that completes the sum is that one: subtotal and tax make the total. It must be written as they are, and below a sum no
/// other amount may follow, which would be what is left of it. A part is taken only where it is larger than the others together, or
/// where its caption is made of words of its labels (`Plus tax`): a small rest may be a charge or a discount that the schema does not
/// ask for. Where labels lead to one of three, two amounts that make it true may be the others (`SumPair`).
///
/// Where a field is the sum of a list's column (`"sum": ["items/amount"]`), and every row says its amount, what they add up to is
/// known though nothing is printed beside a label. It takes part in the sums that the field takes part in, on the page of the last row or
/// on the next one, and is the field itself where it is printed close below the list, or on the next page close to the others, and the
/// larger sum agrees. Among other answers all these count as ones whose label hardly fits.
struct SumReading {
    /// How well a label fits whose amount is only a part of the field.
    private static let fitOfPart = 0.5
    /// An amount stands at most this many heights above or below the known one.
    static let reach = 8.0

    /// An amount that is printed on the page.
    struct Amount {
        let tile: TileReading
        let text: String
        let value: Decimal
        /// The words before it in its tile, else the text before it in its row.
        var caption = ""
        /// Whether no label of a field leads to it.
        var isFree = false
    }

    /// A sum and its parts.
    struct Terms {
        let sum: SchemaField
        let parts: [SchemaField]
        /// The sum; nil where no label leads to it.
        var whole: Amount?
        /// The parts that labels lead to, the largest first.
        var known: [Amount] = []
        /// The parts that none leads to.
        var open: [SchemaField] = []
        /// What stands on the page before.
        var carried = Decimal(0)
        /// Whether labels lead to all that is known, and not a column's rows.
        var areLabelled = true
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
    /// What the columns of the document's lists add up to, by the fields that are their sums.
    let columns: [JSONPointer: ColumnSum]

    /// Takes what was read in a document's lists.
    ///
    /// - Parameters:
    ///   - fields: The single fields.
    ///   - lists: The lists that are asked for.
    ///   - rows: What was found of them.
    init(fields: [SchemaField], lists: [SchemaList], rows: ListRows) {
        self.fields = fields
        columns = ColumnSum.sums(fields, of: lists, rows: rows)
    }

    /// Adds what is found on each page to its candidates, for fields that a label leads to on no page.
    ///
    /// - Parameters:
    ///   - pages: What was read on all pages; nothing is found on one whose tiles were not transcribed.
    ///   - lists: The tiles of the schema's lists.
    /// - Returns: The pages.
    func added(to pages: [PageReading], lists: Set<ListRows.Place>) -> [PageReading] {
        let labelled = Set(pages.flatMap { $0.candidates.map(\.pointer) })
        return pages.map { page in
            guard !page.tiles.isEmpty else { return page }
            let number = page.page
            let isInList = { (tile: Int) in lists.contains(.init(page: number, tile: tile)) }
            var page = settled(page, isInList)
            page.candidates += columnCandidates(on: page, isInList).filter { !labelled.contains($0.pointer) }
            page.candidates += candidates(on: page, isInList).filter { !labelled.contains($0.pointer) }
            return page
        }
    }

    // MARK: - Several amounts for one field

    /// Looks at fields for which labels lead to several amounts, where all others of a sum are known.
    ///
    /// One that makes the sum true is the field's. Where only all together do, as several taxes may, each is a part of it, and counts little;
    /// so does one that makes it true with another tax, beside a rate.
    private func settled(_ page: PageReading, _ isInList: (Int) -> Bool) -> PageReading {
        var page = page
        for sum in fields {
            guard let parts = parts(of: sum) else { continue }
            let members = parts + [sum]
            let values = members.map { self.values(of: $0, page) }
            let several = members.indices.filter { values[$0].count > 1 }
            guard several.count <= 1, values.allSatisfy({ !$0.isEmpty }) else { continue }
            guard let place = several.first else {
                let rest = (values[parts.count].first ?? 0) - parts.indices.compactMap { values[$0].first }.reduce(0, +)
                let isRate = { (amount: Amount) in amount.value == rest && amount.isFree && amount.caption.contains("%")
                }
                guard rest > 0, amounts(on: page, sum.node.printed.locale, isInList).contains(where: isRate) else {
                    continue
                }
                // The smallest part is what a rate is taken for.
                let least = parts.indices.min { values[$0].first ?? 0 < values[$1].first ?? 0 }
                lower(parts[least ?? 0], of: &page)
                continue
            }
            let others = parts.indices.filter { $0 != place }.compactMap { values[$0].first }.reduce(0, +)
            let wanted = members[place].pointer == sum.pointer ? others : (values[parts.count].first ?? 0) - others
            let field = members[place]
            func value(_ candidate: FieldCandidate) -> Decimal? {
                candidate.pointer == field.pointer ? self.value(of: candidate.text, field.node.printed.locale) : nil
            }
            if values[place].contains(wanted) {
                page.candidates.removeAll { value($0).map { $0 != wanted } ?? false }
            } else if values[place].reduce(0, +) == wanted {
                lower(field, of: &page)
            }
        }
        return page
    }

    private func lower(_ field: SchemaField, of page: inout PageReading) {
        for index in page.candidates.indices where page.candidates[index].pointer == field.pointer {
            page.candidates[index].labelFit = min(page.candidates[index].labelFit ?? 1, Self.fitOfPart)
        }
    }

    /// The different amounts that labels lead to.
    private func values(of field: SchemaField, _ page: PageReading) -> Set<Decimal> {
        Set(
            page.candidates.filter { $0.pointer == field.pointer }
                .compactMap { value(of: $0.text, field.node.printed.locale) }
        )
    }

    // MARK: - Sums of fields

    private func candidates(on page: PageReading, _ isInList: (Int) -> Bool) -> [FieldCandidate] {
        fields.filter { !$0.node.printed.sum.isEmpty }
            .flatMap { sum -> [FieldCandidate] in
                guard let parts = parts(of: sum), let terms = terms(of: sum, parts, page) else { return [] }
                let amounts = amounts(on: page, sum.node.printed.locale, isInList)
                if let gap = gap(in: terms) { return [candidate(gap, among: amounts, page.page)].compactMap(\.self) }
                return SumPair(terms: terms, amounts: amounts)?.found().map {
                    candidate($0.field, $0.amount, page.page)
                } ?? []
            }
    }

    /// The fields that a sum names; nil where it names none, or one that is not asked for.
    private func parts(of sum: SchemaField) -> [SchemaField]? {
        guard !sum.node.printed.sum.isEmpty else { return nil }
        let object = JSONPointer(Array(sum.pointer.tokens.dropLast()))
        let parts = sum.node.printed.sum.compactMap { name in fields.first { $0.pointer == object.appending(name) } }
        return parts.count == sum.node.printed.sum.count ? parts : nil
    }

    /// What is missing of a sum.
    private struct Gap {
        let field: SchemaField
        let value: Decimal
        let isSum: Bool
        /// Whether the words beside the amount must name the field as well.
        let needsName: Bool
        let known: [Amount]
    }

    /// What is known of a sum and its parts; nil where something is unclear.
    private func terms(of sum: SchemaField, _ parts: [SchemaField], _ page: PageReading) -> Terms? {
        var terms = Terms(sum: sum, parts: parts)
        for part in parts {
            switch known(part, page) {
            // Nothing may be left of it: `Change 0.00`.
            case .amount(let amount) where amount.value >= 0: terms.known.append(amount)
            case .absent:
                if let column = columnAmount(of: part, page) {
                    terms.known.append(column)
                    terms.areLabelled = false
                } else if let column = carriedColumn(of: part, page) {
                    terms.carried += column
                    terms.areLabelled = false
                } else {
                    terms.open.append(part)
                }
            case .amount, .unclear: return nil
            }
        }
        terms.known.sort { $0.value > $1.value }
        switch known(sum, page) {
        case .amount(let whole): terms.whole = whole
        case .absent: break
        case .unclear: return nil
        }
        return terms
    }

    /// The one amount that labels do not lead to.
    private func gap(in terms: Terms) -> Gap? {
        let rest = terms.known.reduce(terms.carried) { $0 + $1.value }
        switch (terms.whole, terms.open.count) {
        case (nil, 0) where rest > 0 && !terms.known.isEmpty:
            return Gap(field: terms.sum, value: rest, isSum: true, needsName: false, known: terms.known)
        case (let whole?, 1) where whole.value > rest && (rest > 0 || !terms.known.isEmpty):
            let left = whole.value - rest
            let known = [whole] + terms.known
            return Gap(field: terms.open[0], value: left, isSum: false, needsName: left <= rest, known: known)
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

    /// A candidate where the missing amount is printed, the nearest in height; none where it is not.
    private func candidate(_ gap: Gap, among amounts: [Amount], _ page: PageNumber) -> FieldCandidate? {
        let box = gap.known[0].tile.box
        let decimals = Set(gap.known.map { Self.decimals(of: $0.text) })
        let close = amounts.filter {
            $0.isFree && Self.distance($0, box) <= Self.reach * box.height
                && decimals.contains(Self.decimals(of: $0.text))
        }
        let nearest = close.filter {
            $0.value == gap.value && (!gap.needsName || gap.field.isNamed(by: $0.caption))
        }
        .min { (Self.distance($0, box), $0.tile.index) < (Self.distance($1, box), $1.tile.index) }
        guard let nearest else { return nil }
        let isFollowed = close.contains { $0.tile.box.y0 >= nearest.tile.box.y1 - 0.25 * box.height }
        guard !gap.isSum || !isFollowed else { return nil }
        return candidate(gap.field, nearest, page)
    }

    private func candidate(_ field: SchemaField, _ amount: Amount, _ page: PageNumber) -> FieldCandidate {
        var candidate = FieldCandidate(
            field,
            amount.text,
            in: amount.tile,
            page,
            labelFit: FieldCandidate.unlistedFit,
            relation: .sameTile
        )
        candidate.labelTile = amount.tile.index
        return candidate
    }

    // MARK: - Sums of columns

    /// Fields that are sums of a column and that no label leads to, where they are printed below the column.
    private func columnCandidates(on page: PageReading, _ isInList: (Int) -> Bool) -> [FieldCandidate] {
        fields.compactMap { field in
            guard case .absent = known(field, page) else { return nil }
            let onPage = columnAmount(of: field, page)
            // What stands on the page before adds up to an amount beside those that it takes part in the sums of.
            guard let column = onPage ?? carriedColumn(of: field, page).flatMap({ amount(beside: field, $0, page) })
            else { return nil }
            let box = column.tile.box
            let below = amounts(on: page, field.node.printed.locale, isInList).filter {
                (onPage == nil || $0.tile.box.y0 > box.y0) && Self.distance($0, box) <= Self.reach * box.height
                    && Self.decimals(of: $0.text) == Self.decimals(of: column.text)
            }
            let nearest = below.filter { $0.isFree && $0.value == column.value }
                .min { (Self.distance($0, box), $0.tile.index) < (Self.distance($1, box), $1.tile.index) }
            guard let nearest else { return nil }
            let sums = fields.compactMap { sum in parts(of: sum).map { (sum: sum, parts: $0) } }
                .filter { $0.parts.contains { $0.pointer == field.pointer } }
            let isFollowed = below.contains { $0.tile.box.y0 >= nearest.tile.box.y1 - 0.25 * box.height }
            guard
                sums.isEmpty
                    ? !isFollowed && onPage != nil
                    : sums.allSatisfy({ agrees($0, with: column, of: field, among: below, page) })
            else { return nil }
            return candidate(field, nearest, page.page)
        }
    }

    /// Whether a larger sum says that a column is the field, which is one of its parts: where nothing is added to a column, what is
    /// printed below it is the whole.
    private func agrees(
        _ sum: (sum: SchemaField, parts: [SchemaField]),
        with column: Amount,
        of field: SchemaField,
        among amounts: [Amount],
        _ page: PageReading
    ) -> Bool {
        var others = Decimal(0)
        var open: [SchemaField] = []
        for part in sum.parts where part.pointer != field.pointer {
            switch known(part, page) {
            case .amount(let amount): others += amount.value
            case .absent: open.append(part)
            case .unclear: return false
            }
        }
        switch known(sum.sum, page) {
        case .unclear: return false
        case .absent: return others > 0 && open.isEmpty && amounts.contains { $0.value == column.value + others }
        case .amount(let whole):
            let rest = whole.value - column.value - others
            if open.isEmpty { return rest == 0 && others > 0 }
            // What is added may be something that the schema does not ask for.
            let isOther = amounts.contains { amount in
                amount.isFree && amount.value == rest && amount.caption.contains(where: \.isLetter)
                    && !open.contains { $0.isNamed(by: amount.caption) }
            }
            return rest > 0 && !isOther
        }
    }

    /// What a field's column adds up to, where its last row stands on a page.
    private func columnAmount(of field: SchemaField, _ page: PageReading) -> Amount? {
        guard let column = columns[field.pointer], column.last.page == page.page, column.value > 0,
            let tile = page.tiles.first(where: { $0.index == column.last.valueTile })
        else { return nil }
        return Amount(tile: tile, text: column.last.text, value: column.value)
    }

    /// What a field's column adds up to, where its last row stands on the page before.
    private func carriedColumn(of field: SchemaField, _ page: PageReading) -> Decimal? {
        columns[field.pointer].flatMap { $0.last.page.value + 1 == page.page.value && $0.value > 0 ? $0.value : nil }
    }

    /// A sum that is not printed on a page, put where labels lead to what is added to it or what it is part of.
    private func amount(beside field: SchemaField, _ value: Decimal, _ page: PageReading) -> Amount? {
        for sum in fields {
            guard let parts = parts(of: sum), parts.contains(where: { $0.pointer == field.pointer }) else { continue }
            for other in parts + [sum] where other.pointer != field.pointer {
                guard case .amount(let amount) = known(other, page) else { continue }
                return Amount(tile: amount.tile, text: amount.text, value: value)
            }
        }
        return nil
    }

    // MARK: - Amounts of a page

    /// The amounts outside of lists.
    private func amounts(on page: PageReading, _ locale: PrintedLocale?, _ isInList: (Int) -> Bool) -> [Amount] {
        let tiles = page.tiles
        let search = LabelSearch(fields: fields, texts: tiles.map(\.text))
        let taken = Set(page.candidates.compactMap(\.valueTile))
        return tiles.indices.compactMap { place in
            let tile = tiles[place]
            guard !tile.isCutShort, !isInList(tile.index),
                let (caption, text) = tile.captioned({ self.value(of: $0, locale) != nil }),
                let value = value(of: text, locale)
            else { return nil }
            let before = tiles.left(of: place)
            return Amount(
                tile: tile,
                text: text,
                value: value,
                caption: caption.isEmpty ? before.map { tiles[$0].text } ?? "" : caption,
                isFree: !taken.contains(tile.index) && !search.isLabel(place) && !(before.map(search.isLabel) ?? false)
            )
        }
    }

    private func value(of text: String, _ locale: PrintedLocale?) -> Decimal? {
        Rate.isAll(of: text) ? nil : AmountParser(locale: locale).parse(text)?.decimalValue
    }

    /// How far apart the middles of an amount and of a box are in height.
    static func distance(_ amount: Amount, _ box: Box) -> Double {
        abs(amount.tile.box.y0 + amount.tile.box.y1 - box.y0 - box.y1) / 2
    }

    /// How many digits follow the last mark of an amount: sums are written as their parts are.
    static func decimals(of text: String) -> Int {
        let digits = text.reversed().drop { !$0.isNumber }
        let last = digits.prefix(while: \.isNumber)
        let isMarked = digits.dropFirst(last.count).first.map { ".,".contains($0) } ?? false
        return isMarked && last.count != 3 ? last.count : 0
    }
}

extension SchemaField {
    /// Shortest word whose end may be that of a longer one: `Steuer` of `Umsatzsteuer`.
    private static let leastEnd = 5
    /// Words that say of an amount only that it is one, or that it is added.
    private static let plain: Set<String> = [
        "amount", "total", "sum", "betrag", "summe", "montant", "importe", "importo", "bedrag", "plus", "zzgl",
        "zuzuglich", "add",
        "sales", "the", "en", "sus", "mas", "piu",
    ]

    /// Whether a caption is made of words of the labels, or of words that end as theirs do, and of words that say nothing.
    ///
    /// - Parameter caption: The words beside an amount.
    /// - Returns: Whether it may name the field, where there is something else that says so.
    func isNamed(by caption: String) -> Bool {
        func words(_ text: String) -> Set<String> {
            Set(FoldedText.words(of: text).subtracting(Self.plain).map(LabelCore.stem))
        }
        let own = labels.reduce(into: Set<String>()) { $0.formUnion(words($1)) }
        func isOwn(_ word: String) -> Bool {
            own.contains { other in
                let (short, long) = word.count < other.count ? (word, other) : (other, word)
                return short == long || short.count >= Self.leastEnd && long.hasSuffix(short)
            }
        }
        let said = words(caption)
        return !said.isEmpty && said.allSatisfy(isOwn)
    }
}
