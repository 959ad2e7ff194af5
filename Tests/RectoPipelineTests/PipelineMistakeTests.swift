import Foundation
import RectoPipeline
import Testing

/// Every mistake in a pipeline file is reported at its place, all of them in one run.
struct PipelineMistakeTests {
    /// A change to the right pipeline and what must be said about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let expected: [String]

        init(_ from: String, _ to: String, _ expected: String...) {
            self.from = from
            self.to = to
            self.expected = expected
        }

        var testDescription: String { to.isEmpty ? "without \(from)" : to }
    }

    private static let known = "; known are: dpi, use, from, on-error, retry, timeout, concurrency"

    static let mistakes: [Mistake] = [
        Mistake("version: 1", "version: 2", "1:10: only version 1 is known; write 'version: 1'"),
        Mistake("version: 1\n", "", "1:1: 'version' is missing; add 'version: 1'"),
        Mistake("name: test", "nme: test", "1:1: 'name' is missing", "2:1: unknown key 'nme'; did you mean 'name'?"),
        Mistake(
            "deliver: proof",
            "delivr: proof",
            "1:1: 'deliver' is missing",
            "10:1: unknown key 'delivr'; did you mean 'deliver'?"
        ),
        Mistake(
            "name: test",
            "name: test\nreview-below: 1.5",
            "3:15: 'review-below' must be a number from 0 to 1; for example 0.8"
        ),
        Mistake("name: test", "name: [a, b]", "2:7: 'name' must be a name"),
        Mistake(
            "use: rasterize",
            "use: rasterise",
            "5:18: there is no stage type 'rasterise'; did you mean 'rasterize'?"
        ),
        Mistake("use: rasterize, ", "", "5:3: the stage 'pages' does not say which type it is; add 'use: TYPE'"),
        Mistake("dpi: 100", "dpii: 100", "5:29: rasterize has no option 'dpii'; did you mean 'dpi'?"),
        Mistake("dpi: 100", "dpi: fine", "5:34: 'dpi' must be a number from 18 to 1200, not 'fine'"),
        Mistake("dpi: 100", "dpi: 9999", "5:34: 'dpi' must be a number from 18 to 1200, not '9999'"),
        Mistake("dpi: 100", "dpi: {a: 1}", "5:34: 'dpi' must be a value or a list of values"),
        Mistake(
            "strategy: none",
            "strategy: line",
            "7:48: 'strategy' must be one of adaptive, lines, idefics2, none, not 'line'; did you mean 'lines'?"
        ),
        Mistake(
            "use: split, from: pages",
            "use: split, from: page",
            "7:31: there is no stage 'page'; did you mean 'pages'?"
        ),
        Mistake("use: split, from: pages", "use: split", "7:3: 'tiles' needs pages; add 'from: pages'"),
        Mistake(
            "use: split, from: pages",
            "use: split, from: text",
            "7:3: 'tiles' needs pages; add 'from: pages'",
            "7:31: 'text' gives words, but split takes pages"
        ),
        Mistake(
            "use: split, from: pages",
            "use: split, from: [pages, pages]",
            "7:39: a second source of pages; split takes one"
        ),
        Mistake(
            "from: tiles",
            "from: reading",
            "8:3: 'reading' needs tiles; add 'from: tiles'",
            "8:33: the stage 'reading' takes its own output"
        ),
        Mistake(
            "test.schema.json",
            "tst.schema.json",
            "8:48: the schema file 'tst.schema.json' cannot be read; did you mean 'test.schema.json'?"
        ),
        Mistake(
            "deliver: proof",
            "deliver: reading",
            "10:10: 'reading' gives fields; only a record can be delivered; did you mean 'proof'?"
        ),
        Mistake("deliver: proof", "deliver: prof", "10:10: there is no stage 'prof' to deliver; did you mean 'proof'?"),
        Mistake(
            "test.schema.json}",
            "test.schema.json, scope: document, on-error: skip}",
            "8:93: a stage with 'scope: document' can only fail"
        ),
        Mistake(
            "test.schema.json}",
            "test.schema.json, most-pages: 5}",
            "8:66: most-pages bounds a stage that reads the whole document at once; "
                + "add 'scope: document', or remove it"
        ),
        Mistake(
            ", schema: test.schema.json}",
            ", merge: first}",
            "8:40: without a schema every page is read by itself; add a schema, or remove the option"
        ),
        Mistake(
            "test.schema.json}",
            "test.schema.json, merge: both}",
            "8:73: 'merge' must be one of best, first, must-agree, not 'both'; "
                + "known are: best, first, must-agree"
        ),
        Mistake("dpi: 100", "on-error: ignore", "5:39: 'on-error' must be fail, skip or {fallback: STAGE}"),
        Mistake("dpi: 100", "on-error: {fallback: tiles}", "5:39: the fallback 'tiles' gives tiles, not pages"),
        Mistake(
            "dpi: 100",
            "on-error: {fallback: pges}",
            "5:39: there is no other stage 'pges' to fall back to"
        ),
        Mistake("dpi: 100", "retry: 11", "5:36: 'retry' must be a whole number from 0 to 10"),
        Mistake("dpi: 100", "timeout: soon", "5:38: 'timeout' must be a time such as 30s, 500ms or 2m"),
        Mistake("dpi: 100", "concurrency: 0", "5:42: 'concurrency' must be a whole number from 1 to 16"),
        Mistake(
            "text, tiles]}",
            "tiles]}",
            "6:3: nothing uses the stage 'text'; name it in another stage's 'from', or remove it"
        ),
        Mistake(
            "[reading, text, tiles]}",
            "[reading, text, tiles], retry: 2}",
            "9:3: ground runs once for the document; it takes no retry, timeout or concurrency"
        ),
        Mistake(
            "[reading, text, tiles]}",
            "[reading, text, tiles], on-error: skip}",
            "9:66: ground runs once for the document; it can only fail"
        ),
        Mistake(
            "  text: ",
            "  pages: ",
            "6:3: 'pages' stands twice in one mapping, first in line 5; rename or remove one",
            "9:42: there is no stage 'text'; known are: pages, tiles, reading, proof"
        ),
        Mistake(
            "dpi: 100",
            "dpi: 100, dpi: 120, dpi: 140",
            "5:39: 'dpi' stands twice in one mapping, first in line 5; rename or remove one",
            "5:49: 'dpi' stands twice in one mapping, first in line 5; rename or remove one"
        ),
        // A character that Recto itself may write over repeated keys is no key either.
        Mistake("dpi: 100", "\u{E000}\u{E000}: 100", "5:29: rasterize has no option '\u{E000}\u{E000}'" + known),
        Mistake(
            "dpi: 100",
            "dpi: 100, dpi: 120, \u{E000}\u{E000}\u{E000}: 1",
            "5:39: 'dpi' stands twice in one mapping, first in line 5; rename or remove one",
            "5:49: rasterize has no option '\u{E000}\u{E000}\u{E000}'" + known
        ),
        Mistake(
            "  text: ",
            "  a b: ",
            "6:3: a stage's name must be of letters, digits, '-' and '_'",
            "9:42: there is no stage 'text'; known are: pages, a b, tiles, reading, proof"
        ),
        Mistake(
            "  text: ",
            "  document: ",
            "6:3: 'document' is no name for a stage: it is what a pipeline is given or makes",
            "9:42: there is no stage 'text'; known are: pages, document, tiles, reading, proof"
        ),
        Mistake("from: tiles", "from: []", "8:33: 'from' lists no stage"),
        Mistake("from: tiles", "from: {a: tiles}", "8:33: 'from' must name a stage or list stages"),
        Mistake(
            "version: 1\nname: test",
            "versoin: 1\nname: test\nmodel2: x",
            "1:1: unknown key 'versoin'; did you mean 'version'?",
            "1:1: 'version' is missing; add 'version: 1'",
            "3:1: unknown key 'model2'; did you mean 'model'?"
        ),
        Mistake(
            "deliver: proof",
            "deliver: sent",
            "10:10: there is no stage 'sent' to deliver; known are: pages, text, tiles, reading, proof"
        ),
        Mistake("stages:", "stages: [", "6:3: this is not YAML: did not find expected ',' or ']'"),
    ]

    @Test(arguments: mistakes)
    func mistakeIsReportedAtItsPlace(_ mistake: Mistake) throws {
        let text = PipelineFixture.text.replacing(mistake.from, with: mistake.to, maxReplacements: 1)
        #expect(text != PipelineFixture.text)
        let found = try PipelineFixture.mistakes(in: text)
        #expect(found == mistake.expected, "found: \(found)")
    }

    @Test func theRightPipelineHasNoMistakes() throws {
        #expect(try PipelineFixture.mistakes(in: PipelineFixture.text).isEmpty)
    }

    @Test func allMistakesAreReportedAtOnce() throws {
        let text = PipelineFixture.text.replacing("dpi: 100", with: "dpi: x").replacing(
            "strategy: none",
            with: "strategi: none"
        )
        .replacing("deliver: proof", with: "deliver: nothing")
        #expect(try PipelineFixture.mistakes(in: text).count == 3)
    }

    @Test func mistakesOfFormDoNotHideMistakesOfMeaning() throws {
        let text = PipelineFixture.text.replacing("version: 1", with: "version: 3")
            .replacing("dpi: 100", with: "timeout: soon").replacing("use: ground", with: "use: grund")
        #expect(try PipelineFixture.diagnostics(of: text).map(\.place.line) == [1, 5, 9])
    }

    @Test func aStageThatIsNotInFormIsNotHeldAgainstOthers() throws {
        let text = PipelineFixture.text.replacing("{use: split, from: pages, strategy: none}", with: "[split, pages]")
        #expect(try PipelineFixture.mistakes(in: text) == ["7:12: the stage 'tiles' must be a mapping"])
    }

    @Test func fallbacksThatLeadBackAreRefused() throws {
        let text = PipelineFixture.text.replacing(
            "dpi: 100}",
            with: "on-error: {fallback: coarse}}\n  coarse: {use: rasterize, on-error: {fallback: pages}}"
        )
        #expect(
            try PipelineFixture.mistakes(in: text) == [
                "5:39: the fallback 'coarse' itself leads back to 'pages'",
                "6:38: the fallback 'pages' itself leads back to 'coarse'",
            ]
        )
    }

    @Test func aFallbackThatReadsOtherFieldsIsRefused() throws {
        let text = PipelineFixture.text.replacing(
            "schema: test.schema.json}",
            with: "schema: test.schema.json, on-error: {fallback: aloud}}\n  aloud: {use: extract, from: tiles}"
        )
        #expect(
            try PipelineFixture.mistakes(in: text)
                == ["8:76: the fallback 'aloud' reads other fields: its schema is not the same"]
        )
    }

    @Test func stagesThatLeadNowhereAreNamedOneByOne() throws {
        let text = PipelineFixture.text.replacing(
            "deliver: proof",
            with: "  fine: {use: rasterize, dpi: 300}\n  more: {use: split, from: fine}\ndeliver: proof"
        )
        let advice = "name it in another stage's 'from', or remove it"
        #expect(
            try PipelineFixture.mistakes(in: text) == [
                "10:3: nothing that is delivered uses the stage 'fine'; \(advice)",
                "11:3: nothing uses the stage 'more'; \(advice)",
            ]
        )
    }

    @Test func aMistakeInTheSchemaIsShownInTheSchema() throws {
        let schema = "{\"type\": \"object\",\n \"properties\": {\"total\" \"x\"}}"
        let diagnostics = try PipelineFixture.diagnostics(of: PipelineFixture.text, schema: schema)
        #expect(diagnostics.map(\.file) == ["test.schema.json"])
        #expect(diagnostics.first?.place.line == 2)
        #expect(diagnostics.first?.sourceLine == " \"properties\": {\"total\" \"x\"}}")
    }

    @Test func aSchemaThatCannotBeExtractedIsRefusedWhereItIsNamed() throws {
        let schema = "{\"type\": \"object\", \"properties\": {\"total\": {\"type\": \"strin\"}}}"
        let diagnostics = try PipelineFixture.diagnostics(of: PipelineFixture.text, schema: schema)
        #expect(diagnostics.map(\.place) == [SourcePlace(line: 8, column: 48)])
        #expect(diagnostics.first?.message.contains("/properties/total") == true)
    }

    @Test func stagesThatWaitForEachOtherAreNamed() throws {
        let text = PipelineFixture.text
            .replacing(
                "  text:    {use: text-layer, from: pages}",
                with: "  text:    {use: deliver, from: more}\n  more: {use: deliver, from: text}"
            )
            .replacing("[reading, text, tiles]", with: "[reading, tiles]")
        let mistakes = try PipelineFixture.mistakes(in: text)
        #expect(mistakes.contains("6:3: the stages 'text', 'more' wait for each other"))
    }

    @Test(arguments: ["", "- a\n- b", "a: [", "\t", "version: 1\nname: x\nstages: 5\ndeliver: y"])
    func textThatIsNoPipelineIsRefused(_ text: String) throws {
        #expect(try !PipelineFixture.mistakes(in: text).isEmpty)
    }

    @Test func aDiagnosticShowsTheLineWithACaret() throws {
        let text = PipelineFixture.text.replacing("version: 1", with: "version: 7")
        #expect(throws: PipelineError.self) { try PipelineFile.parse(text, file: "a.yaml") }
        do {
            _ = try PipelineFile.parse(text, file: "a.yaml")
        } catch {
            #expect(
                error.description
                    == "a.yaml:1:10: error: only version 1 is known; write 'version: 1'\n  version: 7\n           ^"
            )
        }
    }

    @Test(arguments: try ShippedPipelines.files)
    func shippedPipelinesAreRight(_ file: URL) throws {
        let graph = try PipelineGraph(file: file)
        #expect(graph.name == file.deletingPathExtension().lastPathComponent)
    }
}

/// The files of `pipelines/`.
enum ShippedPipelines {
    static var files: [URL] {
        get throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "pipelines")
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
        }
    }
}
