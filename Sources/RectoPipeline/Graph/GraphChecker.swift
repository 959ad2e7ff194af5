import Foundation
import RectoExtraction

/// Checks what a pipeline file means: types, wiring, options, order.
struct GraphChecker {
    let definition: PipelineDefinition
    private let registry: StageRegistry
    private let folder: URL
    var collector: DiagnosticCollector
    /// The schema files that were read, relative to the pipeline's folder.
    private(set) var schemaFiles: Set<String> = []
    /// Whether every edge that the file names leads somewhere; else nothing can be said of what is not reached.
    private var isWired = true

    init(definition: PipelineDefinition, registry: StageRegistry, folder: URL) {
        self.definition = definition
        self.registry = registry
        self.folder = folder
        collector = DiagnosticCollector(file: definition.file, text: definition.text)
    }

    var stageNames: [String] { definition.stages.map(\.name.value) }

    /// Whether a name stands for a stage, be it one with mistakes.
    func isStage(_ name: String) -> Bool { stageNames.contains(name) || definition.brokenStages.contains(name) }

    /// Checks everything and gives the stages in an order in which they can run.
    mutating func check() -> [CheckedStage] {
        // The name becomes a folder of the inbox.
        let name = definition.name.value
        if name.hasPrefix(".") || name.contains(where: { $0 == "/" || $0.isNewline }) {
            collector.report(
                "the name '\(name)' cannot be a folder's",
                at: definition.name.place,
                suggestion: "use letters, digits and dashes"
            )
        }
        var types: [String: StageType] = [:]
        for stage in definition.stages {
            if let type = registry.type(named: stage.type.value) {
                types[stage.name.value] = type
            } else {
                isWired = false
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
            refuseReadingSettings(of: stage, options: options)
        }
        checkDelivery(types: types)
        let ordered = order(checked)
        checkFallbacks(ordered)
        checkWholePages(ordered)
        if isWired, definition.brokenStages.isEmpty { checkUse(ordered) }
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
        defer { if !isComplete { isWired = false } }
        for source in stage.from {
            if source.value == "document" {
                connect(.document, from: .document, to: type, at: source, into: &inputs)
            } else if source.value == stage.name.value {
                collector.report("the stage '\(source.value)' takes its own output", at: source.place)
            } else if let other = types[source.value] {
                connect(other.output, from: .stage(source.value), to: type, at: source, into: &inputs)
            } else {
                isComplete = false
                guard !isStage(source.value) else { continue }
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
                isWired = false
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
            isWired = false
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
        case .number(let range): "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .text: "text"
        case .file: "the path of a file"
        }
    }

    /// A number without grouping and without needless decimals, the same in every locale.
    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
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
            schemaFiles.insert(path)
            return schema
        } catch ExtractionError.schemaSyntax(_, let line, let column, let reason) {
            collector.report(
                "the schema is not valid JSON: \(reason)",
                in: beside(definition.file, path),
                text: String(bytes: bytes, encoding: .utf8) ?? "",
                at: SourcePlace(line: line, column: column)
            )
            return nil
        } catch {
            collector.report("\(path): \(error.description)", at: option.value.place)
            return nil
        }
    }

    /// The path of a neighbour of the pipeline file, written as that one is.
    private func beside(_ file: String, _ path: String) -> String {
        file.lastIndex(of: "/").map { file[...$0] + path } ?? path
    }

    // MARK: - Delivery and order

    private mutating func checkDelivery(types: [String: StageType]) {
        let deliver = definition.deliver
        guard !deliver.value.isEmpty else { return }
        guard isStage(deliver.value) else {
            collector.report(
                "there is no stage '\(deliver.value)' to deliver",
                at: deliver.place,
                suggestion: Suggestion.text(for: deliver.value, among: stageNames)
            )
            return
        }
        guard let type = types[deliver.value], type.output != .record else { return }
        isWired = false
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
        let cyclic = remaining.filter { stage in
            reached(from: stage.name, in: remaining, withFallbacks: false).contains(stage.name)
        }
        if let first = cyclic.first,
            let place = definition.stages.first(where: { $0.name.value == first.name })?.name.place
        {
            isWired = false
            let names = cyclic.map { "'\($0.name)'" }.joined(separator: ", ")
            collector.report("the stages \(names) wait for each other", at: place)
        }
        return ordered
    }

    /// A stage that nothing delivered depends on is a mistake: somebody forgot a `from`.
    private mutating func checkUse(_ stages: [CheckedStage]) {
        guard stageNames.contains(definition.deliver.value) else { return }
        let used = reached(from: definition.deliver.value, in: stages).union([definition.deliver.value])
        for stage in definition.stages where !used.contains(stage.name.value) {
            let name = stage.name.value
            let isTaken = stages.contains { $0.name != name && ($0.dependencies + [$0.fallback]).contains(name) }
            collector.report(
                isTaken ? "nothing that is delivered uses the stage '\(name)'" : "nothing uses the stage '\(name)'",
                at: stage.name.place,
                suggestion: "name it in another stage's 'from', or remove it"
            )
        }
    }
}
