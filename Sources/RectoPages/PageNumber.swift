/// The number of a page in its document, counted from 1.
public struct PageNumber: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The number, at least 1.
    public let value: Int

    /// Creates a page number.
    ///
    /// - Parameter value: The number, counted from 1; smaller values are a mistake of the caller.
    public init(_ value: Int) {
        precondition(value >= 1, "pages are counted from 1")
        self.value = value
    }

    /// Decodes a number from a single integer.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when the value is no integer above 0.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(Int.self)
        guard value >= 1 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "pages are counted from 1")
        }
        self.value = value
    }

    /// Encodes the number as a single integer.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    /// The number in decimal.
    public var description: String { String(value) }

    /// Orders pages as they come in the document.
    ///
    /// - Parameters:
    ///   - left: A page.
    ///   - right: Another page.
    /// - Returns: Whether `left` comes first.
    public static func < (left: PageNumber, right: PageNumber) -> Bool { left.value < right.value }
}
