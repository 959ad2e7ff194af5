/// Levenshtein distance between texts of any length, in characters as people count them.
///
/// Characters that Unicode calls canonically equivalent are the same: `é` is one character however it is composed.
package enum TextDistance {
    /// Counts the fewest characters to insert, remove and replace that turn one text into the other.
    ///
    /// The work is that of a band as wide as the distance (Ukkonen 1985), so that long texts that are nearly alike are cheap.
    ///
    /// - Parameters:
    ///   - left: A text.
    ///   - right: Another text.
    /// - Returns: The distance.
    package static func edits(_ left: String, _ right: String) -> Int {
        var numbers: [Character: Int32] = [:]
        func numbered(_ text: String) -> [Int32] {
            text.map { character in
                if let known = numbers[character] { return known }
                let number = Int32(numbers.count)
                numbers[character] = number
                return number
            }
        }
        let (a, b) = (numbered(left), numbered(right))
        var limit = max(16, abs(a.count - b.count))
        while limit < max(a.count, b.count) {
            if let edits = edits(a, b, limit: limit) { return edits }
            limit *= 2
        }
        return edits(a, b, limit: max(a.count, b.count)) ?? max(a.count, b.count)
    }

    /// The distance, when it is at most `limit`; cells further than that from the diagonal cannot be on the way.
    private static func edits(_ a: [Int32], _ b: [Int32], limit: Int) -> Int? {
        let unreachable = limit + 1
        var above = (0...b.count).map { min($0, unreachable) }
        var row = above
        for i in a.indices {
            let first = max(1, i + 1 - limit)
            let last = min(b.count, i + 1 + limit)
            guard first <= last else { return nil }
            row[first - 1] = first == 1 ? min(i + 1, unreachable) : unreachable
            for j in first...last {
                let replaced = above[j - 1] + (a[i] == b[j - 1] ? 0 : 1)
                // The cell above the band's right edge belongs to no earlier band.
                let removed = j == i + 1 + limit ? unreachable : above[j] + 1
                row[j] = min(replaced, removed, row[j - 1] + 1, unreachable)
            }
            swap(&above, &row)
        }
        return above[b.count] <= limit ? above[b.count] : nil
    }
}
