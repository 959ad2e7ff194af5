/// A decimal number of any length, exactly: `digits` times ten to the power of `exponent`.
///
/// Bounds of a schema are compared with it, because `Double` takes `0.30` for a multiple of `0.1` or not by chance.
public struct ExactDecimal: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The largest exponent, either way, that a text may have before it is no number that anyone means.
    public static let exponentLimit = 1_000_000

    /// Whether it is below zero; zero itself is never negative.
    public let isNegative: Bool
    /// The significant digits, 0 to 9, the most significant first, without zeros at either end; empty for zero.
    public let digits: [UInt8]
    /// The power of ten that the digits are multiplied with; 0 for zero.
    public let exponent: Int

    /// Zero.
    public static let zero = ExactDecimal(isNegative: false, digits: [], exponent: 0)

    /// Creates a number from its parts, which need not be normalised.
    ///
    /// - Parameters:
    ///   - isNegative: Whether it is below zero.
    ///   - digits: Digits 0 to 9, the most significant first.
    ///   - exponent: The power of ten that they are multiplied with.
    public init(isNegative: Bool, digits: some Sequence<UInt8>, exponent: Int) {
        var significant = Array(digits.drop { $0 == 0 })
        var exponent = exponent
        while significant.last == 0 {
            significant.removeLast()
            exponent += 1
        }
        self.isNegative = isNegative && !significant.isEmpty
        self.digits = significant
        self.exponent = significant.isEmpty ? 0 : exponent
    }

    /// Creates a whole number.
    ///
    /// - Parameter value: The integer.
    public init(_ value: Int) {
        self.init(isNegative: value < 0, digits: String(value.magnitude).utf8.map { $0 - 0x30 }, exponent: 0)
    }

    /// Reads the number that a JSON text means.
    ///
    /// - Parameter number: The number; nil is returned when its exponent lies outside ±`exponentLimit`.
    public init?(_ number: JSONNumber) {
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        var bytes = number.text.utf8[...]
        let isNegative = bytes.first == 0x2D
        if isNegative { bytes.removeFirst() }
        while let byte = bytes.popFirst() {
            switch byte {
            case 0x2E: isFraction = true
            case 0x30...0x39:
                digits.append(byte - 0x30)
                if isFraction { exponent -= 1 }
            default:
                if digits.allSatisfy({ $0 == 0 }) { break }
                guard let written = Int(String(Substring(bytes))) else { return nil }
                guard (-Self.exponentLimit...Self.exponentLimit).contains(written) else { return nil }
                exponent += written
            }
            if byte == 0x65 || byte == 0x45 { break }
        }
        self.init(isNegative: isNegative, digits: digits, exponent: exponent)
    }

    /// Whether it has no fraction.
    public var isInteger: Bool { exponent >= 0 }

    /// Whether it is zero.
    public var isZero: Bool { digits.isEmpty }

    /// The value as an `Int`, when it is whole and fits.
    public var intValue: Int? {
        guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
        let text = digits.map(String.init).joined() + String(repeating: "0", count: exponent)
        return isZero ? 0 : Int((isNegative ? "-" : "") + text)
    }

    /// The number with its sign turned round.
    public static prefix func - (value: ExactDecimal) -> ExactDecimal {
        ExactDecimal(isNegative: !value.isNegative, digits: value.digits, exponent: value.exponent)
    }

    /// Compares by value.
    ///
    /// - Parameters:
    ///   - left: A number.
    ///   - right: Another number.
    /// - Returns: Whether the left one is smaller.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative
            ? right.isMagnitudeLess(than: left) : left.isMagnitudeLess(than: right)
    }

    /// Whether dividing by another number leaves no remainder (JSON Schema Validation 6.2.1).
    ///
    /// - Parameter divisor: The other number; nothing but zero is a multiple of zero.
    /// - Returns: Whether it is a multiple.
    public func isMultiple(of divisor: ExactDecimal) -> Bool {
        guard !isZero else { return true }
        guard !divisor.isZero, exponent >= divisor.exponent else { return false }
        // A divisor of n digits has fewer than 4n factors of 2 and of 5: more zeros than that change nothing.
        let zeros = min(exponent - divisor.exponent, 4 * divisor.digits.count)
        var remainder: [UInt8] = []
        for digit in digits + [UInt8](repeating: 0, count: zeros) {
            if !(remainder.isEmpty && digit == 0) { remainder.append(digit) }
            while Self.isAtLeast(remainder, divisor.digits) { Self.subtract(divisor.digits, from: &remainder) }
        }
        return remainder.isEmpty
    }

    /// The number as JSON writes it, with an exponent when that saves more than twenty zeros.
    public var description: String {
        guard !isZero else { return "0" }
        let text = digits.map(String.init).joined()
        let sign = isNegative ? "-" : ""
        let point = digits.count + exponent
        if exponent > 20 || point < -20 { return sign + text + "e\(exponent)" }
        if exponent >= 0 { return sign + text + String(repeating: "0", count: exponent) }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text }
        return sign + text.prefix(point) + "." + text.dropFirst(point)
    }

    private func isMagnitudeLess(than other: ExactDecimal) -> Bool {
        guard !isZero, !other.isZero else { return isZero && !other.isZero }
        let (left, right) = (digits.count + exponent, other.digits.count + other.exponent)
        return left == right ? digits.lexicographicallyPrecedes(other.digits) : left < right
    }

    private static func isAtLeast(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count ? !left.lexicographicallyPrecedes(right) : left.count > right.count
    }

    private static func subtract(_ right: [UInt8], from left: inout [UInt8]) {
        var borrow: Int8 = 0
        for place in 0..<left.count {
            let index = left.count - 1 - place
            let taken = place < right.count ? Int8(right[right.count - 1 - place]) : 0
            var digit = Int8(left[index]) - taken - borrow
            borrow = digit < 0 ? 1 : 0
            if digit < 0 { digit += 10 }
            left[index] = UInt8(digit)
        }
        left.removeFirst(left.prefix { $0 == 0 }.count)
    }
}
