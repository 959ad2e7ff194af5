import Foundation
import RectoPages
import RectoPipeline
import RectoTestSupport
import RectoVLM

/// Pipeline files written for one test.
enum PipelineFixture {
    static let schema = """
        {"type": "object", "properties": {"total": {"type": ["string", "null"], "title": "total"}}, "required": ["total"]}
        """

    /// A pipeline that reads one field.
    static let text = """
        version: 1
        name: test
        model: default
        stages:
          pages:   {use: rasterize, dpi: 100}
          text:    {use: text-layer, from: pages}
          tiles:   {use: split, from: pages, strategy: none}
          reading: {use: extract, from: tiles, schema: test.schema.json}
          proof:   {use: ground, from: [reading, text, tiles]}
        deliver: proof
        """

    /// Writes the text beside the schema and reads it.
    static func graph(_ text: String = text, schema: String = schema) throws -> PipelineGraph {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "test.yaml")
        try Data(text.utf8).write(to: file)
        try Data(schema.utf8).write(to: folder.url.appending(path: "test.schema.json"))
        return try PipelineGraph(file: file)
    }

    /// The mistakes of a text, each as `line:column: message; suggestion`.
    static func mistakes(in text: String, schema: String = schema) throws -> [String] {
        try diagnostics(of: text, schema: schema).map { diagnostic in
            let suggestion = diagnostic.suggestion.map { "; \($0)" } ?? ""
            return "\(diagnostic.place.line):\(diagnostic.place.column): \(diagnostic.message)\(suggestion)"
        }
    }

    /// The mistakes of a text, files named without their folder.
    static func diagnostics(of text: String, schema: String = schema) throws -> [PipelineDiagnostic] {
        do {
            _ = try graph(text, schema: schema)
            return []
        } catch PipelineError.invalid(let diagnostics) {
            return diagnostics.map { diagnostic in
                var diagnostic = diagnostic
                diagnostic.file = URL(filePath: diagnostic.file).lastPathComponent
                return diagnostic
            }
        }
    }
}
