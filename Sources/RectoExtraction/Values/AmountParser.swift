public import RectoSchema

/// Reads printed numbers: `1,234.00`, `1.234,50 €`, `CHF 1'234.–`, `(12.50)`, `12 %`.
///
/// The rule: a currency sign or code before or after, a percent sign after, and a minus before or after (or parentheses
/// around) are understood. Of points and commas, when both occur the last one is the decimal sign; one that occurs several
/// times groups digits; one that occurs once groups digits when exactly three follow it and one to three that are not a lone
/// zero precede it, else it is the decimal sign. Spaces and apostrophes group digits. Groups must have three digits.
/// Everything else is no number.
public struct AmountParser: Sendable {
    /// Creates a parser.
    public init() {}

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
        guard let number = digits(body) else { return nil }
        return JSONNumber((isNegative ? "-" : "") + number)
    }

    private static let minus: Set<Character> = ["-", "−", "–"]
    private static let currencies: [String] = [
        "EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "CNY", "INR",
        "Euro", "US$", "C$", "A$", "Fr.", "Kč", "zł", "kr.", "kr", "Rs.", "€", "$", "£", "¥", "₹", "%",
    ]

    private func trim(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private func dropCurrency(_ text: Substring) -> Substring {
        var text = text
        for currency in Self.currencies {
            if currency != "%", text.lowercased().hasPrefix(currency.lowercased()) {
                text = trim(text.dropFirst(currency.count))
                break
            }
        }
        for currency in Self.currencies where text.lowercased().hasSuffix(currency.lowercased()) {
            text = trim(text.dropLast(currency.count))
            break
        }
        // `1'234.–` and `12,--` have no cents.
        for mark in [".–", ".-", ",–", ",-", ".--", ",--", ".—", ",—"] where text.hasSuffix(mark) {
            return text.dropLast(mark.count)
        }
        return text
    }

    private func digits(_ body: Substring) -> String? {
        guard let first = body.first, first.isASCII, first.isNumber || first == "." || first == "," else { return nil }
        let spaces: Set<Character> = [" ", "\u{A0}", "\u{202F}", "'", "’"]
        let marks = body.indices.filter { body[$0] == "." || body[$0] == "," }
        var decimal: Substring.Index?
        let isMixed = Set(marks.map { body[$0] }).count == 2
        if let last = marks.last {
            let after = body[body.index(after: last)...]
            let before = body[..<last]
            let groups =
                after.count == 3 && (1...3).contains(before.count) && before != "0" && after.allSatisfy(\.isNumber)
            if isMixed || (marks.count == 1 && !groups) { decimal = last }
        }
        let whole = decimal.map { body[..<$0] } ?? body
        let fraction = decimal.map { body[body.index(after: $0)...] }
        guard fraction?.allSatisfy({ $0.isASCII && $0.isNumber }) ?? true, fraction?.isEmpty != true else { return nil }
        var groups = [""]
        for character in whole {
            if character.isASCII, character.isNumber {
                groups[groups.count - 1].append(character)
            } else if character == "." || character == "," || spaces.contains(character) {
                guard decimal.map({ body[$0] != character }) ?? true else { return nil }
                groups.append("")
            } else {
                return nil
            }
        }
        if groups.count > 1 {
            guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }) else {
                return nil
            }
        }
        var text = groups.joined()
        while text.count > 1, text.hasPrefix("0") { text.removeFirst() }
        if text.isEmpty { text = "0" }
        return fraction.map { "\(text).\($0)" } ?? text
    }
}
