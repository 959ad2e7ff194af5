import Foundation
import RectoPages

/// Takes one file out of the inbox so that a crash at any point neither loses nor doubles it.
///
/// 1. `spool/ID/` and its claim note are made and synced. *Crash: a folder without document; it is removed at start.*
/// 2. The document is renamed into `spool/ID/`, never over another, and both folders are synced. From here on the
///    document belongs to job ID. *Crash: a note with its document and no row; admission goes on at start.*
/// 3. Somebody may still hold the file open: it must be still and without a writer, else it waits in the spool.
/// 4. The digest is taken; if the file changed meanwhile, back to 3.
/// 5. The job's row is committed. *Crash before: as after 2, and inserting twice the same id does nothing.*
///
/// On another file system than the spool's, step 2 is a rename to a hidden name in the same folder (the note says
/// which), and after step 3 a copy that is synced, compared by digest and given its name by a rename; then the hidden
/// original is removed. A copy without its name is begun again, a named copy is whole.
package struct InboxClaim<Files: FileOperations>: Sendable {
    package let folders: Folders
    package let files: Files

    package init(folders: Folders, files: Files) {
        self.folders = folders
        self.files = files
    }

    /// Steps 1 and 2.
    ///
    /// - Parameters:
    ///   - path: The file, relative to the inbox.
    ///   - id: The new job's identifier.
    /// - Returns: The note, or `nil` when the file is gone.
    /// - Throws: What the file system reports; the file is then where it was.
    package func claim(_ path: String, id: String) throws -> ClaimNote? {
        var note = ClaimNote(id: id, path: path)
        let source = folders.inbox.appendingComponent(path)
        do {
            try files.makeFolder(folders.spool(of: id))
            try files.syncFolder(folders.spool)
            try note.write(to: folders.claimNote(of: id), files: files)
            do {
                try files.rename(source, to: document(of: note), replacing: false)
            } catch DaemonError.systemCall(_, _, EXDEV) {
                let folder = path.parentPath.isEmpty ? "" : path.parentPath + "/"
                let hidden = folder + ".recto-\(id)"
                note.hiddenPath = hidden
                try note.write(to: folders.claimNote(of: id), files: files)
                try files.rename(source, to: folders.inbox.appendingComponent(hidden), replacing: false)
            }
            return note
        } catch {
            try? abandon(note)
            if case DaemonError.systemCall(_, _, ENOENT) = error { return nil }
            throw error
        }
    }

    /// Makes a claim durable.
    package func sync(_ note: ClaimNote) throws {
        try files.syncFolder(folders.spool(of: note.id))
        try files.syncFolder(folders.inbox.appendingComponent(note.path).parentPath)
    }

    /// What the claimed file looks like, wherever it lies; `nil` when it was never claimed.
    package func status(of note: ClaimNote) throws -> FileStatus? {
        if let status = try files.status(of: document(of: note)) { return status }
        return try hiddenFile(of: note).flatMap { try files.status(of: $0) }
    }

    /// Asks whether somebody has the claimed file open for writing.
    package func writers(of note: ClaimNote) throws -> WriterPresence {
        if try files.status(of: document(of: note)) != nil { return files.writers(of: document(of: note)) }
        return hiddenFile(of: note).map { files.writers(of: $0) } ?? .unknown
    }

    /// Steps 4 and 5 up to the row: brings the file onto the spool's file system if need be, and takes its digest.
    ///
    /// - Returns: Digest and identity, or `nil` when the file changed meanwhile.
    package func digest(of note: ClaimNote) throws -> (sha256: String, identity: FileStatus)? {
        try finishCopy(note)
        let document = document(of: note)
        guard let before = try files.status(of: document) else { return nil }
        let sha256 = try files.sha256(of: document)
        guard try files.status(of: document) == before else { return nil }
        return (sha256, before)
    }

    /// Removes what is left of a claim that did not happen.
    package func abandon(_ note: ClaimNote) throws {
        try files.remove(folders.claimNote(of: note.id))
        try files.removeFolder(folders.spool(of: note.id))
    }

    private func document(of note: ClaimNote) -> String { folders.document(of: note.id, path: note.path) }

    private func hiddenFile(of note: ClaimNote) -> String? {
        note.hiddenPath.map { folders.inbox.appendingComponent($0) }
    }

    private func finishCopy(_ note: ClaimNote) throws {
        guard let hidden = hiddenFile(of: note), let before = try files.status(of: hidden) else { return }
        if try files.status(of: document(of: note)) == nil {
            let copy = folders.spool(of: note.id).appendingComponent(".copy")
            try files.copy(hidden, to: copy)
            guard try files.sha256(of: copy) == files.sha256(of: hidden), try files.status(of: hidden) == before else {
                try files.remove(copy)
                return
            }
            try files.rename(copy, to: document(of: note), replacing: false)
            try files.syncFolder(folders.spool(of: note.id))
        }
        try files.remove(hidden)
        try files.syncFolder(hidden.parentPath)
    }
}
