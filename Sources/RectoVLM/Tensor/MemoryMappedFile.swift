package import Foundation

/// A file's bytes, mapped read-only into memory.
@safe
package final class MemoryMappedFile: @unchecked Sendable {
    // @unchecked Sendable: the mapping is read-only and lives exactly as long as this object.
    let bytes: UnsafeRawBufferPointer

    /// Maps a file.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError.unreadableFile`.
    package init(_ file: URL) throws(VLMError) {
        let path = file.path(percentEncoded: false)
        func failure() -> VLMError {
            .unreadableFile(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        // Without O_NONBLOCK a pipe of that name would never let go.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        if unsafe fstat(descriptor, &status) != 0 { throw failure() }
        if status.st_mode & S_IFMT != S_IFREG { throw .unreadableFile(path: path, reason: "it is not a file") }
        let size = Int(status.st_size)
        if size == 0 {
            unsafe bytes = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        if unsafe address == MAP_FAILED { throw failure() }
        unsafe bytes = unsafe UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        if let address = unsafe bytes.baseAddress {
            unsafe munmap(UnsafeMutableRawPointer(mutating: address), bytes.count)
        }
    }

    /// Number of bytes.
    package var count: Int { unsafe bytes.count }

    /// Copies bytes out.
    ///
    /// - Parameter range: Which bytes; inside the file.
    /// - Returns: The bytes.
    package func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes inside the file")
        return unsafe Array(bytes[range])
    }

    /// Reads a little-endian number.
    ///
    /// - Parameters:
    ///   - offset: Where it begins; all of it is inside the file.
    ///   - type: The kind of number.
    /// - Returns: The number.
    func integer<Integer: FixedWidthInteger>(at offset: Int, as type: Integer.Type) -> Integer {
        let size = MemoryLayout<Integer>.size
        precondition(offset >= 0 && offset <= count - size, "a number inside the file")
        return unsafe Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}
