/// The classes of characters that pre-tokenizers' patterns speak of: `\p{L}`, `\p{N}`, `\s` and the rest.
enum TextClass: UInt8 {
    case letter, number, space, other
}

private let classesOfASCII: [TextClass] = (0..<128).map { byte in
    switch UInt8(byte) {
    case 0x41...0x5A, 0x61...0x7A: .letter
    case 0x30...0x39: .number
    case 0x09...0x0D, 0x20: .space
    default: .other
    }
}

extension Unicode.Scalar {
    /// Which class the character belongs to.
    var textClass: TextClass {
        if value < 128 { return classesOfASCII[Int(value)] }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return properties.isWhitespace ? .space : .other
        }
    }

    /// Whether the character is matched by `\w`: letters, marks, decimal digits, connectors and joiners.
    var isWordCharacter: Bool {
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }
}

extension [UInt8] {
    /// Decodes the character that begins at a position; the bytes are known to be UTF-8.
    ///
    /// - Parameter position: Where a character begins.
    /// - Returns: The character and where the next one begins.
    func scalar(at position: Int) -> (scalar: Unicode.Scalar, next: Int) {
        let first = self[position]
        if first < 0x80 { return (Unicode.Scalar(first), position + 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length { value = value << 6 | UInt32(self[position + offset] & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", position + length)
    }

    /// Decodes the character that ends at a position.
    ///
    /// - Parameter end: Where a character ends.
    /// - Returns: The character and where it begins, or nil at the start of the text.
    func scalar(before end: Int) -> (scalar: Unicode.Scalar, start: Int)? {
        guard end > 0 else { return nil }
        var start = end - 1
        while start > 0, self[start] & 0xC0 == 0x80 { start -= 1 }
        return (scalar(at: start).scalar, start)
    }

    /// Replaces every occurrence of a string, from left to right.
    ///
    /// - Parameters:
    ///   - pattern: What is replaced.
    ///   - content: What comes instead.
    /// - Returns: The new text.
    func replacing(_ pattern: [UInt8], by content: [UInt8]) -> [UInt8] {
        guard let first = pattern.first else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(count + count / 4)
        var position = 0
        while position < count {
            if self[position] == first, position + pattern.count <= count,
                pattern.indices.allSatisfy({ self[position + $0] == pattern[$0] })
            {
                result.append(contentsOf: content)
                position += pattern.count
            } else {
                result.append(self[position])
                position += 1
            }
        }
        return result
    }
}
