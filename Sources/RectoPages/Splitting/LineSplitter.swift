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
        let printed = levelGray
        let panels = Panels(levelling: &levelGray, dpi: page.dpi)
        let isPlain = panels.panels.isEmpty
        var level = skew.angle == 0 && isPlain ? whole : InkMap(levelGray)
        level.removeShadows(in: levelGray)
        let length = max(24, Int(page.dpi * Self.ruleInches))
        let thickness = max(3, Int(page.dpi * Self.ruleThickness))
        let inked = level
        var rules = level.removeRules(length: length, thickness: thickness)
        if !isPlain {
            // Panels are cut out with their edges: what is left there of rules along and through them is too short to be known as one.
            let cut = level.removeCutRules(
                of: skew.angle == 0 ? whole : InkMap(printed),
                whole: inked,
                length: length,
                thickness: thickness
            )
            rules.vertical += cut.vertical
            rules.horizontal += cut.horizontal
        }
        let finder = TextLineFinder(dpi: page.dpi)
        let found = finder.lines(among: level.separateTouchingLines(tallest: finder.tallest)).absorbingMarks()
            .withoutDust(below: finder.smallest * 3 / 2)
        let pieces = found.flatMap { $0.parts(betweenRules: rules.vertical) }
            .flatMap { panels.parts(of: $0) }
        let lineCutter = LineCutter(lines: lines)
        let cutter = TileCutter(page: page, levelToPage: turn, isNegative: isNegative, lines: lines)
        var tiles: [Tile] = []
        let rows = ReadingOrder(pieces).rows.enumerated().flatMap { row, members in members.map { (row, $0) } }
        for (row, line) in RuledTables(rules, panels: panels).inReadingOrder(rows, of: { $0.1 }) {
            for piece in lineCutter.cut(line) {
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
        let pitch = line.pitch
        var parts: [TextLine] = []
        var (start, isWithinWord) = (0, false)
        while start < line.glyphs.count {
            let (end, endsInWord) = self.end(of: line, from: start, width: most, pitch: pitch)
            var part = line.part(start..<end)
            part.continuesWord = isWithinWord
            parts.append(part)
            (start, isWithinWord) = (end, endsInWord)
        }
        return parts
    }

    /// Where the part that begins at a glyph ends: at the last word gap within the width, else at the last gap, which is within a word.
    private func end(
        of line: TextLine,
        from start: Int,
        width: Double,
        pitch: Double?
    ) -> (glyph: Int, isWithinWord: Bool) {
        let glyphs = line.glyphs
        var last = glyphs[start]
        var lastGap: Int?
        var lastWordGap: Int?
        for index in glyphs.indices.dropFirst(start + 1) {
            if glyphs[index].x0 >= last.x1 {
                lastGap = index
                if isWordGap(between: last, and: glyphs[index], ascent: line.ascent, pitch: pitch) {
                    lastWordGap = index
                }
            }
            if glyphs[index].x1 > last.x1 { last = glyphs[index] }
            if Double(last.x1 - glyphs[start].x0) > width {
                // Nothing to cut at: two glyphs that touch stay together and are made to fit.
                if let lastWordGap { return (lastWordGap, false) }
                if let lastGap { return (lastGap, true) }
            }
        }
        return (glyphs.endIndex, false)
    }

    /// Whether the white between two glyphs stands between words.
    ///
    /// Where all characters are equally wide a colon has as much white about it as words elsewhere; there the distance of the
    /// characters' middles tells.
    private func isWordGap(between one: InkComponent, and next: InkComponent, ascent: Double, pitch: Double?) -> Bool {
        guard Double(next.x0 - one.x1) >= Self.wordGap * ascent else { return false }
        return pitch.map { next.middle - one.middle >= 1.4 * $0 } ?? true
    }
}

extension TextLine {
    /// Widest pitch in ascents; that of Courier is about one.
    private static let widestPitch = 1.25

    /// The distance of the characters' middles where all characters are equally wide, in pixels; nothing for other lines and short ones.
    fileprivate var pitch: Double? {
        let middles = columns.map(\.middle)
        let distances = zip(middles.dropFirst(), middles).map { $0 - $1 }
        guard distances.count >= 8 else { return nil }
        let pitch = distances.sorted()[distances.count / 2]
        // Single signs and the dots of a leader stand farther apart than the letters of a typewriter.
        guard pitch < Self.widestPitch * ascent else { return nil }
        let fitting = distances.filter { distance in
            let places = distance / pitch
            return places > 0.8 && abs(places - places.rounded()) < 0.15
        }
        return 10 * fitting.count >= 8 * distances.count ? pitch : nil
    }

    /// The characters from left to right, dots and accents with their letters.
    private var columns: [InkComponent] {
        glyphs.reduce(into: []) { columns, glyph in
            if let last = columns.last, glyph.x0 < last.x1 {
                columns[columns.count - 1].merge(glyph)
            } else {
                columns.append(glyph)
            }
        }
    }
}

extension InkComponent {
    /// The middle of its width.
    fileprivate var middle: Double { Double(x0 + x1) / 2 }
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
    /// Gives dots, commas and accents that are large enough to pass for a line of their own to the line that they belong to.
    ///
    /// Twice, because a mark may stand behind a mark: `No.:`.
    func absorbingMarks() -> [TextLine] { absorbingNearMarks().absorbingNearMarks() }

    /// Leaves out specks of dust: pieces smaller than print, with no line beside them whose bullet or point they could be.
    ///
    /// - Parameter size: Height and width below which nothing can be read, in pixels.
    /// - Returns: The other lines.
    func withoutDust(below size: Int) -> [TextLine] {
        let lines = filter { $0.glyphs.count > 2 }
        return filter { piece in
            let isTiny = piece.glyphs.count <= 2 && Swift.max(piece.bounds.width, piece.bounds.height) < size
            return !isTiny || lines.isEmpty || lines.contains { $0.isBeside(piece) }
        }
    }

    private func absorbingNearMarks() -> [TextLine] {
        var lines = self
        var isAbsorbed = [Bool](repeating: false, count: count)
        for (index, mark) in enumerated() {
            let owner = indices.filter { $0 != index && self[$0].mayOwn(mark) }
                .min { self[$0].distance(to: mark) < self[$1].distance(to: mark) }
            guard let owner else { continue }
            for glyph in mark.glyphs { lines[owner].append(glyph) }
            isAbsorbed[index] = true
        }
        return lines.indices.filter { !isAbsorbed[$0] }.map { lines[$0] }
    }
}

extension TextLine {
    /// Whether a small line may be a mark of this one: a dot, a colon, a comma, an accent.
    fileprivate func mayOwn(_ mark: TextLine) -> Bool {
        let box = mark.bounds
        let middle = Double(box.y0 + box.y1) / 2
        let apart = Double(max(box.x0 - bounds.x1, bounds.x0 - box.x1))
        let isSmall = ascent > 2 * Double(box.height)
        // Behind a dot of a fixed-width face the next one is as far away as a letter.
        guard Double(box.width) < 1.5 * ascent, apart < (isSmall ? 0.8 : 0.6) * ascent,
            middle > baseline - 1.3 * ascent
        else { return false }
        if isSmall {
            // Words beside a stamp or an initial are no marks of it.
            let isText = mark.glyphs.count > 2 && (mark.isMeasured || ascent > 5 * Double(box.height))
            return !isText && middle < baseline + 0.4 * ascent
        }
        // A comma, quote or raised figure of coarse type: higher, but among this line's letters and no farther up or down than they.
        return mark.glyphs.count <= 2 && Double(box.height) < 0.8 * ascent && Double(box.width) < 0.7 * ascent
            && Double(box.y0) > baseline - 1.4 * ascent && middle < baseline + 0.25 * ascent
            && 5 * bounds.width > 6 * box.width
    }

    /// Whether a piece stands at the height of this line's letters, and not far from them.
    fileprivate func isBeside(_ piece: TextLine) -> Bool {
        let middle = Double(piece.bounds.y0 + piece.bounds.y1) / 2
        let apart = Double(max(piece.bounds.x0 - bounds.x1, bounds.x0 - piece.bounds.x1))
        return apart < 12 * ascent && middle > baseline - 1.2 * ascent && middle < baseline + 0.4 * ascent
    }

    /// How far the middle of a mark is from where this line's letters stand.
    fileprivate func distance(to mark: TextLine) -> Double {
        abs(center - Double(mark.bounds.y0 + mark.bounds.y1) / 2)
    }
}
