import RectoPages

/// What the other answers for a field say to one of them: readings of other tiles and pages are witnesses of their own.
public struct AnswerAgreement: Sendable, Hashable, Codable {
    /// How many other places say the same: tiles, or pages where no tile is known, each counted once.
    public var supporters: Int
    /// The score of the most convincing other value, from 0 to 1; 0 when no other value was read.
    public var rivalScore: Double

    /// Creates what other answers say.
    ///
    /// - Parameters:
    ///   - supporters: How many other places say the same.
    ///   - rivalScore: The score of the most convincing other value.
    public init(supporters: Int, rivalScore: Double) {
        self.supporters = supporters
        self.rivalScore = rivalScore
    }
}

extension AnswerAgreement {
    /// A place where something was read.
    private struct Place: Hashable {
        var page: Int
        var tile: Int?
    }

    /// Counts the places that say the same as an answer.
    ///
    /// The same text, reached from two labels, is one witness; a whole page and its tiles are no two.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - same: All answers of its value.
    ///   - rivalScore: The score of the most convincing other value.
    init(_ answer: FieldCandidate, among same: [FieldCandidate], rivalScore: Double) {
        let own = Self.place(of: answer)
        let others = Set(same.map(Self.place)).filter { other in
            other != own && (other.page != own.page || other.tile != nil && own.tile != nil)
        }
        self.init(supporters: others.count, rivalScore: rivalScore)
    }

    private static func place(of answer: FieldCandidate) -> Place {
        Place(page: answer.page.value, tile: answer.valueTile)
    }
}
