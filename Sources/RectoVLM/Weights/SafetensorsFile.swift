package import Foundation

/// A safetensors file, mapped into memory, its header checked against its size.
package struct SafetensorsFile: Sendable {
    /// Where one tensor lies.
    package struct Entry: Sendable, Hashable {
        /// Element type as the file names it, for example `BF16`.
        package let elementType: String
        /// Size of each dimension, outermost first.
        package let shape: [Int]
        /// Its bytes, counted from the start of the file.
        package let bytes: Range<Int>
    }

    /// The file's path, for messages.
    package let path: String
    /// The tensors by name.
    package let entries: [String: Entry]
    let mapping: MemoryMappedFile

    private static let longestHeader = 100_000_000

    /// Bytes of one element; a type that is not listed is not measured, and refused when it is needed.
    private static let elementSizes = [
        "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2,
        "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "C64": 8,
    ]

    /// Opens a file and checks its header.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError.unreadableFile` or `VLMError.malformedSafetensors`.
    package init(_ file: URL) throws(VLMError) {
        path = file.path(percentEncoded: false)
        mapping = try MemoryMappedFile(file)
        let header = try Self.header(of: mapping, path: path)
        entries = try Self.entries(header.members, dataStart: header.dataStart, fileSize: mapping.count, path: path)
    }

    private static func header(
        of mapping: MemoryMappedFile,
        path: String
    ) throws(VLMError) -> (members: [(key: [UInt8], value: ExactJSON)], dataStart: Int) {
        func malformed(_ problem: String) -> VLMError {
            .malformedSafetensors(path: path, tensor: nil, problem: problem)
        }
        if mapping.count < 8 { throw malformed("it has \(mapping.count) bytes and no room for a header") }
        let stated = mapping.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if stated > UInt64(min(longestHeader, mapping.count - 8)) {
            throw malformed("it states a header of \(stated) bytes and has \(mapping.count) bytes in all")
        }
        let dataStart = 8 + Int(stated)
        let json: ExactJSON
        do {
            json = try ExactJSON(parsing: mapping.bytes(8..<dataStart))
        } catch {
            throw malformed("its header is not JSON: \(error.problem)")
        }
        guard case .object(let members) = json else { throw malformed("its header is not an object") }
        return (members, dataStart)
    }

    private static func entries(
        _ members: [(key: [UInt8], value: ExactJSON)],
        dataStart: Int,
        fileSize: Int,
        path: String
    ) throws(VLMError) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for member in members {
            let name = String(decoding: member.key, as: UTF8.self)
            if name == "__metadata__" { continue }
            do throws(Problem) {
                let entry = try Entry(member.value, dataStart: dataStart, fileSize: fileSize)
                if entries.updateValue(entry, forKey: name) != nil { throw Problem("it appears twice") }
            } catch {
                throw .malformedSafetensors(path: path, tensor: name, problem: error.text)
            }
        }
        try checkThatTensorsTile(entries, dataStart: dataStart, fileSize: fileSize, path: path)
        return entries
    }

    /// Every byte of the data belongs to exactly one tensor.
    private static func checkThatTensorsTile(
        _ entries: [String: Entry],
        dataStart: Int,
        fileSize: Int,
        path: String
    ) throws(VLMError) {
        var end = dataStart
        let inOrder = entries.sorted {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
        }
        for (name, entry) in inOrder {
            if entry.bytes.lowerBound != end {
                let what = entry.bytes.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it"
                throw .malformedSafetensors(path: path, tensor: name, problem: "its data \(what)")
            }
            end = entry.bytes.upperBound
        }
        if end != fileSize {
            throw .malformedSafetensors(
                path: path,
                tensor: nil,
                problem: "its tensors end at byte \(end) and the file at byte \(fileSize)"
            )
        }
    }

    struct Problem: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    fileprivate static func size(of elementType: String) -> Int? { elementSizes[elementType] }
}

extension SafetensorsFile {
    /// A tensor of this file.
    ///
    /// - Parameter entry: What the header says of it.
    /// - Returns: Where it lies.
    func stored(_ entry: Entry) -> StoredTensor {
        StoredTensor(
            path: path,
            elementType: entry.elementType,
            format: ElementType(rawValue: entry.elementType).map(StoredFormat.plain),
            shape: entry.shape,
            bytes: entry.bytes,
            mapping: mapping
        )
    }
}

extension SafetensorsFile.Entry {
    fileprivate typealias Problem = SafetensorsFile.Problem

    /// Reads one entry of a header: `{"dtype": …, "shape": […], "data_offsets": [begin, end]}`.
    fileprivate init(_ json: ExactJSON, dataStart: Int, fileSize: Int) throws(Problem) {
        guard case .object(let members) = json else { throw Problem("its entry is not an object") }
        var fields: [String: ExactJSON] = [:]
        for member in members {
            let key = String(decoding: member.key, as: UTF8.self)
            if fields.updateValue(member.value, forKey: key) != nil { throw Problem("its entry names \(key) twice") }
        }
        guard case .string(let type)? = fields["dtype"] else { throw Problem("its entry has no dtype") }
        elementType = String(decoding: type, as: UTF8.self)
        shape = try Self.naturals(fields["shape"], "shape")
        let offsets = try Self.naturals(fields["data_offsets"], "data_offsets")
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw Problem("its data_offsets \(offsets) are not a range")
        }
        guard offsets[1] <= fileSize - dataStart else {
            throw Problem("its data would end \(offsets[1] - (fileSize - dataStart)) bytes behind the file's end")
        }
        bytes = dataStart + offsets[0]..<dataStart + offsets[1]
        let size = SafetensorsFile.size(of: elementType)
        var expected = size ?? 1
        for dimension in shape {
            let product = expected.multipliedReportingOverflow(by: dimension)
            if product.overflow { throw Problem("its shape \(shape) is larger than memory") }
            expected = product.partialValue
        }
        // An element of an unknown type has one bit at least.
        if size == nil ? expected / 8 > bytes.count : expected != bytes.count {
            throw Problem("\(elementType) of shape \(shape) takes \(expected) bytes and it has \(bytes.count)")
        }
    }

    private static func naturals(_ json: ExactJSON?, _ name: String) throws(Problem) -> [Int] {
        guard case .array(let values)? = json else { throw Problem("its entry has no \(name)") }
        var result: [Int] = []
        for value in values {
            guard case .number(let number) = value, let whole = Int(exactly: number), whole >= 0, number < 0x1p53 else {
                throw Problem("its \(name) holds something that is not a natural number")
            }
            result.append(whole)
        }
        return result
    }
}
