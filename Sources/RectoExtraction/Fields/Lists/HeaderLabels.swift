/// How well the head of a column fits the labels of a list's members, and those of everything else that is asked for.
struct HeaderLabels: Sendable {
    /// A head fits a label when at most a quarter of the label's characters need an edit.
    static let leastFit = 0.75
    /// A head counts this much that fits only when one of its characters was taken for one that looks like it.
    static let misreadFit = 0.65

    private let members: [[[Character]]]
    private let others: [[Character]]
    /// The words of the members' labels that hold digits, such as years.
    private let numbers: Set<[Character]>

    /// Prepares labels.
    ///
    /// - Parameters:
    ///   - members: The members of a list.
    ///   - others: The single fields of the same document.
    init(members: [SchemaField], others: [SchemaField]) {
        self.members = members.map { $0.labels.map(Self.fold).filter { !$0.isEmpty } }
        self.others = others.flatMap(\.labels).map(Self.fold).filter { !$0.isEmpty }
        let words = members.flatMap(\.labels).flatMap { $0.split(whereSeparator: \.isWhitespace) }
        numbers = Set(words.map { Self.fold(String($0)) }.filter { $0.contains(where: \.isNumber) })
    }

    /// Whether a word holds a digit that no label has: it is rather a value than a part of a head.
    ///
    /// - Parameter word: A word of a line.
    /// - Returns: Whether heads hardly have it.
    func isNumber(_ word: String) -> Bool {
        word.contains(where: \.isNumber) && !numbers.contains(Self.fold(word))
    }

    /// Compares a whole head with the labels of every member.
    ///
    /// - Parameter head: What stands over a column.
    /// - Returns: The members that it fits, unless a single field's label fits better; from 0 to 1.
    func fits(_ head: String) -> [(member: Int, fit: Double)] {
        let head = Self.fold(head)
        guard !head.isEmpty else { return [] }
        let rival = others.lazy.compactMap { Self.fit(head, $0) }.max() ?? 0
        return members.indices.compactMap { member in
            guard let fit = members[member].lazy.compactMap({ Self.fit(head, $0) }).max(), fit >= rival else {
                return nil
            }
            return (member, fit)
        }
    }

    /// Whether a head is rather the label of a single field.
    ///
    /// - Parameter head: What stands over a column.
    /// - Returns: Whether a single field's label fits better than every member's.
    func isOther(_ head: String) -> Bool {
        fits(head).isEmpty && others.contains { Self.fit(Self.fold(head), $0) != nil }
    }

    private static func fit(_ head: [Character], _ label: [Character]) -> Double? {
        let digits = label.filter(\.isNumber)
        let limit = Int(Double(label.count) * (1 - leastFit))
        // 2023 is not nearly 2024.
        if digits.isEmpty || digits == head.filter(\.isNumber),
            let distance = editDistance(head[...], label[...], limit: limit)
        {
            return 1 - Double(distance) / Double(label.count)
        }
        return LookAlikes.differInOne(head, label) ? misreadFit : nil
    }

    /// Folds case and accents and leaves out what may follow a head: a unit in brackets, a colon, the point of `Qty.`.
    static func fold(_ text: String) -> [Character] {
        var characters = FoldedText(text, isLoose: true).characters
        if let bracket = characters.firstIndex(where: { "([".contains($0) }), bracket > 0 {
            characters.removeSubrange(bracket...)
        }
        while let last = characters.last, ":.*".contains(last) { characters.removeLast() }
        return characters
    }
}
