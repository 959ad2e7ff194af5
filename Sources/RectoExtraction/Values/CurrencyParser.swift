/// Reads printed currencies as codes of ISO 4217: `€`, `EUR 5,00`, `US$`, `Swiss francs`.
///
/// A sign, a code or a name is understood, also several that agree and beside an amount. One that several countries use
/// (`$`, `kr`, `Rs`, `¥`, `Fr.`) means the locale's own currency, when that is one of them; else the one of them that the rest
/// of the document names without doubt, when it names just one; else it stays ambiguous.
public struct CurrencyParser: Sendable {
    /// What was read.
    public enum Reading: Sendable, Hashable {
        /// One currency.
        case code(String)
        /// One of several currencies.
        case ambiguous([String])
    }

    private let locale: PrintedLocale?
    private let documentCodes: Set<String>

    /// Creates a parser.
    ///
    /// - Parameters:
    ///   - locale: By whose rules currencies are printed; nil when that is not known.
    ///   - documentCodes: The currencies that the document names without doubt (`codes(in:)`).
    public init(locale: PrintedLocale? = nil, documentCodes: Set<String> = []) {
        self.locale = locale
        self.documentCodes = documentCodes
    }

    /// Reads a currency.
    ///
    /// - Parameter text: What is printed: a currency, with or without an amount, and nothing else.
    /// - Returns: The currency or what it may be; nil when it is none, or two that exclude each other.
    public func parse(_ text: String) -> Reading? {
        guard let pieces = Self.pieces(of: text, skipsOthers: false) else { return nil }
        var common: [String]?
        var index = 0
        while index < pieces.count {
            guard let (codes, length) = Self.longestMark(pieces[index...], isRunningText: false) else { return nil }
            common = common.map { $0.filter(codes.contains) } ?? codes
            index += length
        }
        guard let codes = common, let first = codes.first else { return nil }
        if codes.count == 1 { return .code(first) }
        if let own = locale?.currency, codes.contains(own) { return .code(own) }
        let named = codes.filter(documentCodes.contains)
        return named.count == 1 ? .code(named[0]) : .ambiguous(codes)
    }

    /// Finds the currencies that a text names without doubt.
    ///
    /// - Parameter text: Any text.
    /// - Returns: Their codes.
    public static func codes(in text: String) -> Set<String> {
        let pieces = pieces(of: text, skipsOthers: true) ?? []
        var found: Set<String> = []
        var index = 0
        while index < pieces.count {
            let mark = longestMark(pieces[index...], isRunningText: true)
            if let mark, mark.codes.count == 1 { found.formUnion(mark.codes) }
            index += mark?.length ?? 1
        }
        return found
    }

    /// A run of letters or of currency signs.
    private struct Piece {
        var text: String
        let isSign: Bool
        /// Whether something stands before it on which no name goes on: a digit or a mark.
        let isFirst: Bool
        /// Whether white space stands before it.
        let isAfterSpace: Bool
    }

    /// Splits a text; nil when something stands in it that stands in no amount, unless that is skipped.
    private static func pieces(of text: String, skipsOthers: Bool) -> [Piece]? {
        var pieces: [Piece] = []
        var isFirst = true
        var isAfterSpace = false
        var isOpen = false
        for character in text {
            let isSign = character.isCurrencySymbol
            if isSign || character.isLetter {
                if isOpen, let last = pieces.last, last.isSign == isSign {
                    pieces[pieces.count - 1].text.append(character)
                } else {
                    pieces.append(
                        Piece(text: String(character), isSign: isSign, isFirst: isFirst, isAfterSpace: isAfterSpace)
                    )
                }
                (isFirst, isAfterSpace, isOpen) = (false, false, true)
                continue
            }
            isOpen = false
            if character.isWhitespace { isAfterSpace = true }
            // `U.S. dollars` goes on after its points.
            guard !character.isWhitespace, character != "." else { continue }
            guard skipsOthers || character.isNumber || ",'’+-−–—()[]%:/".contains(character) else { return nil }
            isFirst = true
        }
        return pieces
    }

    /// The longest mark that a run of pieces begins with, and of how many pieces.
    private static func longestMark(
        _ pieces: ArraySlice<Piece>,
        isRunningText: Bool
    ) -> (codes: [String], length: Int)? {
        var joined = ""
        var longest: (codes: [String], length: Int)?
        var previous: Piece?
        for (offset, piece) in pieces.prefix(3).enumerated() {
            if let previous {
                if piece.isFirst { break }
                // `US $` is one sign, the letter in `Plan A $5` is none.
                let isApart = piece.isAfterSpace && piece.isSign != previous.isSign
                if isApart, isRunningText || previous.text.count < 2 || joined != joined.uppercased() { break }
            }
            joined += piece.text
            previous = piece
            // Only names and signs may be torn apart, `us d` is no code.
            let codes = offset == 0 ? CurrencyTable.codes(of: joined) : CurrencyTable.meaning(of: joined)
            if let codes { longest = (codes, offset + 1) }
        }
        return longest
    }
}
