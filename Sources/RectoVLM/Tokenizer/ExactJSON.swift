import Foundation

/// A JSON value whose strings keep their exact bytes.
///
/// Foundation hands objects over as dictionaries keyed by `String`, which compares by canonical equivalence: two tokens
/// that differ only in how an accent is written would become one. A vocabulary needs every byte.
enum ExactJSON: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([ExactJSON])
    case object([(key: [UInt8], value: ExactJSON)])

    /// What is wrong with a text that is not JSON.
    struct ParseFailure: Error {
        let problem: String
    }

    /// Parses a whole text.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Throws: `ParseFailure` saying at which byte the text stops being JSON.
    init(parsing bytes: [UInt8]) throws(ParseFailure) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw ParseFailure(problem: "it is not UTF-8") }
        var parser = Parser(bytes: bytes)
        self = try parser.value(depth: 0)
        parser.skipSpace()
        if parser.position != bytes.count { throw parser.failure("nothing more") }
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0
        private let greatestDepth = 64

        init(bytes: [UInt8]) { self.bytes = bytes }

        var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        func failure(_ expected: String) -> ParseFailure {
            ParseFailure(problem: "expected \(expected) at byte \(position)")
        }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) throws(ParseFailure) -> ExactJSON {
            if depth > greatestDepth { throw failure("less than \(greatestDepth) levels of nesting") }
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            default: return try scalar()
            }
        }

        mutating func object(depth: Int) throws(ParseFailure) -> ExactJSON {
            position += 1
            var members: [(key: [UInt8], value: ExactJSON)] = []
            if take(UInt8(ascii: "}")) { return .object(members) }
            repeat {
                skipSpace()
                let key = try string()
                guard take(UInt8(ascii: ":")) else { throw failure("a colon") }
                members.append((key, try value(depth: depth + 1)))
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw failure("a comma or a closing brace") }
            return .object(members)
        }

        mutating func array(depth: Int) throws(ParseFailure) -> ExactJSON {
            position += 1
            var elements: [ExactJSON] = []
            if take(UInt8(ascii: "]")) { return .array(elements) }
            repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw failure("a comma or a closing bracket") }
            return .array(elements)
        }

        mutating func scalar() throws(ParseFailure) -> ExactJSON {
            let start = position
            while let byte = next, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"),
                byte != UInt8(ascii: "}")
            {
                position += 1
            }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            switch word {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            default:
                guard let first = word.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
                    let number = Double(word)
                else {
                    position = start
                    throw failure("a value")
                }
                return .number(number)
            }
        }

        mutating func string() throws(ParseFailure) -> [UInt8] {
            guard next == UInt8(ascii: "\"") else { throw failure("a string") }
            position += 1
            var result: [UInt8] = []
            var start = position
            while let byte = next {
                if byte == UInt8(ascii: "\"") {
                    result.append(contentsOf: bytes[start..<position])
                    position += 1
                    return result
                }
                if byte < 0x20 { throw failure("no control character inside a string") }
                position += 1
                if byte == UInt8(ascii: "\\") {
                    result.append(contentsOf: bytes[start..<(position - 1)])
                    try appendEscape(to: &result)
                    start = position
                }
            }
            throw failure("the end of a string")
        }

        mutating func appendEscape(to result: inout [UInt8]) throws(ParseFailure) {
            guard let byte = next else { throw failure("an escaped character") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                var code = try hexadecimal()
                if code & 0xFC00 == 0xD800, next == UInt8(ascii: "\\") {
                    position += 1
                    guard next == UInt8(ascii: "u") else { throw failure("the second half of a surrogate pair") }
                    position += 1
                    let low = try hexadecimal()
                    guard low & 0xFC00 == 0xDC00 else { throw failure("the second half of a surrogate pair") }
                    code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
                }
                guard let scalar = Unicode.Scalar(code) else { throw failure("a character, not half of one") }
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            default: throw failure("one of the escapes of JSON")
            }
        }

        mutating func hexadecimal() throws(ParseFailure) -> UInt32 {
            guard position + 4 <= bytes.count,
                let code = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
            else { throw failure("four hexadecimal digits") }
            position += 4
            return code
        }
    }
}
