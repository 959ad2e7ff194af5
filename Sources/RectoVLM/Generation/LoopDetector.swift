/// Finds out when a text only repeats itself, which greedy decoding does not leave by itself.
package struct LoopDetector {
    /// The longest piece that is looked for, in tokens.
    private static let longestPeriod = 48
    /// Repetition ends a text when it has gone on for so many tokens.
    ///
    /// Rules of dots, dashes and empty cells repeat as well, but not that long: a printed line has fewer characters.
    private static let fewestTokens = 160
    /// And when the piece has come so many times.
    private static let fewestRepetitions = 4

    private var recent: [Int] = []
    /// For each period, how many tokens in a row were equal to the one a period before.
    private var equal = [Int](repeating: 0, count: longestPeriod + 1)

    /// Starts without a token.
    package init() {}

    /// Takes the next token.
    ///
    /// - Parameter token: Its id.
    /// - Returns: Whether the text repeats itself.
    package mutating func append(_ token: Int) -> Bool {
        var repeats = false
        for period in 1...Self.longestPeriod where period <= recent.count {
            equal[period] = recent[recent.count - period] == token ? equal[period] + 1 : 0
            let length = equal[period] + period
            repeats = repeats || length >= max(Self.fewestTokens, Self.fewestRepetitions * period)
        }
        recent.append(token)
        if recent.count > 2 * Self.longestPeriod { recent.removeFirst(Self.longestPeriod) }
        return repeats
    }
}
