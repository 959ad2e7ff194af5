extension InkMap {
    /// A straight line that was taken out: of a table, a box, under a word.
    typealias Rule = InkComponent

    /// Takes out long thin straight lines, so that tables and boxes do not tie their texts together.
    ///
    /// - Parameters:
    ///   - length: Shortest line to take out, longer than any stroke of a glyph.
    ///   - thickness: Thickest line to take out; what is thicker is a panel or a picture.
    /// - Returns: The lines that were taken out.
    mutating func removeRules(length: Int, thickness: Int) -> (vertical: [Rule], horizontal: [Rule]) {
        // What runs far across the page may be thicker: no letter is as long. In a filled head shorter runs stand beside it, which
        // are no part of it.
        let long = verticalRules(length: 4 * length, thickness: 2 * thickness)
        let short = verticalRules(length: length, thickness: thickness)
        let vertical =
            long
            + short.filter { rule in
                !long.contains { $0.x0 <= rule.x0 && rule.x1 <= $0.x1 && $0.y0 <= rule.y0 && rule.y1 <= $0.y1 }
            }
        let thin = removeHorizontalRules(length: length, thickness: thickness)
        let thick = removeHorizontalRules(length: 4 * length, thickness: 2 * thickness)
        let horizontal = thin + thick
        for rule in vertical {
            for y in rule.y0..<rule.y1 {
                for x in rule.x0..<rule.x1 { ink[y * width + x] = 0 }
            }
        }
        return (vertical, horizontal)
    }

    /// Takes out what is left of straight lines that were cut where filled areas became paper with their edges.
    ///
    /// - Parameters:
    ///   - printed: The ink of the page with its filled areas, of this map's size.
    ///   - whole: This map before any line was taken out.
    ///   - length: Shortest line to take out.
    ///   - thickness: Thickest line to take out.
    /// - Returns: The lines of which something was left; what lies in a filled area between its letters is none.
    mutating func removeCutRules(
        of printed: InkMap,
        whole: InkMap,
        length: Int,
        thickness: Int
    ) -> (vertical: [Rule], horizontal: [Rule]) {
        var without = printed
        let found = without.removeRules(length: length, thickness: thickness)
        func remove(_ rules: [Rule]) -> [Rule] {
            rules.filter { rule in
                let pixels = (rule.y0..<rule.y1).flatMap { y in
                    (rule.x0..<rule.x1).map { y * width + $0 }.filter { printed.ink[$0] != without.ink[$0] }
                }
                let inked = pixels.count { whole.ink[$0] != 0 }
                guard Double(inked) >= Self.leastInked * Double(pixels.count) else { return false }
                let left = pixels.filter { ink[$0] != 0 }
                for place in left { ink[place] = 0 }
                return !left.isEmpty
            }
        }
        return (remove(found.vertical), remove(found.horizontal))
    }

    /// Clears what lies in long horizontal runs of ink unless runs lie upon runs to more than `thickness`.
    private mutating func removeHorizontalRules(length: Int, thickness: Int) -> [Rule] {
        var found: [Rule] = []
        var open: [Int] = []
        var depth = [Int32](repeating: 0, count: width)
        for y in 0...height {
            let runs = y < height ? longRuns(of: y, length: length) : []
            var covered = runs.filter { isRule($0, at: y, length: length, thickness: thickness) }[...]
            open.removeAll { found[$0].y1 < y }
            for run in covered {
                let piece = Rule(x0: run.lowerBound, y0: y, x1: run.upperBound, y1: y + 1, area: run.count)
                if let above = open.first(where: { found[$0].x0 < piece.x1 && piece.x0 < found[$0].x1 }) {
                    found[above].merge(piece)
                } else {
                    open.append(found.count)
                    found.append(piece)
                }
            }
            for x in 0..<width {
                while let first = covered.first, first.upperBound <= x { covered.removeFirst() }
                if let first = covered.first, first.contains(x) {
                    depth[x] += 1
                } else if depth[x] > 0 {
                    if depth[x] <= thickness {
                        for above in y - Int(depth[x])..<y { ink[above * width + x] = 0 }
                    }
                    depth[x] = 0
                }
            }
        }
        // One that leans is higher than it is thick.
        return found.filter { $0.area <= thickness * $0.width && $0.height <= thickness + $0.width / 100 }
    }

    /// Whether a long run of ink is part of a line and not of letters that touch: few columns of it go on above or below, as stems do.
    private func isRule(_ run: Range<Int>, at y: Int, length: Int, thickness: Int) -> Bool {
        let source = ink.span
        var (thick, solid) = (0, 0)
        for x in run where source[y * width + x] != 0 {
            solid += 1
            var (top, bottom) = (y, y + 1)
            while top > 0, y - top <= thickness, source[(top - 1) * width + x] != 0 { top -= 1 }
            while bottom < height, bottom - y <= thickness, source[bottom * width + x] != 0 { bottom += 1 }
            if bottom - top > thickness { thick += 1 }
        }
        // Much text may stand on a line as long as this; no word is.
        let most = run.count > 4 * length ? Self.mostCrossed : Self.mostTouched
        return Double(thick) <= most * Double(solid)
    }

    /// Most of a short and of a long rule's columns that go on above or below it.
    private static let mostTouched = 0.25
    private static let mostCrossed = 0.5

    /// Least share of a rule's ink that is ink when filled areas have become paper with their edges.
    private static let leastInked = 0.3

    /// Least share of ink in a rule that has breaks.
    ///
    /// The feet of a word's letters in heavy coarse type make long runs as well, with a break at every letter.
    private static let leastInk = 0.94

    /// Runs of ink of one row that are long; single breaks of up to two pixels do not end them.
    private func longRuns(of y: Int, length: Int) -> [Range<Int>] {
        let row = ink.span.extracting(y * width..<(y + 1) * width)
        var found: [Range<Int>] = []
        var x = 0
        while x < width {
            guard row[x] != 0 else {
                x += 1
                continue
            }
            let start = x
            var end = x
            var whole = x..<x
            var solid = x
            var ink = 0
            while x < width, x - end <= 2 {
                if row[x] != 0 {
                    if x > end { solid = x }
                    ink += 1
                    end = x + 1
                    if end - solid > whole.count { whole = solid..<end }
                }
                x += 1
            }
            if end - start >= length, Double(ink) >= Self.leastInk * Double(end - start) {
                found.append(start..<end)
            } else if whole.count >= length {
                found.append(whole)
            }
        }
        return found
    }

    /// Long vertical runs that, side by side, are no wider than `thickness`.
    private func verticalRules(length: Int, thickness: Int) -> [Rule] {
        var open = [Int32](repeating: 0, count: width)
        var columns: [InkComponent] = []
        let source = ink.span
        for y in 0...height {
            for x in 0..<width {
                if y < height, source[y * width + x] != 0 {
                    open[x] += 1
                } else {
                    let run = Int(open[x])
                    if run >= length {
                        columns.append(InkComponent(x0: x, y0: y - run, x1: x + 1, y1: y, area: run))
                    }
                    open[x] = 0
                }
            }
        }
        columns.sort { ($0.x0, $0.y0) < ($1.x0, $1.y0) }
        var rules: [Rule] = []
        var active: [Int] = []
        for column in columns {
            active.removeAll { rules[$0].x1 < column.x0 }
            let beside = active.first { index in
                rules[index].x1 == column.x0 && rules[index].y0 < column.y1 && column.y0 < rules[index].y1
            }
            if let index = beside {
                rules[index].merge(column)
            } else {
                active.append(rules.count)
                rules.append(column)
            }
        }
        return rules.filter { $0.width <= thickness }
    }
}
