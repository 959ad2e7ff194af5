import Foundation

/// What speaks for an answer and against it, and how often answers of which the same can be said were right.
///
/// Logistic regression over 5,436 answers of the shipped reader to synthetic documents (`samples/make_documents.py`, seeds 2 and 3; in
/// half of the latter further pages repeat what the first ones say, or contradict it), fitted by `training/refit.sh` on what
/// `recto eval --signals` writes. On other documents (seeds 1 and 4; 2,592 and 1,539 answers) the expected calibration error is 0.005
/// and 0.011, and 0.012 and 0.015 with the limit for answers that no listed label leads to; the mean log-likelihood over both is
/// -0.064, and without the most convincing other value -0.068.
public struct ConfidenceSignals: Sendable, Hashable, Codable {
    /// The geometric mean of the probabilities of the answer's tokens.
    public var probability: Double
    /// The smallest of them.
    public var leastProbability: Double
    /// How the answer was found on its page.
    public var match: EvidenceMatch
    /// Whether the text layer says it, but not where it was read.
    public var isElsewhere: Bool
    /// How well the label beside it fits the field's, from 0 to 1.
    public var labelFit: Double
    /// Whether it is the text beside a label that the model did not answer with.
    public var isTakenFromBeside: Bool
    /// Whether it stands below its label, or the window does not say where.
    public var isApart: Bool
    /// The share of the answer's characters that the glyph head names, too; nil when that is not known.
    public var glyphShare: Double?
    /// How many other tiles or pages say the same.
    public var supporters: Int
    /// The score of the most convincing other value that was read for the field, from 0 to 1.
    public var rivalScore: Double

    /// Creates signals.
    ///
    /// - Parameters:
    ///   - probability: The geometric mean of the probabilities of the answer's tokens.
    ///   - leastProbability: The smallest of them.
    ///   - match: How the answer was found on its page.
    ///   - isElsewhere: Whether the text layer says it, but not where it was read.
    ///   - labelFit: How well the label beside it fits the field's, from 0 to 1.
    ///   - isTakenFromBeside: Whether it is the text beside a label that the model did not answer with.
    ///   - isApart: Whether it stands below its label, or the window does not say where.
    ///   - glyphShare: The share of the answer's characters that the glyph head names, too.
    ///   - supporters: How many other tiles or pages say the same.
    ///   - rivalScore: The score of the most convincing other value that was read for the field.
    public init(
        probability: Double,
        leastProbability: Double,
        match: EvidenceMatch,
        isElsewhere: Bool,
        labelFit: Double,
        isTakenFromBeside: Bool,
        isApart: Bool,
        glyphShare: Double? = nil,
        supporters: Int = 0,
        rivalScore: Double = 0
    ) {
        self.probability = probability
        self.leastProbability = leastProbability
        self.match = match
        self.isElsewhere = isElsewhere
        self.labelFit = labelFit
        self.isTakenFromBeside = isTakenFromBeside
        self.isApart = isApart
        self.glyphShare = glyphShare
        self.supporters = supporters
        self.rivalScore = rivalScore
    }

    /// The share of answers of its kind that are right, from 0 to 1.
    public var confidence: Double {
        let sureness = min(8, -log(max(1e-6, 1 - probability)))
        let isConfirmed = match == .exact && !isElsewhere
        let isDoubted = isElsewhere || match == .fuzzy || match == .none
        let isOtherLabel = labelFit < 0.95
        var sum = Self.weights.start + Self.weights.sureness * sureness + Self.weights.least * leastProbability
        sum += (isConfirmed ? Self.weights.confirmed : 0) + (isDoubted ? Self.weights.doubted : 0)
        sum += Self.weights.labelMisfit * (1 - labelFit) + (isOtherLabel ? Self.weights.otherLabel : 0)
        sum += (isTakenFromBeside ? Self.weights.takenFromBeside : 0) + (isApart ? Self.weights.apart : 0)
        // Of the answers of which the head named less than half, none of the fitted ones was right; above, the share says
        // little.
        if let glyphShare, glyphShare < 0.5 { sum += Self.weights.unnamed }
        sum += (supporters > 0 ? Self.weights.supported : 0) + Self.weights.rivalled * rivalScore
        let confidence = 1 / (1 + exp(-sum))
        return labelFit <= FieldCandidate.unlistedFit ? min(confidence, Self.mostWithoutLabel) : confidence
    }

    /// An answer that no listed label leads to is never surer than this.
    ///
    /// Drawn documents have few captions that mislead: of 118 such answers 117 were right there (seeds 1 and 4), of documents that were made
    /// to mislead many were not. Pipelines that ask for a review below 0.8 get to see them.
    private static let mostWithoutLabel = 0.75

    /// What `training/calibrate.py` prints.
    private static let weights = (
        start: -2.073, sureness: 0.718, least: 1.074, confirmed: 0.625, doubted: -4.124, labelMisfit: -0.215,
        otherLabel: -2.399, takenFromBeside: 1.038, apart: -0.384, unnamed: -1.281, supported: 1.250, rivalled: -3.932
    )
}

extension ConfidenceSignals {
    /// Collects what is known of an answer.
    ///
    /// - Parameters:
    ///   - answer: The answer; nil is returned when it was not looked for beside a label, or in the place of one.
    ///   - match: How it was found on its page.
    ///   - isElsewhere: Whether the text layer says it, but not where it was read.
    ///   - tile: The tile that it was read in; nil when that is not known.
    init?(_ answer: FieldCandidate, match: EvidenceMatch, isElsewhere: Bool, tile: TileReading?) {
        // What a page declares of its currency stands at no label.
        let isDeclared = answer.source == .transcription && answer.relation == .window
        guard let labelFit = answer.labelFit ?? (isDeclared ? FieldCandidate.unlistedFit : nil) else { return nil }
        self.init(
            probability: answer.probability,
            leastProbability: answer.logProbabilities.min().map { exp(Double(min(0, $0))) } ?? answer.probability,
            match: match,
            isElsewhere: isElsewhere,
            labelFit: labelFit,
            isTakenFromBeside: answer.source == .transcription,
            isApart: answer.relation == .below || answer.relation == .window,
            glyphShare: tile?.glyphShare(of: answer.text),
            supporters: answer.agreement?.supporters ?? 0,
            rivalScore: answer.agreement?.rivalScore ?? 0
        )
    }
}
