import Foundation
import RectoSchema

/// What is known of a sum and its parts.
struct SumTerms {
    let sum: SchemaField
    let parts: [SchemaField]
    /// The sum; nil where no label leads to it.
    private(set) var whole: PrintedAmount?
    /// The parts that labels lead to, the largest first.
    private(set) var known: [PrintedAmount] = []
    /// The parts that none leads to.
    private(set) var open: [SchemaField] = []
    /// What stands on the page before.
    private(set) var carried = Decimal(0)
    /// Whether labels lead to all that is known, and not a column's rows.
    private(set) var areLabelled = true

    /// Takes what labels and columns lead to; nil where something is unclear or the field names no parts.
    ///
    /// - Parameters:
    ///   - sum: A field.
    ///   - sums: A page.
    init?(_ sum: SchemaField, on sums: PageSums) {
        guard let parts = sums.parts(of: sum) else { return nil }
        (self.sum, self.parts) = (sum, parts)
        for part in parts {
            switch sums.known(part) {
            // Nothing may be left of it: `Change 0.00`.
            case .amount(let amount) where amount.value >= 0: known.append(amount)
            case .absent:
                if let column = sums.columnAmount(of: part) {
                    known.append(column)
                    areLabelled = false
                } else if let column = sums.carriedColumn(of: part) {
                    carried += column
                    areLabelled = false
                } else {
                    open.append(part)
                }
            case .amount, .unclear: return nil
            }
        }
        known.sort { $0.value > $1.value }
        switch sums.known(sum) {
        case .amount(let whole): self.whole = whole
        case .absent: break
        case .unclear: return nil
        }
    }

    /// Whether there is something to look for.
    var isIncomplete: Bool { whole == nil || !open.isEmpty }
}
