import CLinux
package import Foundation
import Glibc
import RectoPages

/// The real file operations: thin calls to Linux, each failure a `DaemonError`.
package struct PosixFiles: FileOperations {
    package init() {}

    package func status(of path: String) throws -> FileStatus? {
        var buffer = stat()
        guard unsafe lstat(path, &buffer) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("look at", path)
        }
        let kind: FileStatus.Kind =
            switch buffer.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            default: .other
            }
        return FileStatus(
            kind: kind,
            device: UInt64(buffer.st_dev),
            inode: UInt64(buffer.st_ino),
            size: Int64(buffer.st_size),
            modified: Int64(buffer.st_mtim.tv_sec) * 1_000_000_000 + Int64(buffer.st_mtim.tv_nsec)
        )
    }

    package func names(in folder: String) throws -> [String] {
        guard let stream = unsafe opendir(folder) else { throw failure("list", folder) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw failure("list", folder) }
                return names
            }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    package func makeFolder(_ path: String) throws {
        guard unsafe mkdir(path, 0o750) != 0 else { return }
        if errno == EEXIST, try status(of: path)?.kind == .folder { return }
        throw failure("make the folder", path)
    }

    package func rename(_ path: String, to target: String, replacing: Bool) throws {
        let result =
            if replacing {
                unsafe Glibc.rename(path, target)
            } else {
                unsafe recto_rename_no_replace(path, target)
            }
        guard result != 0 else { return }
        if errno == EEXIST { throw DaemonError.nameTaken(path: target) }
        throw failure("rename to \(target) the file", path)
    }

    package func write(_ bytes: Data, to path: String) throws {
        let file = try open(path, O_WRONLY | O_CREAT | O_TRUNC, "write")
        defer { close(file) }
        try write(Array(bytes), to: file, path)
        guard fsync(file) == 0 else { throw failure("sync", path) }
    }

    package func copy(_ path: String, to target: String) throws {
        let source = try open(path, O_RDONLY | O_NONBLOCK, "read")
        defer { close(source) }
        let copy = try open(target, O_WRONLY | O_CREAT | O_TRUNC, "write")
        defer { close(copy) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try read(source, into: &chunk, path)
            if count == 0 { break }
            try write(Array(chunk[..<count]), to: copy, target)
        }
        guard fsync(copy) == 0 else { throw failure("sync", target) }
    }

    package func read(_ path: String) throws -> Data {
        let file = try open(path, O_RDONLY | O_NONBLOCK, "read")
        defer { close(file) }
        var content = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try read(file, into: &chunk, path)
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
        }
    }

    package func read(_ path: String, from offset: Int64, count: Int) throws -> Data {
        let file = try open(path, O_RDONLY | O_NONBLOCK, "read")
        defer { close(file) }
        guard lseek(file, off_t(offset), SEEK_SET) >= 0 else { throw failure("read", path) }
        var content = Data()
        while content.count < count {
            var chunk = [UInt8](repeating: 0, count: count - content.count)
            let found = try read(file, into: &chunk, path)
            if found == 0 { break }
            content.append(contentsOf: chunk[..<found])
        }
        return content
    }

    package func sha256(of path: String) throws -> String {
        try DocumentDigest(of: URL(fileURLWithPath: path)).hexadecimal
    }

    package func syncFolder(_ path: String) throws {
        let folder = try open(path, O_RDONLY | O_DIRECTORY, "open")
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("sync the folder", path) }
    }

    package func remove(_ path: String) throws {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    package func removeFolder(_ path: String) throws {
        guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw failure("remove the folder", path) }
    }

    package func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 || errno == ENOENT }

    package func writers(of path: String) -> WriterPresence {
        guard let file = try? open(path, O_RDONLY | O_NONBLOCK, "read") else { return .unknown }
        defer { close(file) }
        if recto_take_read_lease(file) == 0 {
            _ = recto_give_lease_back(file)
            return .none
        }
        return errno == EAGAIN ? .present : .unknown
    }

    package func freeBytes(at path: String) throws -> Int64 {
        var bytes: UInt64 = 0
        guard unsafe recto_free_bytes(path, &bytes) == 0 else { throw failure("look at the disk of", path) }
        return Int64(clamping: bytes)
    }

    package func mountKind(at path: String) throws -> MountKind {
        var magic: UInt32 = 0
        guard unsafe recto_file_system_magic(path, &magic) == 0 else { throw failure("look at the disk of", path) }
        return MountKind(magic: magic)
    }

    /// Takes an exclusive lock on a file for as long as the process lives or until the descriptor is closed.
    ///
    /// - Returns: The descriptor, or `nil` when somebody else holds the lock.
    package func lock(_ path: String) throws -> Int32? {
        let file = try open(path, O_RDWR | O_CREAT, "lock")
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
        let reason = errno
        close(file)
        if reason == EWOULDBLOCK { return nil }
        throw DaemonError.systemCall(operation: "lock", path: path, number: reason)
    }

    /// The system's own words for an error number.
    package static func explanation(of number: Int32) -> String { unsafe String(cString: strerror(number)) }

    private func open(_ path: String, _ flags: Int32, _ verb: String) throws -> Int32 {
        let file = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { throw failure(verb, path) }
        return file
    }

    private func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(file, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            done += count
        }
    }

    private func read(_ file: Int32, into chunk: inout [UInt8], _ path: String) throws -> Int {
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            if errno != EINTR { throw failure("read", path) }
        }
    }

    private func failure(_ operation: String, _ path: String) -> DaemonError {
        .systemCall(operation: operation, path: path, number: errno)
    }
}
