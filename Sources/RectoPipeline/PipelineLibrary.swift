public import Foundation

/// Finds pipelines by name in folders.
public struct PipelineLibrary: Sendable {
    /// The folders, searched in order.
    public let folders: [URL]

    /// Creates a library.
    ///
    /// - Parameter folders: The folders, searched in order.
    public init(folders: [URL]) { self.folders = folders }

    /// The pipeline files by name; the first folder wins.
    public var files: [String: URL] {
        var files: [String: URL] = [:]
        for folder in folders {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                let key = String(name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex))
                if files[key] == nil { files[key] = folder.appending(path: name) }
            }
        }
        return files
    }

    /// Finds a pipeline.
    ///
    /// - Parameter name: Its name, or the path of a YAML file.
    /// - Returns: The file.
    /// - Throws: `PipelineError.unknownPipeline` with the names that are known.
    public func file(named name: String) throws(PipelineError) -> URL {
        let isPath = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        if isPath, FileManager.default.fileExists(atPath: name) { return URL(filePath: name) }
        let files = files
        guard let file = files[name] else {
            throw .unknownPipeline(name: name, known: files.keys.sorted())
        }
        return file
    }
}
