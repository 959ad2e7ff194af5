import Foundation
import RectoSchema
import RectoTestSupport
import Testing

/// `recto eval` as a user runs it, with the shipped reader.
struct EvalTests {
    /// A folder with samples and their labels.
    private static func folder(_ samples: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, place) in samples {
            let target = folder.url.appending(path: place).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            for ending in [".pdf", ".expected.json"] {
                try FileManager.default.copyItem(
                    at: RectoProgram.repository.appending(path: "samples/\(name)\(ending)"),
                    to: folder.url.appending(path: place + ending)
                )
            }
        }
        return folder
    }

    private static func share(_ report: JSONValue, _ path: String...) -> Double? {
        report.value(at: JSONPointer(path))?.numberValue?.doubleValue
    }

    @Test func twoSamplesGiveAReportThatCanBeABaseline() throws {
        // The receipt's name says nothing of its pipeline, its folder does.
        let folder = try Self.folder(["invoice": "invoice-1", "receipt": "receipt/till/1"])
        let text = "Harrow Lane Supplies"
        _ = try folder.write(Array(text.utf8), as: "invoice-1.expected.txt")
        let first = try RectoProgram.run(["eval", folder.url.path, "--json"])
        #expect(first.status == 0, "\(first.errors)")
        let report = try JSONParser().parse(first.output)
        #expect(
            report.objectValue?.keys == [
                "recto_eval", "model", "documents", "overall", "fields", "lists", "calibration", "transcription",
                "results",
                "misses",
            ]
        )
        #expect(Self.share(report, "documents", "count") == 2)
        #expect(Self.share(report, "overall", "count") == 32, "16 fields and 16 cells of a table")
        #expect(Self.share(report, "overall", "exact_rate") ?? 0 >= 0.9)
        #expect(Self.share(report, "overall", "anls") ?? 0 >= Self.share(report, "overall", "exact_rate") ?? 1)
        #expect(Self.share(report, "overall", "grounding_rate") ?? 0 >= 0.9)
        #expect(Self.share(report, "calibration", "expected_calibration_error") ?? 1 <= 0.3)
        #expect(report.value(at: JSONPointer(["calibration", "bins"]))?.arrayValue?.count == 10)
        #expect(Self.share(report, "transcription", "characters") == Double(text.count))
        let pipelines = report.value(at: JSONPointer(["results"]))?.arrayValue?.compactMap {
            $0.objectValue?["pipeline"]?.stringValue
        }
        #expect(pipelines == ["invoice", "receipt"])

        let baseline = try folder.write(Array(first.output.utf8), as: "before.json")
        let elsewhere = try TemporaryFolder()
        let link = elsewhere.url.appending(path: "link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder.url)
        let second = try RectoProgram.run(["eval", link.path, "--json", "--baseline", baseline.path])
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.output == first.output, "the same readings give the same report")
    }

    @Test func aFieldThatGotWorseEndsWithStatusOneAndIsShownOnThePage() throws {
        let folder = try Self.folder(["letter": "letter"])
        let page = folder.url.appending(path: "misses.html")
        let before = try RectoProgram.run(["eval", folder.url.path, "--json"])
        let baseline = try folder.write(Array(before.output.utf8), as: "before.json")
        let labels = #"{"date": "3 February 2025", "subject": "<b>&amp;"}"#
        _ = try folder.write(Array(labels.utf8), as: "letter.expected.json")
        let outcome = try RectoProgram.run([
            "eval", folder.url.path, "--baseline", baseline.path, "--html", page.path,
        ])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("worse"))
        let html = try String(contentsOf: page, encoding: .utf8)
        #expect(html.contains("&lt;b&gt;&amp;amp;"))
        #expect(!html.contains("<b>"))
        #expect(html.contains("data:image/png;base64,iVBORw0KGgo"))
        #expect(!html.contains("http://") && !html.contains("https://"))
    }

    @Test func aDocumentThatFailsHasMissedEverythingAndIsListed() throws {
        let folder = try Self.folder(["letter": "letter"])
        _ = try folder.write(Array("no PDF".utf8), as: "letter.pdf")
        let outcome = try RectoProgram.run(["eval", folder.url.path])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("1 failed"))
        #expect(outcome.output.contains("failed letter.pdf"))
    }

    @Test(arguments: [
        ("letter.expected.json", "[]", "eval.invalid-labels"), ("other.expected.json", "{}", "labels-without-document"),
    ])
    func uselessLabelsEndWithStatusTwo(_ name: String, _ labels: String, code: String) throws {
        let folder = try Self.folder(["letter": "letter"])
        _ = try folder.write(Array(labels.utf8), as: name)
        let outcome = try RectoProgram.run(["eval", folder.url.path])
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(code))
    }

    @Test func fieldsWithoutAPipelineEndWithStatusTwo() throws {
        let folder = try Self.folder(["letter": "a"])
        let outcome = try RectoProgram.run(["eval", folder.url.path])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("eval.no-pipeline"))
        #expect(try RectoProgram.run(["eval", folder.url.path, "--pipeline", "letter"]).status == 0)
        #expect(try RectoProgram.run(["eval", folder.url.path, "--pipeline", "transcribe"]).status == 2)
    }

    @Test func helpShowsAnExample() throws {
        let outcome = try RectoProgram.run(["eval", "--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Example:\n  recto eval samples"))
    }
}
