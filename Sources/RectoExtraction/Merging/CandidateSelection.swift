import Foundation
import RectoPages
import RectoSchema

extension FieldCandidate {
    /// Whether another answer belongs to the same label.
    ///
    /// - Parameter other: Another answer for the same field.
    /// - Returns: Whether both were read beside one label.
    func sharesLabel(with other: FieldCandidate) -> Bool {
        page == other.page && labelTile != nil && labelTile == other.labelTile
    }

    /// Where a value stands beside its label.
    public enum Relation: String, Sendable, Codable {
        /// In the label's own tile.
        case sameTile
        /// In the next tile of the row.
        case right
        /// In the tile below.
        case below
        /// In the label's column of a table.
        case column
        /// Somewhere among the tiles that were shown.
        case window
        /// Somewhere on the page.
        case page
        /// In the part that answered the same when it was asked by itself.
        case readAgain
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
    /// probability × label fit² × place × source. Place: 1 in the label's tile, to its right or in its column, 0.85 below it, 0.4 when no
    /// tile's text says the same. Source: 1 for an answer, 0.4 for a text taken from beside the label.
    public var score: Double { conviction * (source == .question ? 1 : 0.4) }

    /// The score without regard to its source: how sure it is that this text stands in the place of the value.
    var conviction: Double {
        let place =
            switch relation {
            case .sameTile, .right, .column, .page, .readAgain: 1.0
            case .below: 0.85
            case .window: 0.4
            }
        let fit = labelFit ?? 1
        return probability * fit * fit * place
    }
}

/// Chooses among the candidates for a field.
///
/// Candidates that do not convert to what the schema wants are out. Those that convert to the same value support each
/// other: the value's score is 1 − Π(1 − score). Below `leastScore` Recto abstains. Of the values above it the policy chooses
/// one; its best candidate is the answer. Convincing values that were not chosen are told as a
/// conflict, and so is a convincing answer that is no value, as null with its evidence; different currencies are not chosen among, unless the policy is to take the first.
struct CandidateSelection {
    /// A value below this score is not told.
    static let leastScore = 0.15
    /// An answer that does not convert is told as an error from this conviction on; below, it counts as noise, unless a
    /// required field would have to be called missing.
    static let leastConvictionOfError = 0.5
    /// Values from this score on contradict each other (`isConvincing`).
    static let leastScoreOfConflict = 0.5

    /// What was found for a field.
    enum Outcome {
        /// A value and the candidate that it came from.
        case found(JSONValue, FieldCandidate)
        /// Something convincing was read, but it is not what the schema wants.
        case refused(quote: String, expected: String)
        /// Different values were read although all must agree.
        case contradicted(FieldConflict)
        /// Nothing.
        case absent
    }

    /// What was found for a field, and what else might have been.
    struct Choice {
        var outcome: Outcome
        /// The other convincing values; nil when there are none.
        var conflict: FieldConflict?
    }

    /// A value and everything that speaks for it.
    private struct Value {
        var value: JSONValue
        /// The probability that all its candidates are wrong.
        var doubt: Double
        var best: FieldCandidate
        var candidates: [FieldCandidate]
        var score: Double { 1 - doubt }
    }

    /// An answer that is no value of the field.
    private struct Refused {
        var candidate: FieldCandidate
        /// What the schema wants.
        var expected: String
    }

    /// How the answers of several pages become one.
    let policy: MergePolicy
    private let candidates: [JSONPointer: [FieldCandidate]]
    /// Knows how the document writes its numbers and days.
    let converter: ValueConverter

    /// Gathers the candidates of all pages.
    ///
    /// - Parameters:
    ///   - pages: The pages, in order.
    ///   - policy: How their answers become one.
    init(pages: [PageReading], policy: MergePolicy = .best) {
        self.policy = policy
        candidates = Dictionary(grouping: pages.flatMap(\.candidates), by: \.pointer)
        converter = ValueConverter(documentTexts: pages.flatMap { $0.tiles.map(\.text) + $0.candidates.map(\.text) })
    }

    /// Chooses the value of a field.
    ///
    /// - Parameters:
    ///   - pointer: The field.
    ///   - node: What the schema wants; its own policy goes before the stage's.
    ///   - isRequired: Whether a record without a value is an error anyway.
    /// - Returns: What was found.
    func choose(_ pointer: JSONPointer, _ node: SchemaNode, isRequired: Bool) -> Choice {
        let policy = node.printed.merge ?? self.policy
        let candidates = candidates[pointer] ?? []
        let (values, refused) = values(of: candidates, node)
        let chosen = choose(among: values, candidates, node, by: policy)
        let least = isRequired && chosen == nil ? Self.leastScore : Self.leastConvictionOfError
        let wrong = refused.filter { $0.candidate.conviction >= least }
        guard let chosen else {
            guard let first = wrong.first else { return Choice(outcome: .absent) }
            return Choice(outcome: .refused(quote: first.candidate.text, expected: first.expected))
        }
        let rivals = values.filter { !Self.same($0, chosen) && Self.isConvincing($0) }
        let answer = Self.weighed(chosen, among: values)
        // Beside the same label one answer stands in for another that was no value.
        let told = wrong.filter { wrong in !chosen.candidates.contains { $0.sharesLabel(with: wrong.candidate) } }
        let objection = objection(to: chosen, among: wrong, told: told, node, policy)
        guard !rivals.isEmpty || !told.isEmpty || objection != nil else {
            return Choice(outcome: .found(chosen.value, answer))
        }
        let isUndecided = policy == .mustAgree || policy == .best && node.kind == .currency
        let isRefused = isUndecided && !rivals.isEmpty
        let conflict = FieldConflict(
            pointer: pointer,
            policy: policy,
            candidates: [
                FieldConflict.Candidate(value: chosen.value, answer: answer, isChosen: !isRefused && objection == nil)
            ]
                + Self.ranked(rivals).map {
                    FieldConflict.Candidate(value: $0.value, answer: Self.weighed($0, among: values), isChosen: false)
                }
                + (policy == .mustAgree ? wrong : told).map {
                    FieldConflict.Candidate(value: .null, answer: $0.candidate, isChosen: false)
                }
        )
        if let objection {
            let (quote, expected) = (objection.candidate.text, objection.expected)
            return Choice(outcome: .refused(quote: quote, expected: expected), conflict: conflict)
        }
        let outcome: Outcome = isRefused ? .contradicted(conflict) : .found(chosen.value, answer)
        return Choice(outcome: outcome, conflict: conflict)
    }

    /// The answer that is no value and still says that the chosen one does not count.
    ///
    /// Where all must agree, such an answer agrees with none.
    private func objection(
        to chosen: Value,
        among wrong: [Refused],
        told: [Refused],
        _ node: SchemaNode,
        _ policy: MergePolicy
    ) -> Refused? {
        switch policy {
        case .mustAgree: wrong.first
        case .best: told.first { excludes($0.candidate, chosen, node) }
        case .first: nil
        }
    }

    /// Whether an answer speaks of other currencies than the chosen one, though it does not say which.
    private func excludes(_ candidate: FieldCandidate, _ chosen: Value, _ node: SchemaNode) -> Bool {
        guard node.kind == .currency, let code = chosen.value.stringValue else { return false }
        return converter.excludes(candidate.text, code, node)
    }

    /// Whether a value may contradict another.
    ///
    /// It is enough that it surely stands beside a label, though the model did not answer with it.
    private static func isConvincing(_ value: Value) -> Bool {
        value.score >= leastScoreOfConflict || value.candidates.contains { $0.conviction >= leastConvictionOfError }
    }

    /// The best answer of a value, with what the other answers say to it.
    private static func weighed(_ value: Value, among values: [Value]) -> FieldCandidate {
        // Where the model answered neither, both count as what they are beside their labels.
        let isAnswered = value.candidates.contains { $0.source == .question }
        let rivals = values.filter { !same($0, value) }
        let rival =
            (isAnswered ? rivals.map(\.score) : rivals.flatMap { $0.candidates.map(\.conviction) }).max() ?? 0
        var answer = value.best
        answer.agreement = AnswerAgreement(answer, among: value.candidates, rivalScore: rival)
        return answer
    }

    /// The value that the policy takes.
    private func choose(
        among values: [Value],
        _ candidates: [FieldCandidate],
        _ node: SchemaNode,
        by policy: MergePolicy
    ) -> Value? {
        guard policy == .first else { return Self.best(of: values) }
        for page in Set(candidates.map(\.page)).sorted() {
            let here = self.values(of: candidates.filter { $0.page == page }, node).values
            guard let first = Self.best(of: here), let place = values.firstIndex(where: { Self.same($0, first) }) else {
                continue
            }
            var chosen = values[place]
            chosen.value = first.value
            chosen.best = first.best
            return chosen
        }
        return nil
    }

    /// Groups candidates by what they say.
    ///
    /// - Returns: The values in the order in which they first appear, and the answers that are none, the most convincing first;
    ///   of those that say the same, one.
    private func values(of candidates: [FieldCandidate], _ node: SchemaNode) -> (values: [Value], refused: [Refused]) {
        var values: [Value] = []
        var refused: [Refused] = []
        for candidate in candidates {
            switch converter.convert(candidate.text, to: node) {
            case .value(let value):
                guard mayStand(candidate, as: value, node) else { continue }
                let found = Value(value: value, doubt: 1 - candidate.score, best: candidate, candidates: [candidate])
                guard let place = values.firstIndex(where: { Self.same($0, found) }) else {
                    values.append(found)
                    continue
                }
                values[place].doubt *= found.doubt
                values[place].candidates.append(candidate)
                if candidate.score > values[place].best.score {
                    values[place].best = candidate
                    values[place].value = value
                }
            case .refused(let expected):
                refused.append(Refused(candidate: candidate, expected: expected))
            }
        }
        var seen: Set<String> = []
        let ranked = refused.enumerated()
            .sorted { ($1.element.candidate.conviction, $0.offset) < ($0.element.candidate.conviction, $1.offset) }
            .map(\.element)
        return (values, ranked.filter { seen.insert($0.candidate.text).inserted })
    }

    /// A currency that does not stand at its label's amounts must be the only one of the document.
    private func mayStand(_ candidate: FieldCandidate, as value: JSONValue, _ node: SchemaNode) -> Bool {
        guard node.kind == .currency, candidate.relation == .window, let code = value.stringValue else { return true }
        return converter.isOnlyCurrency(code)
    }

    /// The value with the highest score, the first among equals; nil when none reaches the least score.
    private static func best(of values: [Value]) -> Value? {
        ranked(values).first.flatMap { $0.score >= leastScore ? $0 : nil }
    }

    private static func ranked(_ values: [Value]) -> [Value] {
        values.enumerated().sorted { ($0.element.doubt, $0.offset) < ($1.element.doubt, $1.offset) }.map(\.element)
    }

    private static func same(_ left: Value, _ right: Value) -> Bool { key(left.value) == key(right.value) }

    /// Values with the same key are the same value, whatever their spacing and case.
    private static func key(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): "s" + String(FoldedText(text, isLoose: true).characters)
        case .number(let number): "n\(number.decimalValue.map { "\($0)" } ?? number.text)"
        default: JSONWriter().string(value)
        }
    }
}
