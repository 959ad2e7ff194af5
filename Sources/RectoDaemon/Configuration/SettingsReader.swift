import Foundation
import Yams

/// One mapping of a YAML file, read key by key; what was not asked for by the end is a mistake.
struct SettingsReader {
    private let file: String
    private let pairs: [(key: Node, value: Node)]
    private let name: String
    private var known: [String] = []

    /// Reads a file's outermost mapping.
    init(yaml: String, file: String) throws {
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw Self.translated(error, file)
        }
        try self.init(node, name: "", file: file)
    }

    private init(_ node: Node?, name: String, file: String) throws {
        self.file = file
        self.name = name
        switch node {
        case nil: pairs = []
        case .mapping(let mapping)?: pairs = mapping.map { ($0.key, $0.value) }
        case .scalar(let scalar)? where ["", "~", "null"].contains(scalar.string): pairs = []
        case let node?:
            let what = name.isEmpty ? "the file" : "`\(name)`"
            throw Self.mistake(node, file, "\(what) must be a mapping of keys to values")
        }
    }

    /// A mapping inside this one; empty when it is not there.
    mutating func section(_ key: String) throws -> SettingsReader {
        try SettingsReader(value(key), name: full(key), file: file)
    }

    /// The keys of this mapping, for mappings whose keys are free.
    mutating func freeKeys() throws -> [String] {
        let keys = pairs.compactMap(\.key.string)
        known += keys
        return keys
    }

    /// A text.
    mutating func string(_ key: String) throws -> String? {
        guard let node = value(key) else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw wrong(node, key, "a text") }
        return scalar.string
    }

    /// A whole number within bounds.
    mutating func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let node = value(key) else { return nil }
        guard let number = node.string.flatMap(Int.init), range.contains(number) else {
            throw wrong(node, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A duration such as `500ms`, `30s`, `5m` or `2h`.
    mutating func duration(_ key: String) throws -> Duration? {
        guard let node = value(key) else { return nil }
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        guard let number = Self.quantity(node.string, units), number > 0 || node.string?.hasPrefix("0") == true else {
            throw wrong(node, key, "a duration such as 500ms, 30s, 5m or 2h")
        }
        return .milliseconds(number)
    }

    /// A size such as `512MiB` or `1GiB`.
    mutating func size(_ key: String) throws -> Int64? {
        guard let node = value(key) else { return nil }
        let units: [(String, Int64)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("B", 1),
        ]
        guard let number = Self.quantity(node.string, units) else {
            throw wrong(node, key, "a size such as 512MiB or 1GiB")
        }
        return number
    }

    /// One of a few words.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        _ type: Choice.Type = Choice.self
    ) throws -> Choice? where Choice.RawValue == String {
        guard let node = value(key) else { return nil }
        guard let choice = node.string.flatMap(Choice.init(rawValue:)) else {
            let words = Choice.allCases.map(\.rawValue)
            throw wrong(node, key, "one of " + words.joined(separator: ", "), Self.nearest(node.string ?? "", words))
        }
        return choice
    }

    /// A list of texts, or one text; empty when the key is absent.
    mutating func strings(_ key: String) throws -> [String] {
        guard let node = value(key) else { return [] }
        let items = node.sequence.map { Array($0) } ?? [node]
        return try items.map { item in
            guard let text = item.string, !text.isEmpty else { throw wrong(item, key, "a text or a list of texts") }
            return text
        }
    }

    /// Whether the value of a key is a mapping rather than a text.
    func isSection(_ key: String) -> Bool {
        guard case .mapping? = pairs.first(where: { $0.key.string == key })?.value else { return false }
        return true
    }

    /// Where the values of some keys of this mapping stand.
    func places(of keys: [String]) -> SettingPlaces {
        var places = SettingPlaces(file: file)
        for key in keys {
            guard let mark = pairs.first(where: { $0.key.string == key })?.value.mark else { continue }
            places.note(key, line: mark.line, column: mark.column)
        }
        return places
    }

    /// A mistake at the value of a key.
    func mistake(_ key: String, _ problem: String) -> DaemonError {
        Self.mistake(pairs.first { $0.key.string == key }?.value, file, problem)
    }

    /// Refuses keys that nobody asked for.
    func finish() throws {
        for (key, _) in pairs {
            let found = key.string ?? ""
            guard !known.contains(found) else { continue }
            let place = name.isEmpty ? "" : " in `\(name)`"
            let hint =
                Self.nearest(found, known).map { "; did you mean `\($0)`?" }
                ?? "; known are " + known.sorted().joined(separator: ", ")
            throw Self.mistake(key, file, "unknown key `\(found)`\(place)\(hint)")
        }
    }

    private mutating func value(_ key: String) -> Node? {
        known.append(key)
        return pairs.first { $0.key.string == key }?.value
    }

    private func full(_ key: String) -> String { name.isEmpty ? key : name + "." + key }

    private func wrong(_ node: Node, _ key: String, _ expected: String, _ suggestion: String? = nil) -> DaemonError {
        let found = node.string.map { "`\($0)`" } ?? "a list or a mapping"
        let hint = suggestion.map { "; did you mean `\($0)`?" } ?? ""
        return Self.mistake(node, file, "`\(full(key))` must be \(expected), not \(found)\(hint)")
    }

    private static func quantity(_ text: String?, _ units: [(String, Int64)]) -> Int64? {
        guard let text, let unit = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
        guard let number = Int64(text.dropLast(unit.0.count).trimmingCharacters(in: .whitespaces)), number >= 0
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.1)
        return overflow ? nil : product
    }

    private static func mistake(_ node: Node?, _ file: String, _ problem: String) -> DaemonError {
        .configuration(file: file, line: node?.mark?.line ?? 1, column: node?.mark?.column ?? 1, problem: problem)
    }

    private static func translated(_ error: YamlError, _ file: String) -> DaemonError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .configuration(file: file, line: mark.line, column: mark.column, problem: problem)
        default: .configuration(file: file, line: 1, column: 1, problem: "\(error)")
        }
    }

    /// The word that was most likely meant, if one is near.
    static func nearest(_ word: String, _ words: [String]) -> String? {
        let nearest = words.map { ($0, distance(Array(word), Array($0))) }.min { $0.1 < $1.1 }
        guard let nearest, nearest.1 <= max(2, word.count / 3) else { return nil }
        return nearest.0
    }

    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let substituted = diagonal + (character == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
