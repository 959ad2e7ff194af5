public import RectoPages
public import RectoSchema

/// How a value was found on its page.
public enum EvidenceMatch: String, Sendable, Codable, CaseIterable {
    /// The document's text layer says the same; the box is that of its words.
    case exact
    /// The text layer says nearly the same, or the same in another notation; the box is that of its words. `distance` says how
    /// nearly.
    case fuzzy
    /// The text layer says nothing of it; the box is that of the tile, or the part of the tile, that the model read.
    case vision
    /// It was not found; there is no box.
    case none
}

/// Where on the document a value stands.
public struct Evidence: Sendable, Hashable, Codable {
    /// The page.
    public var page: PageNumber
    /// The place on the page in points; nil when the value was not found on it.
    public var box: Box?
    /// What stands there: the text layer's words, else what the model read.
    public var quote: String
    /// How it was found.
    public var match: EvidenceMatch
    /// Of a fuzzy match the characters that differ: inserted, removed or replaced between what was read and what stands there.
    ///
    /// White space, letter case and accents do not count; 0 when it is the same number or date in another notation. Nil for
    /// other matches.
    public var distance: Int?

    /// Creates evidence.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - box: The place on the page in points.
    ///   - quote: What stands there.
    ///   - match: How it was found.
    ///   - distance: Of a fuzzy match the characters that differ.
    public init(page: PageNumber, box: Box?, quote: String, match: EvidenceMatch, distance: Int? = nil) {
        self.page = page
        self.box = box
        self.quote = quote
        self.match = match
        self.distance = distance
    }

    /// The evidence as it stands in a record.
    ///
    /// - Returns: An object with `page`, `box`, `quote` and `match`, and `distance` where it is fuzzy.
    public func json() -> JSONValue {
        var object: JSONObject = [
            "page": .integer(page.value),
            "box": box.map(JSONValue.box) ?? .null,
            "quote": .string(quote),
            "match": .string(match.rawValue),
        ]
        if let distance { object["distance"] = .integer(distance) }
        return .object(object)
    }
}

/// A leaf of `fields` with what speaks for it.
public struct GroundedField: Sendable, Hashable, Codable {
    /// Where in `fields` the value stands.
    public var pointer: JSONPointer
    /// Where on the document it stands, best first.
    public var evidence: [Evidence]
    /// How sure Recto is, from 0 to 1; nil when nothing can be said.
    public var confidence: Double?
    /// What the confidence was made of, one for each answer; empty where it is not calibrated.
    public var signals: [ConfidenceSignals] = []

    /// Creates a grounded field.
    ///
    /// - Parameters:
    ///   - pointer: Where in `fields` the value stands.
    ///   - evidence: Where on the document it stands.
    ///   - confidence: How sure Recto is, from 0 to 1.
    public init(pointer: JSONPointer, evidence: [Evidence], confidence: Double?) {
        self.pointer = pointer
        self.evidence = evidence
        self.confidence = confidence
    }
}
