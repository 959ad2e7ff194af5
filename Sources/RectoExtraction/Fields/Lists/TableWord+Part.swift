import RectoPages

extension TableWord {
    /// Marks are about half as wide as digits and letters.
    private static let narrow: Set<Character> = [".", ",", ":", ";", "'", "’", "|", "!", "i", "l"]

    /// The places between the word's characters, levelled, in points: its left edge, then the right edge of each character.
    var edges: [Double] {
        let widths = text.map { Self.narrow.contains($0) ? 0.5 : 1.0 }
        let unit = (right - left) / max(1, widths.reduce(0, +))
        return widths.reduce(into: [left]) { edges, width in edges.append((edges.last ?? left) + width * unit) }
    }

    /// Takes a part of a word that stands where its characters do.
    ///
    /// - Parameter range: Offsets of characters.
    /// - Returns: The part.
    func part(_ range: Range<Int>) -> TableWord {
        let edges = edges
        var box = box
        box.x0 = self.box.x0 + edges[range.lowerBound] - left
        box.x1 = self.box.x1 + edges[range.upperBound] - right
        return TableWord(
            text: String(text.dropFirst(range.lowerBound).prefix(range.count)),
            box: box,
            left: edges[range.lowerBound],
            right: edges[range.upperBound],
            tile: tile,
            offset: offset + range.lowerBound
        )
    }
}
