/// Reads a pattern by the grammar of ECMA-262 section 22.2.1 with the `u` flag, refusing what no automaton can decide.
struct PatternParser {
    /// How deeply groups may be nested.
    private static let maximumDepth = 32
    /// The most scalars that a pattern may be expanded to when its repetitions are written out.
    static let maximumSize = 20_000

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    /// Starts at the beginning of a pattern.
    ///
    /// - Parameter source: The pattern without slashes and flags.
    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    /// Reads the whole pattern.
    ///
    /// - Returns: The alternatives outside all groups.
    /// - Throws: `PatternError` with the place.
    mutating func pattern() throws(PatternError) -> [Pattern.Alternative] {
        var alternatives: [Pattern.Alternative] = []
        repeat {
            let isAnchoredAtStart = take("^")
            let expression = try sequence()
            let isAnchoredAtEnd = take("$")
            alternatives.append(
                Pattern.Alternative(
                    isAnchoredAtStart: isAnchoredAtStart,
                    isAnchoredAtEnd: isAnchoredAtEnd,
                    expression: expression
                )
            )
            if let next = peek, next != "|" {
                if next == ")" { throw error("there is no group that this ) ends; write \\) for the character") }
                throw error("$ can only stand at the end of the pattern or of one of its alternatives outside groups")
            }
        } while take("|")
        let size = alternatives.reduce(0) { Self.sum($0, Self.size($1.expression)) }
        guard size <= Self.maximumSize else {
            throw PatternError(
                reason: "it stands for more than \(Self.maximumSize) characters when its repetitions are written out",
                column: 1
            )
        }
        return alternatives
    }

    /// How many scalars an expression has when its repetitions are written out, at least one for everything.
    ///
    /// - Parameter expression: The expression.
    /// - Returns: The count, or `Int.max` when it does not fit.
    static func size(_ expression: Pattern.Expression) -> Int {
        switch expression {
        case .scalar: return 1
        case .sequence(let parts), .choice(let parts): return parts.reduce(1) { sum($0, size($1)) }
        case .repetition(let part, let minimum, let maximum):
            let (size, overflow) = size(part).multipliedReportingOverflow(by: max(1, maximum ?? minimum + 1))
            return overflow ? .max : size
        }
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    private mutating func choice() throws(PatternError) -> Pattern.Expression {
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        if peek == "$" { throw error("$ inside a group is not supported; move it to the end of the pattern") }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(PatternError) -> Pattern.Expression {
        var parts: [Pattern.Expression] = []
        while let next = peek, next != "|", next != ")", next != "$" {
            let atom = try atom()
            parts.append(try quantified(atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom() throws(PatternError) -> Pattern.Expression {
        guard let scalar = peek else { throw error("the pattern ends too early") }
        switch scalar {
        case "(": return try group()
        case "[":
            index += 1
            return .scalar(try characterClass())
        case "\\":
            index += 1
            return .scalar(try escapedSet())
        case ".":
            index += 1
            return .scalar(CodePointSet.lineTerminators.complement)
        case "^":
            throw error("^ can only stand at the beginning of the pattern or of one of its alternatives outside groups")
        case "*", "+", "?": throw error("there is nothing that \(scalar) could repeat")
        case "{", "}", "]": throw error("write \\\(scalar) for the character \(scalar)")
        default:
            index += 1
            return .scalar(CodePointSet(scalar))
        }
    }

    private mutating func group() throws(PatternError) -> Pattern.Expression {
        let start = index
        index += 1
        if take("?") { try groupKind(start: start) }
        guard depth < Self.maximumDepth else { throw error("groups are nested too deeply", at: start) }
        depth += 1
        let expression = try choice()
        depth -= 1
        guard take(")") else { throw error("the group that begins here has no end", at: start) }
        return expression
    }

    private mutating func groupKind(start: Int) throws(PatternError) {
        if take(":") { return }
        for (text, name) in [("=", "lookahead"), ("!", "lookahead"), ("<=", "lookbehind"), ("<!", "lookbehind")]
        where scalars[index...].starts(with: text.unicodeScalars) {
            throw error("\(name) (?\(text) is not supported; write the pattern without it", at: start)
        }
        guard take("<") else { throw error("this kind of group is not supported; use (?: )", at: start) }
        let name = index
        while let next = peek, next != ">" {
            guard next == "_" || next == "$" || next.properties.isAlphabetic || next.properties.numericType != nil
            else { throw error("a group's name has letters, digits and _ only") }
            index += 1
        }
        guard index > name, take(">") else { throw error("the group's name has no end", at: start) }
    }

    private mutating func quantified(_ atom: Pattern.Expression) throws(PatternError) -> Pattern.Expression {
        let start = index
        let bounds: (minimum: Int, maximum: Int?)
        switch peek {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{":
            index += 1
            guard let minimum = try count() else { throw error("write \\{ for the character {", at: start) }
            var maximum: Int? = minimum
            if take(",") { maximum = try count() }
            guard peek == "}" else { throw error("the repetition that begins here has no end", at: start) }
            if let maximum, maximum < minimum { throw error("the bounds are in the wrong order", at: start) }
            bounds = (minimum, maximum)
        default: return atom
        }
        index += 1
        _ = take("?")
        if let next = peek, "*+?{".unicodeScalars.contains(next) {
            throw error("there is nothing that \(next) could repeat")
        }
        return .repetition(atom, minimum: bounds.minimum, maximum: bounds.maximum)
    }

    private mutating func count() throws(PatternError) -> Int? {
        let start = index
        while let next = peek, ("0"..."9").contains(next) { index += 1 }
        guard index > start else { return nil }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[start..<index])
        guard let count = Int(text), count <= Self.maximumSize else {
            throw error("more than \(Self.maximumSize) repetitions are not supported", at: start)
        }
        return count
    }
}

extension PatternParser {
    /// The scalar at the place that is read next.
    var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    /// The place that is read next.
    var place: Int { index }

    /// Passes the next scalar.
    ///
    /// - Returns: The scalar, or nil at the end.
    mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        index += 1
        return scalar
    }

    /// Passes the next scalar when it is the one given.
    ///
    /// - Parameter scalar: The scalar.
    /// - Returns: Whether it was there.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    /// Goes back to a place.
    ///
    /// - Parameter place: An earlier `place`.
    mutating func rewind(to place: Int) { index = place }

    /// Says what is wrong at a place.
    ///
    /// - Parameters:
    ///   - reason: What is wrong, as a sentence fragment.
    ///   - place: Where; here, when nil.
    /// - Returns: The error.
    func error(_ reason: String, at place: Int? = nil) -> PatternError {
        PatternError(reason: reason, column: (place ?? index) + 1)
    }
}
