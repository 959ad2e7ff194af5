/// SentencePiece's way with spaces: each becomes a visible character, and text may get one put before it.
struct Metaspace: Sendable {
    /// Where the character is put before a text.
    enum Scheme: String, Sendable {
        case always, first, never
    }

    /// What stands for a space.
    let replacement: [UInt8]
    let scheme: Scheme
    /// Whether the text is cut before each space.
    let splits: Bool

    init(_ node: CheckpointNode) throws(ModelInputError) {
        replacement = try node["replacement"]?.bytes() ?? Array("▁".utf8)
        if replacement.isEmpty { throw node.malformed("has an empty replacement") }
        let name = try node["prepend_scheme"]?.string()
        let fallback: Scheme = try node.flag("add_prefix_space", default: true) ? .always : .never
        guard let scheme = name.map(Scheme.init) ?? fallback else {
            throw node.unsupported("the prepend scheme \(name ?? "")")
        }
        self.scheme = scheme
        splits = try node.flag("split", default: true)
    }

    /// Spells the spaces of each piece out.
    ///
    /// - Parameters:
    ///   - text: The text in UTF-8.
    ///   - pieces: The pieces of it.
    ///   - isFirst: Whether the text stands at the very start of what is encoded.
    /// - Returns: The new text and the same pieces in it.
    func spelled(
        _ text: [UInt8],
        _ pieces: [Range<Int>],
        isFirst: Bool
    ) -> (text: [UInt8], pieces: [Range<Int>]) {
        var result: [UInt8] = []
        var moved: [Range<Int>] = []
        for piece in pieces {
            let start = result.count
            let spelled = Array(text[piece]).replacing([0x20], by: replacement)
            let isPrefixed = scheme == .always || scheme == .first && isFirst && piece.lowerBound == 0
            if isPrefixed, !spelled.starts(with: replacement) { result += replacement }
            result += spelled
            moved.append(start..<result.count)
        }
        return (result, moved)
    }
}
