import RectoPages

extension TileReading {
    /// The part of the tile that holds a text, by the proportion of characters.
    ///
    /// - Parameter wanted: The text.
    /// - Returns: The part, half a character wider on both sides; nil when the tile's text does not say it.
    func part(holding wanted: String) -> Box? {
        guard let place = TextLikeness.place(of: wanted, in: text), place.share >= 0.8 else { return nil }
        let width = box.width / Double(max(1, text.count))
        return Box(
            x0: max(box.x0, box.x0 + (Double(place.start) - 0.5) * width),
            y0: box.y0,
            x1: min(box.x1, box.x0 + (Double(place.end) + 0.5) * width),
            y1: box.y1
        )
    }
}
