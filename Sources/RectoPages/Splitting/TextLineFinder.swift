/// Gathers pieces of ink into lines of text.
struct TextLineFinder {
    /// Pixels per inch, to tell letters from dust and from pictures.
    let dpi: Double

    /// Height below which a piece is a dot, a comma or a dash and cannot begin a line.
    var smallest: Int { max(4, Int(dpi * 0.028)) }

    /// Height above which a piece is a picture.
    var tallest: Int { max(24, Int(dpi * 0.7)) }

    /// Finds lines among pieces of ink.
    ///
    /// - Parameter components: The pieces.
    /// - Returns: The lines, in no order.
    func lines(among components: [InkComponent]) -> [TextLine] {
        let letters = components.filter { $0.height >= smallest && $0.height <= tallest && !isRemnant($0) }
        let small = components.filter { $0.height < smallest && $0.width <= 2 * tallest }
        var lines = chains(of: letters).map { TextLine(glyphs: $0) }
        lines.measure()
        attach(small, to: &lines)
        return joined(lines)
    }

    /// Whether a piece is what is left of a box or a rule, or a blot such as a logo, rather than a letter.
    private func isRemnant(_ piece: InkComponent) -> Bool {
        let box = piece.width * piece.height
        // Hardly any ink in a wide box: a corner or a curve.
        if piece.width > tallest && piece.area * 12 < box { return true }
        // No large letter fills a box that is not narrow.
        return min(piece.width, piece.height) >= leastBlot && 2 * piece.width > piece.height
            && piece.area * 100 > box * Self.blotFill
    }

    /// Shorter side, at least, of a filled piece that is a picture; bullets and dashes are smaller.
    private var leastBlot: Int { max(12, Int(dpi * 0.16)) }
    /// Percentage of its box that a picture fills; bold capitals fill less.
    private static let blotFill = 78

    /// Links every piece with its neighbour on the right and returns what hangs together.
    private func chains(of letters: [InkComponent]) -> [[InkComponent]] {
        let sorted = letters.sorted { ($0.x0, $0.y0) < ($1.x0, $1.y0) }
        let grid = RowGrid(sorted, cell: 2 * smallest)
        var sets = DisjointSets(count: sorted.count)
        for index in sorted.indices {
            if let neighbour = neighbour(of: index, in: sorted, grid: grid) { sets.unite(index, neighbour) }
        }
        var groups: [Int: [InkComponent]] = [:]
        for index in sorted.indices { groups[sets.root(of: index), default: []].append(sorted[index]) }
        return groups.keys.sorted().compactMap { groups[$0] }
    }

    private func neighbour(of index: Int, in sorted: [InkComponent], grid: RowGrid) -> Int? {
        let piece = sorted[index]
        let reach = piece.x1 + piece.height * 4
        var best: (gap: Int, index: Int)?
        for row in grid.rows(of: piece) {
            for other in grid.after(index, in: row) {
                let next = sorted[other]
                if next.x0 > reach { break }
                let gap = max(0, next.x0 - piece.x1)
                if let best, gap >= best.gap { continue }
                let shared = min(piece.y1, next.y1) - max(piece.y0, next.y0)
                let lower = min(piece.height, next.height)
                let higher = max(piece.height, next.height)
                // Beside each other, of related size, and no farther apart than a wide space between words.
                guard 2 * shared > lower, higher <= 4 * lower, 10 * gap <= 13 * higher else { continue }
                guard 3 * gap <= 10 * lower || higher <= 2 * lower else { continue }
                best = (gap, other)
            }
        }
        return best?.index
    }

    /// Gives dots, commas, accents and dashes to the line that they belong to.
    private func attach(_ small: [InkComponent], to lines: inout [TextLine]) {
        var rest = small.sorted { ($0.x0, $0.y0) < ($1.x0, $1.y0) }
        for pass in 0..<3 where !rest.isEmpty {
            let index = LineIndex(lines, cell: 4 * smallest)
            var left: [InkComponent] = []
            for piece in pass % 2 == 0 ? rest : rest.reversed() {
                if let owner = owner(of: piece, among: lines, index: index) {
                    lines[owner].append(piece)
                } else {
                    left.append(piece)
                }
            }
            rest = left.sorted { ($0.x0, $0.y0) < ($1.x0, $1.y0) }
        }
        adopt(rest, into: &lines)
    }

    private func owner(of piece: InkComponent, among lines: [TextLine], index: LineIndex) -> Int? {
        var best: (cost: Double, line: Int)?
        let middle = Double(piece.y0 + piece.y1) / 2
        for candidate in index.lines(at: Int(middle)) {
            let line = lines[candidate]
            let leastArea = max(2, line.ascent * line.ascent * 0.006)
            guard Double(piece.area) >= leastArea else { continue }
            let apart = Double(max(0, max(piece.x0 - line.bounds.x1, line.bounds.x0 - piece.x1)))
            let above = max(0, line.baseline - line.ascent - middle)
            let below = max(0, middle - line.baseline)
            guard apart <= 0.8 * line.ascent, above <= 0.4 * line.ascent, below <= 0.35 * line.ascent else { continue }
            let cost = apart + 2 * above + 2 * below
            if best.map({ cost < $0.cost }) ?? true { best = (cost, candidate) }
        }
        return best?.line
    }

    /// Makes lines of dashes and bullets that stand alone at the height of another line's letters.
    private func adopt(_ pieces: [InkComponent], into lines: inout [TextLine]) {
        let index = LineIndex(lines, cell: 4 * smallest)
        let known = lines
        for piece in pieces {
            let middle = Double(piece.y0 + piece.y1) / 2
            let beside = index.lines(at: Int(middle)).filter { candidate in
                let line = known[candidate]
                let apart = Double(max(piece.x0 - line.bounds.x1, line.bounds.x0 - piece.x1))
                let level = (line.baseline - middle) / line.ascent
                return level > 0.2 && level < 0.7 && Double(piece.width) > 0.2 * line.ascent && apart < 12 * line.ascent
                    && Double(piece.area) > 0.015 * line.ascent * line.ascent
            }
            func distance(_ line: Int) -> Int { abs(known[line].bounds.x0 - piece.x0) }
            guard let model = beside.min(by: { distance($0) < distance($1) }) else { continue }
            var line = TextLine(glyphs: [piece])
            line.baseline = known[model].baseline
            line.ascent = known[model].ascent
            lines.append(line)
        }
    }

    /// Joins lines that continue each other: same baseline, similar size, no wide gap between them.
    private func joined(_ lines: [TextLine]) -> [TextLine] {
        let sorted = lines.sorted { ($0.bounds.x0, $0.bounds.y0) < ($1.bounds.x0, $1.bounds.y0) }
        var sets = DisjointSets(count: sorted.count)
        let index = LineIndex(sorted, cell: 4 * smallest)
        for left in sorted.indices {
            for right in index.lines(at: Int(sorted[left].center)) where right != left {
                if continues(sorted[left], sorted[right]) { sets.unite(left, right) }
            }
        }
        var groups: [Int: TextLine] = [:]
        for place in sorted.indices {
            let root = sets.root(of: place)
            if groups[root]?.merge(sorted[place]) == nil { groups[root] = sorted[place] }
        }
        return groups.keys.sorted().compactMap { groups[$0] }
    }

    /// Widest gap between words of a line in ascents, no wider than the narrowest between columns (`Columns`); a fixed-width face's
    /// blank with the white of the letters beside it is wider than an ascent.
    private static let wordGap = 1.2
    /// Widest gap behind a dot or a comma.
    private static let markGap = 1.4

    private func continues(_ left: TextLine, _ right: TextLine) -> Bool {
        let gap = Double(max(left.bounds.x0, right.bounds.x0) - min(left.bounds.x1, right.bounds.x1))
        let small = min(left.ascent, right.ascent)
        let large = max(left.ascent, right.ascent)
        let level = abs(left.baseline - right.baseline)
        if gap < 0 {
            // One inside or over the other: a raised or lowered figure, a piece that the chain passed by.
            let shared = min(left.bounds.y1, right.bounds.y1) - max(left.bounds.y0, right.bounds.y0)
            return 2 * shared > min(left.bounds.height, right.bounds.height) && large < 2.2 * small
        }
        let first = left.bounds.x0 <= right.bounds.x0 ? left : right
        return gap <= (first.endsInMark ? Self.markGap : Self.wordGap) * small && level <= 0.2 * small
            && large < 1.5 * small
    }
}

extension TextLine {
    /// Whether its last piece is a dot or a comma, behind which white is wider than between words.
    fileprivate var endsInMark: Bool {
        guard let last = glyphs.max(by: { $0.x1 < $1.x1 }) else { return false }
        return Double(last.height) < 0.35 * ascent && Double(last.width) < 0.35 * ascent
            && Double(last.y1) > baseline - 0.25 * ascent
    }
}
