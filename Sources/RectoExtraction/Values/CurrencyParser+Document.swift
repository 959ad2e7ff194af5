import RectoSchema

/// What a document's texts say about its currency.
///
/// Codes and names of currencies are words as well: `CAD drawings`, `Euro Street`, `Pound Lane`. They count only where an
/// amount stands beside them or where a text says that it speaks of a currency.
extension CurrencyParser {
    /// How a text names a currency.
    enum Naming: Sendable, Hashable {
        /// Beside an amount: `5.00 EUR`.
        case amount
        /// As what amounts are in: `Amount (EUR)`, `all prices in euros`, `Currency: EUR`.
        case declaration
    }

    /// Words behind which a currency is named.
    private static let introductions: Set<String> = [
        "in", "en", "currency", "currencies", "wahrung", "devise", "moneda", "divisa", "valuta", "munt",
    ]
    /// Words beside which a code stands in a caption.
    private static let captions: Set<String> = [
        "total", "amount", "sum", "subtotal", "price", "due", "balance", "net", "gross", "vat", "tax", "summe",
        "betrag",
        "gesamt", "gesamtbetrag", "preis", "montant", "prix", "importe", "importo", "totale", "bedrag", "totaal",
        "debit",
        "credit", "paid",
    ]
    /// Words that say what is given in a currency, in texts such as `all prices in euros`.
    private static let subjects: Set<String> = captions.union([
        "prices", "amounts", "sums", "values", "figures", "fees", "charges", "payable", "invoiced", "quoted", "stated",
        "given", "paid",
        "preise", "betrage", "angaben", "zahlbar", "montants", "importes", "precios", "importi", "prezzi", "bedragen",
        "prijzen", "all",
        "alle", "tous", "everything",
    ])
    /// Words that name no currency behind `in` by themselves: `in real time`, `in pounds`, `in ALL stores`.
    private static let plainWords: Set<String> = [
        "real", "reals", "pound", "pounds", "sterling", "sol", "soles", "all", "top", "try", "won", "mark", "marks",
        "crown",
        "crowns", "cup", "mop",
    ]
    /// How many words before a currency may deny it.
    private static let denialReach = 3
    private static let denials: Set<String> = ["not", "no", "never", "nicht", "kein", "keine", "non", "pas", "niet"]
    /// Most words of a caption with a currency.
    private static let longestCaption = 4

    /// Finds the currencies that a text gives for amounts, without doubt.
    ///
    /// - Parameter text: Any text of a document.
    /// - Returns: The codes of ISO 4217, and how they are named.
    static func namings(in text: String) -> [String: Naming] {
        mentions(in: text).reduce(into: [:]) { found, mention in
            if found[mention.code] != .declaration { found[mention.code] = mention.naming }
        }
    }

    /// Finds where a text says what amounts are in.
    ///
    /// - Parameters:
    ///   - text: Any text of a document.
    ///   - caption: What stands before it.
    /// - Returns: The words that name the currency; nil when there are none, or the text names another one too.
    static func declaration(in text: String, behind caption: String = "") -> String? {
        guard !isOfAccount((caption + " " + text).split(whereSeparator: \.isWhitespace)),
            !text.split(whereSeparator: \.isWhitespace).contains(where: { advice.contains(fold($0)) })
        else { return nil }
        let mentions = mentions(in: text)
        guard Set(mentions.map(\.code)).count == 1 else { return nil }
        return mentions.first { $0.naming == .declaration }?.text
    }

    /// Words that say that a text is of an account, or of what somebody may do: `Account currency: EUR`, `For payments in US$ please
    /// contact us`.
    private static let accounts: Set<String> = ["account", "bank", "konto", "compte", "cuenta", "conto", "rekening"]
    private static let advice: Set<String> = [
        "contact", "call", "if", "falls", "wenn", "kontaktieren", "contactez", "contacter",
        "contacte",
        "contattare",
    ]

    private static func isOfAccount(_ words: [Substring]) -> Bool {
        zip(words, words.dropFirst()).contains { accounts.contains(fold($0)) && introductions.contains(fold($1)) }
    }

    /// A currency that a text names.
    private struct Mention {
        let code: String
        let text: String
        let naming: Naming
    }

    private static func mentions(in text: String) -> [Mention] {
        let words = text.split(whereSeparator: \.isWhitespace)
        var found: [Mention] = []
        for start in words.indices {
            for end in start..<min(words.count, start + 2) {
                let run = words[start...end].joined(separator: " ")
                let codes = codes(in: run)
                // Two words name it only when neither does by itself.
                guard codes.count == 1, let code = codes.first,
                    end == start || words[start...end].allSatisfy({ Self.codes(in: String($0)).isEmpty })
                else { continue }
                guard let naming = naming(run, start..<end + 1, of: words) else { continue }
                found.append(Mention(code: code, text: run, naming: naming))
            }
        }
        return found
    }

    private static func naming(_ run: String, _ place: Range<Int>, of words: [Substring]) -> Naming? {
        guard !isDenied(place, of: words) else { return nil }
        if run.contains(where: \.isNumber) { return .amount }
        let (before, after) = (place.lowerBound - 1, place.upperBound)
        if isAmount(before, of: words) || isAmount(after, of: words) { return .amount }
        let isEnclosed = "([".contains(run.first ?? " ") && run.contains { ")]".contains($0) }
        if isEnclosed { return .declaration }
        // Many of the rare codes are words, and a tile may be a piece of a line.
        if place.count == words.count {
            return CurrencyTable.besideAmounts.contains(run.lowercased()) ? .declaration : nil
        }
        // `Whg.: EUR`: a caption, whatever it says, and nothing else.
        if after == words.count, place.count + 1 == words.count, words[before].hasSuffix(":"),
            CurrencyTable.besideAmounts.contains(run.lowercased())
        {
            return .declaration
        }
        let letters = String(run.lowercased().drop { !$0.isLetter }.prefix { $0.isLetter })
        let isPlain = plainWords.contains(letters)
        // `Balance in real time`, `Total real cost`: a plain word is the currency only at a text's end.
        if isPlain, after < words.count { return nil }
        if words.indices.contains(before), introductions.contains(fold(words[before])) {
            let isPreposition = ["in", "en"].contains(words[before].lowercased())
            if !isPlain || !isPreposition || words[..<before].contains(where: { subjects.contains(fold($0)) }) {
                return .declaration
            }
            return nil
        }
        let others = words.indices.filter { !place.contains($0) }.map { words[$0] }
        let isCaption =
            words.count <= longestCaption && others.contains { captions.contains(fold($0)) }
            && others.allSatisfy { !$0.contains(where: \.isNumber) }
        return isCaption || run.contains(where: \.isCurrencySymbol) ? .declaration : nil
    }

    /// Whether one of the words before says that it is not this one; `No. 17` and `No 17` deny nothing.
    private static func isDenied(_ place: Range<Int>, of words: [Substring]) -> Bool {
        (max(0, place.lowerBound - denialReach)..<place.lowerBound).contains { index in
            guard denials.contains(fold(words[index])) else { return false }
            let isNumbering =
                words[index].hasSuffix(".") || index + 1 < words.count && words[index + 1].first?.isNumber == true
            return fold(words[index]) != "no" || !isNumbering
        }
    }

    /// Whether a number stands there that is no year.
    private static func isAmount(_ place: Int, of words: [Substring]) -> Bool {
        guard words.indices.contains(place), let number = AmountParser().parse(String(words[place])) else {
            return false
        }
        let isYear = words[place].count == 4 && words[place].allSatisfy(\.isNumber)
        return !isYear || !(1900...2100).contains(number.intValue ?? 0)
    }

    private static func fold(_ word: Substring) -> String {
        String(FoldedText(String(word), isLoose: true).characters.filter(\.isLetter))
    }
}
