import ArgumentParser
import Foundation
import RectoPages
import RectoPipeline
import RectoVLM

/// Where pipelines are looked for.
enum PipelineFolders {
    /// `./pipelines`, then `/etc/recto/pipelines`, then where Recto was installed, then the source tree it was built in.
    static var library: PipelineLibrary {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
        let executable = URL(filePath: program)
        let upwards = sequence(first: executable.deletingLastPathComponent()) { folder in
            folder.path == "/" ? nil : folder.deletingLastPathComponent()
        }
        let besides = upwards.prefix(6).map { $0.appending(path: "pipelines") }
        return PipelineLibrary(
            folders: [
                URL(filePath: "pipelines"), URL(filePath: "/etc/recto/pipelines"),
                URL(filePath: "/usr/share/recto/pipelines"),
            ] + besides
        )
    }
}

/// Loads the checkpoint that every pipeline of one invocation uses, once.
actor SingleModelProvider: ModelProvider {
    private let options: ModelOptions
    private var loaded: RequestBatcher?

    init(options: ModelOptions) { self.options = options }

    func model(named name: String) async throws -> any VisionLanguageModel {
        guard name == "default" || options.folder != nil else {
            throw PipelineError.unknownModel(name: name, known: ["default"])
        }
        if let loaded { return loaded }
        let batcher = RequestBatcher(try options.load())
        loaded = batcher
        return batcher
    }
}
