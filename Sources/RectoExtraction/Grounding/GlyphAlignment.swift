import RectoPages

/// A text paired, character by character and in order, with what the glyph head named in its tile.
///
/// The cheapest edits that turn one into the other (Needleman and Wunsch 1970): white space stands nowhere, a character in
/// another case or without its accent is half a mistake, another character a whole one.
struct GlyphAlignment {
    /// For each character of the text, the glyph that stands in its place; nil for white space and where the head named none.
    let glyphs: [Int?]
    /// For each character of the text, whether the glyph in its place is that character.
    let isNamed: [Bool]
    /// For each character of the text, whether the glyph in its place is that character, or the same in another case or
    /// without its accent: only then its place is certain.
    let isAlike: [Bool]

    private enum Cost {
        static let none = 0
        static let alike = 1
        static let other = 2
    }

    /// Pairs a text with glyphs.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - named: The characters that the head named, from left to right.
    init(_ text: String, with named: ArraySlice<String>) {
        let characters = text.enumerated().filter { !$0.element.isWhitespace }.map { ($0.offset, String($0.element)) }
        let folded = (characters.map { Self.folded($0.1) }, named.map(Self.folded))
        let names = Array(named)
        let width = names.count + 1
        func cost(_ i: Int, _ j: Int) -> Int {
            if characters[i].1 == names[j] { return Cost.none }
            return folded.0[i] == folded.1[j] ? Cost.alike : Cost.other
        }
        // Least cost of the first i characters and the first j glyphs.
        var least = Array(repeating: 0, count: (characters.count + 1) * width)
        for j in 0..<width { least[j] = j * Cost.other }
        for i in characters.indices {
            least[(i + 1) * width] = (i + 1) * Cost.other
            for j in names.indices {
                least[(i + 1) * width + j + 1] = min(
                    least[i * width + j] + cost(i, j),
                    least[i * width + j + 1] + Cost.other,
                    least[(i + 1) * width + j] + Cost.other
                )
            }
        }
        var glyphs = [Int?](repeating: nil, count: text.count)
        var isNamed = [Bool](repeating: false, count: text.count)
        var isAlike = isNamed
        var (i, j) = (characters.count, names.count)
        while i > 0, j > 0 {
            let here = least[i * width + j]
            if here == least[(i - 1) * width + j - 1] + cost(i - 1, j - 1) {
                (i, j) = (i - 1, j - 1)
                glyphs[characters[i].0] = named.startIndex + j
                isNamed[characters[i].0] = cost(i, j) == Cost.none
                isAlike[characters[i].0] = cost(i, j) < Cost.other
            } else if here == least[(i - 1) * width + j] + Cost.other {
                i -= 1
            } else {
                j -= 1
            }
        }
        self.glyphs = glyphs
        self.isNamed = isNamed
        self.isAlike = isAlike
    }

    private static func folded(_ character: String) -> String {
        String(FoldedText(character, isLoose: true).characters)
    }
}
