package import Foundation

extension SafetensorsWriter {
    /// A tensor whose bytes are handed over when they are written.
    @safe
    package struct Streamed {
        let name: String
        let elementType: String
        let shape: [Int]
        let byteCount: Int
        let bytes: UnsafeRawBufferPointer

        /// Describes bytes that stay where they are until the file is written.
        ///
        /// - Parameters:
        ///   - name: The tensor's name.
        ///   - elementType: Element type as the format names it.
        ///   - shape: Size of each dimension, outermost first.
        ///   - bytes: Its bytes.
        init(name: String, elementType: String, shape: [Int], bytes: UnsafeRawBufferPointer) {
            self.name = name
            self.elementType = elementType
            self.shape = shape
            byteCount = bytes.count
            unsafe self.bytes = unsafe bytes
        }
    }

    /// Writes tensors one after the other; the first byte of data stands at a multiple of 64.
    ///
    /// - Parameters:
    ///   - tensors: The tensors; names must differ. Those of a multiple of 64 bytes come first, so that all of them are aligned.
    ///   - file: The file to write.
    /// - Throws: Errors of Foundation.
    package static func write(_ tensors: [Streamed], to file: URL) throws {
        let aligned = tensors.filter { $0.byteCount % 64 == 0 }
        let others = tensors.filter { $0.byteCount % 64 != 0 }
        let ordered = aligned + others
        var entries: [String] = []
        var offset = 0
        for tensor in ordered {
            let end = offset + tensor.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.elementType)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var header = Data("{\(entries.joined(separator: ","))}".utf8)
        while (8 + header.count) % 64 != 0 { header.append(UInt8(ascii: " ")) }
        var start = Data(capacity: 8)
        start.append(littleEndian: UInt64(header.count))
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.write(contentsOf: start + header)
        for index in ordered.indices {
            let bytes = unsafe ordered[index].bytes
            // Not all at once: a data object may copy what it is given.
            for first in stride(from: 0, to: bytes.count, by: 64 << 20) {
                let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[first..<min(first + (64 << 20), bytes.count)])
                try handle.write(contentsOf: unsafe Data(piece))
            }
        }
        try handle.synchronize()
    }
}
