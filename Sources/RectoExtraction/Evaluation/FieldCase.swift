public import RectoSchema

/// What became of one labelled field.
public enum FieldOutcome: String, Sendable, CaseIterable {
    /// The answer is the label, or both say that the document has no such value.
    case right
    /// There is an answer, but it is another one.
    case wrong
    /// The document has a value, but none was read.
    case missed
    /// The document has no such value, but one was read.
    case invented
}

/// One labelled field of one document beside the answer.
public struct FieldCase: Sendable {
    /// Where the answer stands in the record's `fields`; where it would stand when there is none.
    public let pointer: JSONPointer
    /// The field's name over all documents: the pointer with `*` for each place in a list.
    public let field: String
    /// The label; `null` when the document has no such value.
    public let expected: JSONValue
    /// The answer; `null` when there is none.
    public let found: JSONValue
    /// What the value is on paper.
    public let kind: ValueKind
    /// Whether the document failed, so that nothing was read and even a `null` is no answer.
    public let isFailed: Bool
    /// How sure the record is of the answer, from 0 to 1; nil when it does not say.
    public let confidence: Double?
    /// What the confidence was made of; empty where it is not calibrated.
    public let signals: [ConfidenceSignals]
    /// Where the record says that the answer stands.
    public let evidence: [Evidence]
    /// Where the label really stands; empty when that is not known.
    public let places: [DocumentLabels.Place]
    /// Whether answer and label are the same JSON value.
    public let isExact: Bool
    /// Whether answer and label mean the same.
    public let isNormalized: Bool
    /// How near the answer comes to the label: ANLS, from 0 to 1.
    public let likeness: Double

    init(
        pointer: JSONPointer,
        field: String,
        expected: JSONValue,
        found: JSONValue,
        kind: ValueKind,
        isFailed: Bool = false,
        grounding: GroundedField? = nil,
        places: [DocumentLabels.Place] = []
    ) {
        self.pointer = pointer
        self.field = field
        self.expected = expected
        self.found = found
        self.kind = kind
        self.isFailed = isFailed
        self.places = places
        confidence = grounding?.confidence
        signals = grounding?.signals ?? []
        evidence = grounding?.evidence ?? []
        isExact = !isFailed && ValueAgreement.isExact(expected: expected, found: found)
        isNormalized = !isFailed && ValueAgreement.isNormalized(expected: expected, found: found, kind: kind)
        likeness = isFailed ? 0 : AnswerLikeness.score(expected: expected, found: found)
    }

    /// What became of the field; of a failed document every field is missed.
    public var outcome: FieldOutcome {
        if isExact { return .right }
        if isFailed || found.isNull { return .missed }
        return expected.isNull ? .invented : .wrong
    }

    /// Whether a value was read that is right.
    public var isRightValue: Bool { isExact && !found.isNull }

    /// Whether the record shows where the answer stands.
    public var isGrounded: Bool { evidence.contains { $0.box != nil } }

    /// Whether the record shows the place where the value really stands.
    public var isLocated: Bool { places.contains { place in evidence.contains(where: place.overlaps) } }
}
