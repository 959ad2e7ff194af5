import Foundation
import RectoSchema

extension SchemaFormat {
    /// Whether a text has this form.
    ///
    /// - Parameter text: The text.
    /// - Returns: Whether it is, for example, a date that the calendar has.
    func admits(_ text: String) -> Bool {
        switch self {
        case .date: Self.isDate(text)
        case .dateTime: Self.isDateTime(text)
        case .email: Self.matches(text, #"\A[^\s@<>(),;:"\[\]\\]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+\z"#)
        }
    }

    /// `YYYY-MM-DD`, with days that the month has.
    private static func isDate(_ text: String) -> Bool {
        guard matches(text, #"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"#) else { return false }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        return parts.count == 3 && CalendarDate(year: parts[0], month: parts[1], day: parts[2]) != nil
    }

    /// RFC 3339: a date, `T`, a time with seconds, and an offset.
    private static func isDateTime(_ text: String) -> Bool {
        let form =
            #"\A[0-9-]{10}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"#
            + #"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\z"#
        return matches(text, form) && isDate(String(text.prefix(10)))
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
    }
}

extension JSONNumber {
    /// Compares by value.
    ///
    /// - Parameter other: Another number.
    /// - Returns: Whether this one is smaller.
    func isLess(than other: JSONNumber) -> Bool {
        if let left = decimalValue, let right = other.decimalValue { return left < right }
        return doubleValue < other.doubleValue
    }
}
