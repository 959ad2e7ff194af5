import ArgumentParser
import Foundation
import RectoExtraction
import RectoPipeline
import RectoSchema

/// `recto schema`: the published schemas.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints Recto's JSON Schemas, and checks yours and what satisfies them.",
        discussion: """
            Example:
              recto schema record > record.schema.json
            """,
        subcommands: [RecordSchema.self, PipelineFileSchema.self, Accepts.self, Check.self, Validate.self]
    )

    struct RecordSchema: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "record",
            abstract: "Prints the schema of the records that Recto writes.",
            discussion: """
                Example:
                  recto schema record > record.schema.json
                """
        )

        func run() { StandardStreams.result(Record.schema) }
    }

    struct PipelineFileSchema: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pipeline",
            abstract: "Prints the schema of pipeline files, for editors.",
            discussion: """
                Example:
                  recto schema pipeline > pipeline.schema.json
                """
        )

        func run() { StandardStreams.result(JSONWriter(.pretty).string(PipelineSchema.schema())) }
    }
}
