import Foundation
import RectoSchema

/// What a column of a list adds up to.
struct ColumnSum {
    let value: Decimal
    /// The cell of the last row.
    let last: FieldCandidate

    /// Adds up the columns that fields are the sums of.
    ///
    /// - Parameters:
    ///   - fields: The single fields.
    ///   - lists: The lists that are asked for.
    ///   - rows: What was found of them.
    /// - Returns: The sums by field; none of a list that was not read to its end, of several tables, or with a row that says no amount.
    static func sums(_ fields: [SchemaField], of lists: [SchemaList], rows: ListRows) -> [JSONPointer: ColumnSum] {
        guard rows.errors.isEmpty else { return [:] }
        var sums: [JSONPointer: ColumnSum] = [:]
        for field in fields {
            guard let column = field.node.printed.columnSum else { continue }
            let object = JSONPointer(Array(field.pointer.tokens.dropLast()))
            guard let list = lists.first(where: { $0.pointer == object.appending(column.list) }),
                let member = list.members.first(where: { $0.name == column.member })
            else { continue }
            let own = rows.rows.filter { $0.list == list.pointer }
            guard Set(own.map(\.part)).count == 1, own.allSatisfy(\.merged.isEmpty) else { continue }
            let cells = own.map { row in row.cells.filter { $0.pointer == member.pointer } }
            let parser = AmountParser(locale: member.node.printed.locale)
            let values = cells.compactMap { $0.count == 1 ? parser.parse($0[0].text)?.decimalValue : nil }
            guard values.count == own.count, let last = cells.last?.first else { continue }
            sums[field.pointer] = ColumnSum(value: values.reduce(0, +), last: last)
        }
        return sums
    }
}
