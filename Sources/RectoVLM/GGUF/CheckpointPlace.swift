package import Foundation

/// What a path given as a model leads to.
package enum CheckpointPlace {
    /// A folder in the Hugging Face layout.
    case folder(URL)
    /// A GGUF file.
    case gguf(GGUFPlace)

    /// Looks at a path: a GGUF file, a folder with one in it and no `config.json`, or else a Hugging Face folder.
    ///
    /// Files with `mmproj` in their names are taken for vision towers, as llama.cpp takes them.
    ///
    /// - Parameter url: The path.
    /// - Throws: `VLMError` when a folder holds several text models and nothing says which to take.
    package init(_ url: URL) throws(VLMError) {
        let isFolder =
            (try? url.resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
        if !isFolder {
            let isGGUF = url.pathExtension.lowercased() == "gguf" || GGUFFile.begins(url)
            guard isGGUF else {
                self = .folder(url)
                return
            }
            let beside = Self.files(in: url.deletingLastPathComponent()).towers
            let towers = beside.filter { $0.lastPathComponent != url.lastPathComponent }
            self = .gguf(GGUFPlace(model: url, towers: towers, isFolder: false))
            return
        }
        let configuration = url.appending(path: "config.json").path(percentEncoded: false)
        let (models, towers) = FileManager.default.fileExists(atPath: configuration) ? ([], []) : Self.files(in: url)
        // A tower alone is refused by what it says of itself.
        let found = models.isEmpty ? towers : models
        guard found.count <= 1 else {
            let path = url.path(percentEncoded: false)
            throw .ambiguousFiles(path: path, files: found.map(\.lastPathComponent), option: "--model")
        }
        let place = found.first.map { GGUFPlace(model: $0, towers: models.isEmpty ? [] : towers, isFolder: true) }
        self = place.map { .gguf($0) } ?? .folder(url)
    }

    /// The GGUF files of a folder: text models, and what is named like a vision tower.
    private static func files(in folder: URL) -> (models: [URL], towers: [URL]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        let files = names.filter { $0.lowercased().hasSuffix(".gguf") }.sorted()
        func isTower(_ name: String) -> Bool { name.lowercased().contains("mmproj") }
        return (
            files.filter { !isTower($0) }.map { folder.appending(path: $0) },
            files.filter(isTower).map { folder.appending(path: $0) }
        )
    }
}

/// A GGUF file that was given as a model, and what lies beside it.
package struct GGUFPlace: Sendable, Hashable {
    /// The text model's file.
    package let model: URL
    /// Files beside it that are named like vision towers.
    package let towers: [URL]
    /// Whether their folder was given: then what lies in it belongs together.
    package let isFolder: Bool
}
