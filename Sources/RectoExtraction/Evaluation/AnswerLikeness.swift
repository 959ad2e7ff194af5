import Foundation
public import RectoSchema

/// How near an answer comes to the label, by the score that document question answering is measured with.
public enum AnswerLikeness {
    /// From this normalised distance on an answer is worth nothing.
    static let threshold = 0.5

    /// Scores one answer: the term of the average normalised Levenshtein similarity, ANLS.
    ///
    /// The definition is that of Biten et al. 2019, equation 1. Letter case and white space around the texts do not count, as in the reference evaluation. What has no value is only
    /// like what has none, as in ANLS* (Peer et al. 2024).
    ///
    /// - Parameters:
    ///   - expected: The label; nil or `null` when the document does not say.
    ///   - found: The answer; nil or `null` for none.
    /// - Returns: 1 minus the distance divided by the longer length when that quotient is below 0.5, else 0.
    public static func score(expected: JSONValue?, found: JSONValue?) -> Double {
        switch (text(of: expected), text(of: found)) {
        case (nil, nil): return 1
        case (let expected?, let found?): return score(expected, found)
        default: return 0
        }
    }

    static func score(_ expected: String, _ found: String) -> Double {
        let longest = max(expected.count, found.count)
        guard longest > 0 else { return 1 }
        let distance = Double(TextDistance.edits(expected, found)) / Double(longest)
        return distance < threshold ? 1 - distance : 0
    }

    private static func text(of value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return nil }
        let text = value.stringValue ?? JSONWriter().string(value)
        return text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }
}
