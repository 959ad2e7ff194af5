import ArgumentParser
import Foundation
import RectoSchema
import RectoVLM

extension SchemaCommand {
    struct Accepts: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accepts",
            abstract: "Says whether constrained decoding could write an instance.",
            discussion: """
                Prints true and exits with 0, or prints false and exits with 1. Decoding writes compact JSON with the members \
                in the schema's order; --lenient takes any order, white space and spelling.

                Example:
                  recto schema accepts invoice.schema.json < invoice.json
                """
        )

        @OptionGroup var options: InstanceOptions

        @Flag(help: "Take any order of members, any JSON white space and any spelling of strings and numbers.")
        var lenient = false

        func run() throws {
            let schema = try SchemaFile(path: options.schema).responseSchema()
            let accepts = schema.automaton.accepts(try options.instance(), isLenient: lenient)
            StandardStreams.result(accepts ? "true" : "false")
            if !accepts { throw ExitStatus.incomplete.exitCode }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Lists what of a schema cannot be guaranteed.",
            discussion: """
                Prints a JSON list of {"pointer","keyword","message"}; exits with 0 when it is empty, else with 2.

                Example:
                  recto schema check invoice.schema.json
                """
        )

        @Argument(help: "A JSON Schema file (draft 2020-12).")
        var schema: String

        func run() throws {
            let file = try SchemaFile(path: schema)
            var issues: [SchemaIssue] = []
            do {
                _ = try ResponseSchema(JSONSchema(source: file.source))
            } catch let error as SchemaError {
                issues = error.issues
            } catch let error as AutomatonError {
                issues = [error.issue]
            }
            let found = issues.map { issue -> JSONValue in
                [
                    "pointer": .string(issue.pointer.description), "keyword": .string(issue.keyword),
                    "message": .string(issue.message),
                ]
            }
            StandardStreams.result(JSONWriter(.pretty).string(.array(found)))
            if !found.isEmpty { throw ExitStatus.usage.exitCode }
        }
    }

    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "validate",
            abstract: "Validates an instance.",
            discussion: """
                Prints a JSON list of {"instance","schema","keyword","message"}; exits with 0 when it is empty, else with 1.

                Example:
                  recto schema validate invoice.schema.json < invoice.json
                """
        )

        @OptionGroup var options: InstanceOptions

        func run() throws {
            let schema = try SchemaFile(path: options.schema).schema()
            let instance: JSONValue
            do { instance = try JSONParser().parse(try options.instance()) } catch let error as JSONSyntaxError {
                throw UsageError.invalidInput(line: error.line, reason: error.description)
            }
            let violations = schema.validate(instance)
            let found = violations.map { violation -> JSONValue in
                [
                    "instance": .string(violation.instancePointer.description),
                    "schema": .string(violation.schemaPointer.description), "keyword": .string(violation.keyword),
                    "message": .string(violation.message),
                ]
            }
            StandardStreams.result(JSONWriter(.pretty).string(.array(found)))
            if !found.isEmpty { throw ExitStatus.incomplete.exitCode }
        }
    }
}
