/// A set of tokens, one bit each.
public struct TokenMask: Sendable, Hashable {
    /// Token `t` is in the set when bit `t % 64` of word `t / 64` is one.
    public private(set) var words: [UInt64]

    /// Creates an empty set.
    ///
    /// - Parameter count: How many tokens the vocabulary has.
    public init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

    /// How many tokens are in the set.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether a token is in the set.
    ///
    /// - Parameter token: Its number.
    /// - Returns: Whether it is; false for numbers outside the vocabulary.
    public func contains(_ token: Int) -> Bool {
        token >= 0 && token / 64 < words.count && words[token / 64] & 1 << UInt64(token % 64) != 0
    }

    /// The tokens in rising order.
    public var tokens: [Int] {
        words.enumerated().flatMap { index, word in
            var (word, tokens) = (word, [Int]())
            while word != 0 {
                tokens.append(index * 64 + word.trailingZeroBitCount)
                word &= word - 1
            }
            return tokens
        }
    }

    /// Adds a token.
    ///
    /// - Parameter token: Its number, inside the vocabulary.
    mutating func insert(_ token: Int) { words[token >> 6] |= 1 << UInt64(token & 63) }

    /// Adds tokens.
    ///
    /// - Parameter tokens: Their numbers, inside the vocabulary.
    mutating func insert(_ tokens: [Int32]) { for token in tokens { insert(Int(token)) } }

    /// Takes tokens out.
    ///
    /// - Parameter tokens: Their numbers, inside the vocabulary.
    mutating func remove(_ tokens: some Sequence<Int32>) {
        for token in tokens { words[Int(token) >> 6] &= ~(1 << UInt64(token & 63)) }
    }

    /// Adds tokens.
    ///
    /// - Parameter other: A set of the same vocabulary.
    mutating func formUnion(_ other: TokenMask) {
        for index in words.indices { words[index] |= other.words[index] }
    }
}
