import RectoPages

/// A place in a text layer: words, or parts of words, in the order in which they are read.
struct LayerPlace: Sendable {
    /// A word, or the part of one that belongs to the place.
    struct Piece: Sendable, Hashable {
        /// The word's index.
        let word: Int
        /// What stands there.
        let text: String
        /// Where it stands, in points.
        let box: Box
    }

    /// The pieces.
    let pieces: [Piece]

    /// Gathers the words of a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - order: The order that its places count in.
    ///   - words: The words.
    init(_ run: WordRun, in order: LayerOrder, of words: [LayerWord]) {
        pieces = (run.first...run.last).map { place in
            let index = order.words[place]
            let start = place == run.first ? run.skippedAtStart : 0
            let skipped = place == run.last ? run.skippedAtEnd : 0
            return Self.piece(of: index, words[index], from: start, skipping: skipped, isTurned: order.isTurned)
        }
    }

    /// A word without what stands in it before or after; its box is cut by characters.
    private static func piece(
        of index: Int,
        _ word: LayerWord,
        from start: Int,
        skipping skipped: Int,
        isTurned: Bool
    ) -> Piece {
        let text = isTurned && word.isRightToLeft ? String(word.text.reversed()) : word.text
        let count = text.count
        let end = count - skipped
        guard start < end, start > 0 || skipped > 0 else { return Piece(word: index, text: text, box: word.box) }
        var box = word.box
        let (before, after) = (box.width * Double(start) / Double(count), box.width * Double(skipped) / Double(count))
        box.x0 += word.isRightToLeft ? after : before
        box.x1 -= word.isRightToLeft ? before : after
        return Piece(word: index, text: String(text.dropFirst(start).prefix(end - start)), box: box)
    }

    /// The place line by line, from the first to the last.
    ///
    /// - Parameter words: The words.
    /// - Returns: For each line the box and the words, as they are read.
    func lines(of words: [LayerWord]) -> [TextLayerIndex.Line] {
        var lines: [TextLayerIndex.Line] = []
        var previous: LayerWord?
        for piece in pieces {
            let word = words[piece.word]
            if let line = lines.last, previous?.isFollowedInLine(by: word) ?? false {
                lines[lines.count - 1] = .init(box: line.box.union(piece.box), quote: line.quote + " " + piece.text)
            } else {
                lines.append(.init(box: piece.box, quote: piece.text))
            }
            previous = word
        }
        return lines
    }

    /// The box around it.
    var bounds: Box { pieces.dropFirst().reduce(pieces[0].box) { $0.union($1.box) } }
}
