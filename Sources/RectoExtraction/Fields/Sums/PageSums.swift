import Foundation
import RectoPages
import RectoSchema

/// A page as its sums see it: which amounts labels lead to, what the columns of lists add up to, and which amounts stand free.
struct PageSums {
    /// What labels lead to.
    enum Known {
        /// One amount.
        case amount(PrintedAmount)
        /// Something, and not where it stands or not what it is.
        case unclear
        /// Nothing.
        case absent
    }

    let fields: [SchemaField]
    /// What the columns of the document's lists add up to, by the fields that are their sums.
    let columns: [JSONPointer: ColumnSum]
    private(set) var page: PageReading
    /// The places of the tiles that belong to no list.
    private let outside: [Int]
    /// The places of the tiles that are labels of fields.
    private let labels: Set<Int>

    /// Looks at a page.
    ///
    /// - Parameters:
    ///   - page: What was read on it.
    ///   - fields: The single fields.
    ///   - columns: What the columns of the document's lists add up to.
    ///   - lists: The tiles of the schema's lists.
    init(page: PageReading, fields: [SchemaField], columns: [JSONPointer: ColumnSum], lists: Set<ListRows.Place>) {
        self.page = page
        self.fields = fields
        self.columns = columns
        let search = LabelSearch(fields: fields, texts: page.tiles.map(\.text))
        labels = Set(page.tiles.indices.filter(search.isLabel))
        outside = page.tiles.indices.filter {
            !lists.contains(.init(page: page.page, tile: page.tiles[$0].index))
        }
    }

    /// Changes what may be the fields' values.
    ///
    /// - Parameter change: Changes the candidates.
    mutating func update(_ change: (inout [FieldCandidate]) -> Void) { change(&page.candidates) }

    /// The fields that a sum names.
    ///
    /// - Parameter sum: A field.
    /// - Returns: Its parts; nil where it names none, or one that is not asked for.
    func parts(of sum: SchemaField) -> [SchemaField]? {
        guard !sum.node.printed.sum.isEmpty else { return nil }
        let object = JSONPointer(Array(sum.pointer.tokens.dropLast()))
        let parts = sum.node.printed.sum.compactMap { name in fields.first { $0.pointer == object.appending(name) } }
        return parts.count == sum.node.printed.sum.count ? parts : nil
    }

    /// The one amount that labels lead to.
    ///
    /// - Parameter field: A field.
    /// - Returns: What is known of it.
    func known(_ field: SchemaField) -> Known {
        let own = page.candidates.filter { $0.pointer == field.pointer }
        guard !own.isEmpty else { return .absent }
        let amounts = own.compactMap { candidate -> PrintedAmount? in
            guard let value = Self.value(of: candidate.text, as: field),
                let tile = page.tiles.first(where: { $0.index == candidate.valueTile })
            else { return nil }
            return PrintedAmount(tile: tile, text: candidate.text, value: value)
        }
        guard let first = amounts.first, amounts.allSatisfy({ $0.value == first.value }) else { return .unclear }
        return .amount(first)
    }

    /// What a field's column adds up to, where its last row stands on the page.
    ///
    /// - Parameter field: A field.
    /// - Returns: The sum, at the last row's cell.
    func columnAmount(of field: SchemaField) -> PrintedAmount? {
        guard let column = columns[field.pointer], column.last.page == page.page, column.value > 0,
            let tile = page.tiles.first(where: { $0.index == column.last.valueTile })
        else { return nil }
        return PrintedAmount(tile: tile, text: column.last.text, value: column.value)
    }

    /// What a field's column adds up to, where its last row stands on the page before.
    ///
    /// - Parameter field: A field.
    /// - Returns: The sum.
    func carriedColumn(of field: SchemaField) -> Decimal? {
        columns[field.pointer].flatMap { $0.last.page.value + 1 == page.page.value && $0.value > 0 ? $0.value : nil }
    }

    /// The amounts outside of lists.
    ///
    /// - Parameter field: The field whose locale they are printed in.
    /// - Returns: The amounts in reading order.
    func amounts(as field: SchemaField) -> [PrintedAmount] {
        let tiles = page.tiles
        let taken = Set(page.candidates.compactMap(\.valueTile))
        return outside.compactMap { place in
            let tile = tiles[place]
            guard !tile.isCutShort, let (caption, text) = tile.captioned({ Self.value(of: $0, as: field) != nil }),
                let value = Self.value(of: text, as: field)
            else { return nil }
            let isLabelled = tiles.left(of: place).map(labels.contains) ?? false
            return PrintedAmount(
                tile: tile,
                text: text,
                value: value,
                caption: caption.isEmpty ? self.caption(before: place) : caption,
                isFree: !taken.contains(tile.index) && !labels.contains(place) && !isLabelled
            )
        }
    }

    /// The text on the left of a tile, with a rate that stands between them: `Service charge | 7 % | 70.00`.
    private func caption(before place: Int) -> String {
        guard let before = page.tiles.left(of: place) else { return "" }
        let text = page.tiles[before].text
        guard Rate.isAll(of: text), let first = page.tiles.left(of: before) else { return text }
        return page.tiles[first].text + " " + text
    }

    /// A candidate that no listed label leads to.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - amount: What is printed.
    /// - Returns: The candidate.
    func candidate(_ field: SchemaField, _ amount: PrintedAmount) -> FieldCandidate {
        var candidate = FieldCandidate(
            field,
            amount.text,
            in: amount.tile,
            page.page,
            labelFit: FieldCandidate.unlistedFit,
            relation: .sameTile
        )
        candidate.labelTile = amount.tile.index
        return candidate
    }

    /// The amount that a text says.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - field: The field whose locale it is printed in.
    /// - Returns: The amount; nil where it says none, or a rate.
    static func value(of text: String, as field: SchemaField) -> Decimal? {
        Rate.isAll(of: text) ? nil : AmountParser(locale: field.node.printed.locale).parse(text)?.decimalValue
    }
}
