public import RectoPages

/// What can go wrong between a pipeline file and a record.
public enum PipelineError: RectoError, Hashable {
    /// A pipeline file cannot be read.
    case unreadable(file: String, reason: String)
    /// A pipeline file has mistakes.
    case invalid([PipelineDiagnostic])
    /// No pipeline has that name.
    case unknownPipeline(name: String, known: [String])
    /// No model has that name.
    case unknownModel(name: String, known: [String])
    /// A stage took longer than its `timeout`; no page means the whole document.
    case stageTimedOut(stage: String, page: PageNumber?, limit: Duration)
    /// A document has more pages than a stage that holds them all may take.
    case documentTooLong(stage: String, file: String, pages: Int, limit: Int)
    /// A finished page could not be kept for a restart.
    case checkpointNotSaved(page: PageNumber, reason: String)
    /// A stage failed in a way that no part of Recto names.
    case stageFailed(stage: String, reason: String)

    /// Stable dotted identifier.
    public var code: String {
        switch self {
        case .unreadable: "pipeline.unreadable"
        case .invalid: "pipeline.invalid"
        case .unknownPipeline: "pipeline.unknown"
        case .unknownModel: "model.unknown"
        case .stageTimedOut: "stage.timed-out"
        case .documentTooLong: "document.too-long"
        case .checkpointNotSaved: "checkpoint.not-saved"
        case .stageFailed: "stage.failed"
        }
    }

    /// Whose fault it is.
    public var category: FailureCategory {
        switch self {
        case .stageTimedOut, .checkpointNotSaved: .environment
        case .documentTooLong: .document
        case .unreadable, .invalid, .unknownPipeline, .unknownModel, .stageFailed: .defect
        }
    }

    /// What was found and what was expected.
    public var facts: [String: String] {
        switch self {
        case .unreadable(let file, let reason): ["file": file, "reason": reason]
        case .invalid(let diagnostics): ["mistakes": String(diagnostics.count), "file": diagnostics.first?.file ?? ""]
        case .unknownPipeline(let name, let known): ["pipeline": name, "known": known.joined(separator: ", ")]
        case .unknownModel(let name, let known): ["model": name, "known": known.joined(separator: ", ")]
        case .stageTimedOut(let stage, let page, let limit):
            ["stage": stage, "page": page?.description ?? "all", "limit": "\(limit)"]
        case .documentTooLong(let stage, let file, let pages, let limit):
            ["stage": stage, "file": file, "found": String(pages), "expected": "at most \(limit)"]
        case .checkpointNotSaved(let page, let reason): ["page": page.description, "reason": reason]
        case .stageFailed(let stage, let reason): ["stage": stage, "reason": reason]
        }
    }

    /// One sentence that says what happened, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "The pipeline file \(file) cannot be read: \(reason)."
        case .invalid(let diagnostics):
            diagnostics.map(\.description).joined(separator: "\n")
        case .unknownPipeline(let name, let known):
            "There is no pipeline '\(name)'; known are: \(known.joined(separator: ", "))."
                + (Suggestion.near(name, among: known).map { " Did you mean '\($0)'?" } ?? "")
        case .unknownModel(let name, let known):
            "There is no model '\(name)'; known are: \(known.joined(separator: ", ")). Name it in recto.yaml."
        case .stageTimedOut(let stage, let page, let limit):
            "The stage '\(stage)' took longer than \(limit) on \(page.map { "page \($0)" } ?? "the whole document"); "
                + "raise its timeout or simplify the page."
        case .documentTooLong(let stage, let file, let pages, let limit):
            "\(file) has \(pages) pages, and the stage '\(stage)' reads at most \(limit) at once; "
                + "raise its most-pages, or let its scope be page."
        case .checkpointNotSaved(let page, let reason):
            "Page \(page) was read but could not be kept: \(reason); look at the disk of the state folder."
        case .stageFailed(let stage, let reason):
            "The stage '\(stage)' failed: \(reason); this is a mistake in Recto, please report it."
        }
    }
}
