extension InkMap {
    /// How far from a run of ink its near and its far surroundings are looked at, in pixels.
    private static let near = 2
    private static let far = 8
    /// Least share of the whole fall of light at the edge of ink that happens at the edge itself; shadows fall off slowly.
    private static let leastSharpness = 0.4
    /// Least fall at the edge of ink, as a share of the page's usual one, on a scan; less is what shines through from behind.
    private static let leastStrength = 0.2

    /// Least contrast of print in a shadow with what is about it, as a share of the usual fall at the edge of ink.
    private static let leastContrast = 0.5

    /// Takes out what is dark without being print: shadows of folds and bindings, and, on scans, the other side shining through.
    ///
    /// Print has sharp edges, however pale it is. On a page without grain, which no scanner made, pale print is kept.
    ///
    /// - Parameter gray: The luminance that the map was made from.
    mutating func removeShadows(in gray: GrayImage) {
        let (pieces, runs) = components()
        guard !pieces.isEmpty else { return }
        var edges = [Edge](repeating: Edge(), count: pieces.count)
        let values = gray.values.span
        for run in runs {
            let (start, end, row) = (Int(run.start), Int(run.end), Int(run.y) * width)
            func value(_ x: Int) -> Int { Int(values[row + min(max(x, 0), width - 1)]) }
            let left = value(min(start + 1, end - 1))
            let right = value(max(end - 2, start))
            edges[Int(run.label)].add(
                near: max(0, value(start - Self.near) - left) + max(0, value(end - 1 + Self.near) - right),
                far: 2 * max(0, max(value(start - Self.far) - left, value(end - 1 + Self.far) - right))
            )
        }
        let strengths = edges.indices.filter { pieces[$0].height > 3 }.map { edges[$0].strength }.sorted()
        guard !strengths.isEmpty else { return }
        let usual = strengths[strengths.count / 2]
        let least = grain > 0 ? Self.leastStrength * usual : 0
        let isShadow = pieces.indices.map { index in
            edges[index].strength < least || edges[index].sharpness < Self.leastSharpness || isBand(pieces[index])
        }
        // Print that stands in a shadow hangs together with it, and stays: it is darker by far than the shadow about it.
        let leastContrast = Int(Self.leastContrast * usual)
        for run in runs where isShadow[Int(run.label)] {
            let y = Int(run.y)
            for x in Int(run.start)..<Int(run.end) {
                let about = max(
                    max(values[y * width + max(x - Self.far, 0)], values[y * width + min(x + Self.far, width - 1)]),
                    max(values[max(y - Self.far, 0) * width + x], values[min(y + Self.far, height - 1) * width + x])
                )
                if Int(about) - Int(values[y * width + x]) < leastContrast { ink[y * width + x] = 0 }
            }
        }
    }

    /// Whether a piece reaches across the page in a band, as the shadows of folds and bindings do whatever is printed in them.
    private func isBand(_ piece: InkComponent) -> Bool {
        let isAcross = piece.width * 10 > width * 6 && piece.height * 6 < height
        let isDown = piece.height * 10 > height * 6 && piece.width * 6 < width
        // The frame of a table is as wide, and empty.
        let isFilled = piece.area * 4 > piece.width * piece.height
        return isFilled && (isAcross || isDown) && min(piece.width, piece.height) > 2 * Self.far
    }

    /// How the light falls at the left and right edges of a piece of ink, in levels.
    private struct Edge {
        private var near = 0
        private var far = 0
        private var count = 0

        /// The fall within `near` pixels, on the mean.
        var strength: Double { Double(near) / Double(max(1, 2 * count)) }
        /// That fall's share of the fall within `far` pixels.
        var sharpness: Double { far == 0 ? 1 : Double(near) / Double(far) }

        mutating func add(near: Int, far: Int) {
            self.near += near
            self.far += far
            count += 1
        }
    }
}
