public import ArgumentParser
import Foundation
public import RectoPipeline

/// `recto pipelines`: what pipelines there are, whether they are right, what they look like.
struct PipelinesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipelines",
        abstract: "Lists, checks and draws pipelines.",
        discussion: """
            Example:
              recto pipelines check pipelines/*.yaml
            """,
        subcommands: [List.self, Check.self, Graph.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the pipelines that can be named.",
            discussion: """
                Example:
                  recto pipelines list
                """
        )

        func run() {
            for (name, file) in PipelineFolders.library.files.sorted(by: { $0.key < $1.key }) {
                StandardStreams.result("\(name)\t\(file.path)")
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds every mistake in pipeline files, with line, column and suggestion.",
            discussion: """
                Without files, checks every pipeline that can be named. Exit status 2 when one has a mistake.

                Example:
                  recto pipelines check pipelines/invoice.yaml
                """
        )

        @Argument(help: "Pipeline files.")
        var files: [String] = []

        func run() throws {
            let named = files.map { URL(filePath: $0) }
            let all = named.isEmpty ? PipelineFolders.library.files.values.sorted { $0.path < $1.path } : named
            var isFine = true
            for file in all {
                do {
                    let graph = try PipelineGraph(file: file)
                    StandardStreams.result("\(file.relativePath): \(graph.name) is right, \(graph.stages.count) stages")
                } catch PipelineError.invalid(let diagnostics) {
                    isFine = false
                    for diagnostic in diagnostics { StandardStreams.error(diagnostic.description) }
                } catch {
                    isFine = false
                    StandardStreams.report(error)
                }
            }
            if !isFine { throw ExitStatus.usage.exitCode }
        }
    }

    struct Graph: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draws a pipeline's stages and what flows between them.",
            discussion: """
                Example:
                  recto pipelines graph invoice --format svg > invoice.svg
                """
        )

        @Argument(help: "A pipeline's name or its YAML file.")
        var name: String

        @Option(help: "dot, mermaid or svg.")
        var format: PipelineDiagram.Format = .mermaid

        func run() throws {
            let graph = try PipelineGraph(file: PipelineFolders.library.file(named: name))
            StandardStreams.result(PipelineDiagram(graph: graph).text(format))
        }
    }
}

extension PipelineDiagram.Format: ExpressibleByArgument {}
