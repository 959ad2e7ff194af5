import Foundation
import RectoPages

/// An amount that is printed on a page.
struct PrintedAmount {
    /// Amounts of one sum stand at most this many heights apart.
    private static let reach = 8.0

    let tile: TileReading
    let text: String
    let value: Decimal
    /// The words before it in its tile, else the text before it in its row.
    var caption = ""
    /// Whether no label of a field leads to it.
    var isFree = false

    /// Whether it stands close enough to amounts that are known, and is written as they are, to belong to a sum with them.
    ///
    /// - Parameter known: What is known of the sum; how close, the first one says.
    /// - Returns: Whether it may.
    func mayBelong(to known: [PrintedAmount]) -> Bool {
        guard let first = known.first else { return false }
        return distance(to: first) <= Self.reach * first.tile.box.height && known.contains { $0.decimals == decimals }
    }

    /// How far apart the middles of two amounts are in height, in points.
    ///
    /// - Parameter other: An amount.
    /// - Returns: The distance.
    func distance(to other: PrintedAmount) -> Double {
        let (box, own) = (other.tile.box, tile.box)
        return abs(own.y0 + own.y1 - box.y0 - box.y1) / 2
    }

    /// Whether its middle lies below another amount.
    ///
    /// - Parameter other: An amount.
    /// - Returns: Whether it stands in a later row.
    func isBelow(_ other: PrintedAmount) -> Bool { tile.box.y0 + tile.box.y1 > 2 * other.tile.box.y1 }

    /// How many digits follow the last mark: sums are written as their parts are.
    var decimals: Int {
        let digits = text.reversed().drop { !$0.isNumber }
        let last = digits.prefix(while: \.isNumber)
        let isMarked = digits.dropFirst(last.count).first.map { ".,".contains($0) } ?? false
        return isMarked && last.count != 3 ? last.count : 0
    }
}

extension [PrintedAmount] {
    /// The one that stands nearest in height to an amount, the first in reading order among equals.
    ///
    /// - Parameter other: An amount.
    /// - Returns: The amount; nil where there is none.
    func nearest(to other: PrintedAmount) -> PrintedAmount? {
        self.min { ($0.distance(to: other), $0.tile.index) < ($1.distance(to: other), $1.tile.index) }
    }

    /// Whether another amount follows one: stands below it, or overlaps it by a quarter of a height at most.
    ///
    /// - Parameters:
    ///   - amount: The upper one.
    ///   - height: The height of text, in points.
    /// - Returns: Whether any does.
    func hasFollower(of amount: PrintedAmount, height: Double) -> Bool {
        contains { $0.tile.box.y0 >= amount.tile.box.y1 - 0.25 * height }
    }
}
