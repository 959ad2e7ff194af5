import Foundation
import RectoPages
import RectoSchema

/// Finds two amounts that stand under words which the schema does not list, where labels lead to one of a sum and its two parts.
///
/// With the known amount they must make the sum true, and no other two amounts may do so:
///
/// - Below a known part the sum and the other part: `Total 5.45`, `Received 10.00`, `Back 4.55`.
/// - Around a known sum both parts: `To pay 45.45`, `Paid 50.00`, `Back 4.55`.
///
/// One of them must be named by words of its labels: `Balance before 30.00`, `Balance now 21.00` add up as well. Where it is the first
/// one, the other stands below the sum, of which it is what is left.
///
/// Where nothing is added, the same amount again is enough: right below a known part it is the sum, right above a known sum its first
/// part (`To pay 18.47`, `Paid 18.47`).
struct SumPair {
    /// The same amount stands at most this many heights apart.
    private static let nearest = 2.5

    /// An amount and the field that it is.
    typealias Found = (field: SchemaField, amount: PrintedAmount)

    private let terms: SumTerms
    private let known: PrintedAmount
    /// Amounts close by that no label leads to, written as the known one is.
    private let free: [PrintedAmount]

    /// Prepares.
    ///
    /// - Parameters:
    ///   - terms: What is known of the sum: one of three amounts.
    ///   - amounts: All amounts of the page.
    init?(terms: SumTerms, amounts: [PrintedAmount]) {
        let all = [terms.whole].compactMap(\.self) + terms.known
        guard terms.parts.count == 2, terms.carried == 0, all.count == 1, let known = all.first, known.value > 0 else {
            return nil
        }
        self.terms = terms
        self.known = known
        free = amounts.filter { $0.isFree && $0.value > 0 && $0.mayBelong(to: [known]) }
    }

    /// The fields that the amounts are.
    func found() -> [Found] {
        let pairs = free.flatMap { one in free.compactMap { other in pair(one, other) } }
        if let pair = pairs.first, Set(pairs.map { [$0[0].amount.value, $0[1].amount.value] }).count == 1 {
            return pair
        }
        return pairs.isEmpty ? same().map { [$0] } ?? [] : []
    }

    /// The two fields that two amounts are, the larger first; nil where they are not.
    private func pair(_ one: PrintedAmount, _ other: PrintedAmount) -> [Found]? {
        guard one.tile.index != other.tile.index else { return nil }
        guard terms.whole != nil else {
            guard let open = terms.open.first, one.value == known.value + other.value, one.isBelow(known) else {
                return nil
            }
            let isNamed = open.isNamed(by: other.caption)
            guard isNamed || other.isBelow(one) && terms.sum.isNamed(by: one.caption) else { return nil }
            return [(terms.sum, one), (open, other)]
        }
        let (first, second) = (terms.parts[0], terms.parts[1])
        guard one.value + other.value == known.value, known.isBelow(one) else { return nil }
        let isNamed = second.isNamed(by: other.caption)
        guard isNamed && other.isBelow(one) || other.isBelow(known) && first.isNamed(by: one.caption) else {
            return nil
        }
        return [(first, one), (second, other)]
    }

    /// The same amount again.
    private func same() -> Found? {
        // Below the rows of a list the same amount may be what was paid.
        guard terms.areLabelled else { return nil }
        // Below a tax the same amount is no sum.
        guard terms.whole != nil || terms.open.first?.pointer == terms.parts[1].pointer else { return nil }
        let box = known.tile.box
        let same = free.filter {
            $0.value == known.value && $0.distance(to: known) <= Self.nearest * box.height
                && (terms.whole == nil ? $0.isBelow(known) : known.isBelow($0))
        }
        guard same.count == 1, same[0].caption.contains(where: \.isLetter) else { return nil }
        return (terms.whole == nil ? terms.sum : terms.parts[0], same[0])
    }
}
