/// Reads a string by the grammar of a format, byte by byte; what is not ASCII fits nowhere.
struct FormatScanner {
    private var rest: ArraySlice<UInt8>

    /// Starts at the beginning of a string.
    ///
    /// - Parameter text: The string.
    init(_ text: some Sequence<UInt8>) { rest = Array(text)[...] }

    /// Whether nothing is left.
    var isAtEnd: Bool { rest.isEmpty }

    /// The byte that comes next.
    var peek: UInt8? { rest.first }

    /// Passes one byte if it is the one given.
    ///
    /// - Parameter scalar: An ASCII character.
    /// - Returns: Whether it was there.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool { take { UInt32($0) == scalar.value } }

    /// Passes one byte if it is of a kind.
    ///
    /// - Parameter kind: Tells which bytes are.
    /// - Returns: Whether one was there.
    mutating func take(_ kind: (UInt8) -> Bool) -> Bool {
        guard let byte = rest.first, kind(byte) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Passes bytes as long as they are of a kind.
    ///
    /// - Parameter kind: Tells which bytes are.
    /// - Returns: How many there were.
    mutating func takeAll(_ kind: (UInt8) -> Bool) -> Int {
        let before = rest.count
        rest = rest.drop(while: kind)
        return before - rest.count
    }

    /// Passes all up to a byte.
    ///
    /// - Parameter kind: Tells which bytes end it.
    /// - Returns: What was passed, without the byte.
    mutating func prefix(upTo kind: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let end = rest.firstIndex(where: kind) ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    /// Passes a number of exactly two digits or more.
    ///
    /// - Parameter count: How many digits.
    /// - Returns: The number, or nil when there are not so many digits.
    mutating func number(digits count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// `DIGIT` of RFC 5234 appendix B.1.
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// `ALPHA` or `DIGIT` of RFC 5234 appendix B.1.
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// `HEXDIG` of RFC 5234 appendix B.1, in either case.
    static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
