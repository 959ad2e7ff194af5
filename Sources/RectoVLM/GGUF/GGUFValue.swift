/// A value of a GGUF file's metadata.
enum GGUFValue: Sendable {
    case integer(Int)
    case float(Double)
    case bool(Bool)
    /// Text as its bytes: a token need not be whole characters.
    case string([UInt8])
    case integers([Int])
    case floats([Double])
    case bools([Bool])
    case strings([[UInt8]])
}

/// How a GGUF file marks the kind of a value.
enum GGUFValueKind: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Fewest bytes that a value takes.
    var leastBytes: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .string, .uint64, .int64, .float64: 8
        case .array: 12
        }
    }
}

/// Reads the header of a GGUF file from its first byte on; every length is checked against the file before it is used.
struct GGUFCursor {
    /// What is wrong with the file, without its name.
    struct Problem: Error {
        let text: String
    }

    let file: MemoryMappedFile
    private(set) var position = 0

    init(_ file: MemoryMappedFile) { self.file = file }

    /// Bytes behind the position.
    var rest: Int { file.count - position }

    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(Problem) -> Integer {
        guard rest >= MemoryLayout<Integer>.size else { throw Problem(text: "its header ends at byte \(file.count)") }
        defer { position += MemoryLayout<Integer>.size }
        return file.integer(at: position, as: type)
    }

    /// Reads a number that counts things of which each takes some bytes.
    mutating func count(of things: String, leastBytes: Int) throws(Problem) -> Int {
        let stated = try integer(UInt64.self)
        guard stated <= UInt64(rest / leastBytes) else {
            throw Problem(text: "it states \(stated) \(things) and has \(rest) bytes left for them")
        }
        return Int(stated)
    }

    mutating func string() throws(Problem) -> [UInt8] {
        let length = try count(of: "bytes of text", leastBytes: 1)
        defer { position += length }
        return file.bytes(position..<position + length)
    }

    mutating func kind() throws(Problem) -> GGUFValueKind {
        let raw = try integer(UInt32.self)
        guard let kind = GGUFValueKind(rawValue: raw) else {
            throw Problem(text: "it has a value of the kind \(raw), which the format does not know")
        }
        return kind
    }

    mutating func value() throws(Problem) -> GGUFValue {
        let kind = try kind()
        switch kind {
        case .string: return .string(try string())
        case .bool: return .bool(try bool())
        case .float32, .float64: return .float(try float(kind))
        case .array: return try array()
        default: return .integer(try whole(kind))
        }
    }

    private mutating func array() throws(Problem) -> GGUFValue {
        let kind = try kind()
        guard kind != .array else { throw Problem(text: "it is a list of lists, which Recto does not read") }
        let count = try count(of: "values", leastBytes: kind.leastBytes)
        switch kind {
        case .string:
            var strings: [[UInt8]] = []
            strings.reserveCapacity(count)
            for _ in 0..<count { strings.append(try string()) }
            return .strings(strings)
        case .bool:
            var bools: [Bool] = []
            for _ in 0..<count { bools.append(try bool()) }
            return .bools(bools)
        case .float32, .float64:
            var floats: [Double] = []
            floats.reserveCapacity(count)
            for _ in 0..<count { floats.append(try float(kind)) }
            return .floats(floats)
        default:
            var integers: [Int] = []
            integers.reserveCapacity(count)
            for _ in 0..<count { integers.append(try whole(kind)) }
            return .integers(integers)
        }
    }

    private mutating func bool() throws(Problem) -> Bool {
        let byte = try integer(UInt8.self)
        guard byte <= 1 else { throw Problem(text: "it is neither true nor false but \(byte)") }
        return byte == 1
    }

    private mutating func float(_ kind: GGUFValueKind) throws(Problem) -> Double {
        kind == .float32
            ? Double(Float(bitPattern: try integer(UInt32.self)))
            : Double(bitPattern: try integer(UInt64.self))
    }

    private mutating func whole(_ kind: GGUFValueKind) throws(Problem) -> Int {
        switch kind {
        case .uint8: return Int(try integer(UInt8.self))
        case .int8: return Int(try integer(Int8.self))
        case .uint16: return Int(try integer(UInt16.self))
        case .int16: return Int(try integer(Int16.self))
        case .uint32: return Int(try integer(UInt32.self))
        case .int32: return Int(try integer(Int32.self))
        case .int64: return Int(try integer(Int64.self))
        default:
            let number = try integer(UInt64.self)
            guard let whole = Int(exactly: number) else { throw Problem(text: "its number \(number) is too large") }
            return whole
        }
    }
}
