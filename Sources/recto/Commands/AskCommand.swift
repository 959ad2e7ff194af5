import ArgumentParser
import Foundation
import RectoExtraction
import RectoPages
import RectoPipeline
import RectoSchema
import RectoVLM

/// `recto ask`: one question about a document.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Answers one question about a document.",
        discussion: """
            With the shipped reader the question names a field that is printed on the page, such as "invoice number"
            or "What is the invoice number?"; other models take any question.

            Example:
              recto ask samples/letter.pdf "What is the reference?"
            """
    )

    @Argument(help: "A PDF or PNG file.")
    var file: String

    @Argument(help: "The question.")
    var question: String

    @OptionGroup var model: ModelOptions

    @Option(help: "The page to look at, counted from 1.")
    var page = 1

    @Option(
        help: """
            How the page is cut: none (one view), idefics2 (four crops and the whole page), lines, or adaptive: as the model \
            says. Idefics3 and SmolVLM then cut the page into tiles of their own.
            """
    )
    var split: SplitStrategy = .adaptive

    @Option(help: "Pixels per inch.")
    var dpi: Double = 200

    func validate() throws {
        if page < 1 { throw ValidationError("--page counts from 1.") }
        if !(dpi >= 18 && dpi <= 1200) { throw ValidationError("--dpi must be between 18 and 1200.") }
    }

    func run() async throws {
        let source = URL(filePath: file)
        guard FileManager.default.fileExists(atPath: source.path) else { throw UsageError.noSuchFile(file) }
        let engine = try model.load()
        let rasterizer = try SandboxedRasterizer(executable: RasterizerExecutable.locate())
        let raster = try await rasterizer.rasterize(PageNumber(page), of: source, dpi: dpi)
        let declared = try engine.description.declaration.map { try LineSplitting(declaredBy: $0.splitting) }
        let leavesCutting = split == .adaptive && declared == nil && engine.description.cutsImages
        let strategy = leavesCutting ? .none : split
        let tiles = try PageSplitter(strategy: strategy, lines: declared).tiles(of: raster)
        guard !tiles.isEmpty else {
            StandardStreams.error("recto: page \(page) is blank, there is nothing to ask about")
            throw ExitStatus.incomplete.exitCode
        }
        if declared == nil {
            try await stream(tiles, engine)
        } else {
            try await askForField(tiles, engine)
        }
    }

    /// Puts the question as it stands, with every tile as an image.
    private func stream(_ tiles: [Tile], _ engine: InferenceEngine) async throws {
        var request = GenerationRequest(tiles: tiles, question: question, model: engine)
        if split == .none { request.splitsImages = false }
        _ = try await engine.generate(request) { StandardStreams.piece($0) }
        StandardStreams.piece("\n")
    }

    /// Asks a reader of line tiles, which knows questions for one field at a time.
    private func askForField(_ tiles: [Tile], _ engine: InferenceEngine) async throws {
        let schema = try ExtractionSchema([
            "type": "object",
            "properties": ["answer": ["type": ["string", "null"], "title": .string(fieldName)]],
        ])
        let extractor = try FieldExtractor(schema: schema)
        let reading = try await extractor.read(ExtractionPage(page: PageNumber(page), tiles: tiles), model: engine)
        guard let answer = extractor.assemble([reading]).fields["answer"]?.stringValue else {
            StandardStreams.error("recto: page \(page) does not seem to have a field '\(fieldName)'")
            throw ExitStatus.incomplete.exitCode
        }
        StandardStreams.result(answer)
    }

    /// The field that the question names: "What is the due date?" asks for "due date".
    private var fieldName: String {
        var name = question.trimmingCharacters(in: .whitespaces)
        if name.hasSuffix("?") { name.removeLast() }
        for opening in ["what is the ", "what's the ", "what are the "] where name.lowercased().hasPrefix(opening) {
            name.removeFirst(opening.count)
        }
        return name
    }
}
