/// A token that is found in the text itself before anything else happens.
struct AddedToken: Sendable {
    let id: Int
    let content: [UInt8]
    let isSpecial: Bool
    let isNormalized: Bool
    let isSingleWord: Bool
    let stripsLeft: Bool
    let stripsRight: Bool

    init(_ node: CheckpointNode) throws(ModelInputError) {
        id = try node.required("id").integer()
        content = try node.required("content").bytes()
        isSpecial = try node.flag("special", default: false)
        isNormalized = try node.flag("normalized", default: !isSpecial)
        isSingleWord = try node.flag("single_word", default: false)
        stripsLeft = try node.flag("lstrip", default: false)
        stripsRight = try node.flag("rstrip", default: false)
        if id < 0 || id > 0xFF_FFFF { throw node.malformed("has the id \(id)") }
    }
}

/// A stretch of text, or a token found in it.
enum TextSegment {
    case text(Range<Int>)
    case token(Int)
}

/// Finds added tokens in a text: the leftmost first, the longest of those that begin at the same place.
struct AddedTokenMatcher: Sendable {
    /// Tokens by their first byte, the longest first.
    private var candidates = [[(content: [UInt8], token: AddedToken)]](repeating: [], count: 256)
    private var isEmpty = true

    /// Creates a matcher.
    ///
    /// - Parameter tokens: The tokens, each with the form in which it appears in the text that is searched.
    init(_ tokens: [(content: [UInt8], token: AddedToken)]) {
        for entry in tokens {
            guard let first = entry.content.first else { continue }
            candidates[Int(first)].append(entry)
            isEmpty = false
        }
        for index in candidates.indices { candidates[index].sort { $0.content.count > $1.content.count } }
    }

    /// Splits a text at the added tokens in it.
    ///
    /// - Parameter text: The text in UTF-8.
    /// - Returns: Stretches of text between tokens, none of them empty, and the ids of the tokens.
    func segments(of text: [UInt8]) -> [TextSegment] {
        if text.isEmpty { return [] }
        if isEmpty { return [.text(0..<text.count)] }
        var segments: [TextSegment] = []
        var done = 0
        var position = 0
        while position < text.count {
            guard let (content, token) = match(in: text, at: position) else {
                position += 1
                continue
            }
            var start = position
            var end = position + content.count
            position = end
            if token.isSingleWord, endsWithWord(text, at: start) || startsWithWord(text, at: end) { continue }
            if token.stripsLeft { start = max(spaceStart(in: text, before: start), done) }
            if token.stripsRight { end = spaceEnd(in: text, from: end) }
            if done < start { segments.append(.text(done..<start)) }
            segments.append(.token(token.id))
            done = end
        }
        if done < text.count { segments.append(.text(done..<text.count)) }
        return segments
    }

    private func match(in text: [UInt8], at position: Int) -> (content: [UInt8], token: AddedToken)? {
        candidates[Int(text[position])].first { entry in
            position + entry.content.count <= text.count
                && entry.content.indices.allSatisfy { entry.content[$0] == text[position + $0] }
        }
    }

    private func endsWithWord(_ text: [UInt8], at end: Int) -> Bool {
        guard let (scalar, _) = text.scalar(before: end) else { return false }
        return scalar.isWordCharacter
    }

    private func startsWithWord(_ text: [UInt8], at start: Int) -> Bool {
        start < text.count && text.scalar(at: start).scalar.isWordCharacter
    }

    private func spaceStart(in text: [UInt8], before end: Int) -> Int {
        var start = end
        while let (scalar, position) = text.scalar(before: start), scalar.textClass == .space { start = position }
        return start
    }

    private func spaceEnd(in text: [UInt8], from start: Int) -> Int {
        var end = start
        while end < text.count {
            let (scalar, next) = text.scalar(at: end)
            if scalar.textClass != .space { break }
            end = next
        }
        return end
    }
}
