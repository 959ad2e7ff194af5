/// The pattern by which byte-level tokenizers cut text into words: a family of regexes that differ in five points.
///
/// Written out as a small scanner instead of a regex engine: it looks at every character once and needs no backtracking.
struct WordPattern: Sendable {
    /// Whether `'s`, `'t`, `'re` … are found in either case.
    let foldsContractions: Bool
    /// Whether a word may begin with any one character that is no letter, digit or line end; else with a space only.
    let letterPrefixIsAny: Bool
    /// Most digits in a word; nil sets no limit and lets a space come before them.
    let greatestDigitCount: Int?
    /// Whether punctuation takes the line ends after it along.
    let punctuationTakesNewlines: Bool
    /// Whether white space up to its last line end is a word.
    let splitsAfterNewlines: Bool

    /// The pattern of GPT-2, which the ByteLevel pre-tokenizer uses.
    static let gpt2 = WordPattern(
        foldsContractions: false,
        letterPrefixIsAny: false,
        greatestDigitCount: nil,
        punctuationTakesNewlines: false,
        splitsAfterNewlines: false
    )

    private static func modern(digits: Int) -> WordPattern {
        WordPattern(
            foldsContractions: true,
            letterPrefixIsAny: true,
            greatestDigitCount: digits,
            punctuationTakesNewlines: true,
            splitsAfterNewlines: true
        )
    }

    private static let known: [String: WordPattern] = {
        let tail = #"| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        let head = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#
        let modernTail = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        return [
            #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+"# + tail: gpt2,
            #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+"# + tail: gpt2,
            head + #"\p{N}{1,3}"# + modernTail: modern(digits: 3),
            head + #"\p{N}"# + modernTail: modern(digits: 1),
        ]
    }()

    /// Finds a pattern of the family by its regex.
    ///
    /// - Parameter regex: The regex as the tokenizer file spells it.
    /// - Returns: The pattern, or nil when the regex is none of the known ones.
    static func known(by regex: String) -> WordPattern? { known[regex] }

    /// Finds the end of the word that begins at a position.
    ///
    /// - Parameters:
    ///   - text: The text in UTF-8.
    ///   - start: Where the word begins.
    ///   - end: Where the text ends; nothing after it is looked at.
    /// - Returns: Where the word ends.
    func wordEnd(in text: [UInt8], from start: Int, to end: Int) -> Int {
        if let end = contractionEnd(in: text, from: start, to: end) { return end }
        let (first, afterFirst) = text.scalar(at: start)
        let firstClass = first.textClass
        if firstClass == .letter { return run(of: .letter, in: text, from: afterFirst, to: end) }
        if firstClass == .number {
            return run(of: .number, in: text, from: afterFirst, to: end, atMost: greatestDigitCount.map { $0 - 1 })
        }
        let isNewline = first == "\n" || first == "\r"
        if afterFirst < end, letterPrefixIsAny ? !isNewline : first == " " {
            let (second, afterSecond) = text.scalar(at: afterFirst)
            let secondClass = second.textClass
            if secondClass == .letter { return run(of: .letter, in: text, from: afterSecond, to: end) }
            if first == " ", secondClass == .number, greatestDigitCount == nil {
                return run(of: .number, in: text, from: afterSecond, to: end)
            }
            if first == " ", secondClass == .other { return punctuationEnd(in: text, from: afterSecond, to: end) }
        }
        if firstClass == .other { return punctuationEnd(in: text, from: afterFirst, to: end) }
        return spaceEnd(in: text, from: start, to: end)
    }

    private func punctuationEnd(in text: [UInt8], from start: Int, to end: Int) -> Int {
        var position = run(of: .other, in: text, from: start, to: end)
        while punctuationTakesNewlines, position < end, text[position] == 0x0A || text[position] == 0x0D {
            position += 1
        }
        return position
    }

    /// White space: up to its last line end, else all but its last character when more text follows.
    private func spaceEnd(in text: [UInt8], from start: Int, to end: Int) -> Int {
        var position = start
        var last = start
        var afterNewline: Int?
        while position < end {
            let (scalar, next) = text.scalar(at: position)
            if scalar.textClass != .space { break }
            last = position
            position = next
            if scalar == "\n" || scalar == "\r" { afterNewline = next }
        }
        if splitsAfterNewlines, let afterNewline { return afterNewline }
        return position == end || last == start ? position : last
    }

    private func run(
        of wanted: TextClass,
        in text: [UInt8],
        from start: Int,
        to end: Int,
        atMost limit: Int? = nil
    ) -> Int {
        var position = start
        var count = 0
        while position < end, limit.map({ count < $0 }) ?? true {
            let (scalar, next) = text.scalar(at: position)
            if scalar.textClass != wanted { break }
            position = next
            count += 1
        }
        return position
    }

    private func contractionEnd(in text: [UInt8], from start: Int, to end: Int) -> Int? {
        guard text[start] == UInt8(ascii: "'"), start + 1 < end else { return nil }
        let (first, afterFirst) = text.scalar(at: start + 1)
        switch folded(first) {
        case "s", "t", "m", "d": return afterFirst
        case let letter where letter == "r" || letter == "v" || letter == "l":
            guard afterFirst < end else { return nil }
            let (second, afterSecond) = text.scalar(at: afterFirst)
            return folded(second) == (letter == "l" ? "l" : "e") ? afterSecond : nil
        default: return nil
        }
    }

    private func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard foldsContractions else { return scalar }
        if scalar == "\u{17F}" { return "s" }
        return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }
}
