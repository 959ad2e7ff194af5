/// Cuts a page along the white space between lines and columns.
///
/// The page is levelled, its ink is gathered into pieces of text lines, and every piece becomes a tile in which the band
/// from ascenders to descenders stands at the declared height. Pieces too long for a tile are cut between words.
/// Filled areas become paper first; light text on them ends up dark on light in its tiles.
struct LineSplitter {
    let lines: LineSplitting
    let maximumTiles: Int

    /// Shortest rule in inches; the longest stroke of a headline's letter is shorter.
    private static let ruleInches = 0.3
    /// Thickest rule in inches.
    private static let ruleThickness = 0.022

    func split(_ page: RasterizedPage) -> PageSplit {
        let image = page.image
        let isNegative = image.isDark
        let gray = image.luminance(isNegative: isNegative)
        let whole = InkMap(gray)
        let coverage = whole.components().components.coverage(width: gray.width, height: gray.height)
        let skew = Skew(of: whole)
        let turn = skew.levelToPage(width: gray.width, height: gray.height)
        var levelGray = skew.angle == 0 ? gray : gray.resampled(by: turn)
        let panels = Panels(levelling: &levelGray, dpi: page.dpi)
        var level = skew.angle == 0 && panels.panels.isEmpty ? whole : InkMap(levelGray)
        let rules = level.removeRules(
            length: max(24, Int(page.dpi * Self.ruleInches)),
            thickness: max(3, Int(page.dpi * Self.ruleThickness))
        )
        let found = TextLineFinder(dpi: page.dpi).lines(among: level.components().components).absorbingDots()
        let pieces = found.flatMap { $0.parts(betweenRules: rules) }
            .flatMap { panels.parts(of: $0) }
        let lineCutter = LineCutter(lines: lines)
        let cutter = TileCutter(page: page, levelToPage: turn, isNegative: isNegative, lines: lines)
        var tiles: [Tile] = []
        for (row, members) in ReadingOrder(pieces).rows.enumerated() {
            for piece in members.flatMap({ lineCutter.cut($0) }) {
                tiles.append(cutter.tile(of: piece, index: tiles.count, row: row))
            }
        }
        return PageSplit(tiles: tiles, inkCoverage: coverage, skewDegrees: skew.angle * 180 / .pi)
    }
}

/// Cuts lines that are too long for one tile.
struct LineCutter {
    /// A gap this wide, in ascents, stands between words.
    private static let wordGap = 0.3
    /// Width of an average character, in ascents, for counting characters that touch.
    private static let characterWidth = 0.72

    let lines: LineSplitting

    /// Cuts a line between words, or between characters where a word alone is too long.
    func cut(_ line: TextLine) -> [TextLine] {
        guard line.bandHeight > 0 else { return [] }
        let scale = lines.textHeight / line.bandHeight
        let room = Double(lines.tileWidth.upperBound - 2 * TileCutter.margin) / scale
        let most = min(room, Double(lines.charactersPerTile) * Self.characterWidth * line.ascent)
        var parts: [TextLine] = []
        var start = 0
        while start < line.glyphs.count {
            let end = self.end(of: line, from: start, width: most)
            parts.append(line.part(start..<end))
            start = end
        }
        return parts
    }

    /// Where the part that begins at a glyph ends: at the last word gap within the width, else at the last gap.
    private func end(of line: TextLine, from start: Int, width: Double) -> Int {
        let glyphs = line.glyphs
        var right = glyphs[start].x1
        var lastGap: Int?
        var lastWordGap: Int?
        for index in glyphs.indices.dropFirst(start + 1) {
            let gap = glyphs[index].x0 - right
            if gap >= 0 {
                lastGap = index
                if Double(gap) >= Self.wordGap * line.ascent { lastWordGap = index }
            }
            right = max(right, glyphs[index].x1)
            if Double(right - glyphs[start].x0) > width {
                // Nothing to cut at: two glyphs that touch stay together and are made to fit.
                if let cut = lastWordGap ?? lastGap { return cut }
            }
        }
        return glyphs.endIndex
    }
}

extension TextLine {
    /// The parts of a line between vertical rules, which separate the cells of a table.
    func parts(betweenRules rules: [InkMap.Rule]) -> [TextLine] {
        let crossing = rules.filter { rule in
            rule.y0 < bounds.y1 && rule.y1 > bounds.y0 && rule.x0 > bounds.x0 && rule.x1 < bounds.x1
                && Double(rule.height) > 1.5 * ascent
        }
        guard !crossing.isEmpty else { return [self] }
        var parts: [TextLine] = []
        var start = 0
        for index in glyphs.indices.dropFirst() {
            let isSeparated = crossing.contains { $0.x0 >= glyphs[index - 1].x1 - 1 && $0.x1 <= glyphs[index].x0 + 1 }
            guard isSeparated else { continue }
            parts.append(part(start..<index))
            start = index
        }
        parts.append(part(start..<glyphs.endIndex))
        return parts
    }
}

extension [TextLine] {
    /// Gives dots, colons and commas that are large enough to pass for a line of their own to the line that they belong to.
    func absorbingDots() -> [TextLine] {
        var lines = self
        var isAbsorbed = [Bool](repeating: false, count: count)
        for (index, dot) in enumerated() {
            let middle = Double(dot.bounds.y0 + dot.bounds.y1) / 2
            let owner = indices.filter { $0 != index && self[$0].ascent > 2 * Double(dot.bounds.height) }
                .filter { candidate in
                    let line = self[candidate]
                    let apart = Double(Swift.max(dot.bounds.x0 - line.bounds.x1, line.bounds.x0 - dot.bounds.x1))
                    return middle > line.baseline - 1.3 * line.ascent && middle < line.baseline + 0.4 * line.ascent
                        && apart < 0.6 * line.ascent && Double(dot.bounds.width) < 1.5 * line.ascent
                }
                .min { abs(self[$0].center - middle) < abs(self[$1].center - middle) }
            guard let owner else { continue }
            for glyph in dot.glyphs { lines[owner].append(glyph) }
            isAbsorbed[index] = true
        }
        return lines.indices.filter { !isAbsorbed[$0] }.map { lines[$0] }
    }
}
