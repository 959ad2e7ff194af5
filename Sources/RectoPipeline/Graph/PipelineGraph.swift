public import Foundation
public import RectoExtraction
import RectoPages

/// Where a stage's input comes from.
public enum StageSource: Hashable, Sendable {
    /// The document itself.
    case document
    /// Another stage's output.
    case stage(String)
}

/// A stage whose type, wiring and options have been checked.
public struct CheckedStage: Sendable {
    /// Its name in the file.
    public var name: String
    /// Its type.
    public var type: StageType
    /// What it takes, by kind.
    public var inputs: [PortKind: StageSource]
    /// Every option of its type, defaults filled in.
    public var options: [String: String]
    /// The schema it extracts, for `extract` with one.
    public var schema: ExtractionSchema?
    /// What happens when it fails.
    public var onError: ErrorPolicy
    /// How often it is tried again.
    public var retry: Int
    /// How long one page may take.
    public var timeout: Duration?
    /// How many pages may be in it at once.
    public var concurrency: Int

    /// The stage whose output is taken when this one fails.
    var fallback: String? { if case .fallback(let name) = onError { name } else { nil } }

    /// The stages that it waits for.
    var dependencies: [String] {
        inputs.values.compactMap { if case .stage(let name) = $0 { name } else { nil } }
    }
}

/// A pipeline whose names, kinds and edges have been checked.
public struct PipelineGraph: Sendable {
    /// The pipeline's name.
    public let name: String
    /// The model's name in `recto.yaml`.
    public let model: String
    /// A record with a confidence below this is filed under `review/` instead of the outbox; nil trusts every record.
    public let reviewBelow: Double?
    /// SHA-256 over the pipeline file and its schemas, hexadecimal.
    public let digest: String
    /// The stages, each after those that it takes from.
    public let stages: [CheckedStage]
    /// The stage whose output is delivered.
    public let deliver: String

    /// Reads and checks a pipeline file.
    ///
    /// - Parameters:
    ///   - file: The YAML file; schemas are looked for beside it.
    ///   - registry: The stages that exist.
    /// - Throws: `PipelineError` with every mistake, or `PagesError` when a file cannot be read.
    public init(file: URL, registry: StageRegistry = .builtIn) throws {
        let text = try PipelineFile.text(of: file)
        let (mirrored, form) = PipelineFile.mirror(text, file: file.path)
        guard let definition = mirrored else { throw PipelineError.invalid(form.sorted) }
        let folder = file.deletingLastPathComponent()
        var checker = GraphChecker(definition: definition, registry: registry, folder: folder)
        let stages = checker.check()
        checker.collector.take(form)
        guard checker.collector.diagnostics.isEmpty else { throw PipelineError.invalid(checker.collector.sorted) }
        name = definition.name.value
        model = definition.model.value
        deliver = definition.deliver.value
        reviewBelow = definition.reviewBelow
        self.stages = stages
        let files = checker.schemaFiles.union([file.lastPathComponent])
        digest = try FolderDigest(of: folder, files: Array(files)).hexadecimal
    }

    /// Finds a stage.
    ///
    /// - Parameter name: Its name in the file.
    /// - Returns: The stage, or nil.
    public func stage(named name: String) -> CheckedStage? { stages.first { $0.name == name } }

    /// Whether a model is needed.
    public var needsModel: Bool { stages.contains { $0.type.output == .fields } }
}
