/// What lies in the inbox at one moment.
package struct InboxScan: Sendable, Hashable {
    /// Regular files that may be taken, by path relative to the inbox.
    package var files: [String: FileStatus] = [:]
    /// Every folder, the inbox itself as the empty path.
    package var folders: [String: FileStatus] = [:]
    /// Paths whose names are not UTF-8.
    package var unreadable: [String] = []
    /// Paths that are neither files nor folders, with the reason why they are not taken.
    package var refused: [String: String] = [:]
    /// Folders that could not be listed, with the reason.
    package var problems: [String: String] = [:]

    /// Lists a folder of the inbox and everything below it.
    ///
    /// A folder that vanishes meanwhile is no problem; one that cannot be read is reported and does not hide the rest.
    package init(of folder: String = "", inbox: String, files operations: some FileOperations) throws {
        let root = folder.isEmpty ? inbox : inbox.appendingComponent(folder)
        guard let status = try operations.status(of: root), status.kind == .folder else {
            if folder.isEmpty { throw DaemonError.systemCall(operation: "list", path: inbox, number: 2) }
            return
        }
        folders[folder] = status
        var remaining = [folder]
        while let current = remaining.popLast() {
            let path = current.isEmpty ? inbox : inbox.appendingComponent(current)
            let names: [String]
            do {
                names = try operations.names(in: path)
            } catch let error as DaemonError {
                if try operations.status(of: path) != nil { problems[current] = error.description }
                continue
            }
            for name in names where !InboxNames.isIgnored(name) {
                let relative = current.isEmpty ? name : current.appendingComponent(name)
                if InboxNames.isUnreadable(name) {
                    unreadable.append(relative)
                } else if let status = try operations.status(of: path.appendingComponent(name)) {
                    switch status.kind {
                    case .file: files[relative] = status
                    case .folder:
                        folders[relative] = status
                        remaining.append(relative)
                    case .symbolicLink, .other: refused[relative] = Self.refusal(of: status.kind)
                    }
                }
            }
        }
    }

    /// Why something with a name that could be taken is not.
    package static func refusal(of kind: FileStatus.Kind) -> String? {
        switch kind {
        case .file, .folder: nil
        case .symbolicLink: "it is a symbolic link, which may point anywhere; put the file itself into the inbox"
        case .other: "it is a pipe, a socket or a device; only files are read"
        }
    }
}
