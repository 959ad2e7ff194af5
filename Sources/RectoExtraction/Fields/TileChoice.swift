import Foundation
import RectoPages
import RectoVLM

/// Asks which tile holds the label of a field that no tile's text fits: the schema cannot list every word for it.
struct TileChoice {
    /// An answer of a lower probability names nothing.
    static let leastProbability = 0.5
    /// How well a label fits at most that was found by its meaning.
    static let fit = 0.7

    let prompt: String
    /// Most images in one question.
    let imagesPerChoice: Int
    let tokenLimit: Int
    let model: any VisionLanguageModel

    /// A tile that was named.
    struct Choice {
        let tile: Int
        let probability: Double
    }

    /// Puts the question about several tiles: in groups, then to those that were named.
    ///
    /// - Parameters:
    ///   - places: For each field the places of the tiles that could hold its label.
    ///   - fields: The fields.
    ///   - tiles: The page's tiles.
    /// - Returns: For each field the tile that was named, no tile for two fields, nil for none; and how many questions that took.
    /// - Throws: What the model throws.
    func choose(
        among places: [[Int]],
        for fields: [SchemaField],
        tiles: [Tile]
    ) async throws -> (choices: [Choice?], requestCount: Int) {
        var open = places
        var choices = [Choice?](repeating: nil, count: fields.count)
        var count = 0
        while open.contains(where: { !$0.isEmpty }) {
            let groups = open.indices.flatMap { field in self.groups(open[field]).map { (field: field, places: $0) } }
            let answers = try await ModelQuestions(model: model)
                .ask(groups.map { request(fields[$0.field], $0.places.map { tiles[$0].image }) })
            count += groups.count
            var named = [[Choice]](repeating: [], count: fields.count)
            for (group, answer) in zip(groups, answers) {
                if let choice = choice(answer, group.places) { named[group.field].append(choice) }
            }
            for field in open.indices where !open[field].isEmpty {
                let isSettled = named[field].count <= 1 || open[field].count <= imagesPerChoice
                if isSettled { choices[field] = named[field].first }
                open[field] = isSettled ? [] : named[field].map(\.tile)
            }
        }
        return (choices.indices.map { isTaken($0, choices) ? nil : choices[$0] }, count)
    }

    /// Whether another field was given the same tile, and more surely: one tile is not the label of two.
    private func isTaken(_ field: Int, _ choices: [Choice?]) -> Bool {
        choices.indices.contains { other in
            guard let own = choices[field], let rival = choices[other], other != field, rival.tile == own.tile else {
                return false
            }
            return (rival.probability, field) > (own.probability, other)
        }
    }

    /// Cuts places into groups of about one size, none larger than a question takes.
    private func groups(_ places: [Int]) -> [[Int]] {
        guard !places.isEmpty, imagesPerChoice > 0 else { return [] }
        let count = (places.count + imagesPerChoice - 1) / imagesPerChoice
        return (0..<count).map { Array(places[$0 * places.count / count..<($0 + 1) * places.count / count]) }
    }

    private func request(_ field: SchemaField, _ images: [PixelImage]) -> GenerationRequest {
        let text = prompt.replacing("{field}", with: field.spokenName)
        var request = GenerationRequest(parts: images.map { .image($0) } + [.text(text)])
        request.splitsImages = false
        request.maximumTokens = tokenLimit
        return request
    }

    private func choice(_ answer: Generation, _ places: [Int]) -> Choice? {
        guard let number = Int(answer.text.trimmed), (1...places.count).contains(number) else { return nil }
        let probability = answer.logProbabilities.reduce(1) { $0 * exp(Double(min(0, $1))) }
        return probability < Self.leastProbability ? nil : Choice(tile: places[number - 1], probability: probability)
    }
}
