/// Keeps one sequence inside a schema while it is decoded.
///
/// Before each step `forcedText` tells what can only follow, which costs no step when it is fed at once; then
/// `allowedTokens` tells between what the model chooses.
public struct SchemaConstraint: Sendable {
    /// The masks, which may be shared with other sequences.
    public let masks: TokenMasks
    /// What is known after the text so far.
    public private(set) var state: AutomatonState
    /// Whether an end token was accepted: nothing can follow.
    public private(set) var hasEnded = false

    /// Begins a sequence.
    ///
    /// - Parameter masks: The masks of the schema and the tokenizer's vocabulary.
    public init(masks: TokenMasks) {
        self.masks = masks
        state = masks.automaton.start
    }

    /// Whether the text so far is an instance of the schema.
    public var isComplete: Bool { state.isComplete }

    /// Finds the tokens that may follow.
    ///
    /// - Returns: The tokens; empty only after the end.
    public func allowedTokens() -> TokenMask {
        hasEnded ? TokenMask(count: masks.trie.count) : masks.mask(for: state)
    }

    /// Finds the text that can only follow.
    ///
    /// - Returns: Its bytes, whole Unicode scalars only, so that a tokenizer can take it; often empty.
    public func forcedText() -> [UInt8] {
        guard !hasEnded else { return [] }
        let bytes = state.forcedBytes()
        var count = bytes.count
        while count > 0, String(validating: bytes[..<count], as: UTF8.self) == nil { count -= 1 }
        return Array(bytes[..<count])
    }

    /// Finds out whether a longer token that begins like one may stand in its place.
    ///
    /// - Parameter token: A token that may follow.
    /// - Returns: Whether there is one.
    public func allowsLongerToken(beginningLike token: Int) -> Bool {
        guard masks.trie.vocabulary.indices.contains(token), let text = masks.trie.vocabulary[token] else {
            return false
        }
        let longer = masks.trie.tokens(beginningWith: text)
        guard !longer.isEmpty else { return false }
        let allowed = allowedTokens()
        return longer.contains { allowed.contains(Int($0)) }
    }

    /// Goes on by a token.
    ///
    /// - Parameter token: The token's number.
    /// - Returns: Whether it was allowed; otherwise nothing changes.
    public mutating func accept(token: Int) -> Bool {
        guard !hasEnded, (0..<masks.trie.count).contains(token) else { return false }
        if masks.endTokens.contains(token) {
            hasEnded = isComplete
            return hasEnded
        }
        guard let text = masks.trie.vocabulary[token], !text.isEmpty else { return false }
        return accept(text: text)
    }

    /// Goes on by a text, such as the forced one.
    ///
    /// - Parameter text: Its bytes.
    /// - Returns: Whether it was allowed; otherwise nothing changes.
    public mutating func accept(text: some Sequence<UInt8>) -> Bool {
        guard !hasEnded, let next = state.advance(text) else { return false }
        state = next
        return true
    }
}
