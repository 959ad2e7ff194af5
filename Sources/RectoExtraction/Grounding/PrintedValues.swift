/// The numbers and dates of a page, prepared for finding a value in another notation, also over several words.
struct PrintedValues: Sendable {
    /// No printed number or date is longer, in characters.
    private static let longestValue = 32
    /// Most words of the digits of a number: `1 234 567,89`.
    private static let mostNumberWords = 4
    /// Most words of a date: `Tuesday the 3rd of March 2026`.
    private static let mostDateWords = 6
    /// Most words before or after the digits of a number that belong to it: a sign and a currency, a currency and `CR`.
    private static let mostMarks = 2
    /// Longer words are no sign and no currency.
    private static let longestMark = 5

    private let texts: [String]
    /// The numbers written in each word: `3.3.2026` gives 3, 3 and 2026.
    private let groups: [[Int]]
    /// The runs by their digits, zeros at the ends left out: what no notation changes.
    private let numbers: [[UInt8]: [ClosedRange<Int>]]
    /// Whether the word at a place stands on the line of the word before.
    private let goesOnLine: [Bool]

    /// Prepares the words of a page.
    ///
    /// - Parameters:
    ///   - words: The words.
    ///   - folded: The same words laid out in the order that they are read in.
    init(_ words: [LayerWord], _ folded: FoldedWords) {
        let order = folded.order.words
        let texts = order.map { String(words[$0].strict.characters) }
        let digits = texts.map { $0.utf8.filter { (0x30...0x39).contains($0) } }
        var numbers: [[UInt8]: [ClosedRange<Int>]] = [:]
        for start in order.indices where !digits[start].isEmpty {
            var key: [UInt8] = []
            var length = 0
            for end in start..<min(start + Self.mostNumberWords, order.count) {
                if end > start, digits[end].isEmpty || !folded.mayGoOnNumber(at: end) { break }
                length += texts[end].utf8.count
                guard length <= Self.longestValue else { break }
                key += digits[end]
                numbers[Self.significant(key), default: []].append(start...end)
            }
        }
        self.texts = texts
        self.numbers = numbers
        groups = zip(texts, digits).map { text, digits in
            digits.isEmpty ? [] : text.utf8.split { !(0x30...0x39).contains($0) }.compactMap { Int(Substring($0)) }
        }
        goesOnLine = order.indices.map { $0 > 0 && words[order[$0 - 1]].isBeside(words[order[$0]].box) }
    }

    /// The runs of words that say the same number or date as a text.
    ///
    /// - Parameters:
    ///   - text: What was read.
    ///   - locale: By whose rules it and the page's words are printed; nil when that is not known.
    ///   - isKnown: Whether the word at a place says the same exactly, so that it need not be read.
    /// - Returns: Places in the order of the words; where words around the digits may belong to the value or not, every choice
    ///   that says the same, together.
    func runs(
        saying text: String,
        in locale: PrintedLocale?,
        unless isKnown: (Int) -> Bool
    ) -> [[ClosedRange<Int>]] {
        let plain = text.split(whereSeparator: \.isWhitespace)
            .map { String(FoldedText(String($0), isLoose: false).characters) }.joined(separator: " ")
        let byNumber =
            PrintedNumber(plain, in: locale)
            .map { runs(saying: $0, digits: plain, in: locale, unless: isKnown) } ?? []
        let byDate =
            DateParser(locale: locale).parse(plain)
            .map { runs(saying: $0, in: locale, unless: isKnown).map { [$0] } } ?? []
        return byNumber + byDate
    }

    private func runs(
        saying number: PrintedNumber,
        digits: String,
        in locale: PrintedLocale?,
        unless isKnown: (Int) -> Bool
    ) -> [[ClosedRange<Int>]] {
        let key = Self.significant(digits.utf8.filter { (0x30...0x39).contains($0) })
        return (numbers[key] ?? []).compactMap { core in
            if core.contains(where: isKnown) { return nil }
            var same: [ClosedRange<Int>] = []
            for first in places(from: core.lowerBound, by: -1) {
                for last in places(from: core.upperBound, by: 1) where isSame(first...last, number, in: locale) {
                    same.append(first...last)
                }
            }
            return same.isEmpty ? nil : same
        }
    }

    private func isSame(_ run: ClosedRange<Int>, _ number: PrintedNumber, in locale: PrintedLocale?) -> Bool {
        PrintedNumber(texts[run].joined(separator: " "), in: locale)?.isSame(as: number) ?? false
    }

    /// A place and those beyond it that hold a sign, a currency or a mark of credit and debit.
    private func places(from place: Int, by step: Int) -> [Int] {
        var places = [place]
        while places.count <= Self.mostMarks {
            let next = place + step * places.count
            guard texts.indices.contains(next), groups[next].isEmpty, texts[next].count <= Self.longestMark,
                goesOnLine[max(next, next - step)]
            else { break }
            places.append(next)
        }
        return places
    }

    private func runs(
        saying date: CalendarDate,
        in locale: PrintedLocale?,
        unless isKnown: (Int) -> Bool
    ) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        for place in texts.indices where groups[place].contains(where: { $0 == date.year || $0 == date.year % 100 }) {
            if runs.last?.contains(place) ?? false || isKnown(place) { continue }
            if let run = shortestRun(around: place, saying: date, in: locale) { runs.append(run) }
        }
        return runs
    }

    private func shortestRun(
        around place: Int,
        saying date: CalendarDate,
        in locale: PrintedLocale?
    ) -> ClosedRange<Int>? {
        let parser = DateParser(locale: locale)
        for count in 1...Self.mostDateWords {
            for first in max(0, place - count + 1)...place where first + count <= texts.count {
                let run = first...(first + count - 1)
                guard (2...3).contains(groups[run].reduce(0) { $0 + $1.count }) else { continue }
                let numbers = groups[run].flatMap(\.self)
                guard numbers.count == 2 || numbers.count == 3 && numbers.contains(date.month),
                    numbers.contains(date.day), texts[run].reduce(0, { $0 + $1.count }) <= Self.longestValue,
                    parser.parse(Self.trimmed(texts[run].joined(separator: " "))) == date
                else { continue }
                return run
            }
        }
        return nil
    }

    private static func significant(_ digits: [UInt8]) -> [UInt8] {
        guard let first = digits.firstIndex(where: { $0 != 0x30 }), let last = digits.lastIndex(where: { $0 != 0x30 })
        else { return [] }
        return Array(digits[first...last])
    }

    /// The text without sentence marks around it.
    private static func trimmed(_ text: String) -> String {
        var text = text[...].drop { ",;:(".contains($0) }
        while let last = text.last, ",;:.)".contains(last) { text.removeLast() }
        return String(text)
    }
}
