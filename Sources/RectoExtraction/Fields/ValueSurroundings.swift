/// What stands around a value in the text beside its label, and whether it makes the value say something else.
///
/// `not Open` is not `Open`, `less than 12` is not 12, and neither are `10 - 20`, `3 of 5`, `5 x 12.00` and `12.00 CR` one plain
/// number. Such a text is not cut down to the part that the schema would take: the whole of it is told as refused.
struct ValueSurroundings {
    /// Words before a number that bound, deny or replace it.
    private static let beforeNumbers: Set<String> = [
        "not", "never", "less", "more", "than", "under", "over", "below", "above", "was", "instead", "nicht", "weniger",
        "mehr",
        "als", "unter", "über", "statt", "moins", "plus", "que", "menos", "más", "meno", "più", "minder", "meer", "dan",
        "page", "pages", "seite",
        "seiten", "see", "siehe", "§", "§§", "art", "article", "artikel", "articolo", "artículo", "section",
    ]
    /// Words before a day that deny or replace it; `bis` and `until` belong to due dates as they are printed.
    private static let beforeDays: Set<String> = ["not", "never", "after", "of", "was", "nicht", "nach", "après"]
    /// What joins two numbers, days or choices to one expression.
    private static let joints: Set<String> = [
        "-", "–", "—", "/", "x", "×", "*", "of", "von", "to", "or", "oder", "ou", "o",
    ]
    /// What behind an amount turns its sign.
    private static let signs: Set<String> = ["cr", "dr"]

    let node: SchemaNode
    /// The words of the text.
    let words: [Substring]

    /// Whether the words around a run of words change what it says.
    ///
    /// - Parameter run: The run's places among the words.
    /// - Returns: Whether the run must not stand for the whole text.
    func change(_ run: Range<Int>) -> Bool {
        // A day is the same with the dash of a range before it.
        if node.kind == .date, run.count > 1, joins(word(run.lowerBound)) {
            return change(run.lowerBound + 1..<run.upperBound)
        }
        let (before, after) = (word(run.lowerBound - 1), word(run.upperBound))
        if node.enumeration != nil {
            return before.contains(where: \.isLetter)
                || joins(after) && isPart(run.upperBound + 1) || joins(before) && isPart(run.lowerBound - 2)
        }
        switch node.kind {
        case .currency, .text: return false
        case .amount:
            if Self.beforeNumbers.contains(before) || Self.signs.contains(after) { return true }
            if before == "to", word(run.lowerBound - 2) == "up" { return true }
        case .date:
            if Self.beforeDays.contains(before) || isJoined(run) { return true }
        }
        return joins(before) && isPart(run.lowerBound - 2) || joins(after) && isPart(run.upperBound + 1)
    }

    /// Finds a text among the words.
    ///
    /// - Parameter text: What was answered.
    /// - Returns: Its places; nil when it does not stand there word by word.
    func place(of text: String) -> Range<Int>? {
        let wanted = text.split(whereSeparator: \.isWhitespace).map(Self.folded)
        guard !wanted.isEmpty, wanted.count <= words.count else { return nil }
        let folded = words.map(Self.folded)
        return (0...(words.count - wanted.count)).map { $0..<$0 + wanted.count }.first { Array(folded[$0]) == wanted }
    }

    /// Whether a run is already a day in front of a joint: `3 May 2026 - 9`.
    private func isJoined(_ run: Range<Int>) -> Bool {
        run.dropFirst().contains { place in
            joins(word(place))
                && ValueConverter().converts(words[run.lowerBound..<place].joined(separator: " "), to: node)
        }
    }

    private func word(_ place: Int) -> String { words.indices.contains(place) ? Self.folded(words[place]) : "" }

    private func joins(_ word: String) -> Bool { Self.joints.contains(word) }

    /// Whether the other side of a joint is of the same kind: another choice, or a number.
    private func isPart(_ place: Int) -> Bool {
        guard words.indices.contains(place) else { return false }
        guard node.enumeration == nil else { return ValueConverter().converts(String(words[place]), to: node) }
        if node.kind == .date, MonthNames.number(of: word(place)[...]) != nil { return true }
        return words[place].contains(where: \.isNumber)
    }

    private static func folded(_ word: Substring) -> String {
        let plain = word.lowercased()
        let trimmed = plain.trimmingPrefix { ",;:.()[]\"".contains($0) }
        guard let end = trimmed.lastIndex(where: { !",;:.()[]\"".contains($0) }) else { return plain }
        return String(trimmed[...end])
    }
}
