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
        /// Texts of up to 64 characters need one block alone.
        private var first = Block()
        private var further: [Block]
        private let pattern: EditPattern
        /// The text's last character in its block.
        private let last: UInt64
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
            last = 1 << UInt64(max(0, pattern.count - 1) % 64)
            further = Array(repeating: Block(), count: pattern.blockCount - 1)
        }

        /// Begins again with nothing fed.
        mutating func restart() {
            distance = pattern.count
            first = Block()
            for block in further.indices { further[block] = Block() }
        }

        /// Feeds the next character.
        mutating func feed(_ code: Int32) {
            let place = Int(code) * pattern.blockCount
            var change = first.feed(pattern.positions[place], up: rise, down: 0)
            for block in further.indices {
                let equal = pattern.positions[place + block + 1]
                change = further[block].feed(equal, up: change.up >> 63, down: change.down >> 63)
            }
            if change.up & last != 0 { distance += 1 }
            if change.down & last != 0 { distance -= 1 }
        }
    }

    /// What 64 characters of the text differ from those above them: by one edit more, or by one less.
    private struct Block: Sendable {
        private var increases = UInt64.max
        private var decreases: UInt64 = 0

        /// Feeds the next character.
        ///
        /// - Parameters:
        ///   - equal: Where the text has the character.
        ///   - carryUp: 1 when it costs one edit more above the block.
        ///   - carryDown: 1 when it costs one edit less there.
        /// - Returns: Where it costs one more and one less in the block.
        mutating func feed(_ equal: UInt64, up carryUp: UInt64, down carryDown: UInt64) -> (up: UInt64, down: UInt64) {
            let vertical = equal | decreases
            let known = equal | carryDown
            let horizontal = (((known & increases) &+ increases) ^ increases) | known
            let change = (up: decreases | ~(horizontal | increases), down: increases & horizontal)
            let up = change.up << 1 | carryUp
            let down = change.down << 1 | carryDown
            increases = down | ~(vertical | up)
            decreases = up & vertical
            return change
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
    /// One pass finds where stretches can end (`ends`); only what begins near before such a place is looked at closely.
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
        let (ends, least) = ends(of: pattern, limit: limit, where: isAllowed)
        // Hyphens at the end of lines are passed over, and each follows a letter.
        let reach = 2 * (pattern.count + limit)
        var best: (start: Int, end: Int, distance: Int)?
        var column = EditPattern.Column(pattern)
        var next = 0
        for start in beginnings where best?.distance != least {
            while next < ends.count, ends[next] < start { next += 1 }
            guard next < ends.count else { break }
            guard ends[next] - start <= reach, isAllowed(place(of: start)) else { continue }
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
        }
        return best.map { (run(from: $0.start, to: $0.end), $0.distance) }
    }

    /// Where stretches that need few edits can end, wherever they begin.
    ///
    /// - Parameters:
    ///   - pattern: The wanted text.
    ///   - limit: The most edits.
    ///   - isAllowed: Whether a word, by its place in the order, may be part of a stretch.
    /// - Returns: The indexes of their last characters, and the fewest edits of all of them.
    private func ends(
        of pattern: EditPattern,
        limit: Int,
        where isAllowed: (Int) -> Bool
    ) -> (ends: [Int], least: Int) {
        var ends: [Int] = []
        var least = Int.max
        var column = EditPattern.Column(pattern, mayBeginAnywhere: true)
        var isBroken = false
        for place in order.words.indices {
            guard isAllowed(place) else {
                isBroken = true
                continue
            }
            if isBroken { column.restart() }
            isBroken = false
            for index in characters(from: place, through: place) where !isBreak[index] {
                column.feed(codes[index])
                guard column.distance <= limit else { continue }
                ends.append(index)
                least = min(least, column.distance)
            }
        }
        return (ends, least)
    }
}
