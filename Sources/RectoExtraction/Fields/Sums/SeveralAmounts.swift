import Foundation
import RectoSchema

/// Looks at fields for which labels lead to several amounts, where all others of a sum are known.
///
/// One that makes the sum true is the field's. Where only all together do, as several taxes may (`CGST 9 % 90.00`, `SGST 9 %
/// 90.00`), each is a part of it, and counts little; so does one that makes it true with another tax, beside a rate.
struct SeveralAmounts {
    /// An amount that a label leads to, and the tile that it stands in.
    private struct Value: Hashable {
        let tile: Int?
        let value: Decimal
    }

    /// How well a label fits whose amount is only a part of the field.
    private static let fitOfPart = 0.5

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
        let values = members.map { Array(self.values(of: $0)).map(\.value) }
        let several = members.indices.filter { Set(values[$0]).count > 1 }
        guard several.count <= 1, values.allSatisfy({ !$0.isEmpty }) else { return }
        let single = values.map { $0.first ?? 0 }
        let rest = single[parts.count] - single[parts.indices].reduce(0, +)
        for place in several.isEmpty ? Array(members.indices) : several {
            let wanted = single[place] + (place == parts.count ? -rest : rest)
            if values[place].contains(wanted) {
                keep(wanted, of: members[place])
            } else if values[place].reduce(0, +) == wanted {
                lower(members[place])
            }
        }
        guard several.isEmpty, rest > 0, let least = parts.indices.min(by: { single[$0] < single[$1] }),
            isAnotherTax(rest, beside: parts[least], of: sum)
        else { return }
        lower(parts[least])
    }

    /// Whether what is missing of a sum is printed beside a rate, and a word of the field's labels, an abbreviation (`PST 7 %`) or
    /// nothing else.
    private func isAnotherTax(_ rest: Decimal, beside field: SchemaField, of sum: SchemaField) -> Bool {
        sums.amounts(as: sum).contains { amount in
            guard amount.value == rest, amount.isFree, amount.caption.contains("%") else { return false }
            let words = amount.caption.split { !$0.isLetter }
            return words.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isUppercase) }
                || field.isNamed(by: words.joined(separator: " "))
        }
    }

    private func values(of field: SchemaField) -> Set<Value> {
        Set(
            sums.page.candidates.filter { $0.pointer == field.pointer }
                .compactMap { candidate in
                    PageSums.value(of: candidate.text, as: field)
                        .map { Value(tile: candidate.valueTile, value: $0) }
                }
        )
    }

    private mutating func keep(_ wanted: Decimal, of field: SchemaField) {
        sums.page.candidates.removeAll { candidate in
            candidate.pointer == field.pointer
                && PageSums.value(of: candidate.text, as: field).map { $0 != wanted } ?? false
        }
    }

    private mutating func lower(_ field: SchemaField) {
        for index in sums.page.candidates.indices where sums.page.candidates[index].pointer == field.pointer {
            sums.page.candidates[index].labelFit = min(
                sums.page.candidates[index].labelFit ?? 1,
                Self.fitOfPart
            )
        }
    }
}
