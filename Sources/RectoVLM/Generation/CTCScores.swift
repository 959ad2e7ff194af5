import Foundation

/// What a head for connectionist temporal classification (Graves, Fernández, Gomez and Schmidhuber 2006) says of a line.
///
/// For each step it holds the probability of each class, of which the first is the blank.
package struct CTCScores: Sendable {
    /// Logarithms of the probabilities, shape (steps, classes).
    package let logProbabilities: [[Float]]

    /// Takes scores.
    ///
    /// - Parameter logProbabilities: For each step, one logarithm for each class.
    package init(logProbabilities: [[Float]]) { self.logProbabilities = logProbabilities }

    /// The classes of the likeliest path: runs of one class are one, blanks are none.
    package var bestPath: [Int] {
        var path: [Int] = []
        var last = 0
        for step in logProbabilities {
            var best = 0
            for (label, score) in step.enumerated() where score > step[best] { best = label }
            if best != last, best != 0 { path.append(best) }
            last = best
        }
        return path
    }

    /// The probability of a line over all paths that spell it, by the forward variables of section 4.1 there.
    ///
    /// - Parameter labels: The line's classes, none of them the blank.
    /// - Returns: Its logarithm; minus infinity where the line has more classes than there are steps for.
    package func logProbability(of labels: [Int]) -> Float {
        guard let first = logProbabilities.first else { return labels.isEmpty ? 0 : -.infinity }
        // Blanks before, between and behind the labels.
        let states = [0] + labels.flatMap { [$0, 0] }
        var forward = [Float](repeating: -.infinity, count: states.count)
        forward[0] = first[0]
        if states.count > 1 { forward[1] = first[states[1]] }
        for step in logProbabilities.dropFirst() {
            for state in states.indices.reversed() {
                var ways = forward[state]
                if state > 0 { ways = Self.logSum(ways, forward[state - 1]) }
                // A blank is passed over only between two different labels.
                if state > 2, states[state] != 0, states[state] != states[state - 2] {
                    ways = Self.logSum(ways, forward[state - 2])
                }
                forward[state] = ways + step[states[state]]
            }
        }
        return forward.suffix(2).reduce(-.infinity, Self.logSum)
    }

    private static func logSum(_ one: Float, _ other: Float) -> Float {
        let (large, small) = one > other ? (one, other) : (other, one)
        return small == -.infinity ? large : large + log1p(exp(small - large))
    }
}
