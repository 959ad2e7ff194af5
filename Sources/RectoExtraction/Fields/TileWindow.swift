package import RectoPages

/// A tile that may hold a label, with the tiles in which its value may stand.
package struct TileWindow: Sendable, Hashable {
    /// Place of the label's tile in the list of tiles.
    package let label: Int
    /// Place of the next tile of the same row.
    package let right: Int?
    /// Place of the tile below, where no empty part of the page lies between.
    package let below: Int?

    /// The places in the order in which the checkpoint was taught: label, right, below.
    package var places: [Int] { [label] + [right, below].compactMap(\.self) }

    /// The same window with another tile on the right.
    ///
    /// - Parameter place: The place of a tile.
    /// - Returns: The window.
    func with(right place: Int) -> TileWindow { TileWindow(label: label, right: place, below: below) }

    /// Builds the window of every tile of a page.
    ///
    /// - Parameters:
    ///   - boxes: Where the tiles lie.
    ///   - rows: The row of each tile.
    ///   - texts: What each tile says; a sign that belongs to a label (`#`) is passed over. Nothing where it is not known.
    ///   - limit: Most images in a prompt; what is below goes first, then what is on the right.
    /// - Returns: One window for each tile, in the same order.
    package static func windows(boxes: [Box], rows: [Int], texts: [String] = [], limit: Int) -> [TileWindow] {
        let kept = boxes.indices.filter {
            texts.isEmpty || !isSign(texts[$0]) && !isRing($0, boxes: boxes, texts: texts)
        }
        return boxes.indices.map { place in
            let next = limit >= 2 ? Self.right(of: place, among: kept, boxes: boxes, rows: rows) : nil
            let under = limit >= 2 ? Self.below(place, among: kept, boxes: boxes, rows: rows) : nil
            let right = next.flatMap { next in
                let isApart =
                    !texts.isEmpty && rows[next] != rows[place]
                    && mayBeOtherText(next, than: place, boxes: boxes, texts: texts)
                    && under.map { isHead(place, of: $0, boxes: boxes, texts: texts) } ?? false
                return isApart ? nil : next
            }
            let room = limit - (right == nil ? 1 : 2)
            let below = room >= 1 ? under : nil
            return TileWindow(label: place, right: right, below: below)
        }
    }

    /// Finds what stands right above a tile.
    ///
    /// - Parameters:
    ///   - place: The place of a tile.
    ///   - boxes: Where the tiles lie.
    /// - Returns: The place of the nearest tile above it, where that is not farther away than a line.
    static func above(_ place: Int, boxes: [Box]) -> Int? {
        let box = boxes[place]
        let near = boxes.indices.filter { other in
            other != place && boxes[other].y1 <= box.y0 + 0.5 * box.height
                && box.y0 - boxes[other].y1 <= 1.5 * box.height
                && min(box.x1, boxes[other].x1) > max(box.x0, boxes[other].x0)
        }
        return near.max { (boxes[$0].y1, $1) < (boxes[$1].y1, $0) }
    }

    /// Whether a neighbour in another row may have nothing to do with a tile: it stands higher or lower by a good part of a line, and is
    /// no sum in larger type.
    private static func mayBeOtherText(_ next: Int, than place: Int, boxes: [Box], texts: [String]) -> Bool {
        let (box, other) = (boxes[place], boxes[next])
        return abs(other.y0 + other.y1 - box.y0 - box.y1) / 2 > 0.25 * box.height && other.height < 1.3 * box.height
            && AmountParser().parse(texts[next]) == nil
    }

    /// Whether a tile stands over another one as a head over its value: flush with it and close.
    private static func isHead(_ place: Int, of below: Int, boxes: [Box], texts: [String]) -> Bool {
        let (box, value) = (boxes[place], boxes[below])
        return abs(value.x0 - box.x0) <= 0.7 * box.height && value.y0 - box.y1 <= 0.8 * box.height
            && !Caption.isLikely(texts[below])
    }

    /// Whether a text is nothing but a sign that stands behind a label, away from it: no value, and no dash that says there is none.
    static func isSign(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { "#№:.°º'’[]()|_".contains($0) || $0.isWhitespace }
    }

    /// Whether a tile is the ring of `n°` that stands by itself: small, at the end of a tile that is higher by half.
    private static func isRing(_ place: Int, boxes: [Box], texts: [String]) -> Bool {
        guard ["0", "o", "O"].contains(texts[place]) else { return false }
        let box = boxes[place]
        return boxes.indices.contains { other in
            let gap = box.x0 - boxes[other].x1
            return texts[other].last?.lowercased() == "n" && boxes[other].height >= 1.5 * box.height
                && abs(gap) <= boxes[other].height && min(box.y1, boxes[other].y1) > max(box.y0, boxes[other].y0)
        }
    }

    /// The tile of the same row, or at the same height, that begins nearest to the right.
    private static func right(of place: Int, among kept: [Int], boxes: [Box], rows: [Int]) -> Int? {
        let box = boxes[place]
        let middle = (box.x0 + box.x1) / 2
        return
            kept
            .filter { $0 != place && boxes[$0].x0 > middle }
            .filter { rows[$0] == rows[place] || isLevel(boxes[$0], with: box) }
            .min { (boxes[$0].x0, $0) < (boxes[$1].x0, $1) }
    }

    /// The nearest tile of a later row that lies below, not far off, and overlaps horizontally; of several in its row, the one that
    /// overlaps most.
    private static func below(_ place: Int, among kept: [Int], boxes: [Box], rows: [Int]) -> Int? {
        let box = boxes[place]
        func overlap(_ other: Int) -> Double { min(box.x1, boxes[other].x1) - max(box.x0, boxes[other].x0) }
        let middle = (box.y0 + box.y1) / 2
        let candidates = kept.filter {
            rows[$0] != rows[place] && boxes[$0].y0 > middle && !isLevel(boxes[$0], with: box) && overlap($0) > 0
        }
        guard let nearest = candidates.min(by: { (boxes[$0].y0, $0) < (boxes[$1].y0, $1) }),
            boxes[nearest].y0 - box.y1 <= farthest * box.height
        else { return nil }
        return candidates.filter { rows[$0] == rows[nearest] }.max { (overlap($0), $1) < (overlap($1), $0) }
    }

    /// What is farther below, in heights of the tile, does not belong to it: an empty part of the page lies between.
    private static let farthest = 6.0

    /// Whether two boxes share more than half of the lower one's height.
    static func isLevel(_ left: Box, with right: Box) -> Bool {
        min(left.y1, right.y1) - max(left.y0, right.y0) > 0.5 * min(left.height, right.height)
    }
}
