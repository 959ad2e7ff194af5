/// Tells captions from values where only the text is known.
enum Caption {
    /// Words that end captions on business documents and hardly ever end a value.
    private static let endings: Set<String> = [
        "number", "no", "nr", "id", "date", "datum", "name", "address", "total", "subtotal", "amount", "tax", "vat",
        "gst",
        "terms", "reference", "ref", "phone", "email", "city", "rate", "due", "issued", "period", "currency", "iban",
        "bic",
        "swift", "quantity", "qty", "price", "description", "discount", "shipping", "customer", "vendor", "cashier",
        "subject", "department", "by", "to",
    ]

    /// Those of them that are captions only behind other words.
    private static let answers: Set<String> = ["no", "by", "to"]

    /// Whether a text looks like a caption: it ends in a colon, or has no digit and ends in a word that captions end in.
    ///
    /// - Parameter text: What was read.
    /// - Returns: Whether it is hardly a value.
    static func isLikely(_ text: String) -> Bool {
        if text.hasSuffix(":") { return true }
        guard !text.contains(where: \.isNumber) else { return false }
        let words = text.lowercased().split { !$0.isLetter }
        // "No" by itself is an answer.
        if words.count == 1, answers.contains(String(words[0])) { return false }
        return words.count <= 4 && words.last.map { endings.contains(String($0)) } ?? false
    }
}
