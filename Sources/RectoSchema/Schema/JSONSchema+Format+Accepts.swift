extension JSONSchema.Format {
    /// Whether a string has this format.
    ///
    /// - Parameter text: The string.
    /// - Returns: Whether it follows the format's grammar to its end.
    public func accepts(_ text: String) -> Bool {
        var scanner = FormatScanner(text.utf8)
        let fits =
            switch self {
            case .date: scanner.date()
            case .time: scanner.time()
            case .dateTime: scanner.date() && (scanner.take("T") || scanner.take("t")) && scanner.time()
            case .email: scanner.mailbox()
            case .uri: scanner.uri()
            case .uuid: scanner.uuid()
            case .ipv4: scanner.dottedQuad()
            }
        return fits && scanner.isAtEnd
    }
}

extension FormatScanner {
    /// `full-date` of RFC 3339 section 5.6 with the days of section 5.7.
    fileprivate mutating func date() -> Bool {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), (1...12).contains(month)
        else { return false }
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    /// `full-time` of RFC 3339 section 5.6; a leap second stands at the end of a day in UTC (section 5.7).
    fileprivate mutating func time() -> Bool {
        guard let hour = number(digits: 2), take(":"), let minute = number(digits: 2), take(":"),
            let second = number(digits: 2), hour <= 23, minute <= 59, second <= 60
        else { return false }
        if take("."), takeAll(Self.isDigit) == 0 { return false }
        var offset = 0
        if !take("Z"), !take("z") {
            let isEast = take("+")
            guard isEast || take("-"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
                hours <= 23, minutes <= 59
            else { return false }
            offset = (isEast ? 1 : -1) * (hours * 60 + minutes)
        }
        let day = 24 * 60
        return second < 60 || (hour * 60 + minute - offset + day) % day == day - 1
    }

    /// The text form of RFC 4122 section 3; version and variant may be any.
    fileprivate mutating func uuid() -> Bool {
        for (index, count) in [8, 4, 4, 4, 12].enumerated() {
            if index > 0, !take("-") { return false }
            for _ in 0..<count where !take(Self.isHexadecimal) { return false }
        }
        return true
    }
}
