import ArgumentParser
import Foundation
import RectoPages
import RectoSchema
import RectoVLM

/// A JSON Schema that was named on the command line and cannot be used.
struct SchemaFileError: RectoError {
    let file: String
    let reason: String

    var code: String { "schema.unusable" }
    var category: FailureCategory { .defect }
    var facts: [String: String] { ["file": file, "reason": reason] }
    var description: String {
        "The schema \(file) cannot be used: \(reason). `recto schema check \(file)` lists everything that is wrong with it."
    }
}

/// A JSON Schema in a file.
struct SchemaFile {
    let path: String
    let source: JSONValue

    /// Reads a file.
    init(path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw UsageError.noSuchFile(path) }
        do { source = try JSONParser().parse(bytes) } catch {
            throw SchemaFileError(file: path, reason: error.description)
        }
        self.path = path
    }

    /// Compiles it for validating.
    func schema() throws -> JSONSchema {
        do { return try JSONSchema(source: source) } catch {
            throw SchemaFileError(file: path, reason: error.issues.map(\.description).joined(separator: "; "))
        }
    }

    /// Compiles it for decoding.
    func responseSchema() throws -> ResponseSchema {
        let schema = try schema()
        do { return try ResponseSchema(schema) } catch {
            throw SchemaFileError(file: path, reason: error.description)
        }
    }
}

/// A JSON instance on standard input, with the schema that it is held against.
struct InstanceOptions: ParsableArguments {
    @Argument(help: "A JSON Schema file (draft 2020-12).")
    var schema: String

    /// Reads standard input to its end.
    func instance() throws -> [UInt8] {
        guard let data = try FileHandle.standardInput.readToEnd() else { return [] }
        return Array(data)
    }
}
