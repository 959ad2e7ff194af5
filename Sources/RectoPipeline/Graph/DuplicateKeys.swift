import Yams

/// Composes YAML in which keys may stand twice in a mapping, so that one run reports all of them and what else is wrong.
///
/// The YAML parser stops at the first such key. Each one is replaced by a placeholder of the same length, which keeps the
/// place of everything else, and the text is composed again.
struct DuplicateKeys {
    /// A key that had been there before.
    struct Repetition {
        let key: String
        let place: SourcePlace
        let first: SourcePlace
    }

    private static let most = 100
    private static let placeholders: ClosedRange<UInt32> = 0xE000...0xE0FF

    private(set) var repetitions: [Repetition] = []
    private var scalars: [Unicode.Scalar]

    init(text: String) { scalars = Array(text.unicodeScalars) }

    /// Whether a key is one of ours, standing where a repeated key was.
    static func isPlaceholder(_ key: String) -> Bool {
        key.unicodeScalars.first.map { placeholders.contains($0.value) } ?? false
    }

    /// Composes the text; keys that stand twice come out as placeholders.
    mutating func compose() throws -> Node? {
        while true {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            do {
                return try Yams.compose(yaml: String(text))
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) where repetitions.count < Self.most {
                let first = SourcePlace(line: context.mark.line, column: context.mark.column)
                guard let key = keys.first, replaceRepetition(of: key, first: first) else {
                    throw YamlError.duplicatedKeysInMapping(duplicates: keys, context: context)
                }
            }
        }
    }

    private mutating func replaceRepetition(of key: String, first: SourcePlace) -> Bool {
        guard let start = offset(of: first), let found = repetition(of: Array(key.unicodeScalars), after: start),
            let placeholder = Unicode.Scalar(Self.placeholders.lowerBound + UInt32(repetitions.count))
        else { return false }
        repetitions.append(Repetition(key: key, place: place(of: found), first: first))
        for index in found..<(found + key.unicodeScalars.count) { scalars[index] = placeholder }
        return true
    }

    // MARK: - Looking for the second one

    /// The next place at the same depth where the key stands before a colon.
    private func repetition(of key: [Unicode.Scalar], after start: Int) -> Int? {
        let column = place(of: start).column
        let isBlock = scalars[lineStart(of: start)..<start].allSatisfy { $0 == " " }
        var depth = 0
        var quote: Unicode.Scalar?
        var index = start + key.count
        while index < scalars.count {
            let scalar = scalars[index]
            let isFree = quote == nil && depth == 0
            let inPlace = !isBlock || (place(of: index).column == column && isFirstInLine(index))
            if isFree, inPlace, isKey(key, at: index) { return index }
            let opensKey = inPlace && isFree && (scalar == "\"" || scalar == "'")
            if opensKey, isKey(key, at: index + 1) { return index + 1 }
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'", isWordStart(index) {
                quote = scalar
            } else if scalar == "{" || scalar == "[" {
                depth += 1
            } else if scalar == "}" || scalar == "]" {
                depth -= 1
                if depth < 0 { return nil }
            }
            index += 1
        }
        return nil
    }

    private func isKey(_ key: [Unicode.Scalar], at index: Int) -> Bool {
        guard isWordStart(index), index + key.count < scalars.count,
            scalars[index..<(index + key.count)].elementsEqual(key)
        else { return false }
        var end = index + key.count
        while end < scalars.count, scalars[end] == " " || scalars[end] == "\"" || scalars[end] == "'" { end += 1 }
        return end < scalars.count && scalars[end] == ":"
    }

    private func isWordStart(_ index: Int) -> Bool {
        guard index > 0 else { return true }
        return [" ", "\n", "\t", "{", ",", "\"", "'", "["].contains(scalars[index - 1])
    }

    private func isFirstInLine(_ index: Int) -> Bool {
        scalars[lineStart(of: index)..<index].allSatisfy { $0 == " " }
    }

    // MARK: - Places

    private func lineStart(of index: Int) -> Int {
        (scalars[..<index].lastIndex(of: "\n") ?? -1) + 1
    }

    private func offset(of place: SourcePlace) -> Int? {
        var start = 0
        for _ in 1..<max(1, place.line) {
            guard let end = scalars[start...].firstIndex(of: "\n") else { return nil }
            start = end + 1
        }
        let offset = start + place.column - 1
        return scalars.indices.contains(offset) ? offset : nil
    }

    private func place(of index: Int) -> SourcePlace {
        let line = scalars[..<index].count { $0 == "\n" } + 1
        return SourcePlace(line: line, column: index - lineStart(of: index) + 1)
    }
}
