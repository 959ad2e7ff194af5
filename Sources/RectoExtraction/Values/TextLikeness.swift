/// How much of one text stands in another.
package enum TextLikeness {
    /// Finds a text inside another, with edits.
    ///
    /// - Parameters:
    ///   - wanted: The text to find.
    ///   - text: The text to search.
    /// - Returns: The share of the wanted characters that need no edit, from 0 to 1.
    package static func share(of wanted: String, in text: String) -> Double {
        guard let place = place(of: wanted, in: text) else { return 0 }
        return place.share
    }

    /// Finds the best place of a text inside another, with edits.
    ///
    /// - Parameters:
    ///   - wanted: The text to find.
    ///   - text: The text to search.
    /// - Returns: The place as offsets in characters, and the share that needs no edit; nil when either text is empty.
    package static func place(of wanted: String, in text: String) -> (start: Int, end: Int, share: Double)? {
        let wanted = FoldedText(wanted, isLoose: true).characters
        let folded = FoldedText(text, isLoose: true)
        let characters = folded.characters
        guard !wanted.isEmpty, !characters.isEmpty else { return nil }
        // Column j: edits that turn the wanted text into something that ends after j characters, and where it began.
        var distances = Array(repeating: 0, count: characters.count + 1)
        var starts = Array(0...characters.count)
        for (i, character) in wanted.enumerated() {
            var diagonal = (distances[0], starts[0])
            distances[0] = i + 1
            for j in characters.indices {
                let above = (distances[j + 1], starts[j + 1])
                let replaced = (diagonal.0 + (character == characters[j] ? 0 : 1), diagonal.1)
                let best = [replaced, (above.0 + 1, above.1), (distances[j] + 1, starts[j])].min { $0.0 < $1.0 }
                diagonal = above
                (distances[j + 1], starts[j + 1]) = best ?? replaced
            }
        }
        guard let end = distances.indices.min(by: { distances[$0] < distances[$1] }), end > 0 else { return nil }
        let share = max(0, 1 - Double(distances[end]) / Double(wanted.count))
        let first = min(starts[end], end - 1)
        return (folded.offsets[first], folded.offsets[end - 1] + 1, share)
    }
}
