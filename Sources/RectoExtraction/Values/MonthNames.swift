/// Names of months in Danish, Dutch, English, French, German, Italian, Norwegian, Portuguese, Spanish and Swedish.
///
/// No name or abbreviation means different months in two of these languages, so they are read whatever the locale.
enum MonthNames {
    /// Finds a month.
    ///
    /// - Parameter word: Its name, or the first three letters or more of it, in small letters without accents and points.
    /// - Returns: The month from 1 to 12, or nil when it is none, or may be two (`jui`).
    static func number(of word: Substring) -> Int? {
        guard word.count >= 3 else { return nil }
        let found = names.indices.filter { names[$0].contains { $0.hasPrefix(word) } }
        return found.count == 1 ? found[0] + 1 : nil
    }

    private static let names: [[String]] = [
        ["january", "januar", "janvier", "enero", "gennaio", "januari", "janeiro", "janner", "jaenner"],
        ["february", "februar", "fevrier", "febrero", "febbraio", "februari", "fevereiro", "feber"],
        ["march", "marz", "mars", "marzo", "maart", "marco", "maerz", "marts", "mrz", "mrt"],
        ["april", "avril", "abril", "aprile"],
        ["may", "mai", "mayo", "maggio", "mei", "maio", "maj"],
        ["june", "juni", "juin", "junio", "giugno", "junho"],
        ["july", "juli", "juillet", "julio", "luglio", "julho"],
        ["august", "aout", "agosto", "augustus", "augusti"],
        ["september", "septembre", "septiembre", "setiembre", "settembre", "setembro"],
        ["october", "oktober", "octobre", "octubre", "ottobre", "outubro"],
        ["november", "novembre", "noviembre", "novembro"],
        ["december", "dezember", "decembre", "diciembre", "dicembre", "dezembro", "desember"],
    ]
}

/// Words that stand in dates beside day, month and year.
enum DateWords {
    /// Articles, prepositions and the endings of ordinal numbers.
    static let fillers: Set<String> = [
        "st", "nd", "rd", "th", "de", "of", "den", "der", "er", "le", "del", "do", "º", "ª", "feira",
    ]

    /// Words that say of a day only that it is one.
    static let nouns: Set<String> = ["date", "dated", "datum", "fecha", "data", "dato"]
    /// Words that stand between others in captions of days.
    static let plain: Set<String> = [
        "day", "tag", "jour", "dia", "giorno", "dag", "on", "of", "by", "to", "the", "before", "until", "last",
        "latest",
        "am", "vom", "bis", "zum", "spatestens", "le", "du", "de", "la", "d", "avant", "jusqu", "au", "el", "antes",
        "del",
        "il", "entro", "voor", "op", "van",
    ]
    /// Those of them before the day on which something was written, and what says that it was.
    private static let written: Set<String> = [
        "day", "tag", "jour", "dia", "giorno", "dag", "on", "of", "the", "am", "vom", "le", "du", "el", "il", "op",
        "den",
        "written", "made", "fait", "fatto", "hecho",
    ]

    /// Whether a caption says only that a day is the one of its document: `Date`, `Fait le`, `Written on`.
    ///
    /// - Parameter caption: What stands before the day.
    /// - Returns: Whether all its words do.
    static func areOfDocument(_ caption: String) -> Bool {
        let words = FoldedText.words(of: caption)
        return !words.isEmpty && words.isSubset(of: nouns.union(written))
    }

    /// Whether a word is a weekday, whole or cut.
    ///
    /// - Parameter word: The word, in small letters without accents and points.
    /// - Returns: Whether it begins as one in one of the languages of `MonthNames`.
    static func isWeekday(_ word: Substring) -> Bool {
        // Two letters are a weekday only by themselves, three or more also as the beginning of one.
        weekdays.contains { $0.count == 2 ? word == $0 : word.hasPrefix($0) }
    }

    private static let weekdays = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "die", "mit", "don", "fre", "sam", "son", "mo", "di", "mi",
        "do", "fr",
        "sa", "so", "lun", "mar", "mer", "jeu", "ven", "dim", "mie", "jue", "vie", "sab", "dom", "gio", "maa", "din",
        "woe",
        "vri", "zat", "zon", "ma", "wo", "vr", "za", "zo", "seg", "ter", "qua", "qui", "sex", "man", "tir", "ons",
        "tor", "lor",
        "sond", "tis", "lord",
    ]
}
