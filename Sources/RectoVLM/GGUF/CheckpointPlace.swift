package import Foundation

/// What a path given as a model leads to.
package enum CheckpointPlace {
    /// A folder in the Hugging Face layout.
    case folder(URL)
    /// A GGUF file.
    case gguf(URL)

    /// Looks at a path: a GGUF file, a folder with one in it and no `config.json`, or else a Hugging Face folder.
    ///
    /// - Parameter url: The path.
    /// - Throws: `VLMError` when a folder holds several GGUF files and nothing says which to take.
    package init(_ url: URL) throws(VLMError) {
        let files = FileManager.default
        let path = url.path(percentEncoded: false)
        let isFolder =
            (try? url.resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
        if !isFolder {
            self = url.pathExtension.lowercased() == "gguf" || GGUFFile.begins(url) ? .gguf(url) : .folder(url)
            return
        }
        if files.fileExists(atPath: url.appending(path: "config.json").path(percentEncoded: false)) {
            self = .folder(url)
            return
        }
        let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
        let found = names.filter { $0.lowercased().hasSuffix(".gguf") }.sorted()
        if found.count == 2, let tower = found.first(where: { $0.contains("mmproj") }) {
            throw .unsupportedSetting(
                path: path,
                setting: "a text model with the vision tower \(tower); for text alone name the file of the text model"
            )
        }
        guard found.count <= 1 else {
            throw .unsupportedSetting(
                path: path,
                setting: "a choice among \(found.joined(separator: ", ")); name one of these files"
            )
        }
        self = found.first.map { .gguf(url.appending(path: $0)) } ?? .folder(url)
    }
}
