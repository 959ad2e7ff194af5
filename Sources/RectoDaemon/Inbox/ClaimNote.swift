import Foundation

/// What lies beside a claimed document until its job is in the journal: enough to go on after a crash.
package struct ClaimNote: Sendable, Hashable, Codable {
    /// The job's identifier, which is also the name of the spool folder.
    package var id: String
    /// Where the document was dropped, relative to the inbox.
    package var path: String
    /// The hidden name, relative to the inbox, that the document bears while it is copied from another file system.
    package var hiddenPath: String?

    package init(id: String, path: String, hiddenPath: String? = nil) {
        self.id = id
        self.path = path
        self.hiddenPath = hiddenPath
    }

    /// Reads a note.
    ///
    /// - Returns: The note, or `nil` when there is none or it was cut short: then nothing was claimed yet.
    package static func read(_ path: String, files: some FileOperations) throws -> ClaimNote? {
        guard try files.status(of: path) != nil else { return nil }
        return try? JSONDecoder().decode(ClaimNote.self, from: files.read(path))
    }

    /// Writes the note durably.
    package func write(to path: String, files: some FileOperations) throws {
        try files.write(JSONEncoder().encode(self), to: path)
        try files.syncFolder(path.parentPath)
    }
}
