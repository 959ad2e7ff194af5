package import Foundation

/// Writes the safetensors format.
package enum SafetensorsWriter {
    /// A tensor to be written.
    package struct Tensor: Sendable {
        let name: String
        let elementType: String
        let shape: [Int]
        let bytes: Data

        /// Describes a float32 tensor.
        ///
        /// - Parameters:
        ///   - name: Its name.
        ///   - shape: Size of each dimension, outermost first.
        ///   - floats: Its elements, row-major.
        package init(name: String, shape: [Int], floats: [Float]) {
            var bytes = Data(capacity: floats.count * 4)
            for value in floats { bytes.append(littleEndian: value.bitPattern) }
            self.init(name: name, elementType: "F32", shape: shape, bytes: bytes)
        }

        /// Describes an int64 tensor.
        ///
        /// - Parameters:
        ///   - name: Its name.
        ///   - shape: Size of each dimension, outermost first.
        ///   - integers: Its elements, row-major.
        package init(name: String, shape: [Int], integers: [Int]) {
            var bytes = Data(capacity: integers.count * 8)
            for value in integers { bytes.append(littleEndian: UInt64(bitPattern: Int64(value))) }
            self.init(name: name, elementType: "I64", shape: shape, bytes: bytes)
        }

        /// Describes a tensor of 16-bit elements.
        ///
        /// - Parameters:
        ///   - name: Its name.
        ///   - elementType: `F16` or `BF16`.
        ///   - shape: Size of each dimension, outermost first.
        ///   - bitPatterns: Its elements, row-major.
        package init(name: String, elementType: String, shape: [Int], bitPatterns: [UInt16]) {
            var bytes = Data(capacity: bitPatterns.count * 2)
            for value in bitPatterns { bytes.append(littleEndian: value) }
            self.init(name: name, elementType: elementType, shape: shape, bytes: bytes)
        }

        private init(name: String, elementType: String, shape: [Int], bytes: Data) {
            self.name = name
            self.elementType = elementType
            self.shape = shape
            self.bytes = bytes
        }
    }

    /// Lays tensors out as the bytes of a safetensors file.
    ///
    /// - Parameter tensors: The tensors; names must differ.
    /// - Returns: The file's bytes: header length, header padded to eight bytes, data.
    package static func data(of tensors: [Tensor]) -> Data {
        var entries: [String] = []
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.bytes.count
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.elementType)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var header = Data("{\(entries.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var file = Data(capacity: 8 + header.count + offset)
        file.append(littleEndian: UInt64(header.count))
        file.append(header)
        for tensor in tensors { file.append(tensor.bytes) }
        return file
    }

    static func quoted(_ name: String) -> String {
        let escaped = name.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20:
                "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}

extension Data {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest = rest >> 8
        }
    }
}
