/// A text prepared for counting the edits between it and everything that begins at a place.
///
/// The bit-parallel algorithm of Myers (1999), in Hyyrö's form for several machine words (2003): one column of the table of
/// edit distances takes a few instructions for each 64 characters.
struct EditPattern: Sendable {
    /// How many characters the text has.
    let count: Int
    /// For each code and block, the positions at which the character stands.
    private let positions: [UInt64]
    private let blockCount: Int

    /// Prepares a text.
    ///
    /// - Parameters:
    ///   - codes: The codes of its characters; unknown ones match nothing.
    ///   - alphabetSize: More than any code of the page.
    init(_ codes: [Int32], alphabetSize: Int) {
        count = codes.count
        blockCount = max(1, (codes.count + 63) / 64)
        var positions = Array(repeating: UInt64(0), count: alphabetSize * blockCount)
        for (index, code) in codes.enumerated() where code >= 0 && Int(code) < alphabetSize {
            positions[Int(code) * blockCount + index / 64] |= 1 << UInt64(index % 64)
        }
        self.positions = positions
    }

    /// The fewest edits that turn the text into a part of another one.
    ///
    /// - Parameter codes: The other text.
    /// - Returns: The edits.
    func leastDistance(in codes: [Int32]) -> Int {
        var column = Column(self, mayBeginAnywhere: true)
        var least = column.distance
        for code in codes {
            column.feed(code)
            least = min(least, column.distance)
        }
        return least
    }

    /// The edits that turn the text into what was fed so far.
    struct Column: Sendable {
        /// The edits.
        private(set) var distance: Int
        private var increases: [UInt64]
        private var decreases: [UInt64]
        private let pattern: EditPattern
        /// The row above the first: one edit more for each character fed, or none where the text may begin anywhere.
        private let rise: UInt64

        /// Begins with nothing fed.
        ///
        /// - Parameters:
        ///   - pattern: The text.
        ///   - mayBeginAnywhere: Whether what was fed before the text costs nothing.
        init(_ pattern: EditPattern, mayBeginAnywhere: Bool = false) {
            self.pattern = pattern
            rise = mayBeginAnywhere ? 0 : 1
            distance = pattern.count
            increases = Array(repeating: .max, count: pattern.blockCount)
            decreases = Array(repeating: 0, count: pattern.blockCount)
        }

        /// Begins again with nothing fed.
        mutating func restart() {
            distance = pattern.count
            for block in increases.indices { (increases[block], decreases[block]) = (.max, 0) }
        }

        /// Feeds the next character.
        mutating func feed(_ code: Int32) {
            var (carryUp, carryDown) = (rise, UInt64(0))
            for block in 0..<pattern.blockCount {
                let equal = pattern.positions[Int(code) * pattern.blockCount + block]
                let (rises, falls) = (increases[block], decreases[block])
                let vertical = equal | falls
                let known = equal | carryDown
                let horizontal = (((known & rises) &+ rises) ^ rises) | known
                var up = falls | ~(horizontal | rises)
                var down = rises & horizontal
                if block == pattern.blockCount - 1 {
                    let last = UInt64(1) << UInt64((pattern.count - 1) % 64)
                    if up & last != 0 { distance += 1 }
                    if down & last != 0 { distance -= 1 }
                }
                let (nextUp, nextDown) = (up >> 63, down >> 63)
                up = up << 1 | carryUp
                down = down << 1 | carryDown
                increases[block] = down | ~(vertical | up)
                decreases[block] = up & vertical
                (carryUp, carryDown) = (nextUp, nextDown)
            }
        }
    }
}

extension FoldedWords {
    /// The edits that turn a text into whole words.
    ///
    /// - Parameters:
    ///   - pattern: The text.
    ///   - run: Places in the order.
    /// - Returns: The edits.
    func distance(_ pattern: EditPattern, _ run: ClosedRange<Int>) -> Int {
        var column = EditPattern.Column(pattern)
        for index in characters(from: run.lowerBound, through: run.upperBound) { column.feed(codes[index]) }
        return column.distance
    }

    /// The stretch of characters that needs fewest edits.
    ///
    /// - Parameters:
    ///   - pattern: The wanted text.
    ///   - limit: The most edits.
    ///   - isAllowed: Whether a word, by its place in the order, may be part of it.
    /// - Returns: The stretch, the first among equals, and its edits; nil when every one needs more.
    func mostSimilar(
        to pattern: EditPattern,
        limit: Int,
        where isAllowed: (Int) -> Bool
    ) -> (run: WordRun, distance: Int)? {
        var best: (start: Int, end: Int, distance: Int)?
        var column = EditPattern.Column(pattern)
        for start in codes.indices where isBoundary(start) && isAllowed(place(of: start)) {
            column.restart()
            var fed = 0
            for index in start..<codes.count {
                guard isAllowed(place(of: index)) else { break }
                if isBreak[index] { continue }
                column.feed(codes[index])
                fed += 1
                let leastPossible = column.distance - max(0, pattern.count + limit - fed)
                if leastPossible > min(limit, (best?.distance ?? .max) - 1) { break }
                if column.distance <= limit, column.distance < best?.distance ?? .max, isBoundary(index + 1) {
                    best = (start, index + 1, column.distance)
                }
            }
            if best?.distance == 0 { break }
        }
        return best.map { (run(from: $0.start, to: $0.end), $0.distance) }
    }
}
