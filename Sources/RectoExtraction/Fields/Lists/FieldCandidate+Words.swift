import RectoPages
import RectoSchema

extension FieldCandidate {
    /// Makes a candidate of words of a page.
    ///
    /// - Parameters:
    ///   - pointer: Where the text goes.
    ///   - page: The page.
    ///   - words: The words, at least one, in the order in which they are read.
    ///   - text: Their text.
    init(pointer: JSONPointer, page: PageReading, words: [TableWord], text: String) {
        var logProbabilities: [Float] = []
        var start = 0
        while start < words.count {
            let end = words[start...].firstIndex { $0.tile != words[start].tile } ?? words.count
            let last = words[end - 1]
            let range = words[start].offset..<last.offset + last.text.count
            logProbabilities += page.tiles[words[start].tile].logProbabilities(in: range)
            start = end
        }
        let tile = page.tiles[words[0].tile]
        // In a tile that says it twice, only the words know where it stands.
        let isAlone = tile.text.ranges(of: text).count == 1
        self.init(
            pointer: pointer,
            page: page.page,
            labelTile: nil,
            valueTile: isAlone ? tile.index : nil,
            box: words.dropFirst().reduce(words[0].box) { $0.union($1.box) },
            text: text,
            logProbabilities: logProbabilities,
            labelFit: nil,
            source: .transcription,
            relation: .page
        )
    }
}

extension TileReading {
    /// The logarithms that belong to a part of the text, when each character is one token; else all of them.
    ///
    /// - Parameter range: Offsets in characters.
    /// - Returns: Logarithms of probabilities.
    fileprivate func logProbabilities(in range: Range<Int>) -> [Float] {
        guard (text.count...text.count + 1).contains(logProbabilities.count), range.upperBound <= text.count else {
            return logProbabilities
        }
        return Array(logProbabilities[range])
    }
}
