import RectoPages

/// Parts words into the values of a list.
struct ValueCutter: Sendable {
    /// Longest value that is told by its form, in words.
    private static let mostWords = 5

    /// What each value must look like.
    let element: SchemaNode

    /// Some words and what they say.
    struct Value: Sendable {
        let words: [TableWord]
        let text: String
        /// Whether the schema admits it.
        let converts: Bool
    }

    /// Finds the values in a run of words.
    ///
    /// Words that belong to no value are left out.
    ///
    /// - Parameter words: The words from left to right.
    /// - Returns: The values; of words that may begin several, the shortest.
    func values(in words: [TableWord]) -> [Value] {
        let words = words.flatMap(parts)
        var values: [Value] = []
        var start = 0
        while start < words.count {
            let value = first(of: 1...min(Self.mostWords, words.count - start), in: words[start...])
            start += value?.words.count ?? 1
            if let value { values.append(value) }
        }
        return values
    }

    /// Parts what stands for one value, or for several without a mark between them.
    ///
    /// Nothing is left out but what stands between values or says that there is none: what is no value does not convert.
    ///
    /// - Parameter words: The words from left to right, at least one.
    /// - Returns: The words as one value when they convert together, or when none of them does; else the longest values.
    func pieces(of words: [TableWord]) -> [Value] {
        guard !element.isFreeText else {
            return [Value(words: words, text: Self.text(words).unpunctuated, converts: true)]
        }
        if Self.isAbsent(Self.text(words)) { return [] }
        if let value = value(words) { return [value] }
        let words = words.flatMap(parts)
        var pieces: [Value] = []
        var rest: [TableWord] = []
        var start = 0
        while start < words.count {
            let value = first(of: (1...min(Self.mostWords, words.count - start)).reversed(), in: words[start...])
            if let value {
                if !isBetween(rest) { pieces.append(refused(rest)) }
                pieces.append(value)
                rest = []
            } else {
                rest.append(words[start])
            }
            start += value?.words.count ?? 1
        }
        if !isBetween(rest) { pieces.append(refused(rest)) }
        return pieces
    }

    /// Whether a line of a column of values says that there is none, or is a value that was misread.
    ///
    /// - Parameter words: The line's words.
    /// - Returns: Whether it is one word, or a sign, without letters.
    func mayBeValue(_ words: [TableWord]) -> Bool {
        let text = Self.text(words)
        return Self.isAbsent(text) || words.count == 1 && !text.contains(where: \.isLetter)
    }

    /// The words' text when the schema admits it; else without the punctuation around it, when it admits that.
    private func value(_ words: [TableWord]) -> Value? {
        let text = Self.text(words)
        let plain = element.kind == .text ? [text, text.unmarked] : [text.unmarked, text]
        // Parentheses around an amount are its sign.
        let spellings = element.kind == .amount ? plain : plain + [text.unpunctuated]
        return spellings.first { !$0.isEmpty && ValueConverter().converts($0, to: element) }
            .map { Value(words: words, text: $0, converts: true) }
    }

    /// The value that the first of some numbers of words are.
    private func first(of lengths: some Sequence<Int>, in words: ArraySlice<TableWord>) -> Value? {
        for length in lengths {
            if let value = value(Array(words.prefix(length))) { return value }
        }
        return nil
    }

    private func refused(_ words: [TableWord]) -> Value {
        Value(words: words, text: Self.text(words).unmarked, converts: false)
    }

    /// Parts a word that holds several values, as where no space was read behind a comma.
    private func parts(_ word: TableWord) -> [TableWord] {
        guard value([word]) == nil else { return [word] }
        let characters = Array(word.text)
        var cuts = characters.indices.dropLast().filter { place in
            switch characters[place] {
            case ";": true
            case ":": place > 0 && characters[..<place].allSatisfy(\.isLetter)
            case ",": element.kind != .amount
            default: false
            }
        }
        if element.kind == .amount, cuts.isEmpty {
            // A comma between points parts numbers: "5.5,7.25".
            let parts = word.text.split(separator: ",")
            if parts.count >= 2, parts.allSatisfy({ $0.contains(".") }) {
                cuts = characters.indices.dropLast().filter { characters[$0] == "," }
            }
        }
        guard !cuts.isEmpty else { return [word] }
        let edges = [0] + cuts.map { $0 + 1 } + [characters.count]
        return zip(edges, edges.dropFirst()).map { word.part($0..<$1) }
    }

    private func isBetween(_ words: [TableWord]) -> Bool {
        words.allSatisfy { word in
            let text = word.text.unpunctuated.lowercased()
            return !text.contains { $0.isLetter || $0.isNumber } || Self.conjunctions.contains(text)
                || Self.isAbsent(text)
        }
    }

    /// Words that stand between two values.
    static let conjunctions: Set<String> = ["and", "und", "et", "&"]

    private static let absent: Set<String> = ["n/a", "n.a.", "na", "none", "nil", "k.a.", "-", "–", "—", "--", "./."]

    private static func isAbsent(_ text: String) -> Bool { absent.contains(text.lowercased()) }

    private static func text(_ words: [TableWord]) -> String { words.map(\.text).joined(separator: " ") }
}

extension String {
    /// The text without the punctuation that may stand around a value in running text.
    fileprivate var unpunctuated: String {
        var text = self[...].drop { ",;:.<(".contains($0) || $0.isWhitespace }
        while let last = text.last, ",;:.>)".contains(last) || last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// The text without the marks that part values.
    fileprivate var unmarked: String {
        var text = self[...].drop { ",;: ".contains($0) }
        while let last = text.last, ",;:. ".contains(last) { text.removeLast() }
        return String(text)
    }
}
