import Foundation

/// Chooses the next token from logits.
package struct Sampler: Sendable {
    private let temperature: Float
    private let topK: Int
    private let topP: Float
    private var random: RandomNumbers

    /// Sets a sampler up as a request wants it.
    ///
    /// - Parameter request: The request; temperature 0 is greedy.
    package init(_ request: GenerationRequest) {
        temperature = request.temperature
        topK = request.topK
        topP = request.topP
        random = RandomNumbers(seed: request.seed)
    }

    /// Chooses a token.
    ///
    /// - Parameters:
    ///   - logits: One score for each token of the vocabulary.
    ///   - forbidden: Tokens that must not be chosen.
    /// - Returns: The token; of equal best scores the one with the smallest id.
    package mutating func token(from logits: [Float], forbidden: [Int]) -> Int {
        var scores = logits
        for id in forbidden where scores.indices.contains(id) { scores[id] = -.infinity }
        return temperature > 0 ? sample(scores) : Self.best(scores)
    }

    private static func best(_ scores: [Float]) -> Int {
        var best = 0
        for index in scores.indices where scores[index] > scores[best] { best = index }
        return best
    }

    /// In the order of transformers: temperature, the `topK` best, the smallest set that reaches `topP`.
    private mutating func sample(_ scores: [Float]) -> Int {
        var candidates = scores.indices.filter { scores[$0] > -.infinity }
        candidates.sort { (scores[$0], $1) > (scores[$1], $0) }
        if topK > 0 { candidates.removeLast(max(candidates.count - topK, 0)) }
        guard let first = candidates.first else { return Self.best(scores) }
        var weights = candidates.map { exp(Double((scores[$0] - scores[first]) / temperature)) }
        var total = weights.reduce(0, +)
        if topP < 1 {
            var (kept, sum) = (0, 0.0)
            while kept < weights.count && (kept == 0 || sum < Double(topP) * total) {
                sum += weights[kept]
                kept += 1
            }
            weights.removeLast(weights.count - kept)
            total = sum
        }
        var rest = random.unit() * total
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return candidates[index] }
        }
        return candidates[weights.count - 1]
    }
}
