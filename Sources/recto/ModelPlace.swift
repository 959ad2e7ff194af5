import ArgumentParser
import Foundation
import RectoDaemon
import RectoReader
import RectoVLM

/// Which checkpoint a subcommand of `recto models` is about.
struct ModelPlace: ParsableArguments {
    @Argument(
        help: """
            A checkpoint folder or GGUF file, a model's name in recto.yaml, or the name of a folder below \
            /var/lib/recto/models; else the shipped reader.
            """
    )
    var model: String?

    @Option(help: "The GGUF file of the model's vision tower; else the only mmproj*.gguf beside the model.")
    var mmproj: String?

    @Option(
        name: .customLong("adapter"),
        parsing: .singleValue,
        help: "A PEFT adapter's folder, or FOLDER=WEIGHT; repeat for several."
    )
    var adapters: [ModelAdapter] = []

    @OptionGroup var settings: DaemonOptions

    /// The vision tower's file, where it was named.
    var visionTower: URL? { mmproj.map { URL(filePath: $0) } }

    /// Checks that a path can be a vision tower's.
    ///
    /// - Parameter path: What `--mmproj` names.
    /// - Throws: `UsageError` where there is nothing, `VLMError` for a folder.
    static func checkTower(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { throw UsageError.noSuchFile(path) }
        let values = try? URL(filePath: path).resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey])
        if values?.isDirectory == true {
            throw VLMError.notACheckpoint(
                path: path,
                reason: "it is a folder, and --mmproj names the file of a vision tower"
            )
        }
    }

    /// Where checkpoints are that were fetched.
    static let installed = URL(filePath: "/var/lib/recto/models")

    /// Whether a folder holds something that can be tried as a model.
    static func holdsACheckpoint(_ folder: URL) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.contains { $0 == "config.json" || $0.lowercased().hasSuffix(".gguf") }
    }

    /// Finds the checkpoint.
    func resolve() throws -> (url: URL, adapters: [ModelAdapter]) {
        if let mmproj { try Self.checkTower(mmproj) }
        guard let model else { return (ShippedReader.folder, adapters) }
        if FileManager.default.fileExists(atPath: model) { return (URL(filePath: model), adapters) }
        // A path that leads nowhere is not looked for elsewhere.
        if model.contains("/") { throw UsageError.noSuchFile(model) }
        if let named = try settings.configuration().models[model] {
            return (URL(filePath: named.folder), named.adapters + adapters)
        }
        let folder = Self.installed.appending(path: model)
        guard FileManager.default.fileExists(atPath: folder.path) else { throw UsageError.noSuchFile(model) }
        return (folder, adapters)
    }
}
