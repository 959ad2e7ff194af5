/// Compares whole values with shapes, whatever their members' order and their numbers' spelling.
struct ShapeMatcher {
    private struct Question: Hashable {
        let path: [Int]
        let goal: Int
    }

    private let shapes: [Shape]
    /// Alternatives that share members ask the same questions again and again.
    private var answers: [Question: JSONValue?] = [:]

    /// Creates a matcher.
    ///
    /// - Parameter shapes: The shapes of all goals.
    init(shapes: [Shape]) { self.shapes = shapes }

    /// Rewrites a value as an automaton writes it: members in the shape's order, numbers without exponents.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - goal: What it should satisfy.
    /// - Returns: The same value rewritten, or nil when it does not satisfy the goal.
    mutating func rewritten(_ value: JSONValue, goal: Int) -> JSONValue? {
        answers = [:]
        return rewritten(value, goal: goal, at: [])
    }

    /// Rewrites a value as an automaton writes it.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - shape: The shape that it should have.
    /// - Returns: The same value rewritten, or nil when it does not have the shape.
    mutating func rewritten(_ value: JSONValue, as shape: Shape) -> JSONValue? {
        answers = [:]
        return rewritten(value, as: shape, at: [])
    }

    private mutating func rewritten(_ value: JSONValue, goal: Int, at path: [Int]) -> JSONValue? {
        let question = Question(path: path, goal: goal)
        if let answer = answers[question] { return answer }
        let answer = rewritten(value, as: shapes[goal], at: path)
        answers[question] = .some(answer)
        return answer
    }

    private mutating func rewritten(_ value: JSONValue, as shape: Shape, at path: [Int]) -> JSONValue? {
        if let literal = shape.literals.first(where: { $0.isEqualInstance(to: value) }) { return literal.plainNumbers }
        for (values, other) in shape.candidates {
            guard let literal = values.first(where: { $0.isEqualInstance(to: value) }) else { continue }
            if case .some = rewritten(value, as: other, at: path) { return literal.plainNumbers }
        }
        switch value {
        case .null, .bool: return nil
        case .number(let number):
            guard shape.numbers.contains(where: { $0.range.contains(number) }) else { return nil }
            return value.plainNumbers
        case .string(let text):
            guard shape.texts.contains(where: { $0.matches(text) }) else { return nil }
            return value
        case .array(let elements):
            for array in shape.arrays {
                if let elements = rewritten(elements, as: array, at: path) { return .array(elements) }
            }
        case .object(let object):
            for shape in shape.objects {
                if let object = rewritten(object, as: shape, at: path) { return .object(object) }
            }
        }
        return nil
    }

    private mutating func rewritten(_ elements: [JSONValue], as shape: ArrayShape, at path: [Int]) -> [JSONValue]? {
        guard elements.count >= shape.minimum, elements.count <= shape.maximum ?? .max else { return nil }
        var result: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            guard let element = rewritten(element, goal: shape.goal(at: index), at: path + [index]) else { return nil }
            result.append(element)
        }
        return result
    }

    private mutating func rewritten(_ object: JSONObject, as shape: ObjectShape, at path: [Int]) -> JSONObject? {
        var remaining = Dictionary(
            uniqueKeysWithValues: object.members.enumerated().map { (Array($1.key.utf8), ($0, $1)) }
        )
        var result: [JSONObject.Member] = []
        for named in shape.members {
            guard let (index, member) = remaining.removeValue(forKey: Array(named.key.utf8)) else {
                if named.isRequired { return nil }
                continue
            }
            guard let value = rewritten(member.value, goal: named.goal, at: path + [index]) else { return nil }
            result.append(.init(key: member.key, value: value))
        }
        for (index, member) in remaining.values.sorted(by: { $0.0 < $1.0 }) {
            guard let goal = shape.otherGoal(member.key),
                let value = rewritten(member.value, goal: goal, at: path + [index])
            else { return nil }
            result.append(.init(key: member.key, value: value))
        }
        return JSONObject(result)
    }
}

extension TextShape {
    /// Whether a string has the shape.
    ///
    /// - Parameter text: The string.
    /// - Returns: Whether patterns, formats and lengths hold, also for forms that are never written.
    func matches(_ text: String) -> Bool {
        let count = text.unicodeScalars.count
        return count >= minimum && count <= maximum ?? .max && formats.allSatisfy { $0.accepts(text) }
            && (formats.isEmpty ? written.accepts(text) != 0 : finders.allSatisfy { $0.accepts(text) != 0 })
    }
}

extension JSONValue {
    /// The same value with all numbers in decimals, without exponents and superfluous zeros.
    var plainNumbers: JSONValue {
        switch self {
        case .null, .bool, .string: self
        case .number(let number): ExactDecimal(number)?.plainNumber.map(JSONValue.number) ?? self
        case .array(let elements): .array(elements.map(\.plainNumbers))
        case .object(let object):
            .object(JSONObject(object.map { .init(key: $0.key, value: $0.value.plainNumbers) }))
        }
    }
}

extension ExactDecimal {
    /// The number in decimals without an exponent, when it has at most 1,000 digits.
    fileprivate var plainNumber: JSONNumber? {
        guard abs(exponent) + digits.count <= 1_000 else { return nil }
        let padding = String(repeating: "0", count: max(0, exponent, -exponent - digits.count + 1))
        let text = digits.map(String.init).joined()
        let sign = isNegative ? "-" : ""
        if isZero { return JSONNumber("0") }
        if exponent >= 0 { return JSONNumber(sign + text + padding) }
        let padded = padding + text
        return JSONNumber(sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent))
    }
}
