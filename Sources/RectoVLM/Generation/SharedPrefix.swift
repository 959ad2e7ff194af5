/// The beginning that several prompts have in common, read once for all of them.
///
/// Ten questions about one page differ in their last line alone: the page's image tokens are hundreds, the question's a few.
struct SharedPrefix {
    /// Shorter beginnings are not worth copying keys and values.
    private static let fewestTokens = 32

    /// The sequences, by their places in the batch; at least two.
    private(set) var members: [Int]
    /// Tokens in common.
    private(set) var length: Int
    /// Views whose image tokens stand among them.
    private(set) var viewCount: Int

    /// Finds neighbours that begin alike; requests about one page stand beside each other.
    ///
    /// - Parameters:
    ///   - range: Places of sequences.
    ///   - sequences: All sequences.
    ///   - network: The network that will read them.
    /// - Returns: Groups without a common member, in order.
    static func groups(_ range: Range<Int>, of sequences: [GeneratedSequence], in network: any LanguageNetwork)
        -> [SharedPrefix]
    {
        var groups: [SharedPrefix] = []
        var current: SharedPrefix?
        for index in range where sequences[index].stopReason == nil {
            if let group = current, let first = group.members.first {
                let common = common(sequences[first], sequences[index], network, atMost: group.length)
                if common.length >= fewestTokens {
                    current = SharedPrefix(
                        members: group.members + [index],
                        length: common.length,
                        viewCount: common.views
                    )
                    continue
                }
                if group.members.count > 1 { groups.append(group) }
            }
            current = SharedPrefix(members: [index], length: .max, viewCount: 0)
        }
        if let group = current, group.members.count > 1 { groups.append(group) }
        return groups
    }

    /// The longest common beginning that cuts no view and leaves each prompt its last token, which is scored.
    private static func common(
        _ left: GeneratedSequence,
        _ right: GeneratedSequence,
        _ network: any LanguageNetwork,
        atMost limit: Int
    ) -> (length: Int, views: Int) {
        let most = min(limit, left.promptIDs.count - 1, right.promptIDs.count - 1)
        let imageTokenID = network.imageTokenID
        var (length, views, rest) = (0, 0, 0)
        var whole = (length: 0, views: 0)
        while length < most, left.promptIDs[length] == right.promptIDs[length] {
            if left.promptIDs[length] == imageTokenID {
                if rest == 0 {
                    guard views < left.features.count, views < right.features.count,
                        left.features[views].storage === right.features[views].storage
                    else { break }
                    rest = network.placeCount(of: left.features[views])
                    views += 1
                }
                rest -= 1
            }
            length += 1
            if rest == 0 { whole = (length, views) }
        }
        return whole
    }
}
