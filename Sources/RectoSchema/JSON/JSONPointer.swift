/// A path into a JSON value (RFC 6901), for example `/total` or `/pages/0/text`; the empty pointer is the whole value.
public struct JSONPointer: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The steps, unescaped.
    public let tokens: [String]

    /// Creates a pointer from its steps.
    ///
    /// - Parameter tokens: The steps, unescaped.
    public init(_ tokens: [String] = []) { self.tokens = tokens }

    /// Reads a pointer from its text.
    ///
    /// - Parameter text: Empty, or steps that each begin with `/`; anything else gives nil.
    public init?(parsing text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.hasPrefix("/") else { return nil }
        var tokens: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Self.unescape(part) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    /// Reads a pointer from its text.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when the text is no pointer.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let pointer = JSONPointer(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a JSON Pointer")
        }
        self = pointer
    }

    /// Writes the pointer as its text.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Goes one step further.
    ///
    /// - Parameter token: The step, unescaped.
    /// - Returns: The longer pointer.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The pointer's text; `~` and `/` inside a step are escaped.
    public var description: String {
        tokens.map { token in
            var text = "/"
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
            return text
        }
        .joined()
    }

    private static func unescape(_ part: Substring) -> String? {
        var text = ""
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": text += "~"
            case "1": text += "/"
            default: return nil
            }
        }
        return text
    }
}
