/// Several numbers or days in one text behind a label, and which of them is the label's.
///
/// `3 items 12.00` means its amount of money, `12.00 + 3.00 = 15.00` what comes out, `12.00 (13.00 USD)` what stands outside
/// the parentheses. Where nothing decides, as in `12.00 15.00`, none is taken. What stands behind further words may belong to
/// another label.
struct SeveralValues {
    /// Most words of one value.
    private static let mostWords = 5
    /// What joins values without being a word of its own.
    private static let joints: Set<String> = ["and", "und", "et", "y", "e", "en", "or", "oder", "ou", "o", "to"]

    /// What a text says.
    enum Meaning: Hashable {
        /// At most one value, or the first of values that further words keep apart.
        case plain
        /// The words of this run, of several.
        case one(Range<Int>)
        /// Several values.
        case unclear
    }

    let node: SchemaNode
    /// The words of the text, without the marks that part them.
    private let words: [Substring]

    /// Prepares.
    ///
    /// - Parameters:
    ///   - node: What the schema wants.
    ///   - words: The words of the text.
    init(node: SchemaNode, words: [Substring]) {
        self.node = node
        self.words = words.map { word in
            let end = word.lastIndex { !",;".contains($0) }
            return end.map { word[...$0] } ?? word
        }
    }

    /// The text of a run of words.
    ///
    /// - Parameter run: Their places.
    /// - Returns: The words, without the mark behind them.
    func text(_ run: Range<Int>) -> String { words[run].joined(separator: " ") }

    /// What the text says.
    var meaning: Meaning {
        guard node.enumeration == nil, node.kind == .amount || node.kind == .date else { return .plain }
        let all = values
        let open = all.filter { !words[$0.lowerBound].hasPrefix("(") }
        let listed = open.isEmpty ? all : open
        let start = listed.first?.upperBound ?? 0
        let near = listed.prefix { value in
            value.lowerBound < start || (start..<value.lowerBound).allSatisfy { isAside($0, all) }
        }
        let different = near.reduce(into: [Range<Int>]()) { found, value in
            if !found.contains(where: { text($0) == text(value) }) { found.append(value) }
        }
        let money = all.filter(isMoney)
        guard different.count > 1 else {
            guard let first = near.first else { return .plain }
            if node.kind == .amount, !isMoney(first), money.count == 1, !isReckoned(first, money[0]) {
                return .one(money[0])
            }
            return open.count < all.count && near.count == 1 ? .one(first) : .plain
        }
        guard node.kind == .amount else { return .unclear }
        if let last = near.last, last.lowerBound > 0, words[last.lowerBound - 1] == "=" { return .one(last) }
        let likely = different.filter(isMoney)
        guard likely.count == 1, different.allSatisfy({ $0 == likely[0] || !isReckoned($0, likely[0]) }) else {
            return .unclear
        }
        return .one(likely[0])
    }

    /// Whether a sign between two numbers makes them one expression: `5 x 12.00`.
    private func isReckoned(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let between = min(left.upperBound, right.upperBound)..<max(left.lowerBound, right.lowerBound)
        return words[between].contains { $0.count == 1 && !$0.contains(where: \.isNumber) || $0.lowercased() == "of" }
    }

    /// The values from left to right, each as long as it can be.
    private var values: [Range<Int>] {
        var values: [Range<Int>] = []
        var start = 0
        while start < words.count {
            let longest = min(Self.mostWords, words.count - start)
            let value = (1...longest).reversed().map { start..<start + $0 }.first(where: isValue)
            if let value { values.append(value) }
            start = value?.upperBound ?? start + 1
        }
        return values
    }

    private func isValue(_ run: Range<Int>) -> Bool {
        guard words[run].first?.contains(where: { $0.isLetter || $0.isNumber }) == true,
            words[run].last?.contains(where: { $0.isLetter || $0.isNumber }) == true
        else { return false }
        return ValueConverter().converts(text(run), to: node)
    }

    private func isMoney(_ run: Range<Int>) -> Bool { RowAmounts.isMoney(text(run)) }

    /// Whether a word is a part of a value, or joins two, and begins nothing new.
    private func isAside(_ place: Int, _ values: [Range<Int>]) -> Bool {
        if values.contains(where: { $0.contains(place) }) { return true }
        let letters = words[place].filter(\.isLetter)
        return letters.isEmpty || Self.joints.contains(letters.lowercased())
            || CurrencyTable.codes(of: String(letters)) != nil
    }
}
