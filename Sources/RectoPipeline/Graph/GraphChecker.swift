import Foundation
import RectoExtraction

/// Checks what a pipeline file means: types, wiring, options, order.
struct GraphChecker {
    private let definition: PipelineDefinition
    private let registry: StageRegistry
    private let folder: URL
    private(set) var collector: DiagnosticCollector
    /// The schema files that were read, relative to the pipeline's folder.
    private(set) var schemaFiles: [String] = []

    init(definition: PipelineDefinition, registry: StageRegistry, folder: URL) {
        self.definition = definition
        self.registry = registry
        self.folder = folder
        collector = DiagnosticCollector(file: definition.file, text: definition.text)
    }

    private var stageNames: [String] { definition.stages.map(\.name.value) }

    /// Checks everything and gives the stages in an order in which they can run.
    mutating func check() -> [CheckedStage] {
        var types: [String: StageType] = [:]
        for stage in definition.stages {
            if let type = registry.type(named: stage.type.value) {
                types[stage.name.value] = type
            } else {
                collector.report(
                    "there is no stage type '\(stage.type.value)'",
                    at: stage.type.place,
                    suggestion: Suggestion.text(for: stage.type.value, among: registry.types.map(\.name))
                )
            }
        }
        var checked: [CheckedStage] = []
        for stage in definition.stages {
            guard let type = types[stage.name.value] else { continue }
            let inputs = wire(stage, type: type, types: types)
            let options = options(of: stage, type: type)
            checked.append(
                CheckedStage(
                    name: stage.name.value,
                    type: type,
                    inputs: inputs,
                    options: options,
                    schema: schema(of: stage, type: type),
                    onError: policy(of: stage, type: type, types: types),
                    retry: stage.retry,
                    timeout: stage.timeout,
                    concurrency: stage.concurrency
                )
            )
            refusePageSettings(of: stage, type: type)
        }
        checkDelivery(types: types)
        let ordered = order(checked)
        checkFallbacks(ordered)
        checkUse(ordered)
        return ordered
    }

    // MARK: - Wiring

    private mutating func wire(
        _ stage: StageDefinition,
        type: StageType,
        types: [String: StageType]
    ) -> [PortKind: StageSource] {
        var inputs: [PortKind: StageSource] = [:]
        var isComplete = true
        for source in stage.from {
            if source.value == "document" {
                connect(.document, from: .document, to: type, at: source, into: &inputs)
            } else if source.value == stage.name.value {
                collector.report("the stage '\(source.value)' takes its own output", at: source.place)
            } else if let other = types[source.value] {
                connect(other.output, from: .stage(source.value), to: type, at: source, into: &inputs)
            } else {
                isComplete = false
                guard !stageNames.contains(source.value) else { continue }
                collector.report(
                    "there is no stage '\(source.value)'",
                    at: source.place,
                    suggestion: Suggestion.text(for: source.value, among: stageNames)
                )
            }
        }
        for port in type.inputs where port.isRequired && !port.kinds.contains(where: { inputs[$0] != nil }) {
            if port.kinds.contains(.document) && stage.from.isEmpty {
                inputs[.document] = .document
            } else if isComplete {
                let kind = port.kinds[0]
                let makers = definition.stages.map(\.name.value).filter { types[$0]?.output == kind }
                collector.report(
                    "'\(stage.name.value)' needs \(kind.rawValue)",
                    at: stage.name.place,
                    suggestion: makers.first.map { "add 'from: \($0)'" }
                        ?? "add a stage that gives \(kind.rawValue)"
                )
            }
        }
        return inputs
    }

    private mutating func connect(
        _ kind: PortKind,
        from source: StageSource,
        to type: StageType,
        at name: Placed<String>,
        into inputs: inout [PortKind: StageSource]
    ) {
        guard type.inputs.contains(where: { $0.kinds.contains(kind) }) else {
            let wanted = type.inputs.flatMap(\.kinds).map(\.rawValue).joined(separator: " or ")
            collector.report(
                "'\(name.value)' gives \(kind.rawValue), but \(type.name) takes \(wanted)",
                at: name.place
            )
            return
        }
        guard inputs[kind] == nil else {
            collector.report("a second source of \(kind.rawValue); \(type.name) takes one", at: name.place)
            return
        }
        inputs[kind] = source
    }

    // MARK: - Options

    private mutating func options(of stage: StageDefinition, type: StageType) -> [String: String] {
        var values: [String: String] = [:]
        for option in type.options { values[option.name] = option.defaultValue }
        for (key, value) in stage.options {
            guard let option = type.options.first(where: { $0.name == key.value }) else {
                let known = type.options.map(\.name) + PipelineFile.stageKeys
                collector.report(
                    "\(type.name) has no option '\(key.value)'",
                    at: key.place,
                    suggestion: Suggestion.text(for: key.value, among: known)
                )
                continue
            }
            guard case .scalar(let text) = value.value, Self.isValid(text, for: option.kind) else {
                collector.report(
                    "'\(key.value)' must be \(Self.expectation(of: option.kind)), not '\(value.value.text)'",
                    at: value.place,
                    suggestion: Self.suggestion(for: value.value.text, kind: option.kind)
                )
                continue
            }
            values[key.value] = text
        }
        return values
    }

    private static func isValid(_ text: String, for kind: OptionKind) -> Bool {
        switch kind {
        case .number(let range): Double(text).map(range.contains) ?? false
        case .integer(let range): Int(text).map(range.contains) ?? false
        case .choice(let words): words.contains(text)
        case .text, .file: !text.isEmpty
        }
    }

    private static func expectation(of kind: OptionKind) -> String {
        switch kind {
        case .number(let range): "a number from \(range.lowerBound.formatted()) to \(range.upperBound.formatted())"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .text: "text"
        case .file: "the path of a file"
        }
    }

    private static func suggestion(for text: String, kind: OptionKind) -> String? {
        if case .choice(let words) = kind { Suggestion.text(for: text, among: words) } else { nil }
    }

    private mutating func schema(of stage: StageDefinition, type: StageType) -> ExtractionSchema? {
        guard type.options.contains(where: { $0.name == "schema" }),
            let option = stage.options.first(where: { $0.key.value == "schema" }),
            case .scalar(let path) = option.value.value
        else { return nil }
        let file = folder.appending(path: path)
        guard let bytes = try? Data(contentsOf: file) else {
            let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            collector.report(
                "the schema file '\(path)' cannot be read",
                at: option.value.place,
                suggestion: Suggestion.text(for: path, among: there.filter { $0.hasSuffix(".json") })
            )
            return nil
        }
        do {
            let schema = try ExtractionSchema(bytes: bytes, file: path)
            _ = try FieldExtractor(schema: schema)
            schemaFiles.append(path)
            return schema
        } catch {
            collector.report("\(path): \(error.description)", at: option.value.place)
            return nil
        }
    }

    // MARK: - Failing

    private mutating func policy(
        of stage: StageDefinition,
        type: StageType,
        types: [String: StageType]
    ) -> ErrorPolicy {
        guard let policy = stage.onError else { return .fail }
        guard case .fallback(let name) = policy.value else { return policy.value }
        guard let other = types[name], name != stage.name.value else {
            let names = stageNames.filter { types[$0]?.output == type.output && $0 != stage.name.value }
            collector.report(
                "there is no other stage '\(name)' to fall back to",
                at: policy.place,
                suggestion: Suggestion.text(for: name, among: names)
            )
            return .fail
        }
        guard other.output == type.output else {
            collector.report(
                "the fallback '\(name)' gives \(other.output.rawValue), not \(type.output.rawValue)",
                at: policy.place
            )
            return .fail
        }
        return policy.value
    }

    /// Stages that run once for the whole document have nothing to retry page by page.
    private mutating func refusePageSettings(of stage: StageDefinition, type: StageType) {
        guard type.output == .record else { return }
        if let policy = stage.onError, policy.value != .fail {
            collector.report("\(type.name) runs once for the document; it can only fail", at: policy.place)
        }
        if stage.retry != 0 || stage.timeout != nil || stage.concurrency != 1 {
            collector.report(
                "\(type.name) runs once for the document; it takes no retry, timeout or concurrency",
                at: stage.name.place
            )
        }
    }

    private mutating func checkFallbacks(_ stages: [CheckedStage]) {
        for stage in stages {
            guard case .fallback(let name) = stage.onError, reaches(name, stage.name, in: stages),
                let place = definition.stages.first(where: { $0.name.value == stage.name })?.onError?.place
            else { continue }
            collector.report("the fallback '\(name)' itself needs '\(stage.name)'", at: place)
        }
    }

    /// Whether one stage waits for another, directly or through others.
    private func reaches(_ start: String, _ goal: String, in stages: [CheckedStage]) -> Bool {
        var waiting = [start]
        var seen: Set<String> = []
        while let name = waiting.popLast() {
            guard seen.insert(name).inserted, let stage = stages.first(where: { $0.name == name }) else { continue }
            if stage.dependencies.contains(goal) { return true }
            waiting += stage.dependencies
        }
        return false
    }

    // MARK: - Delivery and order

    private mutating func checkDelivery(types: [String: StageType]) {
        let deliver = definition.deliver
        guard stageNames.contains(deliver.value) else {
            collector.report(
                "there is no stage '\(deliver.value)' to deliver",
                at: deliver.place,
                suggestion: Suggestion.text(for: deliver.value, among: stageNames)
            )
            return
        }
        guard let type = types[deliver.value], type.output != .record else { return }
        let makers = stageNames.filter { types[$0]?.output == .record }
        collector.report(
            "'\(deliver.value)' gives \(type.output.rawValue); only a record can be delivered",
            at: deliver.place,
            suggestion: makers.first.map { "did you mean '\($0)'?" } ?? "add a stage 'use: ground'"
        )
    }

    /// Puts every stage after those that it waits for; what remains is a cycle.
    private mutating func order(_ stages: [CheckedStage]) -> [CheckedStage] {
        var ordered: [CheckedStage] = []
        var remaining = stages
        var done: Set<String> = []
        let known = Set(stages.map(\.name))
        while let index = remaining.firstIndex(where: { stage in
            stage.dependencies.allSatisfy { done.contains($0) || !known.contains($0) }
        }) {
            let stage = remaining.remove(at: index)
            done.insert(stage.name)
            ordered.append(stage)
        }
        let cyclic = remaining.filter { reaches($0.name, $0.name, in: remaining) }
        if let first = cyclic.first,
            let place = definition.stages.first(where: { $0.name.value == first.name })?.name.place
        {
            let names = cyclic.map { "'\($0.name)'" }.joined(separator: ", ")
            collector.report("the stages \(names) wait for each other", at: place)
        }
        return ordered
    }

    /// A stage that nothing delivered depends on is a mistake: somebody forgot a `from`.
    private mutating func checkUse(_ stages: [CheckedStage]) {
        guard collector.diagnostics.isEmpty else { return }
        let fallbacks = Set(
            stages.compactMap { stage -> String? in
                if case .fallback(let name) = stage.onError { name } else { nil }
            }
        )
        for stage in definition.stages {
            let name = stage.name.value
            let isUsed =
                name == definition.deliver.value || fallbacks.contains(name)
                || stages.contains { $0.dependencies.contains(name) }
            guard !isUsed else { continue }
            collector.report(
                "nothing uses the stage '\(name)'",
                at: stage.name.place,
                suggestion: "name it in another stage's 'from', or remove it"
            )
        }
    }
}
