import RectoPages

extension [TileReading] {
    /// Tiles of one number lie at most this many heights apart; words and columns are further.
    private static let widestGap = 0.1
    /// They overlap by at most this many heights.
    private static let widestOverlap = 0.5

    /// The tiles that a number was cut into: bold digits of a faint scan may be taken for columns (`£3`, `28.25` of `£328.25`).
    ///
    /// - Parameter place: The place of a tile.
    /// - Returns: Its place and those of the tiles that touch it and go on with digits, from left to right.
    func tilesOfNumber(around place: Int) -> [Int] {
        var run = [place]
        while let next = indices.first(where: { isCut(run[run.count - 1], $0) }) { run.append(next) }
        while let before = indices.first(where: { isCut($0, run[0]) }) { run.insert(before, at: 0) }
        return run
    }

    private func isCut(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (self[left], self[right])
        let gap = (other.box.x0 - one.box.x1) / other.box.height
        guard one.row == other.row, one.box.x0 < other.box.x0, gap <= Self.widestGap, gap >= -Self.widestOverlap,
            !one.isCutShort, !other.isCutShort, let last = one.text.last, let first = other.text.first
        else { return false }
        func isOfNumber(_ character: Character) -> Bool { character.isNumber || ".,".contains(character) }
        return isOfNumber(last) && isOfNumber(first) && (last.isNumber || first.isNumber)
    }
}
