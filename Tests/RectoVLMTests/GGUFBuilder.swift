import Foundation
import RectoTestSupport

/// Writes GGUF files, whole or with something wrong about them.
struct GGUFBuilder {
    /// What a header says of a tensor, and its bytes.
    struct Tensor {
        var name: String
        var dimensions: [UInt64]
        var type: UInt32
        var bytes: [UInt8]
        /// Where the header says that it begins; nil is where it does.
        var offset: UInt64?
    }

    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    var values: [(key: String, kind: UInt32, bytes: [UInt8])] = []
    var tensors: [Tensor] = []
    var alignment = 32
    /// What the header states; nil is what there is.
    var statedTensors: UInt64?
    var statedValues: UInt64?

    static func little<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
        (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Integer($0))) }
    }

    static func text(_ text: [UInt8]) -> [UInt8] { little(UInt64(text.count)) + text }

    static func text(_ string: String) -> [UInt8] { text(Array(string.utf8)) }

    mutating func add(_ key: String, _ value: String) { values.append((key, 8, Self.text(value))) }

    mutating func add(_ key: String, _ value: UInt32) { values.append((key, 4, Self.little(value))) }

    mutating func add(_ key: String, _ value: Float) { values.append((key, 6, Self.little(value.bitPattern))) }

    mutating func add(_ key: String, _ value: Bool) { values.append((key, 7, [value ? 1 : 0])) }

    mutating func add(_ key: String, texts: [[UInt8]]) { addList(key, kind: 8, texts.map { Self.text($0) }) }

    mutating func add(_ key: String, floats: [Float]) {
        addList(key, kind: 6, floats.map { Self.little($0.bitPattern) })
    }

    mutating func add(_ key: String, integers: [Int32]) { addList(key, kind: 5, integers.map { Self.little($0) }) }

    mutating func addList(_ key: String, kind: UInt32, count: UInt64? = nil, _ items: [[UInt8]]) {
        values.append((key, 9, Self.little(kind) + Self.little(count ?? UInt64(items.count)) + Array(items.joined())))
    }

    /// Lays the file out.
    func bytes() -> [UInt8] {
        var bytes = magic + Self.little(version)
        bytes += Self.little(statedTensors ?? UInt64(tensors.count)) + Self.little(statedValues ?? UInt64(values.count))
        for value in values { bytes += Self.text(value.key) + Self.little(value.kind) + value.bytes }
        var offset: UInt64 = 0
        for tensor in tensors {
            bytes += Self.text(tensor.name) + Self.little(UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { bytes += Self.little(dimension) }
            bytes += Self.little(tensor.type) + Self.little(tensor.offset ?? offset)
            offset += UInt64((tensor.bytes.count + alignment - 1) / alignment * alignment)
        }
        for tensor in tensors {
            while bytes.count % alignment != 0 { bytes.append(0) }
            bytes += tensor.bytes
        }
        return bytes
    }

    /// Writes the file into a folder of its own.
    func write(as name: String = "model.gguf") throws -> (folder: TemporaryFolder, file: URL) {
        let folder = try TemporaryFolder()
        return (folder, try folder.write(bytes(), as: name))
    }
}
