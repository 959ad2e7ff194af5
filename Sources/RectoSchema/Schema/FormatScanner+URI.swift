extension FormatScanner {
    /// `URI` of RFC 3986 appendix A.
    ///
    /// - Returns: Whether one was passed.
    mutating func uri() -> Bool {
        guard let first = peek, Self.isLetterOrDigit(first), !Self.isDigit(first) else { return false }
        _ = takeAll { Self.isLetterOrDigit($0) || "+-.".utf8.contains($0) }
        guard take(":") else { return false }
        if take("/"), take("/"), !authority() { return false }
        guard characters(":@/") else { return false }
        if take("?"), !characters(":@/?") { return false }
        if take("#"), !characters(":@/?") { return false }
        return true
    }

    /// `authority`: what may stand before `@`, a host, and what may stand after `:`.
    private mutating func authority() -> Bool {
        let authority = prefix(upTo: { "/?#".utf8.contains($0) })
        var host = FormatScanner(authority)
        if let at = authority.firstIndex(of: UInt8(ascii: "@")) {
            var user = FormatScanner(authority[..<at])
            guard user.characters(":"), user.isAtEnd else { return false }
            host = FormatScanner(authority[(at + 1)...])
        }
        if host.take("[") {
            let literal = host.prefix(upTo: { $0 == UInt8(ascii: "]") })
            guard host.take("]"), Self.isIPv6(literal) || Self.isFutureAddress(literal) else { return false }
        } else {
            guard host.characters("") else { return false }
        }
        if host.take(":") { _ = host.takeAll(Self.isDigit) }
        return host.isAtEnd
    }

    /// `IPvFuture` of RFC 3986 section 3.2.2.
    private static func isFutureAddress(_ text: ArraySlice<UInt8>) -> Bool {
        var scanner = FormatScanner(text)
        guard scanner.take("v") || scanner.take("V"), scanner.takeAll(isHexadecimal) > 0, scanner.take(".") else {
            return false
        }
        return scanner.takeAll { isUnreservedOrDelimiter($0) || $0 == UInt8(ascii: ":") } > 0 && scanner.isAtEnd
    }

    /// Passes `unreserved`, `sub-delims`, percent-escapes and some more, as many as there are.
    private mutating func characters(_ further: String) -> Bool {
        while let byte = peek {
            if take("%") {
                guard take(Self.isHexadecimal), take(Self.isHexadecimal) else { return false }
            } else if !take({ _ in Self.isUnreservedOrDelimiter(byte) || further.utf8.contains(byte) }) {
                return true
            }
        }
        return true
    }

    private static func isUnreservedOrDelimiter(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "-._~!$&'()*+,;=".utf8.contains(byte)
    }
}
