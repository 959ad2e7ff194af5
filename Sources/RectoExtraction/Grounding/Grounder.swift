public import RectoPages
import RectoSchema

/// Finds where each value stands on its page and says how sure Recto is of it.
///
/// The text layer is searched first. Of several places that say the same, the one that the model read counts; where it read
/// more than one line, such as the whole page at once, the one beside a label of the field (`PlaceChoice`).
/// Without a place there, the tile that the model read is the evidence (`vision`): the part of it that holds the value, when
/// the tile's text is known and says the value, else the whole tile. The part is where the glyph head named the value's
/// characters, else it is cut by the proportion of characters; `EvidenceLocation` says which.
///
/// The confidence of an answer that stands beside its label is calibrated (`ConfidenceSignals`). Of other answers, such as
/// whole texts and those of checkpoints without prompts of their own, it is p = exp(mean log-probability of the tokens), moved
/// by the match: exact, half way from p to 1, because a second source says the same at the same place; exact elsewhere,
/// fuzzy and vision, p; none, half of p.
public struct Grounder: Sendable {
    /// The confidence in a value that the text layer contradicts: one of the two sources is wrong.
    static let mostOfContradicted = 0.5

    private let labels: FieldLabels

    /// Creates a grounder.
    ///
    /// - Parameter schema: What the fields look like: its labels tell repeated values apart. Without it their order does.
    public init(schema: ExtractionSchema? = nil) { labels = FieldLabels(schema) }

    /// Grounds every leaf that came from the document.
    ///
    /// - Parameters:
    ///   - result: The fields and the answers they were made of.
    ///   - textLayer: The document's own words, page by page; pages without an entry have none.
    /// - Returns: One entry for each leaf with an answer, in the order of the fields.
    public func ground(_ result: ExtractionResult, textLayer: [PageNumber: [TextLayerWord]]) -> [GroundedField] {
        let byPointer = Dictionary(grouping: result.answers, by: \.pointer)
        var leaves: [(pointer: JSONPointer, answers: Range<Int>)] = []
        var answers: [FieldCandidate] = []
        JSONValue.object(result.fields).forEachLeaf { pointer, value in
            guard let found = byPointer[pointer], !value.isNull else { return }
            leaves.append((pointer, answers.count..<answers.count + found.count))
            answers += found
        }
        let indexes = textLayer.mapValues { TextLayerIndex(words: $0) }
        let hits = hits(of: answers, indexes: indexes)
        let readings = Dictionary(result.pages.map { ($0.page, $0) }, uniquingKeysWith: { first, _ in first })
        return leaves.map { leaf in
            ground(leaf.pointer, leaf.answers.map { (answers[$0], hits[$0]) }, readings: readings, indexes: indexes)
        }
    }

    /// Where each answer stands in the text layer; nil where it does not.
    private func hits(
        of answers: [FieldCandidate],
        indexes: [PageNumber: TextLayerIndex]
    ) -> [TextLayerIndex.Hit?] {
        var hits = [TextLayerIndex.Hit?](repeating: nil, count: answers.count)
        for (page, places) in Dictionary(grouping: answers.indices, by: { answers[$0].page }) {
            guard let index = indexes[page], !index.words.isEmpty else { continue }
            var choice = PlaceChoice(index: index, labels: labels)
            let chosen = choice.choose(
                places.map { place in
                    let answer = answers[place]
                    return (
                        answer.pointer,
                        index.places(of: answer.text, near: answer.box, as: labels.notation(of: answer.pointer))
                    )
                }
            )
            for (place, hit) in zip(places, chosen) { hits[place] = hit }
        }
        return hits
    }

    /// Grounds every value of the conflicts.
    ///
    /// - Parameters:
    ///   - result: The fields and what else might have stood in them.
    ///   - textLayer: The document's own words, page by page; pages without an entry have none.
    /// - Returns: One entry for each conflict.
    public func conflicts(of result: ExtractionResult, textLayer: [PageNumber: [TextLayerWord]]) -> [GroundedConflict] {
        guard !result.conflicts.isEmpty else { return [] }
        let indexes = textLayer.mapValues { TextLayerIndex(words: $0) }
        let answers = result.conflicts.flatMap(\.candidates).flatMap { [$0.answer] + $0.further }
        let hits = hits(of: answers, indexes: indexes)
        let readings = Dictionary(result.pages.map { ($0.page, $0) }, uniquingKeysWith: { first, _ in first })
        var next = hits.makeIterator()
        return result.conflicts.map { conflict in
            let candidates = conflict.candidates.map { candidate in
                GroundedConflict.Candidate(
                    value: candidate.value,
                    isChosen: candidate.isChosen,
                    grounding: ground(
                        conflict.pointer,
                        ([candidate.answer] + candidate.further).map { ($0, next.next().flatMap(\.self)) },
                        readings: readings,
                        indexes: indexes
                    )
                )
            }
            return GroundedConflict(pointer: conflict.pointer, policy: conflict.policy, candidates: candidates)
        }
    }

    private func ground(
        _ pointer: JSONPointer,
        _ answers: [(answer: FieldCandidate, hit: TextLayerIndex.Hit?)],
        readings: [PageNumber: PageReading],
        indexes: [PageNumber: TextLayerIndex]
    ) -> GroundedField {
        var evidence: [Evidence] = []
        var signals: [ConfidenceSignals] = []
        var confidence = 0.0
        var weight = 0.0
        var contradiction: LayerContradiction?
        for (answer, hit) in answers {
            let tile = readings[answer.page]?.tiles.first { $0.index == answer.valueTile }
            let found = hit.map { Self.evidence(of: $0, page: answer.page) } ?? [seen(answer, in: tile)]
            evidence += found
            let share = Double(max(1, answer.logProbabilities.count))
            let match = found.first?.match ?? .none
            let layer = self.contradiction(of: answer, hit, place: found.first?.box, index: indexes[answer.page])
            if let layer, contradiction == nil {
                contradiction = LayerContradiction(page: answer.page, read: answer.text, layer: layer)
            }
            let isElsewhere = layer != nil || hit.map { !$0.isWhereItWasRead } ?? false
            if let known = ConfidenceSignals(answer, match: match, isElsewhere: isElsewhere, tile: tile) {
                signals.append(known)
                confidence += share * known.confidence
            } else {
                confidence += share * Self.confidence(of: answer, match: isElsewhere ? .fuzzy : match)
            }
            weight += share
        }
        var field = GroundedField(
            pointer: pointer,
            evidence: evidence,
            confidence: weight > 0 ? confidence / weight : nil
        )
        field.signals = signals
        field.contradiction = contradiction
        if contradiction != nil { field.confidence = field.confidence.map { min($0, Self.mostOfContradicted) } }
        return field
    }

    /// What the text layer says where an answer was read, when that is something else: the longer number or code of which the
    /// answer is a piece, or the words in the place where only the model saw it.
    private func contradiction(
        of answer: FieldCandidate,
        _ hit: TextLayerIndex.Hit?,
        place: Box?,
        index: TextLayerIndex?
    ) -> String? {
        if let hit, hit.isWhereItWasRead { return hit.longerToken }
        guard let index, answer.labelTile != nil || answer.relation == .column else { return nil }
        return (hit == nil ? place : answer.box).flatMap { index.text(in: $0) }
    }

    /// Takes from the confidence of a value what speaks for the other values of its field.
    ///
    /// - Parameters:
    ///   - fields: The grounded fields.
    ///   - conflicts: The fields for which different values were read.
    /// - Returns: The fields; the confidence c of a chosen value whose rivals have the confidences r is at most c / (c + Σ r).
    public func lowered(_ fields: [GroundedField], by conflicts: [GroundedConflict]) -> [GroundedField] {
        fields.map { field in
            guard let conflict = conflicts.first(where: { $0.pointer == field.pointer }), let own = field.confidence
            else {
                return field
            }
            let rivals = conflict.candidates.filter { !$0.isChosen }.reduce(0) { $0 + ($1.grounding.confidence ?? 0) }
            var field = field
            if own + rivals > 0 { field.confidence = min(own, own / (own + rivals)) }
            return field
        }
    }

    private static func evidence(of hit: TextLayerIndex.Hit, page: PageNumber) -> [Evidence] {
        hit.lines.map { Evidence(page: page, box: $0.box, quote: $0.quote, match: hit.match, distance: hit.distance) }
    }

    /// What the model saw, for values that the text layer does not say.
    private func seen(_ answer: FieldCandidate, in tile: TileReading?) -> Evidence {
        guard let box = answer.box else {
            return Evidence(page: answer.page, box: nil, quote: answer.text, match: .none)
        }
        let whole = (box, answer.relation == .readAgain ? EvidenceLocation.rereading : .tile)
        let part = tile.flatMap { $0.part(holding: answer.text) } ?? whole
        return Evidence(page: answer.page, box: part.box, quote: answer.text, match: .vision, located: part.located)
    }

    /// The confidence in an answer that is not calibrated.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - match: How it was found on the page.
    /// - Returns: A number from 0 to 1.
    static func confidence(of answer: FieldCandidate, match: EvidenceMatch) -> Double {
        switch match {
        case .exact: (1 + answer.probability) / 2
        case .fuzzy, .vision: answer.probability
        case .none: answer.probability / 2
        }
    }
}
