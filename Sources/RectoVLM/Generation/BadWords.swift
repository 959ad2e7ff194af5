/// Token sequences that must not be completed, as `bad_words_ids` lists them.
package struct BadWords: Sendable {
    private let single: [Int]
    private let longer: [[Int]]

    /// Takes over a list; empty sequences and single end tokens in it have no effect.
    ///
    /// - Parameters:
    ///   - sequences: The sequences.
    ///   - endTokens: Tokens that end generation.
    package init(_ sequences: [[Int]], endTokens: Set<Int>) {
        single = sequences.filter { $0.count == 1 && !endTokens.contains($0[0]) }.map { $0[0] }
        longer = sequences.filter { $0.count > 1 }
    }

    /// Finds the tokens that would complete a sequence.
    ///
    /// - Parameter tokens: The prompt and what was generated so far.
    /// - Returns: The forbidden tokens.
    package func forbidden(after tokens: [Int]) -> [Int] {
        single
            + longer.compactMap { word in
                tokens.count >= word.count - 1 && tokens.suffix(word.count - 1).elementsEqual(word.dropLast())
                    ? word.last : nil
            }
    }
}
