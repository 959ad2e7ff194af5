extension JSONValue {
    /// Whether two values are equal as JSON Schema has it (Core 4.2.2): numbers by value, strings by their scalars,
    /// objects without regard to order.
    ///
    /// - Parameter other: Another value.
    /// - Returns: Whether they are equal.
    public func isEqualInstance(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)):
            guard let left = ExactDecimal(left), let right = ExactDecimal(right) else { return left.text == right.text }
            return left == right
        // `==` takes canonically equivalent strings for equal, JSON does not.
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEqualInstance(to: $1) }
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            let values = Dictionary(right.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
            return left.allSatisfy { values[Array($0.key.utf8)]?.isEqualInstance(to: $0.value) ?? false }
        default: return false
        }
    }

    /// Whether arrays and objects are nested beyond a limit; looks no deeper than that.
    ///
    /// - Parameter limit: How many levels are allowed.
    /// - Returns: Whether there are more.
    func isNested(deeperThan limit: Int) -> Bool {
        switch self {
        case .array(let elements): limit == 0 || elements.contains { $0.isNested(deeperThan: limit - 1) }
        case .object(let object): limit == 0 || object.contains { $0.value.isNested(deeperThan: limit - 1) }
        default: false
        }
    }
}
