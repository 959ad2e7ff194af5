import RectoSchema

/// A number as documents print it, for comparison with the same number in another notation.
struct PrintedNumber: Sendable {
    private let value: JSONNumber
    /// Whether the sign is in doubt: `CR` and `DR`, `H` and `S`, mean plus or minus by the kind of account.
    private let isSignless: Bool

    /// Reads a number.
    ///
    /// - Parameters:
    ///   - text: What is printed, perhaps with a mark of credit or debit and with punctuation after it.
    ///   - locale: By whose rules it is printed; nil when that is not known.
    init?(_ text: String, in locale: PrintedLocale? = nil) {
        let parser = AmountParser(locale: locale)
        var body = Self.trimmed(text[...])
        if let value = parser.parse(String(body)) {
            self.value = value
            isSignless = false
            return
        }
        let upper = body.uppercased()
        guard upper.count == body.count, let mark = Self.sides.first(where: { Self.hasMark($0, upper) }) else {
            return nil
        }
        body = upper.hasSuffix(mark) ? body.dropLast(mark.count) : body.dropFirst(mark.count)
        guard let value = parser.parse(String(Self.trimmed(body))) else { return nil }
        self.value = value
        isSignless = true
    }

    /// Whether both are the same number, whatever their notation.
    func isSame(as other: PrintedNumber) -> Bool {
        guard isSignless || other.isSignless else { return value.isSameValue(as: other.value) }
        return magnitude.map { mine in other.magnitude.map { mine.isSameValue(as: $0) } ?? false } ?? false
    }

    private var magnitude: JSONNumber? {
        value.text.hasPrefix("-") ? JSONNumber(String(value.text.dropFirst())) : value
    }

    /// Marks of credit and debit, longest first; one letter counts only where a space sets it apart.
    private static let sides = ["CR.", "DR.", "CR", "DR", " H", " S"]

    private static func hasMark(_ mark: String, _ text: String) -> Bool {
        if text.hasSuffix(mark) { return true }
        return mark.first != " " && text.hasPrefix(mark)
    }

    /// The text without sentence marks and footnote signs around it.
    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { ",;:".contains($0) || $0.isWhitespace }
        while let last = text.last, ",;:.*".contains(last) || last.isWhitespace || isRaised(last) { text.removeLast() }
        return text
    }

    private static func isRaised(_ character: Character) -> Bool {
        guard !character.isASCII, let scalar = character.unicodeScalars.first else { return false }
        return scalar.properties.numericType == .digit
    }
}
