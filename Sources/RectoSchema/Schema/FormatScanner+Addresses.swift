extension FormatScanner {
    /// `IPv4address` of RFC 3986 section 3.2.2: four numbers up to 255 without leading zeros.
    ///
    /// - Returns: Whether one was passed.
    mutating func dottedQuad() -> Bool {
        for index in 0..<4 {
            if index > 0, !take(".") { return false }
            guard let first = peek, Self.isDigit(first) else { return false }
            var value = 0
            var count = 0
            while count < 3, let digit = number(digits: 1) {
                value = value * 10 + digit
                count += 1
                if value == 0 { break }
            }
            guard value <= 255 else { return false }
        }
        return true
    }

    /// `IPv6address` of RFC 3986 section 3.2.2.
    ///
    /// - Parameter text: The address without brackets.
    /// - Returns: Whether it is one.
    static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
        var groups = 0
        var isShortened = false
        var scanner = FormatScanner(text)
        if scanner.take(":") {
            guard scanner.take(":") else { return false }
            isShortened = true
        }
        while !scanner.isAtEnd {
            var quad = scanner
            if quad.dottedQuad(), quad.isAtEnd {
                groups += 2
                scanner = quad
                break
            }
            guard (1...4).contains(scanner.takeAll(isHexadecimal)) else { return false }
            groups += 1
            if scanner.isAtEnd { break }
            guard scanner.take(":"), !scanner.isAtEnd else { return false }
            if scanner.take(":") {
                guard !isShortened else { return false }
                isShortened = true
            }
        }
        return isShortened ? groups <= 7 : groups == 8
    }

    /// `Mailbox` of RFC 5321 section 4.1.2.
    ///
    /// - Returns: Whether one was passed.
    mutating func mailbox() -> Bool {
        guard take("\"") ? quotedLocalPart() : dotString(), take("@") else { return false }
        guard take("[") else { return domain() }
        let literal = prefix(upTo: { $0 == UInt8(ascii: "]") })
        guard take("]") else { return false }
        let tag = literal.prefix(5).map { $0 | 0x20 }
        if tag.elementsEqual("ipv6:".utf8) { return Self.isIPv6(literal.dropFirst(5)) }
        var address = FormatScanner(literal)
        return address.dottedQuad() && address.isAtEnd
    }

    /// `Quoted-string` after its first quotation mark: `qtextSMTP` and `quoted-pairSMTP`.
    private mutating func quotedLocalPart() -> Bool {
        while let byte = peek {
            if take("\"") { return true }
            if take("\\") {
                guard take({ (0x20...0x7E).contains($0) }) else { return false }
            } else if !take({ _ in (0x20...0x7E).contains(byte) }) {
                return false
            }
        }
        return false
    }

    /// `Dot-string`: atoms with full stops between them.
    private mutating func dotString() -> Bool {
        repeat {
            let atom = takeAll { Self.isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
            if atom == 0 { return false }
        } while take(".")
        return true
    }

    /// `Domain`: labels of letters, digits and hyphens, the hyphens inside only.
    private mutating func domain() -> Bool {
        let hyphen = UInt8(ascii: "-")
        repeat {
            let label = prefix(upTo: { !Self.isLetterOrDigit($0) && $0 != hyphen })
            guard let first = label.first, let last = label.last, first != hyphen, last != hyphen else { return false }
        } while take(".")
        return true
    }
}
