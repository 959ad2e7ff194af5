/// Decodes token ids as they arrive and gives out only text that no later id can change.
public struct StreamingDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    private var stages: [Stage]
    private var isFirst = true

    init(_ tokenizer: Tokenizer, skipsSpecialTokens: Bool) {
        self.tokenizer = tokenizer
        self.skipsSpecialTokens = skipsSpecialTokens
        stages = tokenizer.decoder.steps.map(Stage.init)
    }

    /// Takes the next id.
    ///
    /// - Parameter id: The next token id; one outside the vocabulary adds nothing.
    /// - Returns: The text that became certain; often empty while a character is incomplete.
    public mutating func append(_ id: Int) -> String {
        guard let token = tokenizer.content(of: id), !(skipsSpecialTokens && tokenizer.isSpecial(id)) else { return "" }
        var result = isFirst ? [] : tokenizer.decoder.separator
        isFirst = false
        pass(token, from: 0, to: &result)
        return String(decoding: result, as: UTF8.self)
    }

    /// Ends the sequence.
    ///
    /// - Returns: What was held back.
    public mutating func finish() -> String {
        var result: [UInt8] = []
        for index in stages.indices {
            for token in stages[index].finish() { pass(token, from: index + 1, to: &result) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func pass(_ token: [UInt8], from index: Int, to result: inout [UInt8]) {
        guard index < stages.count else {
            result += token
            return
        }
        for output in stages[index].take(token) { pass(output, from: index + 1, to: &result) }
    }
}

/// One step of a decoder chain with what it holds back.
private struct Stage: Sendable {
    private let step: TokenDecoder.Step
    /// Bytes that do not make a whole character yet, or characters that may have to be taken off the end.
    private var held: [UInt8] = []
    private var leadingLeft: Int
    private var isFirst = true

    init(_ step: TokenDecoder.Step) {
        self.step = step
        if case .strip(_, let start, _, _) = step { leadingLeft = start } else { leadingLeft = 0 }
    }

    mutating func take(_ token: [UInt8]) -> [[UInt8]] {
        switch step {
        case .replace(let pattern, let content): return [token.replacing(pattern, by: content)]
        case .fuse: return [token]
        case .metaspace(let metaspace):
            defer { isFirst = false }
            return [token.replacing(metaspace.replacement, by: isFirst && metaspace.scheme != .never ? [] : [0x20])]
        case .byteFallback:
            if let byte = ByteToken.byte(of: token) {
                held.append(byte)
                return []
            }
            return finish() + [token]
        case .byteLevel:
            held += ByteLevelAlphabet.bytes(of: token)
            let certain = held.count - held.incompleteSuffixLength
            defer { held.removeFirst(certain) }
            return [Array(String(decoding: held[..<certain], as: UTF8.self).utf8)]
        case .strip(let content, let start, let stop, let isFused):
            if isFused { return [strippedText(token, content, stop)] }
            let leading = token.leadingCount(of: content, atMost: start)
            let rest = Array(token.dropFirst(leading * content.count))
            return [Array(rest.dropLast(rest.trailingCount(of: content, atMost: stop) * content.count))]
        }
    }

    mutating func finish() -> [[UInt8]] {
        defer { held = [] }
        switch step {
        case .byteFallback:
            if held.isEmpty { return [] }
            if String(validating: held, as: UTF8.self) != nil { return [held] }
            return held.map { _ in Array("\u{FFFD}".utf8) }
        case .byteLevel: return held.isEmpty ? [] : [Array(String(decoding: held, as: UTF8.self).utf8)]
        case .strip(let content, _, let stop, _):
            return [Array(held.dropLast(held.trailingCount(of: content, atMost: stop) * content.count))]
        case .replace, .fuse, .metaspace: return []
        }
    }

    private mutating func strippedText(_ token: [UInt8], _ content: [UInt8], _ stop: Int) -> [UInt8] {
        var text = held + token
        let leading = text.leadingCount(of: content, atMost: leadingLeft)
        leadingLeft = leading * content.count < text.count ? 0 : leadingLeft - leading
        text.removeFirst(leading * content.count)
        let trailing = text.trailingCount(of: content, atMost: stop) * content.count
        held = Array(text.suffix(trailing))
        return Array(text.dropLast(trailing))
    }
}

extension [UInt8] {
    /// How many bytes at the end begin a character that later bytes may complete.
    fileprivate var incompleteSuffixLength: Int {
        for length in 1...3 where length <= count {
            let byte = self[count - length]
            if byte & 0xC0 == 0x80 { continue }
            let expected = byte >= 0xF0 && byte < 0xF5 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
            if byte >= 0xF5 || expected <= length { return 0 }
            if length >= 2 {
                let second = self[count - length + 1]
                let allowed: ClosedRange<UInt8> =
                    switch byte {
                    case 0xE0: 0xA0...0xBF
                    case 0xED: 0x80...0x9F
                    case 0xF0: 0x90...0xBF
                    case 0xF4: 0x80...0x8F
                    default: 0x80...0xBF
                    }
                if !allowed.contains(second) { return 0 }
            }
            return length
        }
        return 0
    }

    fileprivate func leadingCount(of content: [UInt8], atMost limit: Int) -> Int {
        var matched = 0
        while matched < limit, !content.isEmpty, dropFirst(matched * content.count).starts(with: content) {
            matched += 1
        }
        return matched
    }

    fileprivate func trailingCount(of content: [UInt8], atMost limit: Int) -> Int {
        var matched = 0
        while matched < limit, !content.isEmpty, (matched + 1) * content.count <= count,
            dropLast(matched * content.count).suffix(content.count).elementsEqual(content)
        {
            matched += 1
        }
        return matched
    }
}
