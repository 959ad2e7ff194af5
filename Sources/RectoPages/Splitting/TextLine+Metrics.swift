extension TextLine {
    /// What the outline of a line tells of its type's size.
    enum Size {
        /// Letters of two heights: capitals or ascenders, and small letters.
        case mixed(ascent: Double, small: Double)
        /// All of one height: capitals, digits or small letters alone; with the height of a single capital before small letters.
        case uniform(height: Double, descent: Double, capital: Double?)
    }

    /// Finds the baseline, and what the heights of the letters tell of the size.
    ///
    /// - Returns: The size as far as this line alone shows it.
    mutating func measure() -> Size {
        let marks = Self.marks(glyphs)
        baseline = Self.baseline(marks)
        let heights = marks.map { (height: baseline - Double($0.y0), mark: $0) }
            .filter { $0.height > 0 }
            .sorted { $0.height > $1.height }
        guard let tallest = heights.first else {
            return .uniform(height: Double(bounds.height), descent: 0, capital: nil)
        }
        // A single bracket or accent does not make the size; a second letter of about the same height does.
        var ascent = tallest.height
        var capital: Double?
        if heights.count >= 3, heights[1].height * 1.15 < ascent {
            ascent = heights[1].height
            if isCapital(tallest.mark, over: ascent) { capital = tallest.height }
        }
        let small = heights.filter { $0.height > 0.55 * ascent && $0.height < 0.86 * ascent }
        let descents = marks.map { Double($0.y1) - baseline }.filter { $0 > 0.12 * ascent }
        guard let middle = small.isEmpty ? nil : small[small.count / 2].height else {
            let deepest = descents.max() ?? 0
            return .uniform(height: ascent, descent: deepest, capital: capital)
        }
        return .mixed(ascent: ascent, small: middle)
    }

    /// Glyphs at most for other lines to know better where a line stands.
    private static let fewGlyphs = 10

    /// The nearest measured line on whose level this one stands though its few letters say otherwise: in `e.g.` as many letters hang
    /// as stand, in `"png"` more do, and a bullet does not stand at all.
    ///
    /// - Parameters:
    ///   - known: Measured lines with the heights of their small letters.
    ///   - index: Where they are.
    /// - Returns: A line in whose band this one lies, and whose letters have the heights of its letters; nothing where its own
    ///   baseline is that line's.
    fileprivate func neighbourThatTellsMore(
        among known: [(line: TextLine, small: Double)],
        index: LineIndex
    ) -> TextLine? {
        guard glyphs.count <= Self.fewGlyphs else { return nil }
        let near = index.lines(at: (bounds.y0 + bounds.y1) / 2).filter { isOnAnotherLevel(known[$0].line) }
        guard !near.isEmpty else { return nil }
        let marks = Self.marks(glyphs)
        return near.filter { place in
            let (line, small) = known[place]
            let heights = marks.filter { abs(Double($0.y1) - line.baseline) <= Swift.max(1, 0.06 * line.ascent) }
                .map { line.baseline - Double($0.y0) }
            guard let tallest = heights.max() else { return isBullet(of: line) }
            return abs(tallest / line.ascent - 1) < 0.1 || abs(tallest / small - 1) < 0.12
        }
        .map { known[$0].line }.min { apart(from: $0) < apart(from: $1) }
    }

    /// Whether this line lies beside a longer one, in its band, with another baseline.
    private func isOnAnotherLevel(_ line: TextLine) -> Bool {
        line.glyphs.count > glyphs.count && Double(apart(from: line)) < 6 * line.ascent
            && abs(baseline - line.baseline) > 0.12 * line.ascent
            && line.baseline - Double(bounds.y0) < 1.1 * line.ascent
            && Double(bounds.y1) - line.baseline < 0.4 * line.ascent
    }

    /// Whether this is a filled disc or square at the height of a line's small letters: a raised figure has less ink in its box, and a
    /// dot, which may be of a colon, is smaller.
    private func isBullet(of line: TextLine) -> Bool {
        let middle = (line.baseline - Double(bounds.y0 + bounds.y1) / 2) / line.ascent
        let area = glyphs.reduce(0) { $0 + $1.area }
        return middle > 0.2 && middle < 0.75 && (0.25..<0.8).contains(Double(bounds.height) / line.ascent)
            && abs(bounds.width - bounds.height) <= Swift.max(1, bounds.height / 4)
            && 100 * area >= 65 * bounds.width * bounds.height
    }

    private func apart(from line: TextLine) -> Int {
        Swift.max(bounds.x0 - line.bounds.x1, line.bounds.x0 - bounds.x1)
    }

    /// Whether a mark may be a capital before small letters of a height: it stands on the baseline, is broader than a bracket or a
    /// bar, and not as high as an initial of a paragraph.
    private func isCapital(_ mark: InkComponent, over small: Double) -> Bool {
        let height = baseline - Double(mark.y0)
        return abs(Double(mark.y1) - baseline) <= max(1, 0.1 * height) && Double(mark.width) >= 0.4 * height
            && height <= 1.65 * small
    }

    /// Pieces about as wide as a letter: letters with their dots, touching letters cut apart.
    private static func marks(_ glyphs: [InkComponent]) -> [InkComponent] {
        var stacked: [InkComponent] = []
        for glyph in glyphs {
            if let last = stacked.last {
                let shared = min(last.x1, glyph.x1) - max(last.x0, glyph.x0)
                if 2 * shared >= min(last.width, glyph.width) {
                    stacked[stacked.count - 1].merge(glyph)
                    continue
                }
            }
            stacked.append(glyph)
        }
        let tallest = stacked.map(\.height).max() ?? 0
        return stacked.filter { 5 * $0.height >= 2 * tallest }
    }

    /// The level on which most letters stand; descenders are fewer, and lie below.
    private static func baseline(_ marks: [InkComponent]) -> Double {
        let middle = marks.map(\.height).sorted()[marks.count / 2]
        let slack = max(1, middle / 12)
        var best = (count: 0, height: 0, level: 0)
        for mark in marks {
            let level = mark.y1
            let near = marks.filter { abs($0.y1 - level) <= slack }
            // Of a letter and a raised sign the letter stands on the baseline.
            let height = near.map(\.height).max() ?? 0
            if (near.count, height, -level) > (best.count, best.height, -best.level) {
                best = (near.count, height, level)
            }
        }
        let near = marks.filter { abs($0.y1 - best.level) <= slack }.map(\.y1).sorted()
        return Double(near[near.count / 2])
    }
}

extension [TextLine] {
    /// Rows of pixels that the index of measured lines takes together: about the height of a line.
    private static var rowsOfIndex: Int { 16 }

    /// Finds baseline and size of every line; lines of letters of one height take their size from lines nearby.
    mutating func measure() {
        let sizes = indices.map { self[$0].measure() }
        var known: [(line: TextLine, small: Double)] = []
        for (index, size) in sizes.enumerated() {
            guard case .mixed(let ascent, let small) = size else { continue }
            self[index].ascent = ascent
            self[index].isMeasured = true
            known.append((self[index], small))
        }
        let knownLines = LineIndex(known.map(\.line), cell: Self.rowsOfIndex)
        for (index, size) in sizes.enumerated() {
            if let beside = self[index].neighbourThatTellsMore(among: known, index: knownLines) {
                (self[index].baseline, self[index].ascent) = (beside.baseline, beside.ascent)
                self[index].isMeasured = false
                continue
            }
            guard case .uniform(let height, let descent, let capital) = size else { continue }
            let bounds = self[index].bounds
            func distance(_ other: InkComponent) -> Int {
                let across = Swift.max(0, Swift.max(bounds.x0, other.x0) - Swift.min(bounds.x1, other.x1))
                return across / 4 + Swift.max(0, Swift.max(bounds.y0, other.y0) - Swift.min(bounds.y1, other.y1))
            }
            let fitting = known.compactMap { other -> (isSmall: Bool, distance: Int, ascent: Double)? in
                let apart = distance(other.line.bounds)
                guard Double(apart) < 8 * other.line.ascent else { return nil }
                if abs(height / other.line.ascent - 1) < 0.1 { return (false, apart, other.line.ascent) }
                return abs(height / other.small - 1) < 0.12 ? (true, apart, other.line.ascent) : nil
            }
            if let nearest = fitting.min(by: { $0.distance < $1.distance }) {
                self[index].ascent = capital ?? (nearest.isSmall ? nearest.ascent : height)
            } else {
                // Small letters reach far down for their height, digits and capitals hardly at all.
                self[index].ascent = capital ?? (descent > 0.33 * height ? height * 1.4 : height)
            }
        }
    }
}
