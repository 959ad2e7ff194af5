import ArgumentParser
import Foundation
import RectoPages
import RectoReader
import RectoVLM

/// `recto models`: which checkpoints there are and whether they can run.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists, shows and checks checkpoints.",
        discussion: """
            Example:
              recto models show models/idefics2-8b
            """,
        subcommands: [List.self, Show.self, Check.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the shipped reader and the checkpoints under /var/lib/recto/models.",
            discussion: """
                Example:
                  recto models list
                """
        )

        func run() {
            let installed = URL(filePath: "/var/lib/recto/models")
            let names = (try? FileManager.default.contentsOfDirectory(atPath: installed.path)) ?? []
            for folder in [ShippedReader.folder] + names.sorted().map({ installed.appending(path: $0) }) {
                let configuration = folder.appending(path: "config.json")
                guard FileManager.default.fileExists(atPath: configuration.path) else { continue }
                StandardStreams.result(folder.path)
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what a checkpoint is.",
            discussion: """
                Example:
                  recto models show models/idefics2-8b
                """
        )

        @Argument(help: "A checkpoint folder; else the shipped reader.")
        var folder: String?

        func run() throws {
            let url = folder.map { URL(filePath: $0) } ?? ShippedReader.folder
            let description = try InferenceEngine(folder: url, threads: 1).description
            StandardStreams.result("name      \(description.name)")
            StandardStreams.result("family    \(description.family)")
            StandardStreams.result("weights   \(description.weights)")
            StandardStreams.result("digest    \(description.digest)")
            if let splitting = description.declaration?.splitting {
                let height = splitting.tileHeight
                StandardStreams.result("splitting \(splitting.strategy.rawValue), tiles \(height) pixels high")
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Loads a checkpoint and generates one token from it.",
            discussion: """
                Example:
                  recto models check models/idefics2-8b
                """
        )

        @Argument(help: "A checkpoint folder; else the shipped reader.")
        var folder: String?

        func run() async throws {
            let url = folder.map { URL(filePath: $0) } ?? ShippedReader.folder
            let engine = try InferenceEngine(folder: url, threads: 1)
            var request = GenerationRequest(parts: [.text("a")])
            request.template = .raw
            let trace = try await engine.trace(request)
            guard trace.logits.elements.allSatisfy(\.isFinite) else {
                throw UsageError.badOption(url.path, expected: "a checkpoint whose logits are finite numbers")
            }
            StandardStreams.result("\(url.path): \(engine.description.family) loads and runs")
        }
    }
}
