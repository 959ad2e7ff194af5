import Foundation
import RectoPages
import RectoSchema

/// Finds amounts that stand under words which the schema does not list, by what they add up to.
///
/// Where the schema says that a field is the sum of others (`x-recto.sum`), and labels lead to all of them but one, the amount close
/// to them that completes the sum is that one: subtotal and tax make the total. It must be written as they are, and below a sum that
/// stands last no other amount may follow, which would be what is left of it. A part is taken only where it is larger than the others together, or
/// where its caption is made of words of its labels (`Plus tax`): a small rest may be a charge or a discount that the schema does not
/// ask for. Where labels lead to one of three, two amounts that make it true may be the others (`SumPair`), and where they lead to
/// several for one field, the sum says which is its own (`SeveralAmounts`).
///
/// Where a field is the sum of a list's column (`"sum": ["items/amount"]`), and every row says its amount, what they add up to is
/// known though nothing is printed beside a label. It takes part in the sums that the field takes part in, on the page of the last row or
/// on the next one, and is the field itself where it is printed (`PrintedColumnSum`). Among other answers all these count as ones whose
/// label hardly fits.
struct SumReading {
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
        guard fields.contains(where: { !$0.node.printed.sum.isEmpty || $0.node.printed.columnSum != nil }) else {
            return pages
        }
        let labelled = Set(pages.flatMap { $0.candidates.map(\.pointer) })
        return pages.map { page in
            guard !page.tiles.isEmpty else { return page }
            var several = SeveralAmounts(PageSums(page: page, fields: fields, columns: columns, lists: lists))
            several.settle()
            var sums = several.sums
            let columns = PrintedColumnSum(sums).candidates().filter { !labelled.contains($0.pointer) }
            sums.update { $0 += columns }
            let completing = fields.flatMap { completed($0, on: sums) }.filter { !labelled.contains($0.pointer) }
            sums.update { $0 += completing }
            return sums.page
        }
    }

    /// What is missing of a sum.
    private struct Gap {
        let field: SchemaField
        let value: Decimal
        let isSum: Bool
        /// Whether the words beside the amount must name the field as well.
        let needsName: Bool
        let known: [PrintedAmount]
    }

    /// The amounts that complete a sum.
    private func completed(_ sum: SchemaField, on sums: PageSums) -> [FieldCandidate] {
        guard let terms = SumTerms(sum, on: sums), terms.isIncomplete else { return [] }
        let amounts = sums.amounts(as: sum)
        if let gap = gap(in: terms) { return filling(gap, amounts).map { [sums.candidate(gap.field, $0)] } ?? [] }
        return SumPair(terms: terms, amounts: amounts)?.found().map { sums.candidate($0.field, $0.amount) } ?? []
    }

    /// The one amount that labels do not lead to.
    private func gap(in terms: SumTerms) -> Gap? {
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

    /// Where the missing amount is printed, the nearest in height; nil where it is not.
    private func filling(_ gap: Gap, _ amounts: [PrintedAmount]) -> PrintedAmount? {
        let close = amounts.filter { $0.isFree && $0.mayBelong(to: gap.known) }
        let named = close.filter { $0.value == gap.value && (!gap.needsName || gap.field.isNamed(by: $0.caption)) }
        guard let nearest = named.nearest(to: gap.known[0]) else { return nil }
        // Change stands below what was paid, and what follows it is left of neither.
        let isLast = gap.known.allSatisfy(nearest.isBelow)
        let isFollowed = close.hasFollower(of: nearest, height: gap.known[0].tile.box.height)
        return gap.isSum && isLast && isFollowed ? nil : nearest
    }
}
