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

/// How a value that only the model saw was located within what the model looked at.
public enum EvidenceLocation: String, Sendable, Codable, CaseIterable {
    /// The checkpoint's glyph head named the value's characters: the box holds them to within a patch.
    case glyphs
    /// By the share of the tile's characters that stand before and in the value.
    case proportion
    /// The model was asked again about parts of what it had looked at, and this part answered the same: the box is the part's.
    case rereading = "re-reading"
    /// Not within: the box is that of the whole tile, or of the tiles that the model looked at together.
    case tile
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
    /// How the box came about where the match is `vision`; nil for other matches.
    public var located: EvidenceLocation?

    /// Creates evidence.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - box: The place on the page in points.
    ///   - quote: What stands there.
    ///   - match: How it was found.
    ///   - distance: Of a fuzzy match the characters that differ.
    ///   - located: How the box came about where the match is `vision`.
    public init(
        page: PageNumber,
        box: Box?,
        quote: String,
        match: EvidenceMatch,
        distance: Int? = nil,
        located: EvidenceLocation? = nil
    ) {
        self.page = page
        self.box = box
        self.quote = quote
        self.match = match
        self.distance = distance
        self.located = located
    }

    /// The evidence as it stands in a record.
    ///
    /// - Returns: An object with `page`, `box`, `quote` and `match`, `distance` where it is fuzzy, and `located` where that is
    ///   known.
    public func json() -> JSONValue {
        var object: JSONObject = [
            "page": .integer(page.value),
            "box": box.map(JSONValue.box) ?? .null,
            "quote": .string(quote),
            "match": .string(match.rawValue),
        ]
        if let distance { object["distance"] = .integer(distance) }
        if let located { object["located"] = .string(located.rawValue) }
        return .object(object)
    }
}

/// What a page's text layer says where something else was read.
public struct LayerContradiction: Sendable, Hashable, Codable {
    /// The page.
    public var page: PageNumber
    /// What was read.
    public var read: String
    /// What the text layer says there.
    public var layer: String
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
    /// What the text layer says where the value was read, when that is something else.
    public var contradiction: LayerContradiction?

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
