extension Tokenizer {
    /// The bytes that each token adds to a text that has begun, by id; nil for added tokens and holes.
    ///
    /// What stands at the very beginning of a text may lose a space in decoding; a token that begins with one is given with
    /// it.
    ///
    /// - Returns: One entry for each id up to the largest.
    package func vocabularyBytes() -> [[UInt8]?] {
        (0..<vocabularySize).map { id in
            guard !isAdded(id), let token = content(of: id) else { return nil }
            return bytes(of: token)
        }
    }

    /// What a token adds in the middle of a text.
    private func bytes(of token: [UInt8]) -> [UInt8] {
        var bytes = token
        for step in decoder.steps {
            switch step {
            case .replace(let pattern, let content): bytes = bytes.replacing(pattern, by: content)
            case .byteFallback: if let byte = ByteToken.byte(of: bytes) { bytes = [byte] }
            case .byteLevel: bytes = ByteLevelAlphabet.bytes(of: bytes)
            case .metaspace(let metaspace): bytes = bytes.replacing(metaspace.replacement, by: [0x20])
            case .fuse, .strip: break
            }
        }
        return bytes
    }
}
