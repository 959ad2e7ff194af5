/// How the value of a field is printed, as far as its schema says.
package struct PrintedNotation: Sendable, Hashable {
    /// By whose rules numbers and dates are printed; nil where the schema does not say.
    package let locale: PrintedLocale?
    /// Whether it is an amount: digits of two words are one only where the space between them groups digits.
    package let isAmount: Bool

    /// Notes a notation.
    ///
    /// - Parameters:
    ///   - locale: By whose rules numbers and dates are printed; nil where the schema does not say.
    ///   - isAmount: Whether it is an amount.
    package init(locale: PrintedLocale? = nil, isAmount: Bool = false) {
        self.locale = locale
        self.isAmount = isAmount
    }
}
