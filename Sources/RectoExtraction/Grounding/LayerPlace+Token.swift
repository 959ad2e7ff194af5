import Foundation
import RectoPages

extension LayerPlace {
    /// A number in the next word is the same number when the gap is smaller than this share of its height.
    private static let largestGapInNumber = 0.4

    /// What the text layer says around the place, when the place is only a piece of a longer number or code.
    ///
    /// `1,000` within `1,000,000.00`, `AB-12` within `AB-AB-12`, `12` beside `345`, `5.00` within `(5.00)` or `5.00-`: the
    /// characters are the same, and the value is another one. Marks around a value (`Total:100.00`, `$5`, a full stop) are no
    /// part of it.
    ///
    /// - Parameters:
    ///   - words: The words.
    ///   - locale: By whose rules numbers are printed; nil when that is not known.
    ///   - isNumber: Whether the place is a number: then what stands beside it goes on only where both are one.
    /// - Returns: The longer text; nil when the place stands for itself.
    func longerToken(in words: [LayerWord], locale: PrintedLocale?, isNumber: Bool) -> String? {
        guard let first = pieces.first, let last = pieces.last else { return nil }
        let start = words[first.word].text
        let end = words[last.word].text
        let before = start.range(of: first.text).map { start[..<$0.lowerBound] } ?? ""
        let after = end.range(of: last.text, options: .backwards).map { end[$0.upperBound...] } ?? ""
        let text = pieces.map(\.text).joined(separator: " ")
        if Self.belongs(before, beforeEdge: text.first) || Self.belongs(after, afterEdge: text.last)
            || Self.isInParentheses(text, before, after)
        {
            return before + text + after
        }
        func goesOn(_ text: String) -> Bool { !isNumber || PrintedNumber(text, in: locale) != nil }
        if before.isEmpty, let word = neighbour(of: first.word, -1, in: words), text.first?.isNumber == true,
            word.text.last?.isNumber == true, goesOn(word.text + " " + text)
        {
            return word.text + " " + text
        }
        if after.isEmpty, let word = neighbour(of: last.word, 1, in: words), text.last?.isNumber == true,
            word.text.first?.isNumber == true, goesOn(text + " " + word.text)
        {
            return text + " " + word.text
        }
        return nil
    }

    /// Whether digits of several words are one number as they stand: `1 234.00` is, a quantity beside a price (`1 1,234.00`) is
    /// not, though the characters are those of `11,234.00`.
    ///
    /// - Parameter locale: By whose rules they are printed; nil when that is not known.
    /// - Returns: Whether spaces between the words group digits, or part none.
    func isOneNumber(in locale: PrintedLocale?) -> Bool {
        guard let first = pieces.first else { return false }
        var text = first.text
        var isParted = false
        for (before, after) in zip(pieces, pieces.dropFirst()) {
            // Numbers in the comb of a form have a box for each digit.
            let isGap =
                before.text.last?.isNumber == true && after.text.first?.isNumber == true
                && (before.text.count > 1 || after.text.count > 1)
            text += (isGap ? " " : "") + after.text
            isParted = isParted || isGap
        }
        return !isParted || PrintedNumber(text, in: locale) != nil
    }

    private func neighbour(of word: Int, _ step: Int, in words: [LayerWord]) -> LayerWord? {
        let other = word + step
        guard words.indices.contains(other), words[word].isBeside(words[other].box),
            words[word].gap(to: words[other]) < Self.largestGapInNumber * words[word].box.height
        else { return nil }
        return words[other]
    }

    private static func belongs(_ before: Substring, beforeEdge edge: Character?) -> Bool {
        guard let edge, let mark = before.last else { return false }
        let beyond = before.dropLast().last
        if isSameKind(mark, edge) { return true }
        if "-−–/".contains(mark) { return edge.isNumber || isAlphanumeric(beyond) && isAlphanumeric(edge) }
        return ".,".contains(mark) && edge.isNumber && beyond?.isLetter != true
    }

    private static func belongs(_ after: Substring, afterEdge edge: Character?) -> Bool {
        guard let edge, let mark = after.first else { return false }
        let beyond = after.dropFirst().first
        if isSameKind(mark, edge) { return true }
        if "-−–/".contains(mark) {
            return isAlphanumeric(beyond) && isAlphanumeric(edge) || beyond == nil && edge.isNumber
        }
        return ".,'’".contains(mark) && edge.isNumber && beyond?.isNumber == true
    }

    /// Accounting's sign of a negative amount, which was not read.
    private static func isInParentheses(_ text: String, _ before: Substring, _ after: Substring) -> Bool {
        before.contains("(") && after.contains(")") && text.last?.isNumber == true
            && text.contains { ".,".contains($0) }
    }

    private static func isSameKind(_ left: Character, _ right: Character) -> Bool {
        left.isNumber && right.isNumber || left.isLetter && right.isLetter
    }

    private static func isAlphanumeric(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber } ?? false
    }
}
