extension JSONSchema.Format {
    /// Texts of the format that are written: in its usual form, without the leap seconds, quoted mailboxes and address
    /// literals that no document needs.
    var writtenPattern: String {
        let day = "(?:0[1-9]|1[0-9]|2[0-8])"
        let common = "[0-9]{4}-(?:(?:0[1-9]|1[0-2])-\(day)|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
        let leap = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
        let date = "(?:\(common)|\(leap))"
        let minute = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
        let time = "\(minute):[0-5][0-9](?:\\.[0-9]+)?(?:Z|[+-]\(minute))"
        let byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
        let atom = "[A-Za-z0-9!#$%&'*+\\/=?^_`\\{|\\}~-]+"
        let label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
        let plain = "[A-Za-z0-9._~!$&'()*+,;=-]"
        let encoded = "%[0-9A-Fa-f]{2}"
        let path = "(?:[A-Za-z0-9._~!$&'()*+,;=:@\\/-]|\(encoded))"
        let query = "(?:[A-Za-z0-9._~!$&'()*+,;=:@\\/?-]|\(encoded))*"
        let authority = "(?:(?:\(plain)|:|\(encoded))*@)?(?:\(plain)|\(encoded))*(?::[0-9]*)?"
        // Without an authority a path can't begin with two slashes (RFC 3986 section 3).
        let firstStep = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|\(encoded))"
        let hierarchy = "(?:\\/\\/\(authority)(?:\\/\(path)*)?|\\/(?:\(firstStep)\(path)*)?|(?:\(firstStep)\(path)*)?)"
        return switch self {
        case .date: "^\(date)$"
        case .time: "^\(time)$"
        case .dateTime: "^\(date)T\(time)$"
        case .email: "^\(atom)(?:\\.\(atom))*@\(label)(?:\\.\(label))*$"
        case .uri: "^[A-Za-z][A-Za-z0-9+.-]*:\(hierarchy)(?:\\?\(query))?(?:#\(query))?$"
        case .uuid: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
        case .ipv4: "^\(byte)(?:\\.\(byte)){3}$"
        }
    }

    /// At least all texts of the format: what it excludes is certainly not of the format.
    var coveringPattern: String {
        let time = "[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
        return switch self {
        case .date, .uuid, .ipv4: writtenPattern
        case .time: "^\(time)$"
        case .dateTime: "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]\(time)$"
        case .email: "^[\\u0000-\\u007F]+@[\\u0000-\\u007F]+$"
        case .uri: "^[A-Za-z][A-Za-z0-9+.-]*:[\\u0021-\\u007E]*$"
        }
    }
}
