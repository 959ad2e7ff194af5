extension InkMap {
    /// A straight line that was taken out: of a table, a box, under a word.
    typealias Rule = InkComponent

    /// Takes out long thin straight lines, so that tables and boxes do not tie their texts together.
    ///
    /// - Parameters:
    ///   - length: Shortest line to take out, longer than any stroke of a glyph.
    ///   - thickness: Thickest line to take out; what is thicker is a panel or a picture.
    /// - Returns: The vertical lines that were taken out.
    mutating func removeRules(length: Int, thickness: Int) -> [Rule] {
        let vertical = verticalRules(length: length, thickness: thickness)
        removeHorizontalRules(length: length, thickness: thickness)
        for rule in vertical {
            for y in rule.y0..<rule.y1 {
                for x in rule.x0..<rule.x1 { ink[y * width + x] = 0 }
            }
        }
        return vertical
    }

    /// Clears what lies in long horizontal runs of ink unless runs lie upon runs to more than `thickness`.
    private mutating func removeHorizontalRules(length: Int, thickness: Int) {
        var depth = [Int32](repeating: 0, count: width)
        for y in 0...height {
            var covered = y < height ? longRuns(of: y, length: length)[...] : []
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
    }

    /// Runs of ink of one row that are long; breaks of up to two pixels do not end them.
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
            while x < width, x - end <= 2 {
                if row[x] != 0 { end = x + 1 }
                x += 1
            }
            if end - start >= length { found.append(start..<end) }
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
