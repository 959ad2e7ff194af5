/// Writes JSON texts (RFC 8259): the same value always gives the same bytes.
public struct JSONWriter: Sendable {
    /// How much white space there is.
    public enum Layout: Sendable {
        /// None.
        case compact
        /// One member a line, two spaces a level; arrays of numbers stay on one line. Ends without a line feed.
        case pretty
    }

    /// How much white space there is.
    public let layout: Layout

    /// Creates a writer.
    ///
    /// - Parameter layout: How much white space there is.
    public init(_ layout: Layout = .compact) { self.layout = layout }

    /// Writes a value.
    ///
    /// - Parameter value: The value.
    /// - Returns: Its text.
    public func string(_ value: JSONValue) -> String {
        var text = ""
        write(value, depth: 0, to: &text)
        return text
    }

    /// Writes a value as UTF-8.
    ///
    /// - Parameter value: The value.
    /// - Returns: Its bytes.
    public func bytes(_ value: JSONValue) -> [UInt8] { Array(string(value).utf8) }

    private func write(_ value: JSONValue, depth: Int, to text: inout String) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let string): Self.write(string, to: &text)
        case .array(let elements):
            let isFlat = layout == .compact || elements.allSatisfy { $0.numberValue != nil }
            writeItems(elements, open: "[", close: "]", isFlat: isFlat, depth: depth, to: &text) { element, text in
                write(element, depth: depth + 1, to: &text)
            }
        case .object(let object):
            let isFlat = layout == .compact
            writeItems(object.members, open: "{", close: "}", isFlat: isFlat, depth: depth, to: &text) { member, text in
                Self.write(member.key, to: &text)
                text += layout == .compact ? ":" : ": "
                write(member.value, depth: depth + 1, to: &text)
            }
        }
    }

    private func writeItems<Item>(
        _ items: [Item],
        open: String,
        close: String,
        isFlat: Bool,
        depth: Int,
        to text: inout String,
        item: (Item, inout String) -> Void
    ) {
        text += open
        for (index, element) in items.enumerated() {
            if index > 0 { text += layout == .compact || !isFlat ? "," : ", " }
            if !isFlat { text += "\n" + String(repeating: "  ", count: depth + 1) }
            item(element, &text)
        }
        if !isFlat, !items.isEmpty { text += "\n" + String(repeating: "  ", count: depth) }
        text += close
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\u{0}"..<"\u{20}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
