/// By whose rules numbers, dates and currencies are printed.
///
/// A small table of our own, after the Unicode CLDR (version 45) and what is printed in practice beside it: Foundation's
/// tables differ between its versions and systems, and a document must be read the same everywhere.
public struct PrintedLocale: Sendable, Hashable {
    /// In which order a date of three numbers is printed, unless it begins with a year of four digits.
    enum DateOrder: Sendable, Hashable {
        case dayMonthYear, monthDayYear, yearMonthDay
    }

    /// How whole digits are grouped.
    enum Grouping: Sendable, Hashable {
        /// By three.
        case thousands
        /// The last three, then by two; by three as well.
        case lakhs
    }

    /// The BCP 47 name: language and region.
    public let name: String
    /// What may stand before the fraction.
    let decimalMarks: Set<Character>
    /// What may stand between groups of digits; a space stands for every kind of space, `'` for every apostrophe.
    let groupMarks: Set<Character>
    /// How digits are grouped.
    let grouping: Grouping
    /// The order of dates.
    let dateOrder: DateOrder
    /// The region's own currency by its ISO 4217 code.
    let currency: String

    /// Finds a locale.
    ///
    /// - Parameter name: A BCP 47 name such as `de-DE`, in any letter case (RFC 5646 section 2.1.1); nil is returned for one
    ///   that is not in the table.
    public init?(_ name: String) {
        guard let locale = Self.byName[name.lowercased()] else { return nil }
        self = locale
    }

    /// The names of all locales, in alphabetical order.
    public static let allNames: [String] = all.map(\.name)

    private init(
        _ name: String,
        _ decimalMarks: String,
        _ groupMarks: String,
        _ currency: String,
        _ dateOrder: DateOrder = .dayMonthYear,
        _ grouping: Grouping = .thousands
    ) {
        self.name = name
        self.decimalMarks = Set(decimalMarks)
        self.groupMarks = Set(groupMarks)
        self.grouping = grouping
        self.dateOrder = dateOrder
        self.currency = currency
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name.lowercased(), $0) })

    private static let all = [
        PrintedLocale("da-DK", ",", ".", "DKK"), PrintedLocale("de-AT", ",", ". ", "EUR"),
        PrintedLocale("de-BE", ",", ".", "EUR"), PrintedLocale("de-CH", ".", "'", "CHF"),
        // DIN 5008 has a space between groups, and a full stop in sums of money.
        PrintedLocale("de-DE", ",", ". ", "EUR"), PrintedLocale("de-LI", ".", "'", "CHF"),
        PrintedLocale("de-LU", ",", ".", "EUR"), PrintedLocale("en-AU", ".", ",", "AUD"),
        PrintedLocale("en-CA", ".", ",", "CAD", .yearMonthDay), PrintedLocale("en-GB", ".", ",", "GBP"),
        PrintedLocale("en-HK", ".", ",", "HKD"), PrintedLocale("en-IE", ".", ",", "EUR"),
        PrintedLocale("en-IN", ".", ",", "INR", .dayMonthYear, .lakhs), PrintedLocale("en-NZ", ".", ",", "NZD"),
        PrintedLocale("en-SG", ".", ",", "SGD"), PrintedLocale("en-US", ".", ",", "USD", .monthDayYear),
        PrintedLocale("es-AR", ",", ".", "ARS"), PrintedLocale("es-CL", ",", ".", "CLP"),
        PrintedLocale("es-CO", ",", ".", "COP"), PrintedLocale("es-ES", ",", ". ", "EUR"),
        PrintedLocale("es-MX", ".", ",", "MXN"), PrintedLocale("es-PE", ".", ",", "PEN"),
        PrintedLocale("fr-BE", ",", " .", "EUR"), PrintedLocale("fr-CA", ",", " ", "CAD", .yearMonthDay),
        // Switzerland writes sums of money with a point also in French.
        PrintedLocale("fr-CH", ",.", " '", "CHF"), PrintedLocale("fr-FR", ",", " ", "EUR"),
        PrintedLocale("fr-LU", ",", ". ", "EUR"), PrintedLocale("it-CH", ".", "'", "CHF"),
        PrintedLocale("it-IT", ",", ".", "EUR"), PrintedLocale("nb-NO", ",", " ", "NOK"),
        PrintedLocale("nl-BE", ",", ".", "EUR"), PrintedLocale("nl-NL", ",", ".", "EUR"),
        PrintedLocale("pt-BR", ",", ".", "BRL"), PrintedLocale("pt-PT", ",", " .", "EUR"),
        PrintedLocale("sv-SE", ",", " ", "SEK", .yearMonthDay),
    ]
}
