package import RectoSchema

/// Turns what was read into the value that a schema wants, without guessing.
///
/// Amounts and dates become numbers and days where the schema has a number or `format: date`. Where its `x-recto` names a
/// locale, they are read by that locale's rules only, and texts are normalised too: an amount to a plain decimal number, a
/// date to `YYYY-MM-DD`. Currencies always become codes of ISO 4217. What is printed stays the quote of the evidence.
package struct ValueConverter: Sendable {
    private let documentCurrencies: Set<String>
    private let documentDateOrder: PrintedLocale.DateOrder?
    private let documentDecimals: DecimalMarks

    /// The converted value, or what the schema wanted instead.
    package enum Outcome: Sendable, Hashable {
        /// A value that satisfies the schema.
        case value(JSONValue)
        /// What the schema wants and the text is not.
        case refused(expected: String)
    }

    /// Creates a converter.
    ///
    /// - Parameter documentTexts: What was read of the document, which may decide what a `$` means, whether days stand
    ///   before months, and which mark parts decimals.
    package init(documentTexts: [String] = []) {
        documentCurrencies = documentTexts.reduce(into: []) { $0.formUnion(CurrencyParser.namings(in: $1).keys) }
        documentDecimals = DecimalMarks(documentTexts)
        documentDateOrder = DateParser.order(in: documentTexts)
    }

    /// Converts a text.
    ///
    /// - Parameters:
    ///   - text: What was read, trimmed.
    ///   - node: What the schema wants.
    /// - Returns: The value, or why there is none.
    package func convert(_ text: String, to node: SchemaNode) -> Outcome {
        guard let value = value(of: text, for: node) else { return .refused(expected: expectation(of: node, text)) }
        guard let violation = node.validate(value).first else { return .value(value) }
        return .refused(expected: violation.expected)
    }

    /// Whether a text is what the schema wants.
    ///
    /// - Parameters:
    ///   - text: What was read, trimmed.
    ///   - node: What the schema wants.
    /// - Returns: Whether `convert` gives a value, or may give one once the whole document is known.
    package func converts(_ text: String, to node: SchemaNode) -> Bool {
        if case .value = convert(text, to: node) { return true }
        return ambiguousCurrencies(text, node) != nil || ambiguousDate(text, node) != nil
    }

    /// Whether a text is one of several currencies, and a code is none of them.
    ///
    /// - Parameters:
    ///   - text: What was read, trimmed.
    ///   - code: A currency by ISO 4217.
    ///   - node: What the schema wants.
    /// - Returns: Whether the text speaks of other currencies, without saying of which.
    func excludes(_ text: String, _ code: String, _ node: SchemaNode) -> Bool {
        ambiguousCurrencies(text, node).map { !$0.contains(code) } ?? false
    }

    /// Whether the document names no other currency.
    ///
    /// - Parameter code: A currency by ISO 4217.
    /// - Returns: Whether nothing in the document names another one without doubt.
    func isOnlyCurrency(_ code: String) -> Bool { documentCurrencies.isSubset(of: [code]) }

    private func value(of text: String, for node: SchemaNode) -> JSONValue? {
        if let choices = node.enumeration, let choice = choice(text, among: choices) { return choice }
        if node.types.contains(.string) { return string(text, for: node).map(JSONValue.string) }
        if node.types.contains(.boolean) { return boolean(text).map(JSONValue.bool) }
        guard let number = amount(text, node) else { return nil }
        if node.types.contains(.number) { return .number(number) }
        return number.intValue.map(JSONValue.integer) ?? .number(number)
    }

    private func string(_ text: String, for node: SchemaNode) -> String? {
        let locale = node.printed.locale
        switch node.kind {
        // What is printed is the value, whatever it means.
        case .amount: return AmountParser(locale: locale).parse(text).map { locale == nil ? text : $0.text }
        case .date:
            if let readings = ambiguousDate(text, node) { return documentDateOrder.flatMap { readings[$0]?.iso } }
            guard let date = DateParser(locale: locale).parse(text) else { return nil }
            return node.format == .date || locale != nil ? date.iso : text
        case .currency:
            guard case .code(let code) = currency(text, node) else { return nil }
            return code
        case .text: return node.format == .email && !Self.isPrintedAddress(text) ? nil : text
        }
    }

    private func amount(_ text: String, _ node: SchemaNode) -> JSONNumber? {
        isAmbiguousAmount(text, node) ? nil : AmountParser(locale: node.printed.locale).parse(text)
    }

    /// Whether the document writes decimals with the mark that the rules for single numbers would take for one of thousands.
    private func isAmbiguousAmount(_ text: String, _ node: SchemaNode) -> Bool {
        node.kind == .amount && !node.types.contains(.string) && node.printed.locale == nil
            && documentDecimals.contradict(text)
    }

    /// Of what RFC 5321 allows, only what people print: no quoted name, no number in place of a host, a host with a domain.
    private static func isPrintedAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].hasPrefix("\"") && !parts[1].hasPrefix("[") && parts[1].contains(".")
    }

    /// The days that a text may be where it becomes a day and nothing in the schema says which.
    private func ambiguousDate(_ text: String, _ node: SchemaNode) -> [PrintedLocale.DateOrder: CalendarDate]? {
        guard node.kind == .date, node.format == .date, node.printed.locale == nil else { return nil }
        return DateParser().readings(of: text)
    }

    private func currency(_ text: String, _ node: SchemaNode) -> CurrencyParser.Reading? {
        CurrencyParser(locale: node.printed.locale, documentCodes: documentCurrencies).parse(text)
    }

    private func ambiguousCurrencies(_ text: String, _ node: SchemaNode) -> [String]? {
        guard node.kind == .currency, case .ambiguous(let codes) = currency(text, node) else { return nil }
        return codes
    }

    /// A choice of the schema, whatever its letter case and spacing on paper.
    private func choice(_ text: String, among choices: [JSONValue]) -> JSONValue? {
        let wanted = FoldedText(text, isLoose: true).characters
        return choices.first { choice in
            choice.stringValue.map { FoldedText($0, isLoose: true).characters == wanted } ?? false
        }
    }

    private func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "x", "[x]", "✓", "ja", "oui", "sí", "si": true
        case "no", "false", "[ ]", "nein", "non": false
        default: nil
        }
    }

    private static func oneCurrency(of text: String) -> String {
        let codes = CurrencyParser.codes(in: text).sorted()
        return codes.count > 1 ? "one currency, and this names \(codes.joined(separator: " and "))" : "a currency"
    }

    private func expectation(of node: SchemaNode, _ text: String) -> String {
        let locale = node.printed.locale.map { " as \($0.name) writes it" } ?? ""
        return switch node.kind {
        case .amount where isAmbiguousAmount(text, node):
            "one number, and this may have thousands or decimals (x-recto.locale decides)"
        case .amount:
            (node.types.contains(.integer) && !node.types.contains(.number) ? "a whole number" : "a number") + locale
        case .date:
            ambiguousDate(text, node).map { readings in
                let days = readings.values.map(\.iso).sorted().joined(separator: " or ")
                return "one day, and this may be \(days) (x-recto.locale decides)"
            } ?? "a date" + locale
        case .currency:
            ambiguousCurrencies(text, node).map { codes in
                let names = codes.prefix(3).joined(separator: ", ")
                return "one currency, and this may be \(names) and others (x-recto.locale decides)"
            } ?? Self.oneCurrency(of: text)
        case .text where node.format == .email: "an e-mail address"
        case .text: node.types.subtracting([.null]).map(\.rawValue).sorted().joined(separator: " or ")
        }
    }
}
