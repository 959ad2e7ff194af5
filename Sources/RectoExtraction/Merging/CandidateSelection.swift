import Foundation
import RectoPages
import RectoSchema

extension FieldCandidate {
    /// Where a value stands beside its label.
    public enum Relation: String, Sendable, Codable {
        /// In the label's own tile.
        case sameTile
        /// In the next tile of the row.
        case right
        /// In the tile below.
        case below
        /// Somewhere among the tiles that were shown.
        case window
        /// Somewhere on the page.
        case page
    }

    /// What made the candidate.
    public enum Source: String, Sendable, Codable {
        /// The model's answer to the field's question.
        case question
        /// The model's reading of the tile, taken from beside the label.
        case transcription
    }

    /// Makes the candidate of a transcription: the text of a tile as it stands.
    ///
    /// - Parameters:
    ///   - pointer: Where the text goes.
    ///   - page: The page.
    ///   - tile: The tile's reading.
    init(pointer: JSONPointer, page: PageNumber, tile: TileReading) {
        self.init(
            pointer: pointer,
            page: page,
            labelTile: nil,
            valueTile: tile.index,
            box: tile.box,
            text: tile.text,
            logProbabilities: tile.logProbabilities,
            labelFit: nil,
            source: .transcription,
            relation: .sameTile
        )
    }

    /// The geometric mean of the tokens' probabilities; a half when the model does not tell any.
    public var probability: Double {
        guard !logProbabilities.isEmpty else { return 0.5 }
        let sum = logProbabilities.reduce(0) { $0 + Double($1) }
        return min(1, exp(sum / Double(logProbabilities.count)))
    }

    /// How good the candidate is by itself, from 0 to 1.
    ///
    /// probability × label fit² × place × source. Place: 1 in the label's tile or to its right, 0.85 below it, 0.4 when no
    /// tile's text says the same. Source: 1 for an answer, 0.4 for a text taken from beside the label.
    public var score: Double {
        let place =
            switch relation {
            case .sameTile, .right, .page: 1.0
            case .below: 0.85
            case .window: 0.4
            }
        let fit = labelFit ?? 1
        return probability * fit * fit * place * (source == .question ? 1 : 0.4)
    }
}

/// Chooses among the candidates for a field.
///
/// Candidates that do not convert to what the schema wants are out. Those that convert to the same value support each
/// other: the value's score is 1 − Π(1 − score). The value with the highest score wins, the first in reading order among
/// equals, and its best candidate is the answer. Below `leastScore` Recto abstains.
struct CandidateSelection {
    /// A value below this score is not told.
    static let leastScore = 0.15
    /// An answer that does not convert is told as an error from this score on; below, it counts as noise.
    static let leastScoreOfError = 0.5

    /// What was found for a field.
    enum Outcome {
        /// A value and the candidate that it came from.
        case found(JSONValue, FieldCandidate)
        /// Something convincing was read, but it is not what the schema wants.
        case refused(quote: String, expected: String)
        /// Nothing.
        case absent
    }

    private let candidates: [JSONPointer: [FieldCandidate]]

    /// Gathers the candidates of all pages.
    ///
    /// - Parameter pages: The pages, in order.
    init(pages: [PageReading]) {
        candidates = Dictionary(grouping: pages.flatMap(\.candidates), by: \.pointer)
    }

    /// Chooses the value of a field.
    ///
    /// - Parameters:
    ///   - pointer: The field.
    ///   - node: What the schema wants.
    /// - Returns: What was found.
    func choose(_ pointer: JSONPointer, _ node: SchemaNode) -> Outcome {
        var values: [(value: JSONValue, doubt: Double, best: FieldCandidate)] = []
        var refused: (candidate: FieldCandidate, expected: String)?
        for candidate in candidates[pointer] ?? [] {
            switch ValueConverter().convert(candidate.text, to: node) {
            case .value(let value):
                let doubt = 1 - candidate.score
                guard let place = values.firstIndex(where: { Self.key($0.value) == Self.key(value) }) else {
                    values.append((value, doubt, candidate))
                    continue
                }
                values[place].doubt *= doubt
                if candidate.score > values[place].best.score {
                    values[place].best = candidate
                    values[place].value = value
                }
            case .refused(let expected):
                if candidate.score > (refused?.candidate.score ?? 0) { refused = (candidate, expected) }
            }
        }
        let best = values.enumerated().min { ($0.element.doubt, $0.offset) < ($1.element.doubt, $1.offset) }?.element
        if let best, 1 - best.doubt >= Self.leastScore { return .found(best.value, best.best) }
        if let refused, refused.candidate.score >= Self.leastScoreOfError {
            return .refused(quote: refused.candidate.text, expected: refused.expected)
        }
        return .absent
    }

    /// Values with the same key are the same value, whatever their spacing and case.
    private static func key(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): "s" + String(FoldedText(text, isLoose: true).characters)
        case .number(let number): "n\(number.decimalValue.map { "\($0)" } ?? number.text)"
        default: JSONWriter().string(value)
        }
    }
}
