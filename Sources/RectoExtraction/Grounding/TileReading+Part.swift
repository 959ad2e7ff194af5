import RectoPages

extension TileReading {
    /// The part of the tile that holds a text.
    ///
    /// Where the tile's glyph head names at least half of the text's characters, the part reaches from the first of them to
    /// the last; else it is cut by the proportion of characters.
    ///
    /// - Parameter wanted: The text.
    /// - Returns: The part, as high as the tile, and how it was found; nil when the tile's text does not say it.
    func part(holding wanted: String) -> (box: Box, located: EvidenceLocation)? {
        guard let place = TextLikeness.place(of: wanted, in: text), place.share >= 0.8 else { return nil }
        let range = place.start..<place.end
        if let glyphs, let span = glyphs.span(of: range, in: text) { return (box.cut(to: span), .glyphs) }
        let count = Double(max(1, text.count))
        return (
            box.cut(to: ((Double(range.lowerBound) - 0.5) / count, (Double(range.upperBound) + 0.5) / count)),
            .proportion
        )
    }

    /// How far the tile's glyph head says the same: a second opinion, from the tower alone.
    ///
    /// - Parameter wanted: A text that was read in the tile.
    /// - Returns: The share of its characters that the head names in its place, each weighted by its probability, from 0 to
    ///   1; nil without a glyph head, or when the tile's text does not say it.
    func glyphShare(of wanted: String) -> Double? {
        guard let glyphs, let place = TextLikeness.place(of: wanted, in: text), place.share >= 0.8 else { return nil }
        let count = wanted.count { !$0.isWhitespace }
        let around = GlyphAlignment(text, with: glyphs.characters[...]).glyphs[place.start..<place.end].compactMap(
            \.self
        )
        guard count > 0, let first = around.first, let last = around.last else { return 0 }
        let alignment = GlyphAlignment(wanted, with: glyphs.characters[first...last])
        let sum = zip(alignment.glyphs, alignment.isNamed).reduce(0.0) { sum, pair in
            sum + (pair.1 ? pair.0.map { Double(glyphs.probabilities[$0]) } ?? 0 : 0)
        }
        return sum / Double(count)
    }
}

extension GlyphColumns {
    /// Where a part of a tile's text stands, by the columns of its characters.
    ///
    /// - Parameters:
    ///   - range: The part, as offsets of characters.
    ///   - text: The tile's text.
    /// - Returns: Beginning and end as shares of the tile's width; nil when less than half of the characters were named.
    func span(of range: Range<Int>, in text: String) -> (start: Double, end: Double)? {
        let alignment = GlyphAlignment(text, with: characters[...])
        let wanted = zip(range, text.dropFirst(range.lowerBound)).filter { !$0.1.isWhitespace }.map(\.0)
        let named = wanted.count { alignment.isNamed[$0] }
        guard named > 0, 2 * named >= wanted.count else { return nil }
        let places = range.filter { alignment.isAlike[$0] }.compactMap { offset in
            alignment.glyphs[offset].map { (offset, center(of: $0)) }
        }
        guard let first = places.first, let last = places.last else { return nil }
        // Half the mean distance of two characters lies between the outer centres and the ends.
        let step = last.0 > first.0 ? (last.1 - first.1) / Double(last.0 - first.0) : pitch
        return (
            first.1 - step * (Double(first.0 - range.lowerBound) + 0.5),
            last.1 + step * (Double(range.upperBound - last.0) - 0.5)
        )
    }
}

extension Box {
    /// A part of the box as high as itself, no wider than it.
    fileprivate func cut(to span: (start: Double, end: Double)) -> Box {
        Box(x0: max(x0, x0 + span.start * width), y0: y0, x1: min(x1, x0 + span.end * width), y1: y1)
    }
}
