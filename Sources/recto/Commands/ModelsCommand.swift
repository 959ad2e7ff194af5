import ArgumentParser
import Foundation
import RectoPages
import RectoReader
import RectoVLM

/// `recto models`: which checkpoints there are and whether they can run.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Lists, shows, checks, fetches and quantises checkpoints.",
        discussion: """
            Example:
              recto models show models/idefics2-8b
            """,
        subcommands: [List.self, Show.self, Check.self, Fetch.self, Quantize.self]
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
            let installed = ModelPlace.installed
            let names = (try? FileManager.default.contentsOfDirectory(atPath: installed.path)) ?? []
            for folder in [ShippedReader.folder] + names.sorted().map({ installed.appending(path: $0) }) {
                guard ModelPlace.holdsACheckpoint(folder) else { continue }
                StandardStreams.result(folder.path)
            }
        }
    }

    struct Quantize: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a checkpoint with weights of fewer bits, which loads at once.",
            discussion: """
                bfloat16 keeps 16 bits of each weight, q8_0 8.5, q4_1 5 and q4_0 4.5; with the last two, embeddings and
                head keep 8.5.

                Example:
                  recto models quantize models/idefics2-8b --type q4_0 --output models/idefics2-8b-q4
                """
        )

        @Argument(help: "A checkpoint folder.")
        var folder: String

        @Option(help: "How weights are kept: bfloat16, q8_0, q4_1 or q4_0.")
        var type: WeightType

        @Option(help: "The folder to make.")
        var output: String

        @Option(help: "Threads; else one for each core.")
        var threads: Int?

        func validate() throws {
            if type == .float32 { throw ValidationError("--type must be bfloat16, q8_0, q4_1 or q4_0.") }
            if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
        }

        func run() throws {
            let quantizer = ModelQuantizer(
                folder: URL(filePath: folder),
                weights: type,
                threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
            )
            let (before, after) = try quantizer.write(to: URL(filePath: output))
            let sizes = String(format: "%.1f MB became %.1f MB", Double(before) / 1e6, Double(after) / 1e6)
            StandardStreams.result("\(output): \(sizes)")
        }
    }
}
