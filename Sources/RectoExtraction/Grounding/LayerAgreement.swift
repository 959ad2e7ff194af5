package import RectoPages

/// How what the model read on a page agrees with the page's own text layer: two sources that know nothing of each other.
///
/// A page on which they disagree was rendered without its fonts, lies on its side, or carries a text layer of something
/// else; whichever it is, the reading alone would not show it.
package struct LayerAgreement: Sendable, Hashable {
    /// Words of the text layer that are long enough to be no coincidence.
    package let words: Int
    /// How many of them were read: the same word, or one with a quarter of its characters wrong, where it stands.
    package let read: Int
    /// How many of them stand where the model did not look.
    package let outside: Int

    /// Shorter words are found anywhere.
    private static let leastLength = 3

    /// Compares a page's words with its reading.
    ///
    /// - Parameters:
    ///   - layer: The page's own words, boxes in points.
    ///   - reading: What the model read; its tiles must have been transcribed.
    package init(of layer: [TextLayerWord], with reading: PageReading) {
        let tiles = reading.tiles.map { (box: $0.box, characters: FoldedText($0.text, isLoose: true).characters) }
        var (words, read, outside) = (0, 0, 0)
        for word in layer {
            let wanted = FoldedText(word.text, isLoose: true).characters.filter { $0.isLetter || $0.isNumber }
            guard wanted.count >= Self.leastLength else { continue }
            words += 1
            let y = (word.box.y0 + word.box.y1) / 2
            // A long word may be cut between two tiles: the half in each is looked for in the texts of both.
            let around = tiles.filter { tile in
                (tile.box.y0 - 1...tile.box.y1 + 1).contains(y) && tile.box.x0 < word.box.x1
                    && tile.box.x1 > word.box.x0
            }
            if around.isEmpty {
                outside += 1
            } else if Self.holds(around.flatMap(\.characters), wanted) {
                read += 1
            }
        }
        (self.words, self.read, self.outside) = (words, read, outside)
    }

    private static func holds(_ text: [Character], _ wanted: [Character]) -> Bool {
        let text = text.filter { $0.isLetter || $0.isNumber }
        let share = TextLikeness.place(of: String(wanted), in: String(text))?.share ?? 0
        return share >= 0.75
    }
}
