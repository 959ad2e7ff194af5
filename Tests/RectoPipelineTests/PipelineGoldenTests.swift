import Foundation
import RectoExtraction
import RectoPipeline
import RectoSchema
import Testing

/// What people and editors see of pipelines, to the letter.
struct PipelineGoldenTests {
    @Test func aFileFullOfMistakes() throws {
        let text = """
            version: 2
            nane: invoice
            stages:
            \tpages: {use: rasterize}
            """
        let tabs = try PipelineFixture.diagnostics(of: text)
        let mistakes = try PipelineFixture.diagnostics(
            of: """
                version: 2
                nane: invoice
                stages:
                  pages:   {use: rasterize, dpi: 100, dip: 200}
                  text:    {use: text-layer, retry: often, timeout: 3}
                  pages:   {use: rasterize, dpi: many}
                  tiles:   {use: split, from: page, strategy: adaptiv}
                  reading: {use: extract, from: [tiles, text], schema: tst.schema.json, on-error: {fallback: redaing}}
                  proof:   {use: ground, from: [reading, txt], concurrency: 2, on-error: skip}
                deliver: reading
                """
        )
        try GoldenText.expect((tabs + mistakes).map { "\($0)\n" }.joined(), equals: "mistakes.txt")
    }

    @Test(arguments: PipelineDiagram.Format.allCases)
    func theDiagramOfAPipeline(_ format: PipelineDiagram.Format) throws {
        let diagram = PipelineDiagram(graph: try PipelineFixture.graph())
        try GoldenText.expect(diagram.text(format) + "\n", equals: "diagram.\(format.rawValue)")
    }

    @Test func theSchemaForEditors() throws {
        let schema = JSONWriter(.pretty).string(PipelineSchema.schema())
        try GoldenText.expect(schema + "\n", equals: "pipeline.schema.json")
    }

    @Test func nobodyRecordsInEarnest() {
        let isMachine = ProcessInfo.processInfo.environment["CI"] != nil
        #expect(!isMachine || ProcessInfo.processInfo.environment["RECTO_RECORD_GOLDEN"] == nil)
    }
}
