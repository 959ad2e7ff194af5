public import RectoSchema

/// Reads printed numbers: `1,234.00`, `1.234,50 €`, `CHF 1'234.–`, `(12.50)`, `12 %`.
///
/// A currency sign or code before or after, a percent sign after, and a minus before or after (or parentheses around) are
/// understood.
///
/// With a locale only its own marks are read: `1.234` is 1234 in de-DE and 1.234 in en-US, and in fr-FR, which has no use for
/// the point, no number.
///
/// Without one, of points and commas, when both occur the last one is the decimal sign; one that occurs several times groups
/// digits; one that occurs once groups digits when exactly three follow it and one to three that are not a lone zero precede
/// it, else it is the decimal sign. Spaces and apostrophes group digits.
///
/// Groups must have three digits. Everything else is no number.
public struct AmountParser: Sendable {
    /// By whose rules numbers are printed, when that is known.
    let locale: PrintedLocale?

    /// Creates a parser.
    ///
    /// - Parameter locale: By whose rules numbers are printed; nil when that is not known.
    public init(locale: PrintedLocale? = nil) { self.locale = locale }

    /// Reads a number.
    ///
    /// - Parameter text: What is printed, and nothing else.
    /// - Returns: The number with the decimals that were printed, or nil.
    public func parse(_ text: String) -> JSONNumber? {
        var body = Substring(text.filter { !$0.isWhitespace || $0 == " " || $0 == "\u{A0}" || $0 == "\u{202F}" })
        var isNegative = false
        body = trim(body)
        if body.hasPrefix("("), body.hasSuffix(")") {
            isNegative = true
            body = trim(body.dropFirst().dropLast())
        }
        // Signs and currencies may stand in either order on either side.
        for _ in 0..<2 {
            body = dropCurrency(body)
            if let first = body.first, Self.minus.contains(first) {
                guard !isNegative else { return nil }
                isNegative = true
                body = trim(body.dropFirst())
            } else if body.hasPrefix("+") {
                body = trim(body.dropFirst())
            }
            if let last = body.last, Self.minus.contains(last), let before = body.dropLast().last, before.isNumber {
                guard !isNegative else { return nil }
                isNegative = true
                body = trim(body.dropLast())
            }
        }
        guard let number = locale.map({ digits(body, in: $0) }) ?? digits(body) else { return nil }
        return JSONNumber((isNegative ? "-" : "") + number)
    }

    private static let minus: Set<Character> = ["-", "−", "–"]

    private func trim(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private func dropCurrency(_ text: Substring) -> Substring {
        var text = text
        let start = text.lowercased()
        if let mark = CurrencyTable.besideAmounts.first(where: { start.hasPrefix($0) }) {
            text = trim(text.dropFirst(mark.count))
        }
        let end = text.lowercased()
        if end.hasSuffix("%") {
            text = trim(text.dropLast())
        } else if let mark = CurrencyTable.besideAmounts.first(where: { end.hasSuffix($0) }) {
            text = trim(text.dropLast(mark.count))
        }
        // `1'234.–` and `12,--` have no cents.
        for mark in [".–", ".-", ",–", ",-", ".--", ",--", ".—", ",—"] where text.hasSuffix(mark) {
            return text.dropLast(mark.count)
        }
        return text
    }
}
