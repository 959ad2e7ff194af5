/// The marks before decimals, as far as the numbers of a document tell.
///
/// `12.50` and `1,234.5` can only have a decimal point; `1.234` by itself may be a thousand or a bit more than one.
struct DecimalMarks: Sendable {
    private var marks: Set<Character> = []

    /// Looks at the numbers of some texts.
    ///
    /// - Parameter texts: What was read of a document.
    init(_ texts: [String]) {
        for text in texts {
            for word in text.split(whereSeparator: { !$0.isNumber && $0 != "." && $0 != "," }) {
                if let mark = Self.mark(of: word) { marks.insert(mark) }
            }
        }
    }

    /// Whether a mark that the document has before decimals stands in a number where, alone, it would be taken for one of
    /// thousands.
    ///
    /// - Parameter text: An amount.
    /// - Returns: Whether it may mean two numbers.
    func contradict(_ text: String) -> Bool {
        let number = text.drop { !$0.isNumber }.reversed().drop { !$0.isNumber }.reversed()
        guard let mark = number.first(where: { !$0.isNumber }), marks.contains(mark) else { return false }
        let parts = String(number).split(separator: mark, omittingEmptySubsequences: false)
        return parts.count == 2 && parts[1].count == 3 && (1...3).contains(parts[0].count) && parts[0] != "0"
            && parts.allSatisfy { $0.allSatisfy(\.isNumber) }
    }

    /// The mark before the decimals of a number; nil where it has none, or may have none.
    private static func mark(of word: Substring) -> Character? {
        guard let place = word.lastIndex(where: { !$0.isNumber }), place > word.startIndex else { return nil }
        let (mark, whole, decimals) = (word[place], word[..<place], word[place...].dropFirst())
        guard (1...2).contains(decimals.count), !whole.contains(mark), whole.first?.isNumber == true else { return nil }
        // Other marks part groups of three, or it is a day: `03.04,26`.
        let groups = whole.split(whereSeparator: { !$0.isNumber })
        return groups.dropFirst().allSatisfy { $0.count == 3 } ? mark : nil
    }
}
