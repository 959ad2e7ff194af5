import RectoSchema

/// Keeps one sequence inside its schema, and finds the tokens that cost no step.
struct ConstrainedText {
    private var constraint: SchemaConstraint
    private let tokenizer: Tokenizer

    /// Begins a text.
    ///
    /// - Parameters:
    ///   - masks: What tokens may follow where.
    ///   - tokenizer: The model's tokenizer.
    init(masks: TokenMasks, tokenizer: Tokenizer) {
        constraint = SchemaConstraint(masks: masks)
        self.tokenizer = tokenizer
    }

    /// Whether nothing can follow: the instance is complete and cannot be gone on with.
    var isFinished: Bool { constraint.hasEnded || constraint.isComplete && constraint.state.nextBytes.isEmpty }

    /// The tokens among which the model chooses.
    ///
    /// - Returns: The tokens; end tokens among them when the instance may end here.
    func allowedTokens() -> TokenMask { constraint.allowedTokens() }

    /// Goes on by a token that was allowed.
    ///
    /// - Parameter token: Its id.
    mutating func accept(_ token: Int) { _ = constraint.accept(token: token) }

    /// Goes on by the tokens of what can only follow, as the tokenizer writes it.
    ///
    /// The last of them is left to the model when a longer token that begins like it may follow: the tokenizer would have
    /// taken that one if the text after the forced one asks for it.
    ///
    /// - Returns: The ids, often none.
    mutating func takeForcedTokens() -> [Int] {
        let forced = constraint.forcedText()
        guard !forced.isEmpty else { return [] }
        var ids = tokenizer.encode(continuing: forced)
        let vocabulary = constraint.masks.trie.vocabulary
        let written = ids.flatMap { vocabulary.indices.contains($0) ? vocabulary[$0] ?? [] : [] }
        // A tokenizer that changes what it is given (case, composition, a space in front) leaves the choice to the model.
        guard written == forced else { return [] }
        let last = ids.popLast()
        for id in ids { _ = constraint.accept(token: id) }
        guard let last, !constraint.allowsLongerToken(beginningLike: last) else { return ids }
        _ = constraint.accept(token: last)
        return ids + [last]
    }
}
