public import RectoSchema

/// A field for which different values were read, each convincing by itself.
public struct FieldConflict: Sendable, Hashable {
    /// One of the values.
    public struct Candidate: Sendable, Hashable {
        /// The value as the schema wants it.
        public var value: JSONValue
        /// The answer that most speaks for it.
        public var answer: FieldCandidate
        /// The other answers that a list is made of.
        public var further: [FieldCandidate] = []
        /// Whether it is the one that stands in the fields.
        public var isChosen: Bool
    }

    /// The field, as a pointer into `fields`.
    public var pointer: JSONPointer
    /// What decided.
    public var policy: MergePolicy
    /// The values, the chosen one first, then by how much speaks for each.
    public var candidates: [Candidate]
}

/// A conflict with the evidence of each of its values.
public struct GroundedConflict: Sendable, Hashable {
    /// One of the values.
    public struct Candidate: Sendable, Hashable {
        /// The value as the schema wants it.
        public var value: JSONValue
        /// Whether it is the one that stands in the fields.
        public var isChosen: Bool
        /// Where it stands, and how sure Recto is of it.
        public var grounding: GroundedField
    }

    /// The field, as a pointer into `fields`.
    public var pointer: JSONPointer
    /// What decided.
    public var policy: MergePolicy
    /// The values, the chosen one first.
    public var candidates: [Candidate]

    /// The conflict as it stands in a record.
    ///
    /// - Returns: An object with `pointer`, `policy` and `candidates`.
    public func json() -> JSONValue {
        [
            "pointer": .string(pointer.description),
            "policy": .string(policy.rawValue),
            "candidates": .array(
                candidates.map { candidate in
                    [
                        "value": candidate.value,
                        "chosen": .bool(candidate.isChosen),
                        "confidence": candidate.grounding.confidence.map { .decimal($0, decimals: 4) } ?? .null,
                        "evidence": .array(candidate.grounding.evidence.map { $0.json() }),
                    ]
                }
            ),
        ]
    }
}
