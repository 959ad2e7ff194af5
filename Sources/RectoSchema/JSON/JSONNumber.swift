public import Foundation

/// A JSON number with the text that it was written with: `1234.00` stays `1234.00`.
public struct JSONNumber: Sendable, Hashable {
    /// The number as RFC 8259 writes it.
    public let text: String

    /// Takes a text that is a JSON number.
    ///
    /// - Parameter text: For example `-12`, `1234.00` or `1e-7`; anything else gives nil.
    public init?(_ text: String) {
        guard Self.isNumber(Array(text.utf8)) else { return nil }
        self.text = text
    }

    /// Writes an integer.
    ///
    /// - Parameter value: The integer.
    public init(_ value: Int) { text = String(value) }

    /// Writes a number with at most the given decimals and without trailing zeros.
    ///
    /// - Parameters:
    ///   - value: The number; nil is returned when it is not finite.
    ///   - decimals: Most digits after the point.
    public init?(_ value: Double, decimals: Int) {
        guard value.isFinite else { return nil }
        var text = String(format: "%.\(max(0, decimals))f", locale: Locale(identifier: "en_US_POSIX"), value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        self.text = text == "-0" ? "0" : text
    }

    /// The nearest `Double`; infinite when the number is too large for one.
    public var doubleValue: Double { Double(text) ?? .nan }

    /// The value as an `Int`, when it is a whole number that fits.
    public var intValue: Int? {
        if let value = Int(text) { return value }
        guard isInteger, let value = decimalValue else { return nil }
        return Int("\(value)")
    }

    /// The exact decimal value, when it has at most 38 digits.
    public var decimalValue: Decimal? {
        let digits = text.utf8.count { (0x30...0x39).contains($0) }
        return digits > 38 ? nil : Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
    }

    /// Whether it has no fraction: true of `3`, `3.0` and `3e2`.
    public var isInteger: Bool {
        if !text.utf8.contains(where: { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }) { return true }
        let value = doubleValue
        return value.isFinite && value.rounded() == value
    }

    /// Whether two texts mean the same number: `1.0` and `1` do.
    ///
    /// - Parameter other: Another number.
    /// - Returns: Whether both have the same value.
    public func isSameValue(as other: JSONNumber) -> Bool {
        if text == other.text { return true }
        if let left = decimalValue, let right = other.decimalValue { return left == right }
        return doubleValue == other.doubleValue
    }

    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
            return index - start
        }
        if index < bytes.count, bytes[index] == 0x2D { index += 1 }
        let leading = index
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[leading] != 0x30 else { return false }
        if index < bytes.count, bytes[index] == 0x2E {
            index += 1
            guard digits() > 0 else { return false }
        }
        if index < bytes.count, bytes[index] == 0x65 || bytes[index] == 0x45 {
            index += 1
            if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == bytes.count
    }
}
