import Foundation
import RectoTestSupport
import Testing

/// What a user of the command line relies on: exit statuses, clean stdout, help that shows an example.
struct CommandLineTests {
    static let commands = [
        "run", "ask", "serve", "jobs", "jobs list", "jobs show", "jobs retry", "jobs cancel", "pipelines",
        "pipelines list", "pipelines check", "pipelines graph", "models", "models list", "models show", "models check",
        "models fetch", "models quantize", "bench",
        "schema", "schema record", "schema pipeline", "schema accepts", "schema check", "schema validate", "eval",
        "doctor", "tokenize", "trace", "generate",
    ]

    @Test(arguments: commands)
    func helpShowsAnExample(_ command: String) throws {
        let outcome = try RectoProgram.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Example:\n  "))
        #expect(outcome.output.contains("recto \(command.split(separator: " ")[0])"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func unknownOptionsEndWithStatusTwo() throws {
        let outcome = try RectoProgram.run(["run", "a.pdf", "--no-such-option"])
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("no-such-option"))
    }

    @Test func aMissingFileEndsWithStatusTwo() throws {
        let outcome = try RectoProgram.run(["run", "/nonexistent/a.pdf"])
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("/nonexistent/a.pdf"))
    }

    @Test func aModelThatCannotRunEndsWithStatusThree() throws {
        let outcome = try RectoProgram.run(["generate", "--model", "/nonexistent", "--prompt", "x", "--raw"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("/nonexistent"))
    }

    @Test func tokenizeTurnsLinesIntoIdsAndBack() throws {
        let model = "Tests/RectoVLMTests/Golden/models/llama-tied"
        let text = "\"the invoice, 12.00 €\"\n\"ä\\n\"\n"
        let ids = try RectoProgram.run(["tokenize", "--model", model, "--no-special-tokens"], input: text)
        #expect(ids.status == 0)
        #expect(ids.output.split(separator: "\n").count == 2)
        let back = try RectoProgram.run(
            ["tokenize", "--model", model, "--no-special-tokens", "--decode"],
            input: ids.output
        )
        #expect(back.output == text)
    }

    @Test func aBrokenLineOfTokenizeIsNamed() throws {
        let model = "Tests/RectoVLMTests/Golden/models/llama-tied"
        let outcome = try RectoProgram.run(["tokenize", "--model", model], input: "\"fine\"\nnot json\n")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("Line 2"))
    }

    @Test func generateAnswersAsJSON() throws {
        let model = "Tests/RectoVLMTests/Golden/models/llama-tied"
        let arguments = ["generate", "--model", model, "--raw", "--prompt", "In the", "--max-tokens", "8", "--json"]
        let outcome = try RectoProgram.run(arguments)
        #expect(outcome.status == 0)
        let answer = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(Set((answer ?? [:]).keys) == ["text", "token_ids", "stop_reason", "prompt_tokens", "timing"])
        #expect((answer?["token_ids"] as? [Int])?.count == 8)
        #expect(answer?["stop_reason"] as? String == "max_tokens")
    }

    @Test func aPageWhoseTextIsNotFoundIsNotCalledComplete() throws {
        let content = "BT /F 1.5 Tf 72 700 Td (far too small to be read) Tj ET"
        let folder = try TemporaryFolder()
        let file = try folder.write(SyntheticPDF.document([.init(content: content)]), as: "a.pdf")
        let outcome = try RectoProgram.run(["run", file.path])
        #expect(outcome.status == 1)
        let record = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(record?["status"] as? String == "partial")
        let errors = record?["errors"] as? [[String: Any]] ?? []
        #expect(errors.contains { $0["code"] as? String == "page.unread" }, "\(errors)")
    }

    @Test func schemasAreCheckedAndHoldInstances() throws {
        let folder = try TemporaryFolder()
        let text =
            #"{"type": "object", "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}, "required": ["n"]}"#
        let good = try folder.write(Array(text.utf8), as: "good.json").path
        let bad = try folder.write(Array(#"{"not": {"type": "string"}, "typ": "object"}"#.utf8), as: "bad.json").path
        let accepted = try RectoProgram.run(["schema", "accepts", good], input: #"{"n":1,"s":"x"}"#)
        #expect(accepted.status == 0 && accepted.output == "true\n")
        let spaced = try RectoProgram.run(["schema", "accepts", good], input: #"{"s": "x", "n": 1e0}"#)
        #expect(spaced.status == 1 && spaced.output == "false\n")
        let lenient = try RectoProgram.run(["schema", "accepts", good, "--lenient"], input: #"{"s": "x", "n": 1e0}"#)
        #expect(lenient.status == 0 && lenient.output == "true\n")
        let invalid = try RectoProgram.run(["schema", "validate", good], input: #"{"n": 1.5}"#)
        #expect(invalid.status == 1)
        let violations = try JSONSerialization.jsonObject(with: Data(invalid.output.utf8)) as? [[String: String]]
        #expect(violations?.map { $0["instance"] } == ["/n"] && violations?.first?["keyword"] == "type")
        let checked = try RectoProgram.run(["schema", "check", bad])
        #expect(checked.status == 2)
        let issues = try JSONSerialization.jsonObject(with: Data(checked.output.utf8)) as? [[String: String]]
        #expect(Set(issues?.compactMap { $0["keyword"] } ?? []) == ["not", "typ"])
        #expect(try RectoProgram.run(["schema", "check", good]).output == "[]\n")
    }

    @Test func generateIsHeldByASchema() throws {
        let folder = try TemporaryFolder()
        let text =
            #"{"type": "object", "properties": {"paid": {"type": "boolean"}}, "required": ["paid"], "additionalProperties": false}"#
        let schema = try folder.write(Array(text.utf8), as: "paid.json").path
        let model = "Tests/RectoVLMTests/Golden/models/llama-tied"
        let outcome = try RectoProgram.run([
            "generate", "--model", model, "--raw", "--prompt", "In the", "--schema", schema,
        ])
        #expect([#"{"paid":true}"# + "\n", #"{"paid":false}"# + "\n"].contains(outcome.output), "\(outcome.output)")
        #expect(outcome.status == 0)
    }

    @Test(arguments: [[], ["--json"]])
    func anAnswerThatIsCutIsNotCalledWhole(flags: [String]) throws {
        let folder = try TemporaryFolder()
        let text = #"{"type": "array", "items": {"enum": ["abcdefgh", "hgfedcba"]}, "minItems": 30}"#
        let schema = try folder.write(Array(text.utf8), as: "long.json").path
        let model = "Tests/RectoVLMTests/Golden/models/llama-tied"
        let outcome = try RectoProgram.run(
            ["generate", "--model", model, "--raw", "--prompt", "In the", "--schema", schema, "--max-tokens", "9"]
                + flags
        )
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("["))
        #expect(
            outcome.errors.contains("is cut after 9 tokens, it does not satisfy the schema; raise --max-tokens"),
            "\(outcome.errors)"
        )
    }

    @Test func pipelinesWhoseSchemaNothingSatisfiesAreRefused() throws {
        let folder = try TemporaryFolder()
        let pipeline = """
            version: 1
            name: a
            model: default
            stages:
              pages:   {use: rasterize, dpi: 200}
              text:    {use: text-layer, from: pages}
              tiles:   {use: split, from: pages, strategy: adaptive}
              reading: {use: extract, from: tiles, schema: a.schema.json, prompt: "Read."}
              proof:   {use: ground, from: [reading, text, tiles]}
            deliver: proof
            """
        let file = try folder.write(Array(pipeline.utf8), as: "a.yaml").path
        for (properties, further, place) in [
            (
                #""total": {"type": "string", "minLength": 5, "maxLength": 3}"#, "",
                #""minLength" at "/properties/total""#
            ),
            (#""total": {"type": "string"}"#, #", "required": ["total", "ghost"]"#, #""required" at """#),
            (
                #""items": {"type": "array", "minItems": 5, "maxItems": 2, "items": {"type": "string"}}"#, "",
                #""minItems" at "/properties/items""#
            ),
        ] {
            let text =
                #"{"type": "object", "properties": {\#(properties)}, "additionalProperties": false\#(further)}"#
            _ = try folder.write(Array(text.utf8), as: "a.schema.json")
            let outcome = try RectoProgram.run(["pipelines", "check", file])
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("a.schema.json") && outcome.errors.contains(place), "\(outcome.errors)")
        }
    }

    @Test func aModelThatCannotRunFailsNoDocument() throws {
        let outcome = try RectoProgram.run(["run", "samples/letter.pdf", "--model", "/nonexistent"])
        #expect(outcome.status == 3)
        #expect(outcome.output.isEmpty)
    }

    @Test func benchPrintsItsStableKeys() throws {
        let model = "Tests/RectoVLMTests/Golden/models/grouped-odd-view"
        let outcome = try RectoProgram.run(["bench", "--model", model, "--rounds", "1", "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any] ?? [:]
        #expect(
            Set(report.keys) == [
                "machine", "model", "vision", "prefill", "decode", "first_token", "peak_memory_bytes",
            ]
        )
        let machine = report["machine"] as? [String: Any] ?? [:]
        let ceilings = machine["gigaoperations_per_second"] as? [String: Double] ?? [:]
        #expect(Set(ceilings.keys) == ["float32", "bfloat16", "int8"])
        #expect(ceilings.values.allSatisfy { $0 > 0 })
        let decode = report["decode"] as? [[String: Any]] ?? []
        #expect(decode.map { $0["batch"] as? Int } == [1, 8])
    }

    @Test func aQuantizedReaderReadsTheInvoice() throws {
        let folder = try TemporaryFolder()
        let output = folder.url.appending(path: "reader-q8").path
        let reader = "Sources/RectoReader/Resources/reader"
        #expect(try RectoProgram.run(["models", "quantize", reader, "--type", "q8_0", "--output", output]).status == 0)
        let outcome = try RectoProgram.run(["run", "samples/invoice.pdf", "--pipeline", "invoice", "--model", output])
        #expect(outcome.status == 0)
        let record = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any] ?? [:]
        #expect((record["model"] as? [String: Any])?["weights"] as? String == "q8_0")
        #expect((record["fields"] as? [String: Any])?["total"] as? String == "520.20")
    }
}
