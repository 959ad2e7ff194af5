package import Foundation

/// What `lstat` says of a name.
package struct FileStatus: Sendable, Hashable, Codable {
    /// What kind of thing has the name.
    package enum Kind: String, Sendable, Codable { case file, folder, symbolicLink, other }

    /// What kind of thing has the name.
    package var kind: Kind
    /// The file system.
    package var device: UInt64
    /// The file in its file system.
    package var inode: UInt64
    /// Size in bytes.
    package var size: Int64
    /// Last change of the content, in nanoseconds since 1970; compared for equality only.
    package var modified: Int64

    package init(kind: Kind, device: UInt64, inode: UInt64, size: Int64, modified: Int64) {
        self.kind = kind
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
    }
}

/// Whether somebody has a file open for writing.
package enum WriterPresence: Sendable, Hashable {
    /// A read lease was granted: nobody has it open for writing, by descriptor or by writable mapping.
    case none
    /// The lease was refused because of a writer.
    case present
    /// The file belongs to somebody else or the file system has no leases: only the quiet period can tell.
    case unknown
}

/// The file system on which a folder lies, as far as watching it is concerned.
package struct MountKind: Sendable, Hashable {
    /// A short name, for example `nfs`.
    package var name: String
    /// Whether other machines may change files without an inotify event here.
    package var isRemote: Bool

    package init(name: String, isRemote: Bool) {
        self.name = name
        self.isRemote = isRemote
    }
}

/// The file operations that decide whether a document survives; tests make each of them fail.
package protocol FileOperations: Sendable {
    /// Looks at a name without following a symbolic link; `nil` when there is none.
    func status(of path: String) throws -> FileStatus?
    /// Names in a folder, without `.` and `..`; a name that is not UTF-8 contains U+FFFD.
    func names(in folder: String) throws -> [String]
    /// Makes a folder; one that is there already is fine.
    func makeFolder(_ path: String) throws
    /// Renames within one file system; throws `nameTaken` instead of overwriting unless `replacing`.
    func rename(_ path: String, to target: String, replacing: Bool) throws
    /// Writes a whole file and syncs its content; the folder is not synced.
    func write(_ bytes: Data, to path: String) throws
    /// Copies a whole file and syncs the copy's content; the folder is not synced.
    func copy(_ path: String, to target: String) throws
    /// Reads a whole file.
    func read(_ path: String) throws -> Data
    /// Reads some bytes of a file, fewer at its end.
    func read(_ path: String, from offset: Int64, count: Int) throws -> Data
    /// SHA-256 of a file in lower-case hexadecimal.
    func sha256(of path: String) throws -> String
    /// Makes the names in a folder durable.
    func syncFolder(_ path: String) throws
    /// Removes a file; one that is not there is fine.
    func remove(_ path: String) throws
    /// Removes an empty folder; one that is not there is fine.
    func removeFolder(_ path: String) throws
    /// Whether this process may read the file.
    func isReadable(_ path: String) -> Bool
    /// Asks whether somebody has the file open for writing.
    func writers(of path: String) -> WriterPresence
    /// Bytes that may still be written below a folder.
    func freeBytes(at path: String) throws -> Int64
    /// What kind of file system a folder lies on.
    func mountKind(at path: String) throws -> MountKind
}

extension FileOperations {
    /// Makes a folder and those above it, each durable in its parent.
    package func makeFolders(_ path: String) throws {
        if let status = try status(of: path), status.kind == .folder { return }
        let parent = path.parentPath
        if parent != path, !parent.isEmpty { try makeFolders(parent) }
        try makeFolder(path)
        if !parent.isEmpty { try syncFolder(parent) }
    }
}

extension String {
    /// The path without its last component.
    package var parentPath: String { (self as NSString).deletingLastPathComponent }
    /// The last component of the path.
    package var lastComponent: String { (self as NSString).lastPathComponent }
    /// The path with one more component.
    package func appendingComponent(_ name: String) -> String { hasSuffix("/") ? self + name : self + "/" + name }
}
