import RectoPages

/// Why a folder cannot be measured.
enum EvaluationError: RectoError, Equatable {
    case notAFolder(String)
    case noLabels(folder: String)
    case labelsWithoutDocument([String])
    case invalidLabels(String, reason: String)
    case noPipeline(document: String, known: [String])
    case nothingToMeasure(pipeline: String)
    case invalidBaseline(String, reason: String)

    var code: String {
        switch self {
        case .notAFolder: "eval.not-a-folder"
        case .noLabels: "eval.no-labels"
        case .labelsWithoutDocument: "eval.labels-without-document"
        case .invalidLabels: "eval.invalid-labels"
        case .noPipeline: "eval.no-pipeline"
        case .nothingToMeasure: "eval.nothing-to-measure"
        case .invalidBaseline: "eval.invalid-baseline"
        }
    }

    var category: FailureCategory { .defect }

    var facts: [String: String] {
        switch self {
        case .notAFolder(let path), .noLabels(let path): ["folder": path]
        case .labelsWithoutDocument(let files): ["files": files.joined(separator: ", ")]
        case .invalidLabels(let file, let reason), .invalidBaseline(let file, let reason):
            ["file": file, "reason": reason]
        case .noPipeline(let document, let known): ["document": document, "known": known.joined(separator: ", ")]
        case .nothingToMeasure(let pipeline): ["pipeline": pipeline]
        }
    }

    var description: String {
        switch self {
        case .notAFolder(let path): "\(path) is no folder that can be read; give one with labelled documents."
        case .noLabels(let folder):
            "No document in \(folder) is labelled; put NAME.expected.json or NAME.expected.txt beside NAME.pdf."
        case .labelsWithoutDocument(let files):
            "These labels have no document: \(files.joined(separator: ", ")); put NAME.pdf or NAME.png beside them."
        case .invalidLabels(let file, let reason): "The labels \(file) cannot be used: \(reason)."
        case .noPipeline(let document, let known):
            "No pipeline is known for the fields of \(document); give --pipeline, or put it into a folder, or begin its "
                + "name, with one of: \(known.joined(separator: ", "))."
        case .nothingToMeasure(let pipeline):
            "The pipeline '\(pipeline)' reads nothing that the labels speak of: fields need a pipeline with a schema, "
                + "texts one without."
        case .invalidBaseline(let file, let reason): "\(file) cannot be a baseline: \(reason)."
        }
    }
}
