import Yams

/// Composes YAML in which keys may stand twice in a mapping, so that one run reports all of them and what else is wrong.
///
/// The YAML parser stops at the first such key. Each one is written over with a character that the text has nowhere else, as
/// often as the key is long, which keeps the place of everything else, and the text is composed again.
struct DuplicateKeys {
    /// A key that had been there before.
    struct Repetition {
        let key: String
        let place: SourcePlace
        let first: SourcePlace
    }

    private static let most = 100
    /// Characters without a meaning of their own (Unicode, Private Use Area).
    private static let privateUse: ClosedRange<UInt32> = 0xE000...0xF8FF

    private(set) var repetitions: [Repetition] = []
    /// The keys of the composed text that stand where a repeated key was.
    private(set) var standIns: Set<String> = []
    private var scalars: [Unicode.Scalar]
    /// Characters that may still be written over a key, the last one first; none of them is the text's own.
    private var unused: [Unicode.Scalar]

    init(text: String) {
        scalars = Array(text.unicodeScalars)
        let own = Set(scalars)
        let free = Self.privateUse.lazy.compactMap(Unicode.Scalar.init).filter { !own.contains($0) }
        unused = Array(free.prefix(Self.most))
    }

    /// Composes the text; keys that stand twice come out as `standIns`.
    mutating func compose() throws -> Node? {
        while true {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            do {
                return try Yams.compose(yaml: String(text))
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let first = SourcePlace(line: context.mark.line, column: context.mark.column)
                guard let key = keys.first, replaceRepetition(of: key, first: first) else {
                    throw YamlError.duplicatedKeysInMapping(duplicates: keys, context: context)
                }
            }
        }
    }

    private mutating func replaceRepetition(of key: String, first: SourcePlace) -> Bool {
        let length = key.unicodeScalars.count
        guard let start = offset(of: first), let found = repetition(of: Array(key.unicodeScalars), after: start),
            let scalar = unused.popLast()
        else { return false }
        repetitions.append(Repetition(key: key, place: place(of: found), first: first))
        scalars.replaceSubrange(found..<(found + length), with: repeatElement(scalar, count: length))
        standIns.insert(String(repeating: Character(scalar), count: length))
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
