extension InkMap {
    /// Height of a piece, in heights of the letters about it, from which it may be letters of several lines.
    private static let tallest = 2.2
    /// Height from which it is a stamp, a frame or a picture rather than letters of some lines that touch.
    private static let highest = 9.0
    /// How far about a piece letters and lines are looked at, in its own heights.
    private static let reach = 3
    /// Most ink in a row between two lines, as a share of the lines' own rows.
    private static let gapShare = 0.3
    /// Least ink in the rows of a line's small letters, as a share of its fullest row.
    private static let lineShare = 0.5
    /// Least distance of two lines, in heights of letters: small letters are about half of a line's pitch.
    private static let leastPitch = 1.5

    /// Cuts pieces that hang together over several lines, as descenders do that touch the next line's ascenders in tight or coarse
    /// print.
    ///
    /// A piece much taller than the letters about it is cut in the rows where the ink about it, not its own alone, all but ends
    /// between two lines of text. Larger type beside small type has no such rows, and stays whole.
    ///
    /// - Parameter tallest: Height above which a piece is a picture.
    /// - Returns: The pieces after the cuts; a row of pixels is lost at each.
    mutating func separateTouchingLines(tallest: Int) -> [InkComponent] {
        let (pieces, runs) = components()
        let sorted = pieces.indices.sorted { pieces[$0].y0 < pieces[$1].y0 }
        let heights = TypicalHeights(pieces, order: sorted)
        var cuts: [Int32: [Int]] = [:]
        for (index, piece) in pieces.enumerated() where piece.height >= 8 && piece.height <= 2 * tallest {
            // A rule, a brace, the frame of a box.
            guard piece.width * 8 > piece.height, piece.area * 12 > piece.width * piece.height else { continue }
            guard let letter = heights.height(about: piece, reach: Self.reach * piece.height) else { continue }
            guard (Self.tallest * letter...Self.highest * letter).contains(Double(piece.height)) else { continue }
            let rows = gaps(within: piece, letter: letter)
            if !rows.isEmpty { cuts[Int32(index)] = rows }
        }
        guard !cuts.isEmpty else { return pieces }
        for run in runs {
            guard let rows = cuts[run.label], rows.contains(Int(run.y)) else { continue }
            for x in Int(run.start)..<Int(run.end) { ink[Int(run.y) * width + x] = 0 }
        }
        return components().components
    }

    /// The rows of a piece midway between lines of text: little ink there on either side of the piece, much above and below.
    private func gaps(within piece: InkComponent, letter: Double) -> [Int] {
        let margin = Int(letter * 12)
        let columns = max(0, piece.x0 - margin)..<min(width, piece.x1 + margin)
        let first = max(0, piece.y0 - Int(letter))
        let last = min(height, piece.y1 + Int(letter))
        let source = ink.span
        let amounts = (first..<last).map { y in columns.reduce(0) { $0 + Int(source[y * width + $1]) } }
        let before = (first..<last).map { y in
            (columns.lowerBound..<piece.x0).contains { source[y * width + $0] != 0 }
        }
        let pitch = Self.leastPitch * letter
        let span = Int(pitch * 1.3)
        var chosen: [Int] = []
        let inside = amounts.indices.filter {
            $0 + first > piece.y0 + Int(letter / 2) && $0 + first < piece.y1 - Int(letter / 2)
        }
        for row in inside.sorted(by: { (amounts[$0], $0) < (amounts[$1], $1) }) {
            let above = amounts[max(0, row - span)..<row].max() ?? 0
            let below = amounts[(row + 1)..<min(amounts.count, row + 1 + span)].max() ?? 0
            let lines = Double(min(above, below))
            guard Double(amounts[row]) <= Self.gapShare * lines else { continue }
            // An initial over several lines has no text to its left.
            guard before[max(0, row - span)..<row].contains(true),
                before[row..<min(before.count, row + span)].contains(true)
            else { continue }
            // Just below a baseline stand only the thin stems of descenders: their feet, and the next line's ascenders, are in the
            // middle of the gap.
            func isGap(_ row: Int) -> Bool { Double(amounts[row]) <= Self.lineShare * lines }
            let top = (0..<row).last { !isGap($0) }.map { $0 + 1 } ?? 0
            let bottom = ((row + 1)..<amounts.count).first { !isGap($0) } ?? amounts.count
            let middle = (top + bottom) / 2 + first
            if middle > piece.y0, middle < piece.y1 - 1, chosen.allSatisfy({ abs(Double($0 - middle)) >= pitch }) {
                chosen.append(middle)
            }
        }
        return chosen
    }
}

/// How high the pieces about a place are.
private struct TypicalHeights {
    private let pieces: [InkComponent]
    private let order: [Int]
    private let tallest: Int

    init(_ pieces: [InkComponent], order: [Int]) {
        self.pieces = pieces
        self.order = order
        tallest = pieces.map(\.height).max() ?? 0
    }

    /// The middle height of the pieces about one that are lower than it and no specks; nil where there are fewer than six.
    func height(about piece: InkComponent, reach: Int) -> Double? {
        var low = 0
        var high = order.count
        let top = piece.y0 - piece.height / 2 - tallest
        while low < high {
            let middle = (low + high) / 2
            if pieces[order[middle]].y0 < top { low = middle + 1 } else { high = middle }
        }
        var heights: [Int] = []
        for index in order[low...] {
            let other = pieces[index]
            if other.y0 > piece.y1 + piece.height / 2 { break }
            guard other.y1 > piece.y0 - piece.height / 2, other.x1 > piece.x0 - reach, other.x0 < piece.x1 + reach
            else { continue }
            if other.height < piece.height, other.height >= 4 { heights.append(other.height) }
        }
        guard heights.count >= 6 else { return nil }
        heights.sort()
        return Double(heights[heights.count / 2])
    }
}
