extension JSONSchema {
    /// A format that is checked (JSON Schema Validation 7.3), on strings only.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// `full-date` of RFC 3339 section 5.6, with the days that the month has.
        case date
        /// `full-time` of RFC 3339 section 5.6: the offset is needed, a 60th second only at 23:59 UTC.
        case time
        /// `date-time` of RFC 3339 section 5.6.
        case dateTime = "date-time"
        /// `Mailbox` of RFC 5321 section 4.1.2, ASCII only.
        case email
        /// `URI` of RFC 3986 appendix A: with a scheme, ASCII only.
        case uri
        /// A UUID in the form of RFC 4122 section 3, any version, either case.
        case uuid
        /// `dotted-quad` of RFC 2673 section 3.2: four numbers from 0 to 255 without leading zeros.
        case ipv4
    }
}
