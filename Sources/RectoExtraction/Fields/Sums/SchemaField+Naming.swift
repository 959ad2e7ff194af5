import RectoSchema

extension SchemaField {
    /// Shortest word whose end may be that of a longer one: `Steuer` of `Umsatzsteuer`.
    private static let leastEnd = 5
    /// Words beside an amount that do not say which it is, as `LabelCore.amounts` do not.
    private static let plain: Set<String> = ["total", "sum", "summe", "sales", "the", "sus"]

    /// Whether a caption is made of words of the labels, or of words that end as theirs do, and of words that say nothing.
    ///
    /// - Parameter caption: The words beside an amount.
    /// - Returns: Whether it may name the field, where there is something else that says so.
    func isNamed(by caption: String) -> Bool {
        func words(_ text: String) -> Set<String> {
            Set(
                FoldedText.words(of: text).subtracting(Self.plain).subtracting(LabelCore.amounts).map(LabelCore.stem)
            )
        }
        let own = labels.reduce(into: Set<String>()) { $0.formUnion(words($1)) }
        func isOwn(_ word: String) -> Bool {
            own.contains { other in
                let (short, long) = word.count < other.count ? (word, other) : (other, word)
                return short == long || short.count >= Self.leastEnd && long.hasSuffix(short)
            }
        }
        let said = words(caption)
        return !said.isEmpty && said.allSatisfy(isOwn)
    }
}
