import Foundation
import RectoSchema

/// Asks a sum of which all members are known whether each amount is its field's own, or only a part of it.
///
/// Of several amounts that labels lead to, one that makes the sum true is the field's. Where only all together do, as several
/// taxes may (`CGST 9 % 90.00`, `SGST 9 % 90.00`), each is a part of it and none is the field's; neither is one that makes it true
/// with another tax, beside a rate.
struct SeveralAmounts {
    /// An amount that a label leads to, and the tile that it stands in.
    private struct Value: Hashable {
        let tile: Int?
        let value: Decimal
    }

    /// Taxes are called by at most this many letters: `PST`, `MwSt`.
    private static let longestAbbreviation = 4
    /// Other abbreviations beside rates.
    private static let charges: Set<String> = ["tip", "fee", "svc", "serv"]

    private(set) var sums: PageSums

    /// Prepares.
    ///
    /// - Parameter sums: A page.
    init(_ sums: PageSums) { self.sums = sums }

    /// Settles what can be settled.
    mutating func settle() {
        for sum in sums.fields { if let parts = sums.parts(of: sum) { settle(sum, parts) } }
    }

    private mutating func settle(_ sum: SchemaField, _ parts: [SchemaField]) {
        let members = parts + [sum]
        let values = members.map(values)
        let whole = parts.count
        let several = members.indices.filter { Set(values[$0]).count > 1 }
        // The sum may be printed before and after a deposit.
        let places = several.count == 2 && several[1] == whole ? [several[0]] : several
        guard places.count <= 1, values.allSatisfy({ !$0.isEmpty }) else { return }
        let single = values.map { $0.first ?? 0 }
        for place in places.isEmpty ? Array(parts.indices) : places {
            let others = parts.indices.filter { $0 != place }.map { single[$0] }.reduce(0, +)
            let wanted = place == whole ? [others] : Set(values[whole].map { $0 - others })
            let fitting = wanted.intersection(values[place])
            // An amount may be printed twice, in a table of taxes and below it.
            let together = [values[place], Array(Set(values[place]))].map { $0.reduce(0, +) }
            if let one = fitting.first, fitting.count == 1 {
                keep(one, of: members[place])
            } else if fitting.isEmpty, !wanted.isDisjoint(with: together) {
                drop(members[place])
            }
        }
        let rest = single[whole] - single[parts.indices].reduce(0, +)
        // The smallest part is what a rate is taken for.
        guard several.isEmpty, rest > 0, let least = parts.indices.min(by: { single[$0] < single[$1] }),
            isAnotherTax(rest, beside: parts[least], of: sum)
        else { return }
        drop(parts[least])
    }

    /// Whether what is missing of a sum is printed beside a rate, and a word of the field's labels (`State tax 7 %`), an abbreviation
    /// (`PST 7 %`) or nothing else.
    private func isAnotherTax(_ rest: Decimal, beside field: SchemaField, of sum: SchemaField) -> Bool {
        sums.amounts(as: sum).contains { amount in
            guard amount.value == rest, amount.isFree, amount.caption.contains("%") else { return false }
            let words = amount.caption.split { !$0.isLetter }
            return words.contains { field.isNamed(by: String($0)) } || words.allSatisfy(isAbbreviation)
        }
    }

    private func isAbbreviation(_ word: Substring) -> Bool {
        word.count <= Self.longestAbbreviation && word.count(where: \.isUppercase) > 1
            && !Self.charges.contains(word.lowercased())
    }

    /// The amounts that labels lead to, each once for every tile that it stands in.
    private func values(of field: SchemaField) -> [Decimal] {
        let values = Set(
            sums.page.candidates.filter { $0.pointer == field.pointer }
                .compactMap { candidate in
                    PageSums.value(of: candidate.text, as: field)
                        .map { Value(tile: candidate.valueTile, value: $0) }
                }
        )
        let placed = values.filter { $0.tile != nil }
        let known = Set(placed.map(\.value))
        return (placed + values.filter { $0.tile == nil && !known.contains($0.value) }).map(\.value)
    }

    private mutating func keep(_ wanted: Decimal, of field: SchemaField) {
        sums.update { candidates in
            candidates.removeAll { candidate in
                candidate.pointer == field.pointer
                    && PageSums.value(of: candidate.text, as: field).map { $0 != wanted } ?? false
            }
        }
    }

    private mutating func drop(_ field: SchemaField) {
        sums.update { candidates in candidates.removeAll { $0.pointer == field.pointer } }
    }
}
