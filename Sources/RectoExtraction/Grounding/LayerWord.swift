import RectoPages

/// A word of a text layer, folded for comparison.
struct LayerWord: Sendable {
    /// The word as the document says it.
    let text: String
    /// Where it stands, in points.
    let box: Box
    /// Whether it is written from right to left.
    let isRightToLeft: Bool
    /// Its characters, compatibility forms made plain.
    let strict: FoldedText
    /// Its characters, letter case and accents folded as well.
    let loose: FoldedText

    /// Folds a word.
    ///
    /// - Parameter word: The word. A soft hyphen at its end is a visible one: that is where the line was broken.
    init(_ word: TextLayerWord) {
        text = word.text
        box = word.box
        let visible = word.text.last == "\u{AD}" ? word.text.dropLast() + "-" : word.text[...]
        strict = FoldedText(String(visible), isLoose: false)
        loose = FoldedText(String(visible), isLoose: true)
        isRightToLeft = word.text.unicodeScalars.contains(where: Self.isRightToLeft)
    }

    /// Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms (Unicode 16, blocks of bidirectional class R and AL).
    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x590 else { return false }
        return switch scalar.value {
        case 0x660...0x66C, 0x6F0...0x6F9: false  // digits are written from left to right
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }

    /// Whether another word goes on in the same line.
    ///
    /// - Parameter next: The word that is read after this one.
    /// - Returns: Whether it stands beside this one, on the side to which the text runs.
    func isFollowedInLine(by next: LayerWord) -> Bool {
        guard isBeside(next.box) else { return false }
        return next.box.x0 >= box.x0 || isRightToLeft || next.isRightToLeft
    }

    /// Whether the middle of a box lies between the word's upper and lower edge.
    func isBeside(_ other: Box) -> Bool {
        (box.y0...max(box.y0, box.y1)).contains((other.y0 + other.y1) / 2)
    }

    /// The white space between this word and another, in points; negative when they overlap.
    func gap(to next: LayerWord) -> Double { max(next.box.x0 - box.x1, box.x0 - next.box.x1) }
}
