/// Which names in the inbox are never taken.
///
/// - Names that begin with `.` or `~$`: hidden files, lock files of office programs.
/// - Names that end with `~` or with an ending of a transfer that is not finished; the rename that ends the transfer
///   makes the file visible. Write `x.pdf.part`, then rename it to `x.pdf`: that is the safest way to hand a file over.
/// - Symbolic links, devices, sockets and pipes, whatever they are called (the log says so once); folders are searched.
package enum InboxNames {
    private static let unfinishedEndings = [
        "~", ".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp",
    ]

    /// Whether a name stands for something that is not handed over, or not yet.
    package static func isIgnored(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix(".") || name.hasPrefix("~$") || unfinishedEndings.contains { name.hasSuffix($0) }
    }

    /// Whether a name cannot be handled as text; it is shown as waiting until somebody renames it.
    package static func isUnreadable(_ name: String) -> Bool { name.unicodeScalars.contains("\u{FFFD}") }
}
