public import Foundation
import RectoPages

/// Whether a checkpoint is whole and its files belong together; what was found is told, not thrown.
///
/// Its JSON keys are stable: programs read them.
public struct ModelCheck: Sendable, Codable {
    /// What was looked at.
    public enum Subject: String, Sendable, Codable, CaseIterable {
        /// `config.json` and its companions.
        case configuration
        /// Every tensor is there with its shape and a type that Recto reads.
        case tensors
        /// Every number of the tensors that are used is finite.
        case values
        /// Vocabulary, special tokens and end tokens fit the configuration.
        case tokenizer
        /// Image processor and prompt template fit the configuration.
        case processor
        /// A tiny prompt gives finite logits.
        case forward
    }

    /// How it came out.
    public enum Status: String, Sendable, Codable {
        case passed, failed, skipped
    }

    /// Something that is wrong.
    public struct Problem: Sendable, Codable, Hashable {
        /// Stable dotted identifier.
        public var code: String
        /// One sentence that says what is wrong, where, and what to do.
        public var message: String
        /// What was found and what was expected, by `file`, `tensor`, `expected`, `found` and so on.
        public var facts: [String: String]

        init(_ error: any RectoError) {
            code = error.code
            message = error.description
            facts = error.facts
        }
    }

    /// One thing that was looked at.
    public struct Finding: Sendable, Codable {
        /// What was looked at.
        public var subject: Subject
        /// How it came out.
        public var status: Status
        /// What is wrong.
        public var problems: [Problem] = []
        /// Why it was skipped; what was seen that is not wrong.
        public var notes: [String] = []
    }

    /// Where the checkpoint lies.
    public var path: String
    /// `model_type`; nil where not even that could be read.
    public var family: String?
    /// Whether nothing is wrong.
    public var passed: Bool
    /// What was looked at, in order.
    public var checks: [Finding]
    /// Tensors that the checkpoint holds and its network does not use.
    public var unusedTensors: [String]

    enum CodingKeys: String, CodingKey {
        case path, family, passed, checks
        case unusedTensors = "unused_tensors"
    }

    /// Checks a checkpoint.
    ///
    /// Weights are read piece by piece where they are mapped.
    ///
    /// - Parameters:
    ///   - checkpoint: A folder in the Hugging Face layout, or a GGUF file.
    ///   - visionTower: The GGUF file of the vision tower (`mmproj`), where it is named.
    ///   - adapters: PEFT adapters that are merged into the weights.
    ///   - threads: How many processors to use.
    /// - Throws: `CancellationError` when the task was cancelled.
    public init(
        _ checkpoint: URL,
        visionTower: URL? = nil,
        adapters: [ModelAdapter] = [],
        threads: Int
    ) async throws {
        path = checkpoint.path(percentEncoded: false)
        unusedTensors = []
        checks = []
        let run = CheckRun(checkpoint: checkpoint, visionTower: visionTower, adapters: adapters, threads: threads)
        let plan = run.look(.configuration) { notes in try run.plan(&notes) }
        checks.append(plan.finding)
        family = plan.value?.modelType
        var model: SurveyedModel?
        if let plan = plan.value {
            let tensors = run.tensors(of: plan)
            model = tensors.model
            checks.append(tensors.finding)
            unusedTensors = tensors.model?.unusedTensors ?? []
        } else {
            checks.append(.skipped(.tensors, "without a configuration nobody knows which there must be"))
        }
        if let model {
            try Task.checkCancellation()
            checks.append(try run.values(of: model))
            checks.append(run.look(.tokenizer) { notes in try run.tokenizer(of: model, &notes) }.finding)
            checks.append(run.look(.processor) { notes in try run.processor(of: model, &notes) }.finding)
        } else {
            for subject in [Subject.values, .tokenizer, .processor] {
                checks.append(.skipped(subject, "the tensors could not be opened"))
            }
        }
        if let failed = checks.first(where: { $0.status == .failed && $0.subject != .values })?.subject {
            checks.append(.skipped(.forward, "it needs what failed before: \(failed.rawValue)"))
        } else {
            checks.append(try await run.forward())
        }
        passed = checks.allSatisfy { $0.status != .failed }
    }
}

extension ModelCheck.Finding {
    static func skipped(_ subject: ModelCheck.Subject, _ reason: String) -> Self {
        Self(subject: subject, status: .skipped, notes: [reason])
    }

    init(_ subject: ModelCheck.Subject, problems: [ModelCheck.Problem], notes: [String] = []) {
        self.init(
            subject: subject,
            status: problems.isEmpty ? .passed : .failed,
            problems: problems,
            notes: notes
        )
    }
}
