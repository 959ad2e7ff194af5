import Foundation
import RectoPages

/// The steps of a check.
struct CheckRun {
    typealias Finding = ModelCheck.Finding
    typealias Problem = ModelCheck.Problem

    let checkpoint: URL
    let visionTower: URL?
    let adapters: [ModelAdapter]
    let threads: Int

    /// Looks at one thing; what is wrong with it becomes a finding.
    ///
    /// - Parameters:
    ///   - subject: What is looked at.
    ///   - look: Looks, adds notes, and throws what is wrong.
    /// - Returns: The finding, and what was found where nothing was wrong.
    func look<Value>(
        _ subject: ModelCheck.Subject,
        _ look: (inout [String]) throws -> Value
    ) -> (finding: Finding, value: Value?) {
        var notes: [String] = []
        do {
            let value = try look(&notes)
            return (Finding(subject, problems: [], notes: notes), value)
        } catch let several as SeveralProblems {
            return (Finding(subject, problems: several.problems.map { Problem($0) }, notes: notes), nil)
        } catch let error as any RectoError {
            return (Finding(subject, problems: [Problem(error)], notes: notes), nil)
        } catch {
            let path = checkpoint.path(percentEncoded: false)
            let unknown = VLMError.unreadableFile(path: path, reason: error.localizedDescription)
            return (Finding(subject, problems: [Problem(unknown)], notes: notes), nil)
        }
    }

    /// Several things that are wrong at once.
    private struct SeveralProblems: Error {
        let problems: [any RectoError]
    }

    /// Throws when something is wrong.
    ///
    /// - Parameter problems: What is wrong.
    /// - Throws: All of them together.
    func refuse(_ problems: [any RectoError]) throws {
        if !problems.isEmpty { throw SeveralProblems(problems: problems) }
    }

    /// Reads the configuration.
    func plan(_ notes: inout [String]) throws -> ModelPlan {
        let plan = try ModelPlan(checkpoint: checkpoint, visionTower: visionTower)
        _ = try GenerationConfiguration(plan)
        notes.append("a network of the family \(plan.modelType)")
        return plan
    }

    /// Finds every tensor that the network asks for.
    func tensors(of plan: ModelPlan) -> (finding: Finding, model: SurveyedModel?) {
        let looked = look(.tensors) { notes in
            let model = try SurveyedModel(plan, adapters: adapters)
            notes.append("\(model.shapes.count) tensors of \(model.store.names.count) are used")
            return model
        }
        guard let model = looked.value else { return (looked.finding, nil) }
        return (Finding(.tensors, problems: model.problems.map { Problem($0) }, notes: looked.finding.notes), model)
    }

    /// Reads every number that is used, a piece at a time.
    func values(of model: SurveyedModel) throws -> Finding {
        var problems: [Problem] = []
        var packed = 0
        for name in model.shapes.keys.sorted() {
            try Task.checkCancellation()
            let parts = [name] + [WeightAliases.additions[name]].compactMap(\.self)
            for name in parts {
                guard let tensor = model.store.place(of: name) else { continue }
                if tensor.format == nil { packed += 1 }
                guard let place = tensor.firstNumberThatIsNotFinite else { continue }
                problems.append(
                    Problem(VLMError.notFiniteTensor(path: tensor.path, tensor: name, place: place))
                )
            }
        }
        let notes = packed > 0 ? ["\(packed) packed tensors are read by the forward pass alone"] : []
        return Finding(.values, problems: problems, notes: notes)
    }

    /// Sends a tiny prompt through the network.
    func forward() async throws -> Finding {
        do {
            let engine = try InferenceEngine(
                folder: checkpoint,
                visionTower: visionTower,
                threads: threads,
                widenedBytes: 0,
                adapters: adapters,
                streams: true
            )
            let trace = try await engine.trace(Self.tinyRequest(sees: engine.generator.network.imageTokenID != nil))
            let values = trace.imageFeatures.map(\.elements) + [trace.logits.elements]
            guard values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
                throw VLMError.notFinite(path: checkpoint.path(percentEncoded: false))
            }
            let seen = trace.imageFeatures.isEmpty ? "" : " and \(trace.imageFeatures.count) view"
            return Finding(.forward, problems: [], notes: ["\(trace.inputIDs.count) tokens\(seen)"])
        } catch let error as VLMError {
            // What does not fit here is not wrong with the checkpoint.
            if case .insufficientMemory = error { return .skipped(.forward, error.description) }
            return Finding(.forward, problems: [Problem(error)])
        } catch let error as any RectoError {
            return Finding(.forward, problems: [Problem(error)])
        }
    }

    /// A word, and where the network sees images a small one before it.
    private static func tinyRequest(sees: Bool) -> GenerationRequest {
        let side = 56
        let pixels = (0..<side * side * 3).map { UInt8($0 * 7 % 256) }
        let image = PixelImage(width: side, height: side, pixels: pixels)
        var request = GenerationRequest(parts: (sees ? [.image(image)] : []) + [.text("a")])
        request.template = .raw
        request.splitsImages = false
        return request
    }
}
