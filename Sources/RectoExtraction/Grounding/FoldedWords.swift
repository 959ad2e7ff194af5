/// A run of words, perhaps without some characters at its ends.
struct WordRun: Sendable, Hashable {
    /// The first word.
    let first: Int
    /// The last word.
    let last: Int
    /// Characters of the first word that do not belong to it.
    var skippedAtStart = 0
    /// Characters of the last word that do not belong to it.
    var skippedAtEnd = 0
}

/// The characters of many words in one row, each with its word.
struct FoldedWords: Sendable {
    private let characters: [Character]
    private let wordOf: [Int]
    private let offsetInWord: [Int]
    private let starts: [Int]
    private let lengths: [Int]

    /// Folds words.
    ///
    /// - Parameters:
    ///   - words: The words in reading order.
    ///   - isLoose: Whether letter case and accents are folded as well.
    init(_ words: [String], isLoose: Bool) {
        var characters: [Character] = []
        var wordOf: [Int] = []
        var offsetInWord: [Int] = []
        var starts: [Int] = []
        for (place, word) in words.enumerated() {
            let folded = FoldedText(word, isLoose: isLoose)
            starts.append(characters.count)
            characters += folded.characters
            offsetInWord += folded.offsets
            wordOf += Array(repeating: place, count: folded.characters.count)
        }
        self.characters = characters
        self.wordOf = wordOf
        self.offsetInWord = offsetInWord
        self.starts = starts + [characters.count]
        lengths = words.map(\.count)
    }

    /// The characters of a run of whole words.
    ///
    /// - Parameter run: The run.
    /// - Returns: Its folded characters.
    func characters(of run: WordRun) -> ArraySlice<Character> { characters[starts[run.first]..<starts[run.last + 1]] }

    /// Every place of a text that does not begin or end inside a word or a number.
    ///
    /// - Parameter wanted: Folded characters.
    /// - Returns: The places in reading order.
    func occurrences(of wanted: [Character]) -> [WordRun] {
        guard let first = wanted.first, wanted.count <= characters.count else { return [] }
        var runs: [WordRun] = []
        for start in 0...(characters.count - wanted.count) where characters[start] == first {
            let end = start + wanted.count
            guard isBoundary(start), isBoundary(end), characters[start..<end].elementsEqual(wanted) else { continue }
            let last = wordOf[end - 1]
            runs.append(
                WordRun(
                    first: wordOf[start],
                    last: last,
                    skippedAtStart: offsetInWord[start],
                    skippedAtEnd: lengths[last] - offsetInWord[end - 1] - 1
                )
            )
        }
        return runs
    }

    /// Whether a value may begin or end before the character at an index: between words, or beside punctuation that does
    /// not continue a number (`1,234` does not hold `234`).
    private func isBoundary(_ index: Int) -> Bool {
        guard index > 0, index < characters.count, wordOf[index] == wordOf[index - 1] else { return true }
        let before = characters[index - 1]
        let after = characters[index]
        let isInsideNumber = { (mark: Character, far: Int) in
            ".,'-/".contains(mark) && characters.indices.contains(far) && wordOf[far] == wordOf[index]
                && characters[far].isNumber
        }
        if before.isNumber, isInsideNumber(after, index + 1) { return false }
        if after.isNumber, isInsideNumber(before, index - 2) { return false }
        return !(before.isLetter || before.isNumber) || !(after.isLetter || after.isNumber)
    }
}
