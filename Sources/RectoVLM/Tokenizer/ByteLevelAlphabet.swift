/// The printable stand-ins that byte-level vocabularies use for the 256 bytes.
enum ByteLevelAlphabet {
    /// The stand-in of each byte: itself where it is printable Latin-1, else a character from U+0100 on.
    static let characters: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0..<256).map { byte in
            let isPrintable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            if isPrintable { return Unicode.Scalar(UInt8(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? "\u{FFFD}"
        }
    }()

    private static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
        uniqueKeysWithValues: characters.enumerated().map { ($0.element, UInt8($0.offset)) }
    )

    /// Turns a token of a byte-level vocabulary into the bytes that it stands for.
    ///
    /// - Parameter token: The token in UTF-8.
    /// - Returns: Its bytes; the token itself when a character is no stand-in.
    static func bytes(of token: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
            guard let byte = bytes[scalar] else { return token }
            result.append(byte)
        }
        return result
    }
}
