/// Cuts normalized text into the pieces within which tokens are merged.
struct PreTokenizer: Sendable {
    private enum Step: Sendable {
        /// Each character of a class on its own, or in runs.
        case digits(individual: Bool)
        case words(WordPattern, SplitBehavior, inverted: Bool)
        case literal([UInt8], SplitBehavior, inverted: Bool)
        case prefixSpace
        case metaspace(Metaspace)
    }

    private enum SplitBehavior: String {
        case removed = "Removed"
        case isolated = "Isolated"
        case contiguous = "Contiguous"
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
    }

    private var steps: [Step] = []
    /// Whether pieces are bytes of a byte-level vocabulary, not characters.
    private(set) var isByteLevel = false

    /// Reads `pre_tokenizer` of a tokenizer file.
    ///
    /// - Parameter node: The member, nil when it is absent.
    /// - Throws: `ModelInputError` for a pre-tokenizer or regex that Recto does not know.
    init(_ node: CheckpointNode?) throws(ModelInputError) {
        for step in try node?.sequence(of: "pretokenizers") ?? [] {
            if isByteLevel { throw step.unsupported("a pre-tokenizer after ByteLevel") }
            try append(step)
        }
    }

    private mutating func append(_ node: CheckpointNode) throws(ModelInputError) {
        let type = try node.type()
        switch type {
        case "Digits": steps.append(.digits(individual: try node.flag("individual_digits", default: false)))
        case "ByteLevel":
            if try node.flag("add_prefix_space", default: true) { steps.append(.prefixSpace) }
            if try node.flag("use_regex", default: true) { steps.append(.words(.gpt2, .isolated, inverted: false)) }
            isByteLevel = true
        case "Split": steps.append(try Self.split(node))
        case "Metaspace": steps.append(.metaspace(try Metaspace(node)))
        default: throw node.unsupported("the pre-tokenizer \(type)")
        }
    }

    private static func split(_ node: CheckpointNode) throws(ModelInputError) -> Step {
        let name = try node.required("behavior").string()
        guard let behavior = SplitBehavior(rawValue: name) else {
            throw node.unsupported("the split behaviour \(name)")
        }
        let inverted = try node.flag("invert", default: false)
        let pattern = try node.required("pattern")
        if let literal = pattern["String"] {
            let bytes = try literal.bytes()
            if bytes.isEmpty { throw literal.malformed("is an empty pattern") }
            return .literal(bytes, behavior, inverted: inverted)
        }
        let regex = try pattern.required("Regex").string()
        guard let words = WordPattern.known(by: regex) else { throw node.unsupported("the regex \(regex)") }
        return .words(words, behavior, inverted: inverted)
    }

    /// Cuts a text.
    ///
    /// - Parameters:
    ///   - text: Normalized text in UTF-8.
    ///   - isFirst: Whether the text stands at the very start of what is encoded.
    /// - Returns: The text, with a space put before it where the tokenizer wants one, and the pieces of it in order.
    func pieces(of text: [UInt8], isFirst: Bool) -> (text: [UInt8], pieces: [Range<Int>]) {
        var text = text
        var pieces = text.isEmpty ? [] : [0..<text.count]
        for step in steps {
            switch step {
            case .prefixSpace: (text, pieces) = withPrefixSpaces(text, pieces)
            case .metaspace(let metaspace):
                (text, pieces) = metaspace.spelled(text, pieces, isFirst: isFirst)
                guard metaspace.splits else { continue }
                pieces = split(pieces, .mergedWithNext, inverted: false) { piece in
                    occurrences(of: metaspace.replacement, in: text, piece)
                }
            case .digits(let individual):
                pieces = split(pieces, individual ? .isolated : .contiguous, inverted: false) { piece in
                    digitRuns(in: text, piece)
                }
            case .words(let pattern, let behavior, let inverted):
                pieces = split(pieces, behavior, inverted: inverted) { piece in
                    var runs: [Run] = []
                    var position = piece.lowerBound
                    while position < piece.upperBound {
                        let end = pattern.wordEnd(in: text, from: position, to: piece.upperBound)
                        runs.append((position..<end, true))
                        position = end
                    }
                    return runs
                }
            case .literal(let literal, let behavior, let inverted):
                pieces = split(pieces, behavior, inverted: inverted) { occurrences(of: literal, in: text, $0) }
            }
        }
        return (text, pieces)
    }

    /// A stretch of text and whether the pattern matched it.
    private typealias Run = (range: Range<Int>, isMatch: Bool)

    private func split(
        _ pieces: [Range<Int>],
        _ behavior: SplitBehavior,
        inverted: Bool,
        runs: (Range<Int>) -> [Run]
    ) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for piece in pieces { Self.append(runs(piece), behavior, inverted: inverted, to: &result) }
        return result
    }

    private static func append(_ runs: [Run], _ behavior: SplitBehavior, inverted: Bool, to result: inout [Range<Int>])
    {
        let firstOfPiece = result.count
        var joinsNext = false
        var previousIsMatch: Bool?
        for (range, matched) in runs {
            let isMatch = matched != inverted
            let joins =
                switch behavior {
                case .removed, .isolated: false
                case .contiguous: previousIsMatch == isMatch
                case .mergedWithPrevious: isMatch && previousIsMatch != true
                case .mergedWithNext: joinsNext && !isMatch
                }
            if joins, result.count > firstOfPiece {
                result[result.count - 1] = result[result.count - 1].lowerBound..<range.upperBound
            } else if !(behavior == .removed && isMatch) {
                result.append(range)
            }
            joinsNext = isMatch
            previousIsMatch = isMatch
        }
    }

    private func digitRuns(in text: [UInt8], _ piece: Range<Int>) -> [Run] {
        var runs: [Run] = []
        var start = piece.lowerBound
        var position = piece.lowerBound
        while position < piece.upperBound {
            let (scalar, next) = text.scalar(at: position)
            if scalar.textClass == .number {
                if start < position { runs.append((start..<position, false)) }
                runs.append((position..<next, true))
                start = next
            }
            position = next
        }
        if start < piece.upperBound { runs.append((start..<piece.upperBound, false)) }
        return runs
    }

    private func occurrences(of literal: [UInt8], in text: [UInt8], _ piece: Range<Int>) -> [Run] {
        var runs: [Run] = []
        var start = piece.lowerBound
        var position = piece.lowerBound
        while position + literal.count <= piece.upperBound {
            if literal.indices.allSatisfy({ text[position + $0] == literal[$0] }) {
                if start < position { runs.append((start..<position, false)) }
                runs.append((position..<(position + literal.count), true))
                position += literal.count
                start = position
            } else {
                position += 1
            }
        }
        if start < piece.upperBound { runs.append((start..<piece.upperBound, false)) }
        return runs
    }

    private func withPrefixSpaces(_ text: [UInt8], _ pieces: [Range<Int>]) -> (text: [UInt8], pieces: [Range<Int>]) {
        var spaced: [UInt8] = []
        var moved: [Range<Int>] = []
        for piece in pieces {
            let start = spaced.count
            if text[piece.lowerBound] != 0x20 { spaced.append(0x20) }
            spaced.append(contentsOf: text[piece])
            moved.append(start..<spaced.count)
        }
        return (spaced, moved)
    }
}
