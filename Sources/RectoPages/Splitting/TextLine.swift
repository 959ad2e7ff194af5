/// Pieces of ink that stand on one baseline without a wide gap; all measures in pixels of the level frame.
struct TextLine {
    /// Pieces of ink, from left to right.
    var glyphs: [InkComponent]
    /// Whether the text is lighter than what surrounds it.
    var isReversed = false
    /// Whether it is a part of a line that begins within a word.
    var continuesWord = false
    /// Where the letters stand.
    var baseline = 0.0
    /// Height of capitals and ascenders above the baseline.
    var ascent = 0.0
    /// Whether `ascent` was read off this line and not taken from others.
    var isMeasured = false
    /// The box around all pieces.
    private(set) var bounds: InkComponent

    /// Share of the ascent that descenders reach below the baseline.
    static let descentShare = 0.29

    init(glyphs: [InkComponent]) {
        precondition(!glyphs.isEmpty, "a line has ink")
        self.glyphs = glyphs.sorted { ($0.x0, $0.y0) < ($1.x0, $1.y0) }
        bounds = glyphs.dropFirst().reduce(into: glyphs[0]) { $0.merge($1) }
    }

    /// From the top of the ascenders to the foot of the descenders.
    var bandHeight: Double { ascent * (1 + Self.descentShare) }

    /// The middle of the band.
    var center: Double { baseline - ascent + bandHeight / 2 }

    /// Takes in another piece of ink.
    mutating func append(_ glyph: InkComponent) {
        let place = glyphs.firstIndex { $0.x0 > glyph.x0 } ?? glyphs.endIndex
        glyphs.insert(glyph, at: place)
        bounds.merge(glyph)
    }

    /// Takes in another line to the left or right; baseline and size become those of the longer one.
    mutating func merge(_ other: TextLine) {
        if (other.isMeasured, other.bounds.width) > (isMeasured, bounds.width) {
            (baseline, ascent, isMeasured) = (other.baseline, other.ascent, other.isMeasured)
        }
        glyphs = (glyphs + other.glyphs).sorted { ($0.x0, $0.y0) < ($1.x0, $1.y0) }
        bounds.merge(other.bounds)
    }

    /// A part of the line with the same baseline and size.
    func part(_ range: Range<Int>) -> TextLine {
        var part = TextLine(glyphs: Array(glyphs[range]))
        (part.baseline, part.ascent, part.isMeasured) = (baseline, ascent, isMeasured)
        part.isReversed = isReversed
        return part
    }
}

private func > (left: (Bool, Int), right: (Bool, Int)) -> Bool {
    left.0 == right.0 ? left.1 > right.1 : left.0
}
