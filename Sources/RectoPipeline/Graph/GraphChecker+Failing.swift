import RectoPages

/// What `on-error`, `retry`, `timeout` and `concurrency` mean for a stage, and whether they can be kept.
extension GraphChecker {
    /// The stage's policy, with a fallback that exists and gives the same kind.
    mutating func policy(
        of stage: StageDefinition,
        type: StageType,
        types: [String: StageType]
    ) -> ErrorPolicy {
        guard let policy = stage.onError else { return .fail }
        guard case .fallback(let name) = policy.value else { return policy.value }
        guard let other = types[name], name != stage.name.value else {
            if name != stage.name.value, isStage(name) { return .fail }
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
    mutating func refusePageSettings(of stage: StageDefinition, type: StageType) {
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

    /// What `scope`, `merge` and `most-pages` mean together, and with a stage that has no fields to ask for.
    mutating func refuseReadingSettings(of stage: StageDefinition, options: [String: String]) {
        let given = { (name: String) in stage.options.first { $0.key.value == name }?.key.place }
        if given("schema") == nil, let place = given("scope") ?? given("merge") {
            collector.report(
                "without a schema every page is read by itself",
                at: place,
                suggestion: "add a schema, or remove the option"
            )
        }
        guard options["scope"] != "document" else {
            guard let policy = stage.onError, policy.value != .fail else { return }
            collector.report("a stage with 'scope: document' can only fail", at: policy.place)
            return
        }
        if let place = given("most-pages") {
            collector.report(
                "most-pages bounds a stage that reads the whole document at once",
                at: place,
                suggestion: "add 'scope: document', or remove it"
            )
        }
    }

    /// A fallback may not lead back to the stage it stands in for, and what it reads must mean the same.
    mutating func checkFallbacks(_ stages: [CheckedStage]) {
        for stage in stages {
            guard let name = stage.fallback, let other = stages.first(where: { $0.name == name }),
                let place = definition.stages.first(where: { $0.name.value == stage.name })?.onError?.place
            else { continue }
            if reached(from: name, in: stages).contains(stage.name) {
                collector.report("the fallback '\(name)' itself leads back to '\(stage.name)'", at: place)
            }
            if stage.type.output == .fields, stage.type.name != other.type.name {
                collector.report(
                    "the fallback '\(name)' is a '\(other.type.name)', which reads something else",
                    at: place
                )
            } else if stage.options["schema"] != other.options["schema"] {
                collector.report("the fallback '\(name)' reads other fields: its schema is not the same", at: place)
            }
        }
    }

    /// A docling model splits pages itself: it must get them whole.
    mutating func checkWholePages(_ stages: [CheckedStage]) {
        for stage in stages where stage.type.name == "doctags" {
            guard let split = stages.first(where: { $0.name == stage.source(of: .tiles) }), split.type.name == "split",
                split.options["strategy"] != SplitStrategy.none.rawValue,
                let place = definition.stages.first(where: { $0.name.value == split.name })?.name.place
            else { continue }
            collector.report(
                "'\(stage.name)' takes whole pages, but '\(split.name)' cuts them",
                at: place,
                suggestion: "let the split stage's strategy be none"
            )
        }
    }

    /// Everything that a stage may wait for, directly or through others, with or without fallbacks.
    func reached(from start: String, in stages: [CheckedStage], withFallbacks: Bool = true) -> Set<String> {
        var waiting = [start]
        var reached: Set<String> = []
        while let name = waiting.popLast() {
            guard let stage = stages.first(where: { $0.name == name }) else { continue }
            let next = stage.dependencies + [withFallbacks ? stage.fallback : nil].compactMap(\.self)
            waiting += next.filter { reached.insert($0).inserted }
        }
        return reached
    }
}
