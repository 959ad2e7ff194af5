import RectoPages

extension [TileReading] {
    /// Most tiles of a day: its number, its month, its year.
    private static var mostTilesOfDay: Int { 3 }
    /// Widest white within a day, in heights of a tile.
    private static var widestGapOfDay: Double { 1.5 }

    /// The tiles behind one in its row that complete a day.
    ///
    /// Behind a point or a comma, white may be as wide as between columns where all characters are equally wide: `Jun 5,` and `2021`
    /// are two tiles then. A number in the next column is no year: the last tile ends in four digits, and the day has the name of its
    /// month, or a point or a comma where it is cut. Where more days or a dash follow, it is a period, and none is taken.
    ///
    /// - Parameters:
    ///   - text: The end of the tile's text, which is no day.
    ///   - place: The place of the tile.
    ///   - isDay: Whether a text is a day.
    /// - Returns: The places of the tiles that follow, from left to right; nil when no day comes of it.
    func tiles(completing text: String, from place: Int, isDay: (String) -> Bool) -> [Int]? {
        guard text.contains(where: \.isNumber), !self[place].isCutShort else { return nil }
        var (text, last) = (text, place)
        var isMarked = true
        var found: [Int] = []
        while found.count + 1 < Self.mostTilesOfDay, let next = follower(of: last) {
            isMarked = isMarked && text.last.map { ".,".contains($0) } ?? false
            text += self[next].separator + self[next].text
            found.append(next)
            last = next
            guard isDay(text) else { continue }
            let goesOn = follower(of: last).map {
                self[$0].text.first.map { $0.isNumber || "-–—".contains($0) } ?? false
            }
            return Self.endsInYear(text) && (isMarked || text.contains(where: \.isLetter)) && goesOn != true
                ? found : nil
        }
        return nil
    }

    private static func endsInYear(_ text: String) -> Bool {
        let digits = text.reversed().prefix(while: \.isNumber)
        return digits.count == 4 && Int(String(digits.reversed())).map { (1900...2100).contains($0) } ?? false
    }

    private func follower(of place: Int) -> Int? {
        let box = self[place].box
        return indices.filter { other in
            self[other].row == self[place].row && self[other].box.x0 > box.x0 && !self[other].isCutShort
                && self[other].box.x0 - box.x1 < Self.widestGapOfDay * box.height
                && !self[other].text.contains(":") && !Caption.isLikely(self[other].text)
        }
        .min { self[$0].box.x0 < self[$1].box.x0 }
    }
}

extension FieldCandidate {
    /// Adds tiles that go on.
    ///
    /// - Parameter tiles: The tiles in the order of reading.
    mutating func append(_ tiles: some Sequence<TileReading>) {
        for tile in tiles {
            text += tile.separator + tile.text
            logProbabilities += tile.logProbabilities
            box = box?.union(tile.box)
        }
    }
}
