/// Pieces by the bands of rows that they touch, in the order in which they were given.
struct RowGrid {
    private let cell: Int
    private var bands: [[Int32]] = []

    init(_ pieces: [InkComponent], cell: Int) {
        self.cell = max(1, cell)
        bands = Array(repeating: [], count: (pieces.map(\.y1).max() ?? 0) / self.cell + 1)
        for (index, piece) in pieces.enumerated() {
            for band in rows(of: piece) { bands[band].append(Int32(index)) }
        }
    }

    /// The bands that a piece touches.
    func rows(of piece: InkComponent) -> ClosedRange<Int> {
        piece.y0 / cell...max(piece.y0, piece.y1 - 1) / cell
    }

    /// The pieces of a band that come after one of them.
    func after(_ index: Int, in row: Int) -> some Sequence<Int> {
        let band = bands[row]
        var low = 0
        var high = band.count
        while low < high {
            let middle = (low + high) / 2
            if band[middle] <= index { low = middle + 1 } else { high = middle }
        }
        return band[low...].lazy.map(Int.init)
    }
}

/// Lines by the rows in which something of theirs may stand.
struct LineIndex {
    private let cell: Int
    private var bands: [Int: [Int]] = [:]

    init(_ lines: [TextLine], cell: Int) {
        self.cell = max(1, cell)
        for (index, line) in lines.enumerated() {
            let top = Int(line.baseline - 1.5 * line.ascent) / self.cell
            let bottom = Int(line.baseline + 0.6 * line.ascent) / self.cell
            for band in min(top, bottom)...max(top, bottom) { bands[band, default: []].append(index) }
        }
    }

    /// The lines near a row.
    func lines(at y: Int) -> [Int] { bands[y / cell] ?? [] }
}
