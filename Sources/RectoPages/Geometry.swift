/// A width and height in PDF points (1/72 inch) of a page as seen: CropBox, Rotate and UserUnit applied.
public struct PageSize: Hashable, Sendable, Codable {
    /// Width in points.
    public var width: Double
    /// Height in points.
    public var height: Double

    /// Creates a size.
    ///
    /// - Parameters:
    ///   - width: Width in points.
    ///   - height: Height in points.
    public init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }
}

/// An axis-parallel rectangle; in points with the origin at the top left of the page as seen, unless said otherwise.
public struct Box: Hashable, Sendable, Codable {
    /// Left edge.
    public var x0: Double
    /// Top edge.
    public var y0: Double
    /// Right edge.
    public var x1: Double
    /// Bottom edge.
    public var y1: Double

    /// Creates a box from its edges.
    ///
    /// - Parameters:
    ///   - x0: Left edge.
    ///   - y0: Top edge.
    ///   - x1: Right edge.
    ///   - y1: Bottom edge.
    public init(x0: Double, y0: Double, x1: Double, y1: Double) {
        self.x0 = x0
        self.y0 = y0
        self.x1 = x1
        self.y1 = y1
    }

    /// Horizontal extent.
    public var width: Double { x1 - x0 }

    /// Vertical extent.
    public var height: Double { y1 - y0 }

    /// Finds the smallest box that holds both.
    ///
    /// - Parameter other: Another box.
    /// - Returns: The bounding box of the two.
    public func union(_ other: Box) -> Box {
        Box(x0: min(x0, other.x0), y0: min(y0, other.y0), x1: max(x1, other.x1), y1: max(y1, other.y1))
    }

    /// Finds what two boxes share.
    ///
    /// - Parameter other: Another box.
    /// - Returns: The shared box, or nil when they do not overlap.
    public func intersection(_ other: Box) -> Box? {
        let box = Box(x0: max(x0, other.x0), y0: max(y0, other.y0), x1: min(x1, other.x1), y1: min(y1, other.y1))
        return box.x1 > box.x0 && box.y1 > box.y0 ? box : nil
    }
}

/// An affine map (x, y) ↦ (a·x + c·y + e, b·x + d·y + f), in the order of PDF's `cm` operator.
public struct Affine: Hashable, Sendable, Codable {
    /// Coefficients as in PDF: x' = a·x + c·y + e, y' = b·x + d·y + f.
    public var a, b, c, d, e, f: Double

    /// Creates a map from its six coefficients.
    ///
    /// - Parameters:
    ///   - a: x to x'.
    ///   - b: x to y'.
    ///   - c: y to x'.
    ///   - d: y to y'.
    ///   - e: Shift of x'.
    ///   - f: Shift of y'.
    public init(a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
        self.e = e
        self.f = f
    }

    /// Makes a scale followed by a shift.
    ///
    /// - Parameters:
    ///   - scaleX: Factor of x.
    ///   - scaleY: Factor of y.
    ///   - shiftX: Added to x after scaling.
    ///   - shiftY: Added to y after scaling.
    public init(scaleX: Double, scaleY: Double, shiftX: Double = 0, shiftY: Double = 0) {
        self.init(a: scaleX, b: 0, c: 0, d: scaleY, e: shiftX, f: shiftY)
    }

    /// The box around the image of a box under this map.
    ///
    /// - Parameter box: The box to map.
    /// - Returns: The bounding box of its four mapped corners.
    public func apply(to box: Box) -> Box {
        let corners = [(box.x0, box.y0), (box.x1, box.y0), (box.x0, box.y1), (box.x1, box.y1)]
        let xs = corners.map { a * $0.0 + c * $0.1 + e }
        let ys = corners.map { b * $0.0 + d * $0.1 + f }
        return Box(x0: xs.min() ?? 0, y0: ys.min() ?? 0, x1: xs.max() ?? 0, y1: ys.max() ?? 0)
    }

    /// Composes two maps.
    ///
    /// - Parameter next: The map applied after this one.
    /// - Returns: The map that applies `self`, then `next`.
    public func followed(by next: Affine) -> Affine {
        Affine(
            a: next.a * a + next.c * b,
            b: next.b * a + next.d * b,
            c: next.a * c + next.c * d,
            d: next.b * c + next.d * d,
            e: next.a * e + next.c * f + next.e,
            f: next.b * e + next.d * f + next.f
        )
    }
}
