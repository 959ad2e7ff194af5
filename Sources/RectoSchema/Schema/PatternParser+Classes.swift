extension PatternParser {
    /// Reads a class after its `[` (ECMA-262 section 22.2.1, CharacterClass).
    ///
    /// - Returns: The scalars that it takes; none for `[]`.
    /// - Throws: `PatternError` with the place.
    mutating func characterClass() throws(PatternError) -> CodePointSet {
        let start = place - 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while let next = peek, next != "]" {
            let member = place
            let low = try classMember()
            guard peek == "-" else {
                ranges += low.ranges
                continue
            }
            let dash = place
            _ = take("-")
            guard let end = peek, end != "]" else {
                rewind(to: dash)
                ranges += low.ranges + CodePointSet("-").ranges
                _ = take("-")
                continue
            }
            let high = try classMember()
            guard let first = low.single, let last = high.single else {
                throw error("a range of a class goes from one character to another; write \\- for a hyphen", at: dash)
            }
            guard first <= last else { throw error("the range's ends are in the wrong order", at: member) }
            ranges.append(first...last)
        }
        guard take("]") else { throw error("the class that begins here has no end", at: start) }
        let set = CodePointSet(ranges)
        return isNegated ? set.complement : set
    }

    private mutating func classMember() throws(PatternError) -> CodePointSet {
        if take("\\") { return take("b") ? CodePointSet("\u{8}") : try escapedSet() }
        guard let scalar = next() else { throw error("the class has no end") }
        return CodePointSet(scalar)
    }

    /// Reads an escape after its backslash, inside or outside a class.
    ///
    /// - Returns: The scalars that it stands for.
    /// - Throws: `PatternError` with the place and the escape's name.
    mutating func escapedSet() throws(PatternError) -> CodePointSet {
        let start = place - 1
        guard let scalar = next() else { throw error("the pattern ends after a backslash", at: start) }
        switch scalar {
        case "d": return .decimalDigits
        case "D": return CodePointSet.decimalDigits.complement
        case "w": return .wordCharacters
        case "W": return CodePointSet.wordCharacters.complement
        case "s": return .whiteSpace
        case "S": return CodePointSet.whiteSpace.complement
        case "p": return try property(start: start)
        case "P": return try property(start: start).complement
        case "n": return CodePointSet("\n")
        case "r": return CodePointSet("\r")
        case "t": return CodePointSet("\t")
        case "v": return CodePointSet("\u{B}")
        case "f": return CodePointSet("\u{C}")
        case "0":
            if let digit = peek, ("0"..."9").contains(digit) {
                throw error("octal escapes are not supported; write \\x and two digits", at: start)
            }
            return CodePointSet("\u{0}")
        case "c":
            guard let letter = next(), ("a"..."z").contains(letter) || ("A"..."Z").contains(letter),
                let control = Unicode.Scalar(letter.value % 32)
            else { throw error("a letter is expected after \\c", at: start) }
            return CodePointSet(control)
        case "x": return try codePoint(hexadecimal(2, start: start), start: start)
        case "u": return try unicodeEscape(start: start)
        case "b", "B":
            throw error("word boundary \\\(scalar) is not supported; write the pattern without it", at: start)
        case "1"..."9", "k": throw error("backreference \\\(scalar) is not supported; write the group out", at: start)
        default:
            // Only letters and digits may ever get another meaning; everything else is taken to be itself.
            guard scalar.isASCII, scalar.value > 0x20, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar)
            else { throw error("\\\(scalar) is no escape of ECMA-262", at: start) }
            return CodePointSet(scalar)
        }
    }

    private mutating func unicodeEscape(start: Int) throws(PatternError) -> CodePointSet {
        if take("{") {
            var value: UInt32 = 0
            let digits = place
            while let digit = peek.flatMap({ Character($0).hexDigitValue }), peek?.isASCII == true {
                value = min(value * 16 + UInt32(digit), 0x110000)
                _ = next()
            }
            guard place > digits, take("}") else { throw error("the escape \\u{ has no end", at: start) }
            return try codePoint(value, start: start)
        }
        let unit = try hexadecimal(4, start: start)
        guard (0xD800..<0xDC00).contains(unit) else { return try codePoint(unit, start: start) }
        guard take("\\"), take("u") else { throw error("a lone surrogate matches nothing in Unicode text", at: start) }
        let low = try hexadecimal(4, start: start)
        guard (0xDC00..<0xE000).contains(low) else {
            throw error("a lone surrogate matches nothing in Unicode text", at: start)
        }
        return try codePoint(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), start: start)
    }

    private func codePoint(_ value: UInt32, start: Int) throws(PatternError) -> CodePointSet {
        guard let scalar = Unicode.Scalar(value) else {
            throw error("the escape is no Unicode scalar value (0 to 10FFFF without surrogates)", at: start)
        }
        return CodePointSet(scalar)
    }

    private mutating func hexadecimal(_ count: Int, start: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let scalar = next(), scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw error("\(count) hexadecimal digits are expected in this escape", at: start)
            }
            value = value * 16 + UInt32(digit)
        }
        return value
    }

    private mutating func property(start: Int) throws(PatternError) -> CodePointSet {
        guard take("{") else { throw error("{ is expected after \\p", at: start) }
        var name = ""
        while let scalar = next(), scalar != "}" { name.unicodeScalars.append(scalar) }
        for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
            name.removeFirst(prefix.count)
            break
        }
        guard let set = GeneralCategorySet.named(name) else {
            throw error(
                "the property \\p{\(name)} is not supported; general categories such as L, Lu or Nd are",
                at: start
            )
        }
        return set
    }
}

extension CodePointSet {
    /// `\d` (ECMA-262 section 22.2.2.9).
    static let decimalDigits = CodePointSet([0x30...0x39])
    /// `\w`: ASCII letters, digits and the low line.
    static let wordCharacters = CodePointSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    /// `\s`: WhiteSpace and LineTerminator (ECMA-262 sections 12.2 and 12.3).
    static let whiteSpace = CodePointSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    /// What `.` does not match (ECMA-262 section 12.3).
    static let lineTerminators = CodePointSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])

    /// The member, when there is exactly one.
    var single: UInt32? {
        guard let range = ranges.first, ranges.count == 1, range.count == 1 else { return nil }
        return range.lowerBound
    }
}
