import Foundation
import RectoExtraction
import RectoPages
import RectoSchema

/// Where the records of one invocation go.
final class RecordOutput {
    private let folder: URL?
    private let layout: JSONWriter.Layout
    private let names: [String]
    /// Whether a record was partial or failed.
    private(set) var hasIncomplete = false

    /// Prepares the output, and refuses names that would overwrite each other before anything is read.
    init(destination: String, count: Int, names files: [String]) throws {
        names = files.map { path in
            let name = URL(filePath: path).lastPathComponent
            return (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name) + ".json"
        }
        layout = count == 1 ? .pretty : .compact
        guard destination != "-" else {
            folder = nil
            return
        }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw UsageError.badOption("--output", expected: "another folder for one of two documents named \(name)")
        }
        let url = URL(filePath: destination)
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw UsageError.notWritable(destination, reason: error.localizedDescription)
        }
        folder = url
    }

    /// Prints or writes one record.
    func hand(over record: Record, index: Int) throws {
        if record.status != .complete { hasIncomplete = true }
        let text = JSONWriter(folder == nil ? layout : .pretty).string(record.json())
        guard let folder else {
            StandardStreams.result(text)
            return
        }
        let file = folder.appending(path: names[index])
        do {
            try Data((text + "\n").utf8).write(to: file, options: .atomic)
        } catch {
            throw UsageError.notWritable(file.path, reason: error.localizedDescription)
        }
    }
}
