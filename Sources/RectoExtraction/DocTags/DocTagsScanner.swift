/// A piece of DocTags text.
enum DocTagsToken: Hashable, Sendable {
    /// `<name>`.
    case open(String)
    /// `</name>`.
    case close(String)
    /// `<loc_N>`: a place on a grid of 500 steps over the page.
    case location(Int)
    /// What stands between tags.
    case text(String)
}

/// Cuts DocTags text into tags and what stands between them.
///
/// Only known names make a tag: `P < 0.05` and `<div>` on a page are text.
struct DocTagsScanner {
    /// The longest name of a tag.
    private static let longestName = 40

    /// A token and the offset in characters at which it begins.
    struct Piece: Hashable, Sendable {
        let token: DocTagsToken
        let offset: Int
    }

    /// Cuts a text.
    ///
    /// - Parameter text: What the model wrote, its special tokens kept.
    /// - Returns: The pieces, in order; nothing of the text is lost but the angle brackets.
    func pieces(of text: String) -> [Piece] {
        let characters = Array(text)
        var pieces: [Piece] = []
        var (plain, start, place) = ("", 0, 0)
        while place < characters.count {
            if let (token, length) = tag(in: characters, at: place) {
                if !plain.isEmpty { pieces.append(Piece(token: .text(plain), offset: start)) }
                pieces.append(Piece(token: token, offset: place))
                place += length
                (plain, start) = ("", place)
            } else {
                plain.append(characters[place])
                place += 1
            }
        }
        if !plain.isEmpty { pieces.append(Piece(token: .text(plain), offset: start)) }
        return pieces
    }

    private func tag(in characters: [Character], at start: Int) -> (DocTagsToken, length: Int)? {
        guard characters[start] == "<" else { return nil }
        let limit = min(characters.count, start + Self.longestName + 3)
        guard let end = characters[start..<limit].firstIndex(of: ">") else { return nil }
        let inner = String(characters[(start + 1)..<end])
        let isEnd = inner.hasPrefix("/")
        let name = isEnd ? inner.dropFirst() : inner[...]
        if !isEnd, let step = DocTagsVocabulary.number(of: name, after: "loc") {
            return (.location(step), end - start + 1)
        }
        guard DocTagsVocabulary.knows(name) else { return nil }
        return (isEnd ? .close(String(name)) : .open(String(name)), end - start + 1)
    }
}
