import Foundation

/// Reads printed dates.
///
/// `2026-11-21`, `2026/11/21` and `2026.11.21` are year first everywhere. Month names in the languages of `MonthNames`, whole
/// or cut after three letters or more, may stand before or after the day. Years of two digits are 1970 to 2069.
///
/// With a locale, three numbers that end in the year stand in its order: `03/04/2026` is March 4th in en-US and 3 April in
/// en-GB and de-DE; what is no date in that order is none. Where the locale puts the year first, they are a date only when one
/// order alone gives one.
///
/// Without a locale, `21.11.2026` and `21-11-2026` are day first; `11/21/2026` is month first unless the first number is above
/// 12.
public struct DateParser: Sendable {
    private let locale: PrintedLocale?

    /// Creates a parser.
    ///
    /// - Parameter locale: By whose rules dates are printed; nil when that is not known.
    public init(locale: PrintedLocale? = nil) { self.locale = locale }

    /// The two days that `03/04/2026` may be where no locale is known; nil for what is one day or none.
    ///
    /// - Parameter text: What is printed, and nothing else.
    /// - Returns: The days, by the order in which they are read.
    func readings(of text: String) -> [PrintedLocale.DateOrder: CalendarDate]? {
        guard locale == nil, let match = text.wholeMatch(of: /\s*(\d{1,2})([\/-])(\d{1,2})\2(\d{4}|\d{2})\s*/),
            let first = Int(match.1), let second = Int(match.3), first != second, let year = year(match.4),
            let dayFirst = CalendarDate(year: year, month: second, day: first),
            let monthFirst = CalendarDate(year: year, month: first, day: second)
        else { return nil }
        return [.dayMonthYear: dayFirst, .monthDayYear: monthFirst]
    }

    /// The order in which a document's dates stand, as far as they tell: `13/04/2026` is day first.
    ///
    /// - Parameter texts: What was read of the document.
    /// - Returns: The order; nil when no date tells, or they tell different ones.
    static func order(in texts: [String]) -> PrintedLocale.DateOrder? {
        var orders: Set<PrintedLocale.DateOrder> = []
        for text in texts {
            for match in text.matches(of: /\b(\d{1,2})([\/-])(\d{1,2})\2(?:\d{4}|\d{2})\b/) {
                guard let first = Int(match.1), let second = Int(match.3) else { continue }
                if (13...31).contains(first), second <= 12 { orders.insert(.dayMonthYear) }
                if (13...31).contains(second), first <= 12 { orders.insert(.monthDayYear) }
            }
        }
        return orders.count == 1 ? orders.first : nil
    }

    /// Reads a date.
    ///
    /// - Parameter text: What is printed, and nothing else.
    /// - Returns: The day, or nil.
    public func parse(_ text: String) -> CalendarDate? {
        let folded = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        var words: [Substring] = []
        var marks: Set<Character> = []
        var rest = Substring(folded)
        while let first = rest.first {
            if first.isLetter || first.isNumber {
                let word = rest.prefix { first.isNumber ? $0.isNumber : $0.isLetter }
                words.append(word)
                rest = rest.dropFirst(word.count)
            } else {
                guard "-./, –".contains(first) || first.isWhitespace else { return nil }
                if !first.isWhitespace { marks.insert(first == "–" ? "-" : first) }
                rest = rest.dropFirst()
            }
        }
        words.removeAll { DateWords.fillers.contains(String($0)) }
        if words.count == 4, let first = words.first, DateWords.isWeekday(first) { words.removeFirst() }
        guard words.count == 3 else { return nil }
        return words.allSatisfy { $0.allSatisfy(\.isNumber) } ? numeric(words, marks: marks) : named(words)
    }

    private func numeric(_ words: [Substring], marks: Set<Character>) -> CalendarDate? {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3, marks.count == 1, let mark = marks.first, mark != "," else { return nil }
        if words[0].count == 4, words[1].count <= 2, words[2].count <= 2 {
            return CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2])
        }
        guard words[0].count <= 2, words[1].count <= 2, let year = year(words[2]) else { return nil }
        let dayFirst = CalendarDate(year: year, month: numbers[1], day: numbers[0])
        let monthFirst = CalendarDate(year: year, month: numbers[0], day: numbers[1])
        switch locale?.dateOrder {
        case .dayMonthYear: return dayFirst
        case .monthDayYear: return monthFirst
        case .yearMonthDay: return words[2].count == 4 ? Self.only(dayFirst, monthFirst) : yearFirst(words, mark: mark)
        case nil: return mark == "/" && numbers[0] <= 12 ? monthFirst ?? dayFirst : dayFirst
        }
    }

    /// `26-04-03` is the short form of ISO 8601; with other marks people mean anything by it.
    private func yearFirst(_ words: [Substring], mark: Character) -> CalendarDate? {
        guard mark == "-", let year = year(words[0]), let month = Int(words[1]), let day = Int(words[2]) else {
            return nil
        }
        return CalendarDate(year: year, month: month, day: day)
    }

    private static func only(_ left: CalendarDate?, _ right: CalendarDate?) -> CalendarDate? {
        guard let left, let right else { return left ?? right }
        return left == right ? left : nil
    }

    private func named(_ words: [Substring]) -> CalendarDate? {
        let places = words.indices.filter { words[$0].first?.isLetter == true }
        guard places.count == 1, let place = places.first, let month = MonthNames.number(of: words[place]) else {
            return nil
        }
        let others = words.indices.filter { $0 != place }.map { words[$0] }
        if place < 2, others[0].count <= 2, let day = Int(others[0]), let year = year(others[1]) {
            return CalendarDate(year: year, month: month, day: day)
        }
        if place == 1, others[0].count == 4, let year = Int(others[0]), let day = Int(others[1]) {
            return CalendarDate(year: year, month: month, day: day)
        }
        return nil
    }

    private func year(_ word: Substring) -> Int? {
        guard let number = Int(word) else { return nil }
        switch word.count {
        case 4: return number
        case 2: return number < 70 ? 2000 + number : 1900 + number
        default: return nil
        }
    }
}
