package import Foundation

/// A GGUF file (github.com/ggml-org/ggml, docs/gguf.md), mapped into memory, its header checked against its size.
package struct GGUFFile: Sendable {
    /// The file's path, for messages.
    package let path: String
    /// What the file says of itself, by key.
    let metadata: [String: GGUFValue]
    /// The tensors by their names in the file.
    let tensors: [String: StoredTensor]

    /// The names of all tensors.
    package var names: [String] { tensors.keys.sorted() }

    /// Size of each dimension of a tensor, outermost first; nil when there is none of this name.
    ///
    /// - Parameter name: The tensor's name in the file.
    /// - Returns: The sizes.
    package func shape(of name: String) -> [Int]? { tensors[name]?.shape }

    private static let magic = Array("GGUF".utf8)
    /// The format allows four dimensions.
    private static let mostDimensions = 4
    private static let usualAlignment = 32

    /// Names of element types by their numbers, as far as releases of ggml gave them.
    private static let typeNames: [UInt32: String] = [
        0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
        12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
        20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
        29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
    ]

    /// Opens a file and checks its header.
    ///
    /// - Parameter url: The file.
    /// - Throws: `VLMError` when it cannot be read, is damaged, or holds tensors of a type that Recto does not read.
    package init(_ url: URL) throws(VLMError) {
        let path = url.path(percentEncoded: false)
        self.path = path
        let mapping = try MemoryMappedFile(url)
        func malformed(_ tensor: String?, _ problem: String) -> VLMError {
            .malformedGGUF(path: path, tensor: tensor, problem: problem)
        }
        var cursor = GGUFCursor(mapping)
        let entries: [(name: String, entry: Entry)]
        do throws(GGUFCursor.Problem) {
            let counts = try Self.counts(&cursor)
            metadata = try Self.metadata(&cursor, count: counts.values)
            entries = try Self.entries(&cursor, count: counts.tensors)
        } catch {
            throw malformed(nil, error.text)
        }
        var alignment = Self.usualAlignment
        if let stated = metadata["general.alignment"] {
            guard case .integer(let number) = stated, number > 0, number % 8 == 0, number <= 1 << 20 else {
                throw malformed(nil, "its general.alignment is no multiple of 8")
            }
            alignment = number
        }
        // Where tensors are, padding fills the header up; a vocabulary alone may end without.
        let padded = (cursor.position + alignment - 1) / alignment * alignment
        let start = min(padded, mapping.count)
        var tensors: [String: StoredTensor] = [:]
        for (name, entry) in entries {
            guard let type = Self.typeNames[entry.type] else {
                throw malformed(name, "its element type \(entry.type) is none that the format names")
            }
            guard let format = Self.format(type) else {
                throw .unsupportedElementType(path: path, tensor: name, elementType: type)
            }
            let tensor: StoredTensor
            do throws(GGUFCursor.Problem) {
                tensor = StoredTensor(
                    path: path,
                    elementType: type,
                    format: format,
                    shape: entry.dimensions.reversed(),
                    bytes: try entry.bytes(format, start: start, alignment: alignment, fileSize: mapping.count),
                    mapping: mapping
                )
            } catch {
                throw malformed(name, error.text)
            }
            if tensors.updateValue(tensor, forKey: name) != nil { throw malformed(name, "it appears twice") }
        }
        self.tensors = tensors
        let inOrder = tensors.sorted { ($0.value.bytes.lowerBound, $0.key) < ($1.value.bytes.lowerBound, $1.key) }
        for (before, after) in zip(inOrder, inOrder.dropFirst())
        where after.value.bytes.lowerBound < before.value.bytes.upperBound {
            throw malformed(after.key, "its data overlaps that of \(before.key)")
        }
    }

    /// Whether a file begins like a GGUF file.
    ///
    /// - Parameter url: The file.
    /// - Returns: Whether it does; false when it cannot be read.
    static func begins(_ url: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: magic.count)).map { $0 == Data(magic) } ?? false
    }

    private static func counts(
        _ cursor: inout GGUFCursor
    ) throws(GGUFCursor.Problem) -> (tensors: Int, values: Int) {
        guard cursor.rest >= 24, cursor.file.bytes(0..<4) == magic else {
            throw GGUFCursor.Problem(text: "it does not begin as a GGUF file")
        }
        _ = try cursor.integer(UInt32.self)
        let version = try cursor.integer(UInt32.self)
        guard version == 2 || version == 3 else {
            let isSwapped = (1...3).contains(version.byteSwapped)
            throw GGUFCursor.Problem(
                text: isSwapped
                    ? "its numbers are big-endian, and Recto reads little-endian files"
                    : "it is of version \(version), and Recto reads versions 2 and 3"
            )
        }
        // The least entry of a tensor: an empty name, no dimension, type and offset; of a value: an empty key and a byte.
        let tensors = try cursor.count(of: "tensors", leastBytes: 24)
        let values = try cursor.count(of: "values", leastBytes: 13)
        return (tensors, values)
    }

    private static func metadata(
        _ cursor: inout GGUFCursor,
        count: Int
    ) throws(GGUFCursor.Problem) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<count {
            let key = String(decoding: try cursor.string(), as: UTF8.self)
            let value: GGUFValue
            do throws(GGUFCursor.Problem) {
                value = try cursor.value()
            } catch {
                throw GGUFCursor.Problem(text: "at the key \(key), \(error.text)")
            }
            if metadata.updateValue(value, forKey: key) != nil {
                throw GGUFCursor.Problem(text: "the key \(key) appears twice")
            }
        }
        return metadata
    }

    private static func entries(
        _ cursor: inout GGUFCursor,
        count: Int
    ) throws(GGUFCursor.Problem) -> [(name: String, entry: Entry)] {
        var entries: [(name: String, entry: Entry)] = []
        for _ in 0..<count {
            let name = String(decoding: try cursor.string(), as: UTF8.self)
            let dimensionCount = Int(try cursor.integer(UInt32.self))
            guard dimensionCount <= mostDimensions else {
                throw GGUFCursor.Problem(text: "the tensor \(name) has \(dimensionCount) dimensions")
            }
            var dimensions: [Int] = []
            for _ in 0..<dimensionCount {
                let size = try cursor.integer(UInt64.self)
                guard size > 0, let whole = Int(exactly: size) else {
                    throw GGUFCursor.Problem(text: "the tensor \(name) has a dimension of \(size)")
                }
                dimensions.append(whole)
            }
            let type = try cursor.integer(UInt32.self)
            let offset = try cursor.integer(UInt64.self)
            entries.append((name, Entry(dimensions: dimensions, type: type, offset: offset)))
        }
        return entries
    }

    private static func format(_ type: String) -> StoredFormat? {
        if let format = BlockFormat(rawValue: type) { return .blocks(format) }
        return ElementType(rawValue: type).map(StoredFormat.plain)
    }

    /// What the header says of one tensor.
    private struct Entry {
        /// Size of each dimension, innermost first.
        let dimensions: [Int]
        let type: UInt32
        let offset: UInt64

        /// Computes where its data lies, and checks that it does.
        func bytes(
            _ format: StoredFormat,
            start: Int,
            alignment: Int,
            fileSize: Int
        ) throws(GGUFCursor.Problem) -> Range<Int> {
            let innermost = dimensions.first ?? 1
            guard innermost % format.blockElements == 0 else {
                throw GGUFCursor.Problem(
                    text: "its rows of \(innermost) elements are no whole blocks of \(format.blockElements)"
                )
            }
            var size = format.blockBytes
            for factor in [innermost / format.blockElements] + dimensions.dropFirst() {
                let product = size.multipliedReportingOverflow(by: factor)
                if product.overflow {
                    throw GGUFCursor.Problem(text: "its dimensions \(dimensions) are larger than memory")
                }
                size = product.partialValue
            }
            guard offset % UInt64(alignment) == 0 else {
                throw GGUFCursor.Problem(text: "its offset \(offset) is no multiple of \(alignment)")
            }
            let room = fileSize - start
            guard size <= room, offset <= UInt64(room - size) else {
                throw GGUFCursor.Problem(
                    text: "its \(size) bytes at offset \(offset) do not fit in the \(room) bytes of data"
                )
            }
            return start + Int(offset)..<start + Int(offset) + size
        }
    }
}
