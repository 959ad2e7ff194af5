/// Filled areas of one colour, such as the head of a table or a shaded row, which are turned into paper.
///
/// Text on a filled area may be darker or lighter than it. Every panel is levelled: what has its colour becomes paper,
/// and what differs from it becomes ink, so that text is found on it as on the bare page.
struct Panels {
    /// A filled area in pixels of the level frame.
    struct Panel {
        var box: InkComponent
        /// Whether the text on it is lighter than its colour.
        var isReversed: Bool
    }

    /// From the outer to the inner ones.
    private(set) var panels: [Panel] = []

    /// Smallest height and width in inches: no letter fits into less, and a letter's stroke may be as wide.
    private static let leastSize = (width: 0.3, height: 0.1)
    /// What is thinner than this in inches is a rule or a letter's stroke and no part of a panel.
    private static let stroke = 0.05
    /// Share of the box that is filled without what is thin, at least; light text and round corners take the rest.
    private static let leastFill = 0.3
    /// Share of the rows just inside the upper and lower edge that is filled, at least; letters and pictures have notches.
    private static let leastRow = 0.8
    /// Share of the columns at the sides that is filled, at least; text may begin there.
    private static let leastColumn = 0.55
    /// Share of a panel that has its colour, at least: a photograph has no such colour, and close bold type has less.
    private static let leastFlat = 0.72
    /// Luminance by which paper and colours may vary within themselves: grain of scans, compression.
    private static let grain = 20
    /// Badges on panels on panels.
    private static let deepest = 3

    /// Levels the panels of a page.
    ///
    /// - Parameters:
    ///   - gray: The page's luminance in the level frame; panels become paper in it.
    ///   - dpi: Pixels per inch.
    init(levelling gray: inout GrayImage, dpi: Double) {
        let paper = Self.paper(of: gray)
        let contrast = min(Self.grain, gray.leastContrast)
        for _ in 0..<Self.deepest {
            let found = Self.areas(of: gray, limit: paper - contrast, dpi: dpi)
            let levelled = found.compactMap { Self.level($0, in: &gray, paper: paper, contrast: contrast, dpi: dpi) }
            panels += levelled
            if levelled.isEmpty { break }
        }
    }

    /// The innermost panel on which a piece of ink stands.
    func place(of piece: InkComponent) -> Int? {
        let (x, y) = ((piece.x0 + piece.x1) / 2, (piece.y0 + piece.y1) / 2)
        return panels.lastIndex { panel in
            panel.box.x0 <= x && x < panel.box.x1 && panel.box.y0 <= y && y < panel.box.y1
        }
    }

    /// The parts of a line on different panels, each with its polarity.
    func parts(of line: TextLine) -> [TextLine] {
        guard !panels.isEmpty else { return [line] }
        let places = line.glyphs.map { place(of: $0) }
        var parts: [TextLine] = []
        var start = 0
        for index in 1...places.count where index == places.count || places[index] != places[start] {
            var part = line.part(start..<index)
            part.isReversed = places[start].map { panels[$0].isReversed } ?? false
            parts.append(part)
            start = index
        }
        return parts
    }

    /// The luminance that a tenth of the page exceeds.
    private static func paper(of gray: GrayImage) -> Int {
        var counts = [Int](repeating: 0, count: 256)
        for index in stride(from: 0, to: gray.values.count, by: 3) { counts[Int(gray.values[index])] += 1 }
        var above = counts.reduce(0, +) / 10
        for level in stride(from: 255, to: 0, by: -1) {
            above -= counts[level]
            if above < 0 { return level }
        }
        return 0
    }

    /// Solid pieces of what is darker than a limit.
    private static func areas(of gray: GrayImage, limit: Int, dpi: Double) -> [(InkMap, InkComponent)] {
        var mask = InkMap(width: gray.width, height: gray.height)
        for index in gray.values.indices where Int(gray.values[index]) < limit { mask.ink[index] = 1 }
        let least = (width: max(16, Int(dpi * leastSize.width)), height: max(6, Int(dpi * leastSize.height)))
        // A frame would tie a panel to the rest of the table.
        let solid = mask.opened(by: max(4, Int(dpi * stroke)))
        return solid.components().components
            .filter { piece in
                piece.width >= least.width && piece.height >= least.height
                    && Double(piece.area) >= leastFill * Double(piece.width * piece.height)
                    && isSolid(piece, in: mask)
            }
            .map { (mask, $0) }
    }

    /// Whether the box is filled along its four edges.
    private static func isSolid(_ piece: InkComponent, in mask: InkMap) -> Bool {
        let down = max(1, piece.height / 12)
        // Far enough in for round ends.
        let across = max(1, min(piece.height, piece.width) / 3)
        let rows = [piece.y0 + down, piece.y1 - 1 - down].map { y in
            Double((piece.x0..<piece.x1).reduce(0) { $0 + Int(mask.ink[y * mask.width + $1]) }) / Double(piece.width)
        }
        let columns = [piece.x0 + across, piece.x1 - 1 - across].map { x in
            Double((piece.y0..<piece.y1).reduce(0) { $0 + Int(mask.ink[$1 * mask.width + x]) }) / Double(piece.height)
        }
        return rows.allSatisfy { $0 >= leastRow } && columns.allSatisfy { $0 >= leastColumn }
    }

    /// Turns a panel into paper and what stands on it into ink; nil when it has no colour of its own.
    private static func level(
        _ area: (mask: InkMap, piece: InkComponent),
        in gray: inout GrayImage,
        paper: Int,
        contrast: Int,
        dpi: Double
    ) -> Panel? {
        let (mask, piece) = area
        let inside = Interior(of: piece, in: mask)
        var counts = [Int](repeating: 0, count: 256)
        for y in 0..<piece.height {
            for x in 0..<piece.width where inside.contains(x, y) {
                counts[Int(gray.values[(piece.y0 + y) * gray.width + piece.x0 + x])] += 1
            }
        }
        guard let colour = commonest(counts), colour < paper - contrast else { return nil }
        let total = counts.reduce(0, +)
        let lower = max(0, colour - grain)
        let upper = min(255, colour + grain)
        guard Double(counts[lower...upper].reduce(0, +)) >= leastFlat * Double(total) else { return nil }

        // What lies between the colour and the paper at the edge belongs to neither.
        let edge = max(2, Int(dpi / 60))
        var lighter = 0
        var darker = 0
        for y in 0..<piece.height {
            for x in 0..<piece.width where inside.contains(x, y) {
                let at = (piece.y0 + y) * gray.width + piece.x0 + x
                guard inside.contains(x, y, reach: edge) else {
                    gray.values[at] = UInt8(paper)
                    continue
                }
                let apart = Int(gray.values[at]) - colour
                if apart > 2 * grain { lighter += 1 }
                if apart < -2 * grain { darker += 1 }
                gray.values[at] = UInt8(max(0, paper - abs(apart)))
            }
        }
        return Panel(box: piece, isReversed: lighter > darker)
    }

    /// The middle of the seven neighbouring levels that occur most often.
    private static func commonest(_ counts: [Int]) -> Int? {
        (3..<253).max { counts[$0 - 3...$0 + 3].reduce(0, +) < counts[$1 - 3...$1 + 3].reduce(0, +) }
    }
}

extension InkMap {
    /// Leaves only ink that is part of a horizontal and of a vertical run of a length.
    fileprivate func opened(by length: Int) -> InkMap {
        var result = InkMap(width: width, height: height)
        for y in 0..<height {
            var start = y * width
            let end = start + width
            while start < end {
                guard ink[start] != 0 else {
                    start += 1
                    continue
                }
                var stop = start
                while stop < end, ink[stop] != 0 { stop += 1 }
                if stop - start >= length { for at in start..<stop { result.ink[at] = 1 } }
                start = stop
            }
        }
        var runs = [Int32](repeating: 0, count: width)
        for y in 0...height {
            for x in 0..<width {
                if y < height, result.ink[y * width + x] != 0 {
                    runs[x] += 1
                } else if runs[x] > 0 {
                    if Int(runs[x]) < length {
                        for above in y - Int(runs[x])..<y { result.ink[above * width + x] = 0 }
                    }
                    runs[x] = 0
                }
            }
        }
        return result
    }
}

/// The pixels of a panel, holes included: all of its box but what reaches the box's edge outside the panel.
private struct Interior {
    private let width: Int
    private let height: Int
    private var outside: [Bool]

    init(of piece: InkComponent, in mask: InkMap) {
        width = piece.width
        height = piece.height
        var light = InkMap(width: width, height: height)
        for y in 0..<height {
            let source = (piece.y0 + y) * mask.width + piece.x0
            for x in 0..<width { light.ink[y * width + x] = 1 - mask.ink[source + x] }
        }
        outside = [Bool](repeating: false, count: width * height)
        let (holes, runs) = light.components()
        for run in runs {
            let hole = holes[Int(run.label)]
            guard hole.x0 == 0 || hole.y0 == 0 || hole.x1 == width || hole.y1 == height else { continue }
            for x in Int(run.start)..<Int(run.end) { outside[Int(run.y) * width + x] = true }
        }
    }

    func contains(_ x: Int, _ y: Int) -> Bool { !outside[y * width + x] }

    /// Whether the pixels at a distance on all four sides lie inside too.
    func contains(_ x: Int, _ y: Int, reach: Int) -> Bool {
        x >= reach && y >= reach && x + reach < width && y + reach < height
            && contains(x - reach, y) && contains(x + reach, y) && contains(x, y - reach) && contains(x, y + reach)
    }
}
