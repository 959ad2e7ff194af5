/// Characters that readers take for each other, letter case aside.
enum LookAlikes {
    /// Pairs of single characters.
    private static let pairs: Set<Set<Character>> = Set(
        [
            "qo", "q0", "o0", "d0", "do", "qg", "q9", "g9", "il", "i1", "l1", "i|", "l|", "1|", "i!", "l!", "it", "lt",
            "ij", "s5", "b8", "s8", "z2", "g6", "b6", "ce", "co", "uv", "vy", "tf", "nh", "nr", "oa", "ea", "17", "38",
        ]
        .map { Set($0) }
    )
    /// Two characters that look like one.
    private static let ligatures: [[Character]: Character] = [
        ["r", "n"]: "m", ["n", "n"]: "m", ["v", "v"]: "w", ["c", "l"]: "d", ["l", "i"]: "h",
    ]

    /// Whether two texts are the same but for one place at which they look alike.
    ///
    /// - Parameters:
    ///   - left: A text, case folded, at least two characters long.
    ///   - right: Another one.
    /// - Returns: Whether one is a plain misreading of the other.
    static func differInOne(_ left: [Character], _ right: [Character]) -> Bool {
        guard min(left.count, right.count) >= 2 else { return false }
        if left.count < right.count { return differInOne(right, left) }
        guard let start = left.indices.first(where: { $0 >= right.count || left[$0] != right[$0] }) else {
            return false
        }
        if left.count == right.count {
            return left[(start + 1)...] == right[(start + 1)...] && pairs.contains([left[start], right[start]])
        }
        // The letters of a pair may be what the texts have in common before they differ: rn and r, read from m.
        return left.count == right.count + 1
            && (max(0, start - 1)...start).contains { place in
                place + 1 < left.count && place < right.count
                    && ligatures[Array(left[place...place + 1])] == right[place]
                    && left[(place + 2)...] == right[(place + 1)...]
            }
    }
}
