public import RectoSchema

/// Whether an answer says what the label says.
public enum ValueAgreement {
    /// Whether two values are the same JSON value (JSON Schema core §4.2.2): strings by code points, numbers by value.
    ///
    /// - Parameters:
    ///   - expected: The label; nil is `null`.
    ///   - found: The answer; nil is `null`.
    /// - Returns: Whether they are the same.
    public static func isExact(expected: JSONValue?, found: JSONValue?) -> Bool {
        switch (expected ?? .null, found ?? .null) {
        case (.string(let expected), .string(let found)): expected.unicodeScalars.elementsEqual(found.unicodeScalars)
        case (.number(let expected), .number(let found)): expected.isSameValue(as: found)
        case (let expected, let found): expected == found
        }
    }

    /// Whether two values mean the same, however they are written.
    ///
    /// Amounts are compared as numbers and dates as days, when both can be read as such; everything else by its letters
    /// and digits with case, accents, white space and typographic variants folded. A number and a text agree when
    /// the text prints that number.
    ///
    /// - Parameters:
    ///   - expected: The label; nil is `null`.
    ///   - found: The answer; nil is `null`.
    ///   - kind: What the value is on paper.
    /// - Returns: Whether they mean the same; always true of values that are the same.
    public static func isNormalized(expected: JSONValue?, found: JSONValue?, kind: ValueKind) -> Bool {
        if isExact(expected: expected, found: found) { return true }
        guard let expected, let found else { return false }
        switch (expected, found) {
        case (.string(let expected), .string(let found)): return isSame(expected, found, kind: kind)
        case (.number(let number), .string(let text)), (.string(let text), .number(let number)):
            return AmountParser().parse(text)?.isSameValue(as: number) ?? false
        default: return false
        }
    }

    private static func isSame(_ expected: String, _ found: String, kind: ValueKind) -> Bool {
        switch kind {
        case .amount:
            if let left = AmountParser().parse(expected), let right = AmountParser().parse(found) {
                return left.isSameValue(as: right)
            }
        case .date:
            if let left = DateParser().parse(expected), let right = DateParser().parse(found) { return left == right }
        case .currency:
            if let left = CurrencyParser().parse(expected), let right = CurrencyParser().parse(found) {
                return left == right
            }
        case .text: break
        }
        return FoldedText(expected, isLoose: true).characters == FoldedText(found, isLoose: true).characters
    }
}
