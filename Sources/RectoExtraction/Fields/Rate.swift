import Foundation

/// A rate as it stands in labels and beside amounts: `19 %`, `(8.5%)`.
enum Rate {
    /// Drops the rate that a text begins with.
    ///
    /// - Parameter text: What stands behind a label.
    /// - Returns: The rest; nil where the text begins with none.
    static func dropped(from text: Substring) -> Substring? {
        text.prefixMatch(of: /[\s(]*[0-9]+([.,][0-9]+)?\s?%\)?/).map { text[$0.range.upperBound...] }
    }

    /// Drops the amount of which a rate is taken, where a text begins with it: `von 1.000,00` of `MwSt. 19 % von 1.000,00 190,00`.
    ///
    /// - Parameter text: What stands behind a rate.
    /// - Returns: The base and the rest; nil where the text begins with none.
    static func base(in text: Substring) -> (amount: Substring, rest: Substring)? {
        text.prefixMatch(
            of:
                /[\s:(]*(?:on|of|von|auf|sur|de|su|van|over|sobre)\s+(?:[A-Z]{3}\s?|\p{Sc}\s?)?([0-9][0-9.,'’]*[0-9])\)?/
                .ignoresCase()
        )
        .map { ($0.1, text[$0.range.upperBound...]) }
    }

    /// Takes the rate out of a label.
    ///
    /// - Parameter label: A label.
    /// - Returns: The label without it; nil where it holds none, or nothing else.
    static func removed(from label: String) -> String? {
        guard let rate = label.firstRange(of: /\s*\(?[0-9]+([.,][0-9]+)?\s?%\)?/) else { return nil }
        let bare = label[..<rate.lowerBound] + label[rate.upperBound...]
        return bare.contains(where: \.isLetter) ? String(bare) : nil
    }

    /// Whether a text says nothing else, so that it belongs to the label where an amount is wanted (`VAT | 20 %: | 35.00`).
    ///
    /// - Parameter text: The text of a tile, or an answer.
    /// - Returns: Whether it is a rate, with or without a colon.
    static func isAll(of text: String) -> Bool {
        dropped(from: text[...])?.allSatisfy { $0 == ":" || $0.isWhitespace } ?? false
    }
}
