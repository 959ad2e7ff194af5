import Foundation

/// Reads printed dates.
///
/// The rule: `2026-11-21`, `2026/11/21` and `2026.11.21` are year first; `21.11.2026` and `21-11-2026` day first;
/// `11/21/2026` month first unless the first number is above 12. Month names in English, German, French, Spanish, Italian,
/// Dutch and Portuguese, whole or cut after three letters or more, may stand before or after the day. Years of two digits
/// are 1970 to 2069.
public struct DateParser: Sendable {
    /// Creates a parser.
    public init() {}

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
        words.removeAll { Self.fillers.contains(String($0)) }
        if words.count == 4, let first = words.first, Self.isWeekday(first) { words.removeFirst() }
        guard words.count == 3 else { return nil }
        return words.allSatisfy { $0.allSatisfy(\.isNumber) } ? numeric(words, marks: marks) : named(words)
    }

    private static let fillers: Set<String> = [
        "st", "nd", "rd", "th", "de", "of", "den", "der", "er", "le", "del", "do",
    ]

    private static func isWeekday(_ word: Substring) -> Bool {
        let days = [
            "mon", "tue", "wed", "thu", "fri", "sat", "sun", "die", "mit", "don", "fre", "sam", "son", "mo", "di", "mi",
            "do", "fr", "sa", "so", "lun", "mar", "mer", "jeu", "ven", "dim",
        ]
        return days.contains { word.hasPrefix($0) }
    }

    private static let months: [[String]] = [
        ["january", "januar", "janvier", "enero", "gennaio", "januari", "janeiro", "janner"],
        ["february", "februar", "fevrier", "febrero", "febbraio", "februari", "fevereiro"],
        ["march", "marz", "mars", "marzo", "maart", "marco", "maerz"],
        ["april", "avril", "abril", "aprile"],
        ["may", "mai", "mayo", "maggio", "mei", "maio"],
        ["june", "juni", "juin", "junio", "giugno", "junho"],
        ["july", "juli", "juillet", "julio", "luglio", "julho"],
        ["august", "aout", "agosto", "augustus"],
        ["september", "septembre", "septiembre", "settembre", "setembro"],
        ["october", "oktober", "octobre", "octubre", "ottobre", "outubro"],
        ["november", "novembre", "noviembre", "novembro"],
        ["december", "dezember", "decembre", "diciembre", "dicembre", "dezembro"],
    ]

    private func numeric(_ words: [Substring], marks: Set<Character>) -> CalendarDate? {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3, marks.count == 1, let mark = marks.first, mark != "," else { return nil }
        if words[0].count == 4, words[1].count <= 2, words[2].count <= 2 {
            return CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2])
        }
        guard words[0].count <= 2, words[1].count <= 2, let year = year(words[2]) else { return nil }
        let isMonthFirst = mark == "/" && numbers[0] <= 12
        if isMonthFirst, let date = CalendarDate(year: year, month: numbers[0], day: numbers[1]) { return date }
        return CalendarDate(year: year, month: numbers[1], day: numbers[0])
    }

    private func named(_ words: [Substring]) -> CalendarDate? {
        let places = words.indices.filter { words[$0].first?.isLetter == true }
        guard places.count == 1, let place = places.first, let month = month(words[place]) else { return nil }
        let others = words.indices.filter { $0 != place }.map { words[$0] }
        if place < 2, others[0].count <= 2, let day = Int(others[0]), let year = year(others[1]) {
            return CalendarDate(year: year, month: month, day: day)
        }
        if place == 1, others[0].count == 4, let year = Int(others[0]), let day = Int(others[1]) {
            return CalendarDate(year: year, month: month, day: day)
        }
        return nil
    }

    private func month(_ word: Substring) -> Int? {
        guard word.count >= 3 else { return nil }
        let found = Self.months.indices.filter { Self.months[$0].contains { $0.hasPrefix(word) } }
        return found.count == 1 ? found[0] + 1 : word == "sept" ? 9 : nil
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
