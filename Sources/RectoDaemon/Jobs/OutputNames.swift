/// What to do when a record of the same source's name lies in the outbox already.
public enum OnExists: String, Sendable, Codable, CaseIterable {
    /// Write beside it: `a.2.json`, `a.3.json`, …
    case version
    /// Replace it.
    case replace
    /// Let the job fail.
    case refuse
}

/// What to do with the source of a document that was read.
public enum AfterSuccess: String, Sendable, Codable, CaseIterable {
    /// Move it to the archive.
    case archive
    /// Delete it; the source of a partial record is archived all the same.
    case delete
    /// Put it back into the inbox, where it is left alone until it changes.
    case leave
}

/// The names under which records, errors and sources are filed.
///
/// - `inbox/x/a.pdf` gives `outbox/x/a.json`.
/// - When `a.json` there belongs to a source of another ending (`a.png`), the newcomer keeps its ending: `a.pdf.json`.
/// - When it belongs to the same name, or nobody knows to whom, `on-exists` decides.
/// - In `archive/` and `failed/` nothing is ever overwritten: `a.2.pdf`; in `failed/` the error has the same stem:
///   `a.2.error.json`.
/// - A name too long for its ending is cut and keeps the job's id.
package struct OutputNames: Sendable {
    /// Where the document was dropped, relative to the inbox.
    package let path: String
    private let jobID: String

    package init(path: String, jobID: String) {
        self.path = path
        self.jobID = jobID
    }

    /// The folder, relative to the inbox, with a slash at the end unless it is empty.
    package var folder: String { path.parentPath.isEmpty ? "" : path.parentPath + "/" }

    /// The record's name without and with the source's ending, relative to the outbox; the same twice without ending.
    package var records: (short: String, full: String) {
        (folder + cut(stem) + ".json", folder + cut(path.lastComponent) + ".json")
    }

    /// The same record's name with a number from 2 on.
    package static func version(_ number: Int, of record: String) -> String {
        String(record.dropLast(".json".count)) + ".\(number).json"
    }

    /// The n-th pair of names in `failed/`, counted from 0.
    package func failed(_ number: Int) -> (source: String, error: String) {
        let name = path.lastComponent
        switch number {
        case 0: return (folder + name, folder + cut(stem) + ".error.json")
        case 1: return (folder + name, folder + cut(name) + ".error.json")
        default: return (archived(number), folder + cut(stem) + ".\(number).error.json")
        }
    }

    /// The n-th name in `archive/`, counted from 1: the name itself, then with a number before its ending.
    package func archived(_ number: Int) -> String {
        guard number > 1 else { return path }
        return folder + cut(stem) + ".\(number)" + ending
    }

    private var ending: String {
        let name = path.lastComponent
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex, name[dot...].count < 12 else { return "" }
        return String(name[dot...])
    }

    private var stem: String { String(path.lastComponent.dropLast(ending.count)) }

    /// A file's name may have 255 bytes; what is added here needs less than 30 of them.
    private func cut(_ name: String) -> String {
        guard name.utf8.count > 225 else { return name }
        var kept = name
        while kept.utf8.count > 200 { kept.removeLast() }
        return kept + "~" + jobID
    }
}
