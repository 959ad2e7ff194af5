import RectoPages

/// Finds where a page says what its amounts are in: `Amount (EUR)` in a table's heads, `All prices in euros`.
///
/// Such a text has no label of its own, so it counts little, and only while the document names no other currency
/// (`CandidateSelection`). A currency beside some amount is none of this: a fee may be in another.
struct DeclaredCurrency {
    let field: SchemaField
    let page: PageNumber

    /// Finds the declarations of a page.
    ///
    /// - Parameter readings: What was read in its tiles.
    /// - Returns: A candidate for each tile that declares one currency; none unless the field is a currency.
    func candidates(in readings: [TileReading]) -> [FieldCandidate] {
        guard field.node.kind == .currency else { return [] }
        return readings.indices.filter { !readings[$0].isCutShort }.compactMap { place in
            let reading = readings[place]
            let caption = readings.left(of: place).map { readings[$0].text } ?? ""
            guard let text = CurrencyParser.declaration(in: reading.text, behind: caption) else { return nil }
            return FieldCandidate(field, text, in: reading, page, labelFit: nil, relation: .window)
        }
    }
}
