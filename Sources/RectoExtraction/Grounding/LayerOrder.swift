import RectoPages

/// An order in which the words of a page may be read.
///
/// A text layer gives its words as its producer wrote them. Right-to-left text comes in three ways: in the order of reading;
/// with the words of a line as they stand, from left to right; and with the characters of each word from left to right as well.
struct LayerOrder: Sendable {
    /// The words, as indexes.
    let words: [Int]
    /// Whether the characters of right-to-left words are turned round.
    let isTurned: Bool

    /// The orders that a page may need.
    ///
    /// - Parameter words: The words as the text layer gives them.
    /// - Returns: The given order first; others only when there is right-to-left text.
    static func orders(of words: [LayerWord]) -> [LayerOrder] {
        let given = LayerOrder(words: Array(words.indices), isTurned: false)
        guard words.contains(where: \.isRightToLeft) else { return [given] }
        let letters = words.map { $0.strict.characters.count(where: \.isLetter) }
        let balance = zip(words, letters).reduce(0) { $0 + $1.1 * ($1.0.isRightToLeft ? 1 : -1) }
        let read = lines(of: words)
            .flatMap { readingOrder(of: $0, in: words, letters: letters, pageIsRightToLeft: balance >= 0) }
        let turned = LayerOrder(words: read, isTurned: true)
        return read == given.words ? [given, turned] : [given, LayerOrder(words: read, isTurned: false), turned]
    }

    /// Cuts the given order where the next word stands on another line.
    private static func lines(of words: [LayerWord]) -> [[Int]] {
        var lines: [[Int]] = []
        for place in words.indices {
            if let last = lines.last?.last, words[last].isBeside(words[place].box) {
                lines[lines.count - 1].append(place)
            } else {
                lines.append([place])
            }
        }
        return lines
    }

    /// The words of a line as they are read.
    ///
    /// Unicode's bidirectional algorithm (annex 9, rules W7, N1, N2 and L2) for whole words: a line runs as most letters
    /// of its page do; a number belongs to the left-to-right text that it follows.
    private static func readingOrder(
        of line: [Int],
        in words: [LayerWord],
        letters: [Int],
        pageIsRightToLeft: Bool
    ) -> [Int] {
        guard line.contains(where: { words[$0].isRightToLeft }) else { return line }
        let seen = line.sorted { words[$0].box.x0 < words[$1].box.x0 }
        var runs: [(isRightToLeft: Bool, words: [Int])] = []
        for place in seen {
            let isNumber = letters[place] == 0
            let isRightToLeft = isNumber ? runs.last?.isRightToLeft ?? pageIsRightToLeft : words[place].isRightToLeft
            if let last = runs.last, last.isRightToLeft == isRightToLeft {
                runs[runs.count - 1].words.append(place)
            } else {
                runs.append((isRightToLeft, [place]))
            }
        }
        let read = runs.map { $0.isRightToLeft ? $0.words.reversed() : $0.words }
        return (pageIsRightToLeft ? read.reversed() : read).flatMap(\.self)
    }
}
