public import Foundation
import RectoPages
import Yams

/// Reads the YAML of a pipeline: form only, every mistake with its place.
public enum PipelineFile {
    static let stageKeys = ["use", "from", "on-error", "retry", "timeout", "concurrency"]
    private static let topKeys = ["version", "name", "model", "review-below", "stages", "deliver"]

    /// Reads a pipeline file.
    ///
    /// - Parameter file: The file.
    /// - Returns: The mirror of the file.
    /// - Throws: `PipelineError` when it cannot be read or is not in form; every mistake is named.
    public static func read(_ file: URL) throws(PipelineError) -> PipelineDefinition {
        try parse(text(of: file), file: file.path)
    }

    /// Reads the text of a pipeline file.
    ///
    /// - Parameters:
    ///   - text: The YAML.
    ///   - file: Its name, for messages.
    /// - Returns: The mirror of the file.
    /// - Throws: `PipelineError.invalid` with every mistake.
    public static func parse(_ text: String, file: String) throws(PipelineError) -> PipelineDefinition {
        let (definition, collector) = mirror(text, file: file)
        guard collector.diagnostics.isEmpty, let definition else { throw .invalid(collector.sorted) }
        return definition
    }

    /// Mirrors as much of a file as is in form, so that what it means can be checked in the same run.
    static func mirror(_ text: String, file: String) -> (PipelineDefinition?, DiagnosticCollector) {
        var reader = PipelineReader(collector: DiagnosticCollector(file: file, text: text), text: text)
        let definition = reader.read()
        return (definition, reader.collector)
    }

    /// The text of a file.
    static func text(of file: URL) throws(PipelineError) -> String {
        let data: Data
        do { data = try Data(contentsOf: file) } catch {
            throw .unreadable(file: file.path, reason: error.localizedDescription)
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw .unreadable(file: file.path, reason: "it is not UTF-8 text")
        }
        return text
    }

    /// The names of the members of a pipeline file.
    static var keys: [String] { topKeys }
}

/// Walks the YAML nodes and collects mistakes.
private struct PipelineReader {
    var collector: DiagnosticCollector
    let text: String
    private var brokenStages: Set<String> = []
    /// Keys that stand where a repeated one was, which has been reported.
    private var standIns: Set<String> = []
    private let start = SourcePlace(line: 1, column: 1)

    init(collector: DiagnosticCollector, text: String) {
        self.collector = collector
        self.text = text
    }

    mutating func read() -> PipelineDefinition? {
        guard let root = compose() else { return nil }
        guard let members = members(of: root, what: "a pipeline", known: PipelineFile.keys) else { return nil }
        checkVersion(members["version"])
        let name = string(members["name"], key: "name") ?? Placed(value: "", place: start)
        let model = members["model"].map { string($0, key: "model") } ?? Placed(value: "default", place: start)
        let reviewBelow = members["review-below"].flatMap { share($0.value, key: "review-below") }
        var stages: [StageDefinition] = []
        if let node = members["stages"]?.value {
            if let mapping = node.mapping {
                for (key, value) in mapping {
                    if let stage = stage(key, value) { stages.append(stage) }
                }
                if mapping.isEmpty { collector.report("'stages' is empty", at: place(of: node)) }
            } else {
                collector.report("'stages' must map names to stages", at: place(of: node))
            }
        } else {
            collector.report("'stages' is missing", at: start)
        }
        let deliver = string(members["deliver"], key: "deliver")
        return PipelineDefinition(
            file: collector.file,
            name: name,
            model: (model ?? nil) ?? Placed(value: "", place: start),
            reviewBelow: reviewBelow,
            stages: stages,
            deliver: deliver ?? Placed(value: "", place: start),
            text: text,
            brokenStages: brokenStages
        )
    }

    private mutating func compose() -> Node? {
        do {
            var source = DuplicateKeys(text: text)
            let composed = try source.compose()
            standIns = source.standIns
            for repetition in source.repetitions {
                collector.report(
                    "'\(repetition.key)' stands twice in one mapping, first in line \(repetition.first.line)",
                    at: repetition.place,
                    suggestion: "rename or remove one"
                )
            }
            guard let root = composed else {
                collector.report("the file is empty", at: start, suggestion: "begin with 'version: 1'")
                return nil
            }
            return root
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            collector.report("this is not YAML: \(problem)", at: SourcePlace(line: mark.line, column: mark.column))
        } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
            let keys = duplicates.map { "'\($0)'" }.sorted().joined(separator: ", ")
            let place = SourcePlace(line: context.mark.line, column: context.mark.column)
            collector.report("\(keys) stands twice in one mapping", at: place, suggestion: "rename or remove one")
        } catch {
            collector.report("this is not YAML: \(error)", at: start)
        }
        return nil
    }

    // MARK: - Members

    private typealias Member = (key: Node, value: Node)

    private mutating func members(of node: Node, what: String, known: [String]?) -> [String: Member]? {
        guard let mapping = node.mapping else {
            collector.report("\(what) must be a mapping", at: place(of: node))
            return nil
        }
        var members: [String: Member] = [:]
        for (key, value) in mapping {
            guard let name = key.string else {
                collector.report("a key must be text", at: place(of: key))
                continue
            }
            if standIns.contains(name) { continue }
            if let known, !known.contains(name) {
                let suggestion = Suggestion.text(for: name, among: known)
                collector.report("unknown key '\(name)'", at: place(of: key), suggestion: suggestion)
                continue
            }
            members[name] = (key, value)
        }
        return members
    }

    private mutating func checkVersion(_ member: Member?) {
        guard let member else {
            collector.report("'version' is missing", at: start, suggestion: "add 'version: 1'")
            return
        }
        guard member.value.int == 1 else {
            collector.report("only version 1 is known", at: place(of: member.value), suggestion: "write 'version: 1'")
            return
        }
    }

    private mutating func string(_ member: Member?, key: String) -> Placed<String>? {
        guard let member else {
            collector.report("'\(key)' is missing", at: start)
            return nil
        }
        guard let text = member.value.scalar?.string, !text.isEmpty else {
            collector.report("'\(key)' must be a name", at: place(of: member.value))
            return nil
        }
        return Placed(value: text, place: place(of: member.value))
    }

    // MARK: - Stages

    private mutating func stage(_ key: Node, _ node: Node) -> StageDefinition? {
        guard let name = key.string else {
            collector.report("a stage's name must be text", at: place(of: key))
            return nil
        }
        guard !standIns.contains(name) else { return nil }
        checkName(name, at: place(of: key))
        guard let stage = stage(name, key, node) else {
            brokenStages.insert(name)
            return nil
        }
        return stage
    }

    /// Names stand in messages, records and diagrams, and `document` already means something in `from`.
    private mutating func checkName(_ name: String, at place: SourcePlace) {
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains(scalar))
        }
        if name.isEmpty || name.count > 64 || !isPlain {
            collector.report("a stage's name must be of letters, digits, '-' and '_'", at: place)
        } else if ["document", "record"].contains(name) {
            collector.report("'\(name)' is no name for a stage: it is what a pipeline is given or makes", at: place)
        }
    }

    private mutating func stage(_ name: String, _ key: Node, _ node: Node) -> StageDefinition? {
        guard let members = members(of: node, what: "the stage '\(name)'", known: nil) else { return nil }
        guard let use = members["use"] else {
            collector.report(
                "the stage '\(name)' does not say which type it is",
                at: place(of: key),
                suggestion: "add 'use: TYPE'"
            )
            return nil
        }
        guard let type = string(use, key: "use") else { return nil }
        var stage = StageDefinition(
            name: Placed(value: name, place: place(of: key)),
            type: type,
            from: [],
            options: [],
            onError: nil,
            retry: 0,
            timeout: nil,
            concurrency: 1
        )
        for (key, value) in node.mapping ?? [:] {
            guard let keyName = key.string, !standIns.contains(keyName) else { continue }
            switch keyName {
            case "use": break
            case "from":
                guard let names = names(value) else { return nil }
                stage.from = names
            case "on-error": stage.onError = policy(value)
            case "retry": stage.retry = count(value, key: keyName, range: 0...10) ?? 0
            case "concurrency": stage.concurrency = count(value, key: keyName, range: 1...16) ?? 1
            case "timeout": stage.timeout = duration(value)
            default:
                guard let option = option(value, key: keyName) else { continue }
                stage.options.append((Placed(value: keyName, place: place(of: key)), option))
            }
        }
        return stage
    }

    private mutating func names(_ node: Node) -> [Placed<String>]? {
        let nodes = node.sequence.map(Array.init) ?? [node]
        let names = nodes.compactMap { item -> Placed<String>? in
            guard let name = item.scalar?.string, !name.isEmpty else {
                collector.report("'from' must name a stage or list stages", at: place(of: item))
                return nil
            }
            return Placed(value: name, place: place(of: item))
        }
        if nodes.isEmpty { collector.report("'from' lists no stage", at: place(of: node)) }
        return names.isEmpty || names.count < nodes.count ? nil : names
    }

    private mutating func policy(_ node: Node) -> Placed<ErrorPolicy>? {
        let place = place(of: node)
        if let mapping = node.mapping, mapping.count == 1, let name = mapping["fallback"]?.scalar?.string {
            return Placed(value: .fallback(name), place: place)
        }
        switch node.scalar?.string {
        case "fail": return Placed(value: .fail, place: place)
        case "skip": return Placed(value: .skip, place: place)
        default:
            collector.report("'on-error' must be fail, skip or {fallback: STAGE}", at: place)
            return nil
        }
    }

    private mutating func count(_ node: Node, key: String, range: ClosedRange<Int>) -> Int? {
        guard let value = node.int, range.contains(value) else {
            let expected = "\(range.lowerBound) to \(range.upperBound)"
            collector.report("'\(key)' must be a whole number from \(expected)", at: place(of: node))
            return nil
        }
        return value
    }

    private mutating func share(_ node: Node, key: String) -> Double? {
        guard let value = node.float, (0...1).contains(value) else {
            collector.report(
                "'\(key)' must be a number from 0 to 1",
                at: place(of: node),
                suggestion: "for example 0.8"
            )
            return nil
        }
        return value
    }

    private mutating func duration(_ node: Node) -> Duration? {
        guard let text = node.scalar?.string, let value = DurationText.parse(text), value > .zero else {
            collector.report("'timeout' must be a time such as 30s, 500ms or 2m", at: place(of: node))
            return nil
        }
        return value
    }

    private mutating func option(_ node: Node, key: String) -> Placed<OptionValue>? {
        if let text = node.scalar?.string { return Placed(value: .scalar(text), place: place(of: node)) }
        let items = node.sequence.map { $0.map { $0.scalar?.string } }
        if let items, !items.contains(nil) {
            return Placed(value: .list(items.compactMap(\.self)), place: place(of: node))
        }
        collector.report("'\(key)' must be a value or a list of values", at: place(of: node))
        return nil
    }

    private func place(of node: Node) -> SourcePlace {
        node.mark.map { SourcePlace(line: $0.line, column: $0.column) } ?? start
    }
}

/// Times as they are written in YAML: `500ms`, `30s`, `2m`, `1h`.
public enum DurationText {
    /// Reads a time.
    ///
    /// - Parameter text: A number with a unit.
    /// - Returns: The time, or nil when the text is none.
    public static func parse(_ text: String) -> Duration? {
        let units: [(suffix: String, milliseconds: Double)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
        ]
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let value = Double(text.dropLast(unit.suffix.count)), value.isFinite, value >= 0, value < 1e9 else {
                continue
            }
            return .milliseconds(Int64((value * unit.milliseconds).rounded()))
        }
        return nil
    }
}
