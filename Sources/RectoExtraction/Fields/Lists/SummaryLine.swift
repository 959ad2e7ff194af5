/// Tells lines that sum up a table from its rows.
struct SummaryLine: Sendable {
    /// A line begins with another field's label when it fits at least this well.
    private static let leastFit = 0.9

    private let matcher: LabelMatcher

    /// Prepares the labels of the document's single fields.
    ///
    /// - Parameter others: The single fields.
    init(others: [SchemaField]) { matcher = LabelMatcher(labels: others.flatMap(\.labels)) }

    /// Whether a text names a sum or begins with the label of a single field.
    ///
    /// - Parameter text: A line, or a part of one.
    /// - Returns: Whether it is hardly a row's description.
    func names(_ text: String) -> Bool {
        if let match = matcher.match(text), match.isAtStart, match.fit >= Self.leastFit { return true }
        let words = Self.words(of: text)
        return words.contains(where: Self.isSum)
            && words.allSatisfy { Self.isSum($0) || Self.besideSums.contains($0) }
    }

    /// Whether a text begins with a word for a sum.
    ///
    /// - Parameter text: A line.
    /// - Returns: Whether it may be a sum's name, with more words than `names` knows.
    func begins(_ text: String) -> Bool { Self.words(of: text).first.map(Self.isSum) ?? false }

    /// Whether a text names a sum after which a table does not go on upon the next page: no sum of a part or of a page.
    ///
    /// - Parameter text: A line.
    /// - Returns: Whether it is the sum of a whole table.
    func closes(_ text: String) -> Bool {
        let words = Self.words(of: text)
        return words.contains(where: Self.isSum)
            && !words.contains { word in
                Self.partial.contains { word.hasPrefix($0) }
            }
    }

    /// Whether a word for a sum stands anywhere in a text.
    ///
    /// - Parameter text: A line.
    /// - Returns: Whether it may be one of several sums below each other.
    func mentions(_ text: String) -> Bool { Self.words(of: text).contains(where: Self.isSum) }

    /// Whether a word is a sum; its parts may have been read as one ("Goodstotal").
    private static func isSum(_ word: String) -> Bool {
        sums.contains(word) || word.hasSuffix("total") || word.hasSuffix("summe")
    }

    /// Whether a text says that a sum is carried from one page to the next, or what an account held before and after.
    ///
    /// - Parameter text: A line.
    /// - Returns: Whether it is such a line.
    func carries(_ text: String) -> Bool {
        let words = Self.words(of: text)
        let line = " " + words.joined(separator: " ") + " "
        if Self.phrases.contains(where: { line.contains(" \($0) ") }) { return true }
        return words.contains(where: Self.carried.contains)
            && words.allSatisfy { Self.carried.contains($0) || Self.besideCarried.contains($0) }
    }

    /// The words without numbers and punctuation, case and accents folded.
    private static func words(of text: String) -> [String] {
        text.split { $0.isWhitespace || "-/:()".contains($0) }
            .map { String(FoldedText(String($0), isLoose: true).characters.filter(\.isLetter)) }
            .filter { !$0.isEmpty }
    }

    private static let sums: Set<String> = [
        "total", "totals", "subtotal", "sum", "balance", "due", "payable", "vat", "tax", "taxes", "gst", "summe",
        "gesamt",
        "zwischensumme", "gesamtsumme", "gesamtbetrag", "endbetrag", "endsumme", "rechnungsbetrag", "nettobetrag",
        "bruttobetrag", "mwst", "ust", "umsatzsteuer", "mehrwertsteuer", "tva", "soustotal", "totaal", "totale", "iva",
        "subtotale", "btw",
    ]
    /// Words that stand beside those of `sums` and alone mean nothing.
    private static let besideSums: Set<String> = [
        "sub", "sous", "grand", "net", "gross", "netto", "brutto", "amount", "goods", "items", "invoice", "order",
        "page",
        "excl", "incl", "excluding", "including", "ex", "inc", "before", "after", "of", "the", "sales", "plus", "zzgl",
        "inkl", "exkl", "ohne", "ht", "ttc", "montant", "betrag", "seite", "zu", "zahlen", "to", "pay", "a", "payer",
        "eur", "usd", "gbp", "chf", "euro", "in", "carried", "forward", "on", "for", "this",
    ]
    private static let phrases = [
        "carried forward", "brought forward", "carried over", "carry forward", "balance forward", "opening balance",
        "closing balance", "previous balance", "new balance", "starting balance", "ending balance", "a reporter",
        "ancien solde", "nouveau solde", "alter saldo", "neuer saldo", "continued on", "continued from", "c f", "b f",
    ]
    /// How words begin that stand beside sums of parts.
    private static let partial = [
        "sub", "sous", "page", "section", "group", "balance", "carried", "forward", "brought", "zwischen", "seite",
        "abschnitt", "gruppe", "position", "titel", "saldo",
    ]
    private static let carried: Set<String> = [
        "ubertrag", "uebertrag", "saldovortrag", "vortrag", "anfangssaldo", "endsaldo", "report", "reporte",
        "continued",
        "fortsetzung", "riporto", "transport",
    ]
    private static let besideCarried: Set<String> = [
        "page", "pages", "seite", "seiten", "von", "auf", "to", "from", "de", "la", "di", "a", "next", "previous",
        "total",
        "subtotal", "summe", "zwischensumme", "eur", "usd", "gbp", "chf", "suite",
    ]
}
