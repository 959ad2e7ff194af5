/// What many cases of one field, or of all fields, come to.
public struct FieldScore: Sendable {
    /// Labelled cases.
    public private(set) var count = 0
    /// Cases whose answer is the same JSON value as the label; where both are `null` the answer is right too.
    public private(set) var exact = 0
    /// Cases whose answer means the same as the label.
    public private(set) var normalized = 0
    /// Cases where a value was read, but another one.
    public private(set) var wrong = 0
    /// Cases where the document has a value and none was read, and all cases of documents that failed.
    public private(set) var missed = 0
    /// Cases where the document has no value and one was read.
    public private(set) var invented = 0
    /// Right answers that are values, not `null`.
    public private(set) var rightValues = 0
    /// Right values whose evidence has a box.
    public private(set) var grounded = 0
    /// Right values of which it is known where they really stand.
    public private(set) var withPlace = 0
    /// Those of them whose evidence has a box that overlaps the true one.
    public private(set) var located = 0
    private var likeness = 0.0

    /// Scores cases.
    ///
    /// - Parameter cases: The cases, of one field or of several.
    public init(_ cases: some Sequence<FieldCase>) {
        for fieldCase in cases {
            count += 1
            likeness += fieldCase.likeness
            if fieldCase.isNormalized { normalized += 1 }
            switch fieldCase.outcome {
            case .right: exact += 1
            case .wrong: wrong += 1
            case .missed: missed += 1
            case .invented: invented += 1
            }
            guard fieldCase.isRightValue else { continue }
            rightValues += 1
            if fieldCase.isGrounded { grounded += 1 }
            guard !fieldCase.places.isEmpty else { continue }
            withPlace += 1
            if fieldCase.isLocated { located += 1 }
        }
    }

    /// Share of the cases that are exactly right; nil without cases.
    public var exactShare: Double? { Self.share(exact, of: count) }

    /// Share of the cases that mean the same; nil without cases.
    public var normalizedShare: Double? { Self.share(normalized, of: count) }

    /// Average normalised Levenshtein similarity of the cases; nil without cases.
    public var anls: Double? { count > 0 ? likeness / Double(count) : nil }

    /// Share of the right values whose evidence has a box; nil without right values.
    public var groundingRate: Double? { Self.share(grounded, of: rightValues) }

    /// Share of the right values with a known place whose box overlaps it; nil when no place is known.
    public var locationRate: Double? { Self.share(located, of: withPlace) }

    static func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
}
