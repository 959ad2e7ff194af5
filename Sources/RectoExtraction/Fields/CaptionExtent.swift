/// Says whether a label that was found in a text is its whole caption.
///
/// A caption is the run of words up to the value or the colon. A label that is only a part of it names something else:
/// `Total discount` is no total. Words that leave a caption's meaning alone do not count: those of the field's other labels,
/// of its title and of the object it belongs to (`Total amount due`, `Buyer's name`), what the value is anyway (`VAT amount`), currencies and rates (`Total (EUR)`, `VAT 20 %`), a few
/// that only point at the thing (`Your order`), and what is said to be included (`Total incl. VAT`).
///
/// Where the value is free text and no colon parts it from its caption, nothing tells the two apart.
struct CaptionExtent: Sendable {
    /// How much of a caption a label is.
    enum Extent: Sendable, Hashable {
        /// All of it.
        case whole
        /// All but words that do not change what it means.
        case filled
        /// All of it or a part: what follows may belong to the caption or to the value.
        case open
        /// A part: the caption names something else.
        case part
    }

    /// What a word behind a label is.
    private enum Word {
        /// It changes nothing: a currency, a rate, a sign.
        case aside
        /// It leaves the meaning alone.
        case filler
        /// The value, or another caption, begins here.
        case end
        /// It changes the meaning.
        case other
    }

    private static let fillers: Set<String> = [
        "the", "for", "your", "our", "my", "a", "of", "is", "in", "please", "grand", "payable", "optional", "required",
        "ihre",
        "ihr",
        "unsere", "unser", "der", "die", "das", "votre", "notre", "le", "la", "de", "en",
    ]
    /// What a value of a kind is called: beside the label of such a value they say nothing new (`VAT amount`, `Total VAT`).
    private static let nouns: [ValueKind: Set<String>] = [
        .amount: ["amount", "total", "sum", "betrag", "summe", "montant"], .date: ["date", "datum"],
        .currency: ["currency", "wahrung", "devise", "amount", "total"],
    ]
    /// Words that lead a caption of free text on: `Name of father`, `Place in the county`.
    private static let prepositions: Set<String> = [
        "of", "in", "on", "at", "for", "from", "with", "de", "du", "von", "vom",
    ]
    /// What follows them is a part of the amount that the caption names.
    private static let includings: Set<String> = [
        "incl", "including", "inc", "inkl", "inklusive", "einschl", "ttc", "compris",
    ]
    /// Words behind a label of free text that make another caption of it: `Payment details`, `Payment received`.
    private static let continuations: Set<String> = [
        "details", "information", "info", "history", "method", "methods", "status", "options", "instructions",
        "summary",
        "advice", "slip", "received", "made", "sent", "reference", "ref", "schedule", "type", "card", "erhalten",
        "eingegangen", "recu", "effectue",
    ]
    /// Most words of a caption.
    private static let mostWords = 6

    private let own: Set<String>
    private let kind: ValueKind

    /// Prepares.
    ///
    /// - Parameters:
    ///   - labels: The labels and names of the field.
    ///   - kind: What its value is on paper.
    init(labels: [String], kind: ValueKind) {
        own = Set(labels.flatMap { $0.split { !$0.isLetter }.map(Self.fold) })
        self.kind = kind
    }

    /// Looks at what stands around a label.
    ///
    /// - Parameters:
    ///   - before: The text before it.
    ///   - after: The text after it.
    /// - Returns: How much of its caption it is.
    func extent(before: Substring, after: Substring) -> Extent {
        let preceding = self.preceding(before)
        guard preceding != .part else { return .part }
        let following = self.following(after)
        return following == .whole ? preceding : following
    }

    /// Words before a label always belong to its caption, back to a colon, a bar or a number.
    private func preceding(_ text: Substring) -> Extent {
        let caption = text.split(whereSeparator: { ":|/;•·".contains($0) || $0.isNumber }).last ?? ""
        guard let last = text.last, !":|/;•·".contains(last), !last.isNumber else { return .whole }
        let words = caption.split { !$0.isLetter }
        guard !words.isEmpty else { return .whole }
        return words.allSatisfy(isFiller) ? .filled : .part
    }

    private func following(_ text: Substring) -> Extent {
        var extent = Extent.whole
        var leadsOn = false
        var rest = Self.withoutEnding(text)
        // `MwSt.-Satz`: the point belongs to the word.
        if rest.hasPrefix(".-") { rest = rest.dropFirst() }
        // A P.O. box is an address.
        if Self.fold(rest.drop { !$0.isLetter }.prefix { $0.isLetter }) == "box", rest.first != ":" { return .part }
        for _ in 0..<Self.mostWords {
            rest = rest.drop(while: \.isWhitespace)
            let token = rest.prefix { !$0.isWhitespace }
            guard !token.isEmpty else { return extent }
            if kind == .text, Self.prepositions.contains(String(token)) {
                leadsOn = true
                rest = rest.dropFirst(token.count)
                continue
            }
            switch word(token) {
            case .aside: break
            case .filler: extent = .filled
            case .end: return extent
            case .other:
                if kind == .currency, CurrencyParser().parse(String(rest)) != nil { return extent }
                return kind == .text && !leadsOn ? Self.open(rest) : .part
            }
            rest = rest.dropFirst(token.count)
            if token.last == ":" { return extent }
        }
        return extent
    }

    /// Drops the ending of a plural: `Name(s)`.
    private static func withoutEnding(_ text: Substring) -> Substring {
        guard text.first == "(", let end = text.firstIndex(of: ")") else { return text }
        let ending = text[..<end].dropFirst()
        return (1...2).contains(ending.count) && ending.allSatisfy(\.isLetter) ? text[end...].dropFirst() : text
    }

    /// Of free text: whether the words that follow belong to the caption, as a colon or their meaning tells.
    private static func open(_ rest: Substring) -> Extent {
        let words = rest.prefix { !$0.isNumber }.split(whereSeparator: \.isWhitespace).prefix(mostWords)
        if let first = words.first, first.allSatisfy(\.isLowercase), continuations.contains(fold(first)) {
            return .part
        }
        if words.contains(where: { $0.hasSuffix(":") }) { return .part }
        return Caption.isLikely(words.joined(separator: " ")) ? .part : .open
    }

    private func word(_ token: Substring) -> Word {
        if let first = token.first, ":=.…|/".contains(first) || token.allSatisfy({ "-–—".contains($0) }) { return .end }
        let letters = token.filter(\.isLetter)
        if token.contains(where: \.isNumber) { return token.contains("%") ? .aside : .end }
        guard !letters.isEmpty else { return .aside }
        let word = Self.fold(token.drop { !$0.isLetter }.prefix { $0.isLetter })
        if isCurrency(word) { return .aside }
        if Self.includings.contains(word) { return .end }
        if kind == .date, MonthNames.number(of: word[...]) != nil || DateWords.isWeekday(word[...]) { return .end }
        return isFiller(token) ? .filler : .other
    }

    private func isCurrency(_ word: String) -> Bool {
        kind == .currency
            ? CurrencyTable.codes(of: word) != nil || CurrencyTable.codes(of: word.uppercased()) != nil
            : CurrencyTable.besideAmounts.contains(word)
    }

    /// Whether every part of a word leaves a caption's meaning alone; one misread letter of a long word is forgiven.
    private func isFiller(_ token: Substring) -> Bool {
        token.split { !$0.isLetter }.allSatisfy { part in
            let word = Self.fold(part)
            if Self.fillers.contains(word) || Self.nouns[kind]?.contains(word) == true || own.contains(word) {
                return true
            }
            guard word.count >= 5 else { return false }
            return own.contains { $0.count >= 5 && editDistance(Array($0)[...], Array(word)[...], limit: 1) != nil }
        }
    }

    private static func fold(_ word: some StringProtocol) -> String {
        String(FoldedText(String(word), isLoose: true).characters)
    }
}
