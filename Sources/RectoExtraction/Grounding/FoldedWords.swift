import RectoPages

/// A run of words in one order, perhaps without some characters at its ends.
struct WordRun: Sendable, Hashable {
    /// The first word, as a place in the order.
    let first: Int
    /// The last word, as a place in the order.
    let last: Int
    /// Characters of the first word that do not belong to it.
    var skippedAtStart = 0
    /// Characters of the last word that do not belong to it.
    var skippedAtEnd = 0
}

/// The characters of many words in one row, each with its word.
struct FoldedWords: Sendable {
    /// What a character may begin or end.
    enum Kind: UInt8 { case letter, digit, numberMark, raised, other }

    /// The folded characters of a word, numbered once for every order that it is laid out in.
    struct Word: Sendable {
        let codes: [Int32]
        let kinds: [Kind]
        /// For each of them, its offset in the word.
        let offsets: [Int]
        /// The characters of the word.
        let count: Int

        /// Numbers the characters of a word.
        ///
        /// - Parameters:
        ///   - word: The word.
        ///   - isLoose: Whether letter case and accents are folded.
        ///   - alphabet: Numbers the characters.
        init(_ word: LayerWord, isLoose: Bool, alphabet: inout CharacterCodes) {
            let folded = isLoose ? word.loose : word.strict
            codes = folded.characters.map { alphabet.add($0) }
            kinds = folded.characters.map(FoldedWords.kind)
            offsets = folded.offsets
            count = word.text.count
        }
    }

    /// The order of the words.
    let order: LayerOrder
    /// The characters' codes.
    let codes: [Int32]
    /// Whether a character is a hyphen at the end of a line, which the word may or may not have by itself.
    private(set) var isBreak: [Bool]
    /// The place of each character's word in the order.
    private let wordOf: [Int]
    private let offsets: [Int]
    private let lengths: [Int]
    private let kinds: [Kind]
    /// Whether the digits of the word at a place cannot go on a number of the word before: a gap or a line lies between.
    private let isApart: [Bool]
    private let starts: [Int]
    /// The indexes at which a value may begin, in ascending order: far fewer than there are characters.
    private(set) var beginnings: [Int] = []

    /// Lays out words.
    ///
    /// - Parameters:
    ///   - words: The words.
    ///   - folded: The same, folded.
    ///   - order: Their order.
    init(_ words: [LayerWord], folded: [Word], order: LayerOrder) {
        var codes: [Int32] = []
        var kinds: [Kind] = []
        var wordOf: [Int] = []
        var offsets: [Int] = []
        var starts: [Int] = []
        var lengths: [Int] = []
        for (place, index) in order.words.enumerated() {
            let word = folded[index]
            starts.append(codes.count)
            lengths.append(word.count)
            wordOf += repeatElement(place, count: word.codes.count)
            if order.isTurned, words[index].isRightToLeft {
                codes += word.codes.reversed()
                kinds += word.kinds.reversed()
                offsets += word.offsets.reversed().map { word.count - 1 - $0 }
            } else {
                codes += word.codes
                kinds += word.kinds
                offsets += word.offsets
            }
        }
        self.order = order
        self.codes = codes
        self.kinds = kinds
        self.wordOf = wordOf
        self.offsets = offsets
        self.lengths = lengths
        self.starts = starts + [codes.count]
        isApart = order.words.indices.map { place in
            guard place > 0 else { return false }
            let (before, word) = (words[order.words[place - 1]], words[order.words[place]])
            guard before.isBeside(word.box) else { return true }
            // Numbers in the comb of a form have a box for each digit.
            if before.text.count == 1, word.text.count == 1 { return false }
            return before.gap(to: word) > Self.largestGapInNumber * max(before.box.height, word.box.height)
        }
        isBreak = Array(repeating: false, count: codes.count)
        for place in order.words.indices.dropLast() {
            let end = self.starts[place + 1]
            guard end - self.starts[place] > 1, end < codes.count, codes[end - 1] == Self.hyphen,
                kinds[end - 2] == .letter, kinds[end] == .letter,
                !words[order.words[place]].isBeside(words[order.words[place + 1]].box)
            else { continue }
            isBreak[end - 1] = true
        }
        beginnings = self.codes.indices.filter(isBoundary)
    }

    /// The widest space that groups digits, as a share of the line's height.
    private static let largestGapInNumber = 0.6
    private static let hyphen: Int32 = 0x2D

    private static func kind(of character: Character) -> Kind {
        if let ascii = character.asciiValue {
            switch ascii {
            case 0x30...0x39: return .digit
            case 0x41...0x5A, 0x61...0x7A: return .letter
            case 0x2C, 0x2E, 0x27, 0x2D, 0x2F: return .numberMark
            default: return .other
            }
        }
        if character.isLetter { return .letter }
        guard character.isNumber else { return .other }
        return character.unicodeScalars.first?.properties.numericType == .decimal ? .digit : .raised
    }

    /// Every place of a text that does not begin or end inside a word or a number.
    ///
    /// - Parameters:
    ///   - wanted: Codes of folded characters.
    ///   - gaps: For each of them, whether white space stands before it.
    /// - Returns: The places in the order of the words.
    func occurrences(of wanted: [Int32], gaps: [Bool]) -> [WordRun] {
        guard let first = wanted.first, first != CharacterCodes.unknown, wanted.count <= codes.count else { return [] }
        var runs: [WordRun] = []
        for start in beginnings where codes[start] == first {
            guard let end = end(of: wanted, gaps: gaps, from: start), isBoundary(end) else { continue }
            runs.append(run(from: start, to: end))
        }
        return runs
    }

    /// The index after the last character of a text that begins at an index, hyphens at the end of lines left out or not.
    private func end(of wanted: [Int32], gaps: [Bool], from start: Int) -> Int? {
        var at = start
        for (index, code) in wanted.enumerated() {
            if at < codes.count, codes[at] != code, isBreak[at], index > 0 { at += 1 }
            guard at < codes.count, codes[at] == code else { return nil }
            if index > 0, !gaps[index], kinds[at] == .digit, kinds[at - 1] == .digit, wordOf[at] != wordOf[at - 1],
                isApart[wordOf[at]]
            {
                return nil
            }
            at += 1
        }
        return at
    }

    /// The words of a stretch of characters.
    ///
    /// - Parameters:
    ///   - start: Index of the first character.
    ///   - end: Index after the last character.
    /// - Returns: The run.
    func run(from start: Int, to end: Int) -> WordRun {
        let last = wordOf[end - 1]
        return WordRun(
            first: wordOf[start],
            last: last,
            skippedAtStart: offsets[start],
            skippedAtEnd: lengths[last] - offsets[end - 1] - 1
        )
    }

    /// The characters of a run of whole words.
    ///
    /// - Parameters:
    ///   - first: Place of the first word in the order.
    ///   - last: Place of the last word.
    /// - Returns: Their indexes.
    func characters(from first: Int, through last: Int) -> Range<Int> { starts[first]..<starts[last + 1] }

    /// The place in the order of the word that a character belongs to.
    ///
    /// - Parameter index: The character.
    /// - Returns: The place.
    func place(of index: Int) -> Int { wordOf[index] }

    /// Whether digits of a word may go on a number of the word before.
    ///
    /// - Parameter place: The word's place in the order.
    /// - Returns: Whether they stand close together.
    func mayGoOnNumber(at place: Int) -> Bool { place > 0 && !isApart[place] }

    /// Whether a value may begin or end before the character at an index: between words, or beside punctuation that does
    /// not continue a number (`1,234` does not hold `234`), or before a raised digit, which refers to a footnote.
    ///
    /// - Parameter index: From 0 to the number of characters.
    /// - Returns: Whether it may.
    func isBoundary(_ index: Int) -> Bool {
        guard index > 0, index < codes.count, wordOf[index] == wordOf[index - 1] else { return true }
        let (before, after) = (kinds[index - 1], kinds[index])
        func isDigit(_ far: Int) -> Bool {
            kinds.indices.contains(far) && wordOf[far] == wordOf[index] && kinds[far] == .digit
        }
        if before == .digit, after == .numberMark, isDigit(index + 1) { return false }
        if after == .digit, before == .numberMark, isDigit(index - 2) { return false }
        return !(before == .letter || before == .digit) || !(after == .letter || after == .digit)
    }
}
