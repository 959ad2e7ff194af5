/// A connected piece of ink: a glyph, a part of one, or several that touch.
///
/// Edges are in pixels, the right and bottom ones excluded.
struct InkComponent: Hashable {
    var x0: Int
    var y0: Int
    var x1: Int
    var y1: Int
    /// Number of ink pixels.
    var area: Int

    var width: Int { x1 - x0 }
    var height: Int { y1 - y0 }

    /// Takes in another piece.
    mutating func merge(_ other: InkComponent) {
        x0 = min(x0, other.x0)
        y0 = min(y0, other.y0)
        x1 = max(x1, other.x1)
        y1 = max(y1, other.y1)
        area += other.area
    }

    /// Whether another piece lies inside this one's box.
    func encloses(_ other: InkComponent) -> Bool {
        x0 <= other.x0 && y0 <= other.y0 && x1 >= other.x1 && y1 >= other.y1
    }
}

extension InkMap {
    /// A run of ink in one row; `end` is excluded.
    struct Run {
        var y: Int32
        var start: Int32
        var end: Int32
        var label: Int32
    }

    /// Finds the pieces of ink that hang together, diagonals included.
    ///
    /// - Returns: The pieces, and every run of ink with the index of its piece as label.
    func components() -> (components: [InkComponent], runs: [Run]) {
        var runs: [Run] = []
        var sets = DisjointSets()
        var previous = 0..<0
        for y in 0..<height {
            let first = runs.count
            appendRuns(of: y, to: &runs, sets: &sets)
            var above = previous.lowerBound
            for index in first..<runs.count {
                while above < previous.upperBound, runs[above].end < runs[index].start { above += 1 }
                var touching = above
                while touching < previous.upperBound, runs[touching].start <= runs[index].end {
                    sets.unite(index, touching)
                    touching += 1
                }
            }
            previous = first..<runs.count
        }
        return collect(&runs, &sets)
    }

    private func appendRuns(of y: Int, to runs: inout [Run], sets: inout DisjointSets) {
        let row = ink.span.extracting(y * width..<(y + 1) * width)
        var x = 0
        while x < width {
            guard row[x] != 0 else {
                x += 1
                continue
            }
            let start = x
            while x < width, row[x] != 0 { x += 1 }
            runs.append(Run(y: Int32(y), start: Int32(start), end: Int32(x), label: 0))
            sets.append()
        }
    }

    private func collect(
        _ runs: inout [Run],
        _ sets: inout DisjointSets
    ) -> (components: [InkComponent], runs: [Run]) {
        var components: [InkComponent] = []
        var labels = [Int32](repeating: -1, count: runs.count)
        for index in runs.indices {
            let run = runs[index]
            let piece = InkComponent(
                x0: Int(run.start),
                y0: Int(run.y),
                x1: Int(run.end),
                y1: Int(run.y) + 1,
                area: Int(run.end - run.start)
            )
            let root = sets.root(of: index)
            if labels[root] < 0 {
                labels[root] = Int32(components.count)
                components.append(piece)
            } else {
                components[Int(labels[root])].merge(piece)
            }
            runs[index].label = labels[root]
        }
        return (components, runs)
    }
}

/// Sets that only grow together, by index.
struct DisjointSets {
    private var parents: [Int32] = []

    init(count: Int = 0) {
        parents = (0..<Int32(count)).map { $0 }
    }

    mutating func append() {
        parents.append(Int32(parents.count))
    }

    mutating func root(of index: Int) -> Int {
        var at = Int32(index)
        while parents[Int(at)] != at {
            parents[Int(at)] = parents[Int(parents[Int(at)])]
            at = parents[Int(at)]
        }
        return Int(at)
    }

    mutating func unite(_ left: Int, _ right: Int) {
        let a = root(of: left)
        let b = root(of: right)
        if a != b { parents[max(a, b)] = Int32(min(a, b)) }
    }
}
