import ArgumentParser
import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema

/// `recto eval`: how right, how well founded and how honest the readings of labelled documents are.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measures pipelines against labelled documents.",
        discussion: """
            DIR holds documents, NAME.pdf or NAME.png, and beside each NAME.expected.json: the fields as the record \
            should have them, null for what the document does not say; a field that is not in it is not measured. \
            NAME.expected.evidence.json may say where they stand, as a record's evidence does. NAME.expected.txt, or \
            pages[].text in NAME.expected.json, is the true text, which is compared with what `transcribe` reads.

            Without --pipeline a document is read by the pipeline that its first-level folder in DIR is named after, \
            as in the inbox, else by the one that its name is or begins with: invoice/a.pdf, invoice.pdf and \
            invoice-scan.pdf are read by `invoice`.

            An answer is exact when it is the same JSON value, normalised right when it is the same amount, date or \
            folded text; ANLS is 1 less the share of characters to edit, 0 from one half on. Where null is expected, null \
            is right and a value invented. Grounded is the share of right values whose evidence has a box; the \
            location rate, of those whose true place is known, the share whose box overlaps it. Of a document that failed \
            every field is missed. The expected calibration error compares confidence with exactness in ten bins.

            With --baseline the exit status is 1 when a field's exact or normalised share or ANLS, or the character \
            error rate, got worse or is not measured any more; else it is 0, also when documents failed.

            Example:
              recto eval samples --json > before.json
              recto eval samples --baseline before.json --html misses.html
            """
    )

    @Argument(help: "A folder with labelled documents; subfolders are looked through.")
    var folder: String

    @Option(help: "The pipeline of all documents, by name or YAML file; else by folder and file name.")
    var pipeline: String?

    @Flag(help: "Print JSON with stable keys.")
    var json = false

    @Option(help: "Write a page with every miss beside what was read there.")
    var html: String?

    @Option(help: "Write what each confidence was made of, a JSON object a line, for training/calibrate.py.")
    var signals: String?

    @Option(help: "A report of an earlier --json to compare with.")
    var baseline: String?

    @Option(help: "How many documents to read at once.")
    var jobs = 1

    @Option(name: .customLong("password"), parsing: .singleValue, help: "A password for encrypted files; repeatable.")
    var passwords: [String] = []

    @OptionGroup var model: ModelOptions

    func validate() throws {
        if jobs < 1 || jobs > 64 { throw ValidationError("--jobs must be from 1 to 64.") }
    }

    func run() async throws {
        // Reading takes minutes: what would make it useless is found before.
        let earlier = try baseline.map(Self.report)
        for path in [html, signals].compactMap(\.self) { try Self.checkPlace(of: path) }
        let found = try EvaluationFolder(path: folder)
        for path in found.unlabelled { StandardStreams.error("recto: \(path) has no labels and is left out") }
        let plan = try EvaluationPlan(found.documents, pipeline: pipeline, library: PipelineFolders.library)
        for path in plan.unmeasured {
            StandardStreams.error("recto: \(path) is left out: the pipeline does not read what its labels speak of")
        }
        let rasterizer = SandboxedRasterizer(
            executable: try RasterizerExecutable.locate(),
            limits: RasterizerLimits(passwords: passwords)
        )
        let models = SingleModelProvider(options: model)
        // A model that cannot run is no document's fault.
        for reading in plan.readings where reading.graph.needsModel {
            _ = try await models.model(named: reading.graph.model)
        }
        let environment = PipelineEnvironment(rasterizer: rasterizer, models: models)
        let report = try await EvaluationRun(plan: plan, environment: environment, jobs: jobs).report()
        let result = report.json()
        if let signals {
            try Self.write(report.signals().map { JSONWriter().string($0) + "\n" }.joined(), to: signals)
        }
        let comparison = try earlier.map { try BaselineComparison(result, with: $0) }
        if let html {
            let pictures = EvaluationPictures(documents: plan.documents, rasterizer: rasterizer)
            try await Self.write(EvaluationPage(report: report, comparison: comparison).text(pictures), to: html)
        }
        if json {
            StandardStreams.result(JSONWriter(.pretty).string(result))
            if let comparison { Self.tell(comparison) }
        } else {
            StandardStreams.result(EvaluationTable(report: report, comparison: comparison).text)
        }
        if comparison?.isWorse == true { throw ExitStatus.incomplete.exitCode }
    }

    /// Reads a baseline.
    private static func report(_ path: String) throws -> JSONValue {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw UsageError.noSuchFile(path) }
        do {
            let report = try JSONParser().parse(bytes)
            try BaselineComparison.check(report)
            return report
        } catch let error as JSONSyntaxError {
            throw EvaluationError.invalidBaseline(path, reason: error.description)
        } catch let error as BaselineError {
            throw EvaluationError.invalidBaseline(path, reason: error.description)
        }
    }

    private static func checkPlace(of html: String) throws {
        let folder = URL(filePath: html).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw UsageError.notWritable(html, reason: "the folder \(folder) is missing or may not be written to")
        }
    }

    private static func write(_ page: String, to path: String) throws {
        do {
            try Data(page.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw UsageError.notWritable(path, reason: error.localizedDescription)
        }
    }

    /// Says what got worse to people who have the report printed as JSON.
    private static func tell(_ comparison: BaselineComparison) {
        for change in comparison.fields where change.isWorse {
            let before = EvaluationTable.number(change.before)
            let after = EvaluationTable.number(change.after)
            let place = [change.pipeline, change.field, change.measure].filter { !$0.isEmpty }.joined(separator: " ")
            StandardStreams.error("recto: worse than the baseline: \(place) \(before), now \(after)")
        }
    }
}
