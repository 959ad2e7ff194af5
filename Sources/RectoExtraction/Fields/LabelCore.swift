/// What a caption says apart from words that say nothing and the endings of words: `Our order ref.` and `Order number` say `order`.
///
/// It is the same for many captions that no schema lists, and never for one that names something else (`Order date`).
struct LabelCore: Hashable {
    /// What a value is that is found beside such captions.
    enum Kind: CaseIterable {
        case number
        case amount

        /// Takes the kind of a field; nil where the field is neither a number nor an amount.
        ///
        /// - Parameter field: The field.
        init?(_ field: SchemaField) {
            switch field.node.kind {
            case .amount where !field.isRate: self = .amount
            case .text where field.isFreeText && field.isNumbered: self = .number
            default: return nil
            }
        }
    }

    /// Whose it is, and words between others.
    private static let plain: Set<String> = [
        "our", "your", "my", "the", "of", "for", "unser", "unsere", "ihr", "ihre", "mein", "der", "die", "das", "notre",
        "votre", "la", "le", "l", "de", "d", "nuestro", "nuestra", "su", "vostro", "vostra", "nostro", "nostra", "vs",
        "ns", "onze", "ons", "uw", "van",
    ]
    /// That it is a number.
    private static let numbers: Set<String> = [
        "number", "no", "nr", "n", "num", "nummer", "numero", "id", "code", "ref", "reference", "referenz",
        "referencia",
        "riferimento", "referentie",
    ]
    /// That it is an amount, or added to another.
    static let amounts: Set<String> = [
        "amount", "betrag", "montant", "importe", "importo", "bedrag", "plus", "zzgl", "zuzuglich", "add", "mas", "piu",
        "en",
    ]
    /// Endings of words, the longest first.
    private static let endings = ["nummer", "ungen", "ung", "nr", "es", "en", "s", "e", "n"]
    /// Fewest letters of a word without its ending.
    private static let leastStem = 3

    private let words: Set<String>

    /// Takes the core of a caption; nil where it says no more than that there is a value.
    ///
    /// - Parameters:
    ///   - caption: A label of the schema, or what stands beside a value.
    ///   - kind: What the value is.
    init?(_ caption: String, of kind: Kind) {
        let nouns = kind == .amount ? Self.amounts : Self.numbers
        words = Set(FoldedText.words(of: caption).subtracting(Self.plain).subtracting(nouns).map(Self.stem))
        if words.isEmpty { return nil }
    }

    /// A word without its endings: `rechnungs`, `rechnung` and `rechnungsnummer` have one stem.
    static func stem(_ word: String) -> String {
        var word = word
        while let ending = endings.first(where: { word.hasSuffix($0) && word.count - $0.count >= leastStem }) {
            word.removeLast(ending.count)
        }
        return word
    }

    /// Whether a text looks like what is printed beside such a caption: a number of a few digits or letters and digits, and neither a
    /// day nor an amount nor an account at a bank nor a telephone; or an amount.
    ///
    /// - Parameters:
    ///   - text: What stands there.
    ///   - field: The field.
    /// - Returns: Whether it may be the value though the label is not listed.
    static func mayBeValue(_ text: String, of field: SchemaField) -> Bool {
        guard field.isNumbered else { return ValueConverter().converts(text, to: field.node) }
        let parts = text.split(whereSeparator: \.isWhitespace)
        let areParts = parts.allSatisfy { part in
            part.contains(where: \.isNumber) || part.count <= 4 && part.allSatisfy { $0.isUppercase || $0 == "-" }
        }
        return areParts && (longestNumber.contains(text.count)) && text.count(where: \.isNumber) >= 2
            && !text.contains { "+:%@()".contains($0) || $0.isCurrencySymbol }
            && text.firstMatch(of: /[.,][0-9]{2}$/) == nil
            && text.wholeMatch(of: /[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,}/) == nil
            && DateParser().parse(text) == nil && !isTelephone(parts)
    }

    /// Whether digits are grouped as those of a telephone are: `01865 722 118`, `470 123 4567`.
    private static func isTelephone(_ parts: [Substring]) -> Bool {
        let digits = parts.joined()
        guard parts.count > 1, digits.count >= leastTelephone, digits.allSatisfy(\.isNumber) else { return false }
        return digits.hasPrefix("0") || parts.map(\.count) == [3, 3, 4]
    }

    /// Fewest digits of a telephone number with the code of its place.
    private static let leastTelephone = 9

    /// How many characters a number has.
    private static let longestNumber = 3...24
}
