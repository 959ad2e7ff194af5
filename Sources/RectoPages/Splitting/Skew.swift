import Foundation

/// By how much the lines of a page lean, and the level frame in which they run straight.
struct Skew {
    /// Clockwise angle of the lines as seen, in radians.
    let angle: Double

    /// Largest angle that is looked for, in degrees.
    static let limitDegrees = 3.0

    /// Finds the angle at which the lower edges of the ink gather in the fewest rows.
    ///
    /// - Parameter map: The page's ink.
    init(of map: InkMap) {
        let edges = map.lowerEdges(limit: 50_000)
        guard edges.count > 200 else {
            angle = 0
            return
        }
        func score(_ degrees: Double) -> Double {
            Self.concentration(of: edges, width: map.width, height: map.height, slope: tan(degrees * .pi / 180))
        }
        func best(_ angles: [Double]) -> Double {
            let scores = angles.map(score)
            return scores.indices.max { scores[$0] < scores[$1] }.map { angles[$0] } ?? 0
        }
        let steps = Int(Self.limitDegrees * 10)
        let rough = best((-steps...steps).map { Double($0) / 10 })
        let fine = best((-5...5).map { rough + Double($0) / 50 })
        let isWorthIt = abs(fine) >= 0.07 && score(fine) > 1.02 * score(0)
        angle = isWorthIt ? fine * .pi / 180 : 0
    }

    /// Maps the level frame to the page's pixels: a turn about the middle of the page.
    func levelToPage(width: Int, height: Int) -> Affine {
        let x = Double(width) / 2
        let y = Double(height) / 2
        let cosine = cos(angle)
        let sine = sin(angle)
        return Affine(
            a: cosine,
            b: sine,
            c: -sine,
            d: cosine,
            e: x - cosine * x + sine * y,
            f: y - sine * x - cosine * y
        )
    }

    private static func concentration(
        of edges: [(x: Int32, y: Int32)],
        width: Int,
        height: Int,
        slope: Double
    ) -> Double {
        let margin = Int(Double(width) * abs(slope)) + 2
        var counts = [Int32](repeating: 0, count: height + 2 * margin)
        let step = Int32(slope * 65_536)
        for edge in edges {
            counts[Int(edge.y) - Int((edge.x &* step) >> 16) + margin] += 1
        }
        // Pairs of rows, so that half a pixel plays no part.
        var sum = 0.0
        for row in 1..<counts.count {
            let pair = Double(counts[row] + counts[row - 1])
            sum += pair * pair
        }
        return sum
    }
}

extension InkMap {
    /// Pixels of ink with paper below, about evenly thinned out to a limit.
    fileprivate func lowerEdges(limit: Int) -> [(x: Int32, y: Int32)] {
        var edges: [(x: Int32, y: Int32)] = []
        let source = ink.span
        for y in 0..<max(0, height - 1) {
            for x in 0..<width where source[y * width + x] != 0 && source[(y + 1) * width + x] == 0 {
                edges.append((Int32(x), Int32(y)))
            }
        }
        guard edges.count > limit else { return edges }
        let step = Double(edges.count) / Double(limit)
        return (0..<limit).map { edges[Int(Double($0) * step)] }
    }
}
