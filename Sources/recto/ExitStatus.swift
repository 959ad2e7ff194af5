import ArgumentParser
import Foundation
import RectoPages
import RectoVLM

/// The exit statuses of design §3.1.
enum ExitStatus: Int32 {
    case complete = 0
    case incomplete = 1
    case usage = 2
    case engine = 3
    case interrupted = 4

    /// The status that an error ends the program with.
    init(_ error: any Error) {
        self =
            switch error {
            case is CancellationError: .interrupted
            case is VLMError, is ModelInputError: .engine
            case let error as any RectoError where error.category != .defect: .incomplete
            default: .usage
            }
    }

    /// This status as ArgumentParser's error.
    var exitCode: ExitCode { ExitCode(rawValue) }
}

/// A mistake in how the program was called that only shows when it runs.
enum UsageError: RectoError, Equatable {
    case noSuchFile(String)
    case noSuchPipeline(String, known: [String])
    case noSuchJob(String)
    case notWritable(String, reason: String)
    case invalidInput(line: Int, reason: String)
    case badOption(String, expected: String)

    var code: String {
        switch self {
        case .noSuchFile: "usage.no-such-file"
        case .noSuchPipeline: "usage.no-such-pipeline"
        case .noSuchJob: "usage.no-such-job"
        case .notWritable: "usage.not-writable"
        case .invalidInput: "usage.invalid-input"
        case .badOption: "usage.bad-option"
        }
    }

    var category: FailureCategory { .defect }

    var facts: [String: String] {
        switch self {
        case .noSuchFile(let path): ["file": path]
        case .noSuchPipeline(let name, let known): ["pipeline": name, "known": known.joined(separator: ", ")]
        case .noSuchJob(let id): ["job": id]
        case .notWritable(let path, let reason): ["file": path, "reason": reason]
        case .invalidInput(let line, let reason): ["line": String(line), "reason": reason]
        case .badOption(let option, let expected): ["option": option, "expected": expected]
        }
    }

    var description: String {
        switch self {
        case .noSuchFile(let path): "There is no file \(path); check the path."
        case .noSuchPipeline(let name, let known):
            "There is no pipeline '\(name)'; give a YAML file or one of: \(known.joined(separator: ", "))."
        case .noSuchJob(let id): "The journal has no job '\(id)'; `recto jobs list` shows them all."
        case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)."
        case .invalidInput(let line, let reason): "Line \(line) of the input cannot be used: \(reason)."
        case .badOption(let option, let expected): "\(option) must be \(expected)."
        }
    }
}
