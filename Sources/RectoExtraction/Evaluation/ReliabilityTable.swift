/// How far confidence can be believed: answers by their confidence in ten bins of equal width, and how many are right.
public struct ReliabilityTable: Sendable {
    /// The answers whose confidence lies between two tenths.
    public struct Bin: Sendable, Hashable {
        /// Lowest confidence; it belongs to the bin.
        public let lower: Double
        /// Highest confidence; it belongs to the next bin, but 1 to the last.
        public let upper: Double
        /// Answers.
        public fileprivate(set) var count = 0
        /// Answers that are right.
        public fileprivate(set) var right = 0
        fileprivate var confidence = 0.0

        /// Mean confidence of the answers; nil without answers.
        public var meanConfidence: Double? { count > 0 ? confidence / Double(count) : nil }

        /// Share of the answers that are right; nil without answers.
        public var rightShare: Double? { FieldScore.share(right, of: count) }
    }

    /// The bins, from low to high confidence.
    public let bins: [Bin]

    /// Sorts answers into bins.
    ///
    /// - Parameter cases: Cases; those without a confidence are left out.
    public init(_ cases: some Sequence<FieldCase>) {
        let answers = cases.compactMap { answer in
            answer.confidence.map { (confidence: $0, isRight: answer.isExact) }
        }
        self.init(answers: answers)
    }

    package init(answers: [(confidence: Double, isRight: Bool)]) {
        var bins = (0..<10).map { Bin(lower: Double($0) / 10, upper: Double($0 + 1) / 10) }
        for answer in answers {
            let confidence = min(1, max(0, answer.confidence))
            let index = min(bins.count - 1, Int(confidence * Double(bins.count)))
            bins[index].count += 1
            bins[index].confidence += confidence
            if answer.isRight { bins[index].right += 1 }
        }
        self.bins = bins
    }

    /// Answers in all bins.
    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// Expected calibration error: the mean distance between confidence and the share that is right; nil without answers.
    ///
    /// Each bin weighs as much as it has answers (Guo et al. 2017, equation 3).
    public var expectedCalibrationError: Double? {
        let count = count
        guard count > 0 else { return nil }
        let gaps = bins.reduce(0) { $0 + abs(Double($1.right) - $1.confidence) }
        return gaps / Double(count)
    }
}
