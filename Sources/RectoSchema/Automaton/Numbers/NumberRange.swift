/// Which numbers are meant: bounds, a divisor, whether they are whole.
struct NumberRange: Sendable, Hashable {
    /// An end of a range.
    struct Bound: Sendable, Hashable {
        /// The end.
        let value: ExactDecimal
        /// Whether it belongs to the range.
        let isIncluded: Bool
    }

    /// The lower end.
    private(set) var lower: Bound?
    /// The upper end.
    private(set) var upper: Bound?
    /// The numbers are multiples of each of these.
    private(set) var divisors: Set<ExactDecimal> = []
    /// Whether they have no fraction.
    private(set) var isInteger = false

    /// Narrows the range to the whole numbers.
    mutating func keepIntegers() { isInteger = true }

    /// Narrows the range to what a node says of numbers.
    ///
    /// - Parameter node: The node.
    mutating func narrow(to node: JSONSchema.Node) {
        if let value = node.minimum { raise(to: Bound(value: value, isIncluded: true)) }
        if let value = node.exclusiveMinimum { raise(to: Bound(value: value, isIncluded: false)) }
        if let value = node.maximum { cap(at: Bound(value: value, isIncluded: true)) }
        if let value = node.exclusiveMaximum { cap(at: Bound(value: value, isIncluded: false)) }
        if let divisor = node.multipleOf { divisors.insert(divisor) }
    }

    private mutating func raise(to bound: Bound) {
        if let lower, bound.value < lower.value || (bound.value == lower.value && !lower.isIncluded) { return }
        lower = bound
    }

    private mutating func cap(at bound: Bound) {
        if let upper, upper.value < bound.value || (bound.value == upper.value && !upper.isIncluded) { return }
        upper = bound
    }

    /// Whether a number is in the range.
    ///
    /// - Parameter number: The number.
    /// - Returns: Whether it is; numbers with exponents that are too large to compare are in no narrowed range.
    func contains(_ number: JSONNumber) -> Bool {
        guard let value = ExactDecimal(number) else { return self == NumberRange() }
        guard !isInteger || value.isInteger else { return false }
        if let lower, value < lower.value || (value == lower.value && !lower.isIncluded) { return false }
        if let upper, upper.value < value || (value == upper.value && !upper.isIncluded) { return false }
        return divisors.allSatisfy { value.isMultiple(of: $0) }
    }

    /// The one divisor that stands for all, as `value` over ten to the power of `decimals`.
    ///
    /// - Parameter limit: The largest value.
    /// - Returns: The divisor, `nil` as its value when there is none; nil when it is larger than allowed.
    func divisor(limit: Int) -> (value: Int?, decimals: Int)? {
        let all = divisors.sorted() + (isInteger ? [ExactDecimal(1)] : [])
        guard !all.isEmpty else { return (nil, 0) }
        var decimals = all.reduce(0) { max($0, -$1.exponent) }
        var common = 1
        for divisor in all {
            let scaled = ExactDecimal(isNegative: false, digits: divisor.digits, exponent: divisor.exponent + decimals)
            guard let value = scaled.intValue, value <= limit else { return nil }
            let (product, overflow) = (common / Self.greatestCommonDivisor(common, value)).multipliedReportingOverflow(
                by: value
            )
            guard !overflow, product <= limit else { return nil }
            common = product
        }
        while decimals > 0, common % 10 == 0 { (common, decimals) = (common / 10, decimals - 1) }
        return (common, decimals)
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}
