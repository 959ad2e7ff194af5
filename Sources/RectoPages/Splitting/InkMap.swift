/// Which pixels of a page are ink: 1 where the pixel is clearly darker than the paper about it, else 0.
struct InkMap {
    let width: Int
    let height: Int
    var ink: [UInt8]
    /// The paper's own grain in levels of luminance; 0 on a page that no scanner made.
    let grain: Int

    /// Separates ink from paper.
    ///
    /// The page is divided into blocks. Each block's paper is what is light in it and its neighbours, its ink what is
    /// dark; between the middles of the blocks the threshold is interpolated, so that shaded scans and coloured paper
    /// need no setting.
    ///
    /// - Parameter gray: The page's luminance.
    init(_ gray: GrayImage) {
        width = gray.width
        height = gray.height
        let thresholds = BlockThresholds(gray)
        grain = thresholds.grain
        var ink = [UInt8](repeating: 0, count: width * height)
        let source = gray.values.span
        var row = [Int32](repeating: 0, count: width)
        for y in 0..<height {
            thresholds.interpolate(y: y, into: &row)
            let start = y * width
            for x in 0..<width where Int32(source[start + x]) < row[x] { ink[start + x] = 1 }
        }
        self.ink = ink
    }

    /// An empty map.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        grain = 0
        ink = [UInt8](repeating: 0, count: width * height)
    }
}

/// Thresholds between ink and paper at the middles of square blocks.
private struct BlockThresholds {
    fileprivate static let bins = 64
    private let side: Int
    private let columns: Int
    private let rows: Int
    private let imageHeight: Int
    private var values: [Int32] = []
    fileprivate let grain: Int

    init(_ gray: GrayImage) {
        side = max(16, max(gray.width, gray.height) / 64)
        columns = (gray.width + side - 1) / side
        rows = (gray.height + side - 1) / side
        imageHeight = gray.height
        let histograms = Self.histograms(gray, side: side, columns: columns, rows: rows)
        var blocks: [Block] = []
        for row in 0..<rows {
            for column in 0..<columns {
                blocks.append(
                    Block(Self.window(histograms, columns: columns, rows: rows, column: column, row: row))
                )
            }
        }
        let page = blocks.map(\.paper).sorted()[blocks.count / 2]
        // Paper's own grain, twice its half width between the outer tenths.
        let spreads = blocks.map(\.spread).filter { $0 < 48 }.sorted()
        grain = spreads.isEmpty ? 0 : spreads[spreads.count / 2]
        let leastContrast = max(GrayImage.plainContrast, grain * 2)
        let paleContrast = gray.leastContrast
        values = blocks.map { block in
            // A dark area is a panel or a picture on the page's paper, not paper of its own.
            let level = 2 * block.paper < page ? page : block.paper
            let contrast = max(level - block.dark, 0)
            let least = block.isPale && grain == 0 ? paleContrast : leastContrast
            return Int32(level - max(least, contrast * 35 / 100))
        }
    }

    /// Fills one row of the page with thresholds.
    func interpolate(y: Int, into row: inout [Int32]) {
        let position = min(max(2 * y + 1 - side, 0), 2 * side * (rows - 1))
        let upper = min(position / (2 * side), rows - 1)
        let lower = min(upper + 1, rows - 1)
        let share = Int32(position - upper * 2 * side)
        let unit = Int32(2 * side)
        let line = (0..<columns).map { column in
            (values[upper * columns + column] * (unit - share) + values[lower * columns + column] * share) / unit
        }
        for x in 0..<row.count {
            let across = min(max(2 * x + 1 - side, 0), 2 * side * (columns - 1))
            let left = across / (2 * side)
            let right = min(left + 1, columns - 1)
            let part = Int32(across - left * 2 * side)
            row[x] = (line[left] * (unit - part) + line[right] * part) / unit
        }
    }

    private static func histograms(_ gray: GrayImage, side: Int, columns: Int, rows: Int) -> [Int32] {
        var counts = [Int32](repeating: 0, count: columns * rows * bins)
        let source = gray.values.span
        for y in 0..<gray.height {
            let base = y / side * columns
            for column in 0..<columns {
                let start = (base + column) * bins
                for x in column * side..<min((column + 1) * side, gray.width) {
                    counts[start + Int(source[y * gray.width + x] >> 2)] += 1
                }
            }
        }
        return counts
    }

    private static func window(_ counts: [Int32], columns: Int, rows: Int, column: Int, row: Int) -> [Int] {
        var sum = [Int](repeating: 0, count: bins)
        for y in max(row - 1, 0)...min(row + 1, rows - 1) {
            for x in max(column - 1, 0)...min(column + 1, columns - 1) {
                let start = (y * columns + x) * bins
                for bin in 0..<bins { sum[bin] += Int(counts[start + bin]) }
            }
        }
        return sum
    }

    /// What the luminances in and about a block tell.
    private struct Block {
        let paper: Int
        let dark: Int
        /// Between the outer tenths.
        let spread: Int
        /// Whether paper of one shade bears nothing dark, so that what is a little darker is pale ink: not a photograph, and
        /// not the soft edge of dark type.
        let isPale: Bool

        init(_ histogram: [Int]) {
            let total = histogram.reduce(0, +)
            paper = Self.level(histogram, share: total * 9 / 10)
            dark = Self.level(histogram, share: total / 250)
            spread = paper - Self.level(histogram, share: total / 10)
            isPale =
                paper - Self.level(histogram, share: total / 2) <= 4
                && paper - Self.level(histogram, share: total / 5000) <= GrayImage.paleContrast
        }

        /// The luminance below which a number of pixels lies.
        private static func level(_ histogram: [Int], share: Int) -> Int {
            var seen = 0
            for (bin, count) in histogram.enumerated() {
                seen += count
                if seen > share { return bin * 4 + 2 }
            }
            return 254
        }
    }
}
