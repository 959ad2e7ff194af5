import Foundation
import RectoExtraction
import RectoSchema

/// A document with labels beside it.
struct LabelledDocument {
    let file: URL
    /// Relative to the folder that is measured, so that reports compare wherever the folder lies.
    let path: String
    let labels: DocumentLabels

    /// The pipeline that a document's place or name speaks for, as the inbox has it; nil when neither does.
    ///
    /// A first-level folder named after a pipeline comes first, then a file name that is a pipeline's name or begins with
    /// one and goes on with something that is neither letter nor digit. The longest such name wins.
    func pipeline(among names: some Collection<String>) -> String? {
        let parts = path.split(separator: "/").map(String.init)
        if parts.count > 1, let folder = parts.first, names.contains(folder) { return folder }
        guard let name = parts.last else { return nil }
        return names.filter { pipeline in
            guard name.hasPrefix(pipeline), let next = name.dropFirst(pipeline.count).first else { return false }
            return !next.isLetter && !next.isNumber
        }
        .max { $0.count < $1.count }
    }
}

/// The documents of a folder and its subfolders, with their labels.
struct EvaluationFolder {
    private static let documentEndings = [".pdf", ".png"]
    private static let labelEndings = [".expected.json", ".expected.txt", ".expected.evidence.json"]

    /// The labelled documents by path.
    let documents: [LabelledDocument]
    /// Documents that have no labels.
    let unlabelled: [String]

    /// Looks through a folder; hidden files are passed over.
    init(path folder: String) throws {
        // A link to a folder is looked through like the folder.
        let root = URL(filePath: folder).resolvingSymlinksInPath()
        guard let entries = try? FileManager.default.subpathsOfDirectory(atPath: root.path) else {
            throw EvaluationError.notAFolder(folder)
        }
        let files = entries.sorted().filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
        let found = files.compactMap { file in Self.stem(file, Self.documentEndings).map { (file: file, stem: $0) } }
        let stems = Set(found.map(\.stem))
        let orphans = files.filter { file in Self.stem(file, Self.labelEndings).map { !stems.contains($0) } ?? false }
        guard orphans.isEmpty else { throw EvaluationError.labelsWithoutDocument(orphans) }
        let labelled = try found.map { document -> (String, DocumentLabels?) in
            (document.file, try Self.labels(of: root.appending(path: document.stem)))
        }
        documents = labelled.compactMap { file, labels in
            labels.map { LabelledDocument(file: root.appending(path: file), path: file, labels: $0) }
        }
        unlabelled = labelled.filter { $0.1 == nil }.map(\.0)
        if documents.isEmpty { throw EvaluationError.noLabels(folder: folder) }
    }

    private static func stem(_ file: String, _ endings: [String]) -> String? {
        let ending = endings.first { file.lowercased().hasSuffix($0) }
        return ending.map { String(file.dropLast($0.count)) }
    }

    private static func labels(of stem: URL) throws -> DocumentLabels? {
        func contents(_ ending: String) -> (path: String, bytes: Data)? {
            let path = stem.path + ending
            return FileManager.default.contents(atPath: path).map { (path, $0) }
        }
        let text = try contents(".expected.txt").map { file in
            guard let text = String(bytes: file.bytes, encoding: .utf8) else {
                throw EvaluationError.invalidLabels(file.path, reason: "it is no text in UTF-8")
            }
            return text
        }
        func object(_ ending: String, like model: String) throws -> JSONObject? {
            guard let file = contents(ending) else { return nil }
            do {
                if let object = try JSONParser().parse(file.bytes).objectValue { return object }
                throw EvaluationError.invalidLabels(file.path, reason: "it must be an object like a record's \(model)")
            } catch let error as JSONSyntaxError {
                throw EvaluationError.invalidLabels(file.path, reason: error.description)
            }
        }
        let fields = try object(".expected.json", like: "fields")
        let evidence = try object(".expected.evidence.json", like: "evidence")
        guard fields != nil || text != nil else { return nil }
        return DocumentLabels(expected: fields ?? [:], evidence: evidence ?? [:], text: text)
    }
}
