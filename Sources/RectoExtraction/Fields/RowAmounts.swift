import RectoPages

/// The amounts that stand in one row behind a label, and which of them may be the label's own.
///
/// The row of a sum often says something in other columns as well: `Total | 6.5 | | 105.50` under `Qty` and `Amount`. Of
/// several amounts without words between them the label's is the only one with a currency, else the only one under a head that
/// names an amount, else the only one that is written as money is, else the one under the latest year. Where none of these decides, each may be it.
struct RowAmounts {
    /// At most this many amounts of a row are asked about.
    static let mostAmounts = 3
    /// What the head of a column of sums is called.
    private static let nouns: Set<String> = [
        "amount", "total", "sum", "value", "betrag", "summe", "gesamt", "gesamtbetrag", "montant", "importe", "importo",
        "bedrag", "totaal", "totale",
    ]

    let boxes: [Box]
    let rows: [Int]
    let texts: [String]

    /// Finds the tiles in which a label's amount may stand.
    ///
    /// - Parameters:
    ///   - window: The label's tile and its neighbours.
    ///   - field: What the schema wants.
    /// - Returns: The places of tiles, from left to right; nothing when none stands in the row.
    func places(for window: TileWindow, _ field: SchemaField) -> [Int] {
        guard field.node.kind == .amount, window.right != nil else { return [] }
        let amounts = amounts(behind: window.label, field)
        guard amounts.count > 1 else { return amounts }
        let signed = amounts.filter { CurrencyParser().parse(texts[$0]) != nil }
        if signed.count == 1 { return signed }
        let heads = amounts.map(head)
        let named = zip(amounts, heads).filter { $0.1.map(Self.namesAmount) ?? false }.map(\.0)
        if named.count == 1 { return named }
        let money = amounts.filter { Self.isMoney(texts[$0]) }
        if money.count == 1 { return money }
        let years = zip(amounts, heads).compactMap { amount, head in head.flatMap(Self.year).map { (amount, $0) } }
        if years.count == amounts.count, let latest = years.max(by: { $0.1 < $1.1 }),
            years.count(where: { $0.1 == latest.1 }) == 1
        {
            return [latest.0]
        }
        return Array(amounts.prefix(Self.mostAmounts))
    }

    /// The tiles to the right of a label, up to the first that says something else than an amount.
    ///
    /// A rate belongs to the label where an amount is wanted: `VAT | 20 %: | 35.00`.
    private func amounts(behind label: Int, _ field: SchemaField) -> [Int] {
        let node = field.node
        let box = boxes[label]
        let behind = boxes.indices
            .filter { place in
                place != label && boxes[place].x0 > (box.x0 + box.x1) / 2
                    && (rows[place] == rows[label] || TileWindow.isLevel(boxes[place], with: box))
            }
            .sorted { (boxes[$0].x0, $0) < (boxes[$1].x0, $1) }
            .filter { texts[$0].contains { $0.isLetter || $0.isNumber } }
            .filter { field.isRate || !Rate.isAll(of: texts[$0]) }
        let run = behind.prefix { isNumber(texts[$0], node) }
        return run.filter { ValueConverter().converts(texts[$0], to: node) }
    }

    /// Whether a text is an amount, or a number with its unit.
    private func isNumber(_ text: String, _ node: SchemaNode) -> Bool {
        if ValueConverter().converts(text, to: node) { return true }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[1].allSatisfy({ $0.isLetter || $0 == "." }) else { return false }
        return AmountParser(locale: node.printed.locale).parse(String(words[0])) != nil
    }

    /// The text above an amount that names its column: the nearest with words only, or with a year.
    private func head(above place: Int) -> String? {
        let box = boxes[place]
        return boxes.indices
            .filter { boxes[$0].y1 <= box.y0 + 0.5 * box.height }
            .filter { min(boxes[$0].x1, box.x1) > max(boxes[$0].x0, box.x0) }
            .filter { place in
                Self.year(texts[place]) != nil
                    || texts[place].contains(where: \.isLetter) && !texts[place].contains(where: \.isNumber)
            }
            .max { boxes[$0].y1 < boxes[$1].y1 }
            .map { texts[$0] }
    }

    /// Whether an amount has a currency or hundredths.
    ///
    /// - Parameter text: An amount.
    /// - Returns: Whether it is written as money is.
    static func isMoney(_ text: String) -> Bool {
        if CurrencyParser().parse(text) != nil { return true }
        let digits = text.reversed().drop { !$0.isNumber }
        let decimals = digits.prefix(while: \.isNumber)
        return decimals.count == 2 && digits.dropFirst(2).first.map { ".,".contains($0) } ?? false
    }

    private static func namesAmount(_ head: String) -> Bool {
        !nouns.isDisjoint(with: FoldedText.words(of: head))
    }

    /// The only year that a text names.
    private static func year(_ text: String) -> Int? {
        let years = text.split { !$0.isNumber }.filter { $0.count == 4 }.compactMap { Int($0) }
            .filter { (1900...2100).contains($0) }
        return years.count == 1 && text.split(whereSeparator: \.isWhitespace).count <= 4 ? years[0] : nil
    }
}
