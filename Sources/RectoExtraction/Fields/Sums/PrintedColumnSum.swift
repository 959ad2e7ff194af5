import Foundation
import RectoPages
import RectoSchema

/// Finds fields that are sums of a list's column and that no label leads to, where they are printed below the column.
struct PrintedColumnSum {
    private let sums: PageSums

    /// Prepares.
    ///
    /// - Parameter sums: A page.
    init(_ sums: PageSums) { self.sums = sums }

    /// What is printed close below the list, or on the next page close to the others, where the larger sum agrees.
    ///
    /// - Returns: The candidates.
    func candidates() -> [FieldCandidate] { sums.fields.compactMap(candidate) }

    private func candidate(for field: SchemaField) -> FieldCandidate? {
        guard case .absent = sums.known(field) else { return nil }
        let onPage = sums.columnAmount(of: field)
        // What stands on the page before adds up to an amount beside those that it takes part in the sums of.
        guard let column = onPage ?? sums.carriedColumn(of: field).flatMap({ amount(beside: field, $0) }) else {
            return nil
        }
        let box = column.tile.box
        let below = sums.amounts(as: field).filter {
            (onPage == nil || $0.tile.box.y0 > box.y0) && $0.mayBelong(to: [column])
        }
        guard let nearest = below.filter({ $0.isFree && $0.value == column.value }).nearest(to: column) else {
            return nil
        }
        let larger = sums.fields.compactMap { sum in sums.parts(of: sum).map { (sum: sum, parts: $0) } }
            .filter { $0.parts.contains { $0.pointer == field.pointer } }
        let isIt =
            larger.isEmpty
            ? !below.hasFollower(of: nearest, height: box.height) && onPage != nil
            : larger.allSatisfy { agrees($0, with: column, of: field, among: below) }
        return isIt ? sums.candidate(field, nearest) : nil
    }

    /// Whether a larger sum says that a column is the field, which is one of its parts: where nothing is added to a column, what is
    /// printed below it is the whole.
    private func agrees(
        _ sum: (sum: SchemaField, parts: [SchemaField]),
        with column: PrintedAmount,
        of field: SchemaField,
        among amounts: [PrintedAmount]
    ) -> Bool {
        var others = Decimal(0)
        var open: [SchemaField] = []
        for part in sum.parts where part.pointer != field.pointer {
            switch sums.known(part) {
            case .amount(let amount): others += amount.value
            case .absent: open.append(part)
            case .unclear: return false
            }
        }
        switch sums.known(sum.sum) {
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

    /// A sum that is not printed on a page, put where labels lead to what is added to it or what it is part of.
    private func amount(beside field: SchemaField, _ value: Decimal) -> PrintedAmount? {
        for sum in sums.fields {
            guard let parts = sums.parts(of: sum), parts.contains(where: { $0.pointer == field.pointer }) else {
                continue
            }
            for other in parts + [sum] where other.pointer != field.pointer {
                guard case .amount(let amount) = sums.known(other) else { continue }
                return PrintedAmount(tile: amount.tile, text: amount.text, value: value)
            }
        }
        return nil
    }
}
