import RectoPages

/// What stands beside and above a place, where people print the label of a value.
struct LabelSurroundings: Sendable {
    /// A text near a place.
    struct Neighbour: Sendable, Hashable {
        /// Its words.
        let text: String
        /// How much a label there says about the value: 1 beside it, less above it.
        let weight: Double
    }

    /// A label above is one less often: a heading is above too.
    private static let weightAbove = 0.85
    /// A label that only a currency or a unit separates from the value.
    private static let weightOfSecond = 0.9
    /// Gaps between words of one label, and how far above its value a label stands, both as shares of the line's height.
    private static let largestGap = 1.5, largestGapAbove = 1.0, farthestAbove = 2.5
    /// Most words of a label.
    private static let mostWords = 8

    private let words: [LayerWord]
    /// The words by the height of their middle on the page.
    private let byMiddle: [Int]
    private let middles: [Double]
    private let isRightToLeft: Bool

    /// Prepares the words of a page.
    ///
    /// - Parameter words: The words.
    init(words: [LayerWord]) {
        self.words = words
        let middle = words.map { ($0.box.y0 + $0.box.y1) / 2 }
        byMiddle = words.indices.sorted { (middle[$0], $0) < (middle[$1], $1) }
        middles = byMiddle.map { middle[$0] }
        isRightToLeft = words.contains(where: \.isRightToLeft)
    }

    /// The texts that may be the label of the value at a place.
    ///
    /// - Parameter box: The value's place in points; its first line when it has several.
    /// - Returns: What stands to its left, to its right on pages with right-to-left text, and above it.
    func neighbours(of box: Box) -> [Neighbour] {
        let beside = words(between: box.y0, and: box.y1)
        let left = cells(beside.filter { words[$0].box.x0 < box.x0 - 1 }, runningLeft: true)
        let right = isRightToLeft ? cells(beside.filter { words[$0].box.x1 > box.x1 + 1 }, runningLeft: false) : []
        let sides = [left, right].flatMap { cells in
            zip(cells, [1, Self.weightOfSecond]).map { Neighbour(text: $0, weight: $1) }
        }
        return sides + (above(box).map { [Neighbour(text: $0, weight: Self.weightAbove)] } ?? [])
    }

    private func words(between top: Double, and bottom: Double) -> [Int] {
        var low = 0
        var high = middles.count
        while low < high {
            let middle = (low + high) / 2
            if middles[middle] < top { low = middle + 1 } else { high = middle }
        }
        return Array(byMiddle[low...].prefix { words[$0].box.y0 + words[$0].box.y1 <= 2 * bottom })
    }

    /// The first two groups of words with letters, going away from the value; digits that follow letters end a label, as they
    /// are the value of another one.
    private func cells(_ beside: [Int], runningLeft: Bool) -> [String] {
        let sorted = beside.sorted { a, b in
            runningLeft ? words[a].box.x1 > words[b].box.x1 : words[a].box.x0 < words[b].box.x0
        }
        var cells: [[Int]] = []
        var previous: Int?
        for place in sorted {
            let hasLetters = cells.joined().contains { words[$0].text.contains(where: \.isLetter) }
            if hasLetters, words[place].text.contains(where: \.isNumber) { break }
            let isNear = previous.map { words[$0].gap(to: words[place]) <= Self.largestGap * words[place].box.height }
            if isNear ?? false, (cells.last?.count ?? 0) < Self.mostWords {
                cells[cells.count - 1].append(place)
            } else {
                cells.append([place])
            }
            previous = place
        }
        return cells.map { cell in text(of: cell) }.filter { $0.contains(where: \.isLetter) }.prefix(2).map(\.self)
    }

    /// The words of the nearest line above that stand over the place.
    private func above(_ box: Box) -> String? {
        let height = box.height
        let over = words(between: box.y0 - Self.farthestAbove * height, and: box.y0)
            .filter { words[$0].box.y1 <= box.y0 + 0.3 * height }
            .filter { words[$0].box.x0 < box.x1 + 0.5 * height && words[$0].box.x1 > box.x0 - 0.5 * height }
        guard let nearest = over.max(by: { words[$0].box.y1 < words[$1].box.y1 }) else { return nil }
        let line = words(between: words[nearest].box.y0, and: words[nearest].box.y1)
            .sorted { words[$0].box.x0 < words[$1].box.x0 }
        guard let start = line.firstIndex(of: nearest) else { return nil }
        var (first, last) = (start, start)
        let isNear = { (a: Int, b: Int) in words[a].gap(to: words[b]) <= Self.largestGapAbove * height }
        while first > 0, last - first < Self.mostWords, isNear(line[first - 1], line[first]) { first -= 1 }
        while last + 1 < line.count, last - first < Self.mostWords, isNear(line[last], line[last + 1]) { last += 1 }
        return text(of: Array(line[first...last]))
    }

    /// Words in the order in which they are read.
    private func text(of places: [Int]) -> String {
        let seen = places.sorted { words[$0].box.x0 < words[$1].box.x0 }
        let read = seen.contains { words[$0].isRightToLeft } ? seen.reversed() : seen
        return read.map { words[$0].text }.joined(separator: " ")
    }
}
