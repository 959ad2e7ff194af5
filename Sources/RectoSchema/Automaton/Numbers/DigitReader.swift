/// Reads the digits of a number's magnitude and knows after each how it compares with the bounds.
struct DigitReader {
    /// What is known of the digits so far.
    struct State: Hashable {
        /// Whether a minus sign stands before them.
        let isNegative: Bool
        /// What may follow.
        var phase: Phase
        /// How many digits before the point count; a single zero does not.
        var integerDigits = 0
        /// How many digits there are after the point.
        var decimals = 0
        /// How they compare with the same digits of the lower and of the upper bound: −1, 0 or 1.
        var order = SIMD2<Int8>()
        /// The digits' remainder by the modulus.
        var remainder = 0
        /// Whether a digit other than zero was read, which only matters after a minus sign.
        var isNonzero: Bool
    }

    /// Where in a number.
    enum Phase: Hashable {
        case beginning
        case leadingZero
        case integer
        case point
        case fraction
    }

    /// A bound of the magnitude.
    private struct End {
        let integer: [UInt8]
        let fraction: [UInt8]
        let isIncluded: Bool

        init(_ bound: NumberRange.Bound) {
            let value = bound.value
            let point = value.digits.count + value.exponent
            let padding = [UInt8](repeating: 0, count: max(0, value.exponent))
            integer = point > 0 ? Array((value.digits + padding).prefix(point)) : []
            fraction =
                point > 0
                ? Array(value.digits.dropFirst(point)) : [UInt8](repeating: 0, count: -point) + value.digits
            isIncluded = bound.isIncluded
        }
    }

    private let ends: [End?]
    private let modulus: Int
    private let modulusDecimals: Int
    private let integerDigits: Int
    private let decimals: Int
    /// The state before the first digit; nil when no number of this sign is in the range.
    let start: State?

    /// Prepares for the numbers of one sign.
    ///
    /// - Parameters:
    ///   - range: The bounds.
    ///   - isNegative: Which sign.
    ///   - modulus: What the digits must be a multiple of when they have `modulusDecimals` decimals.
    ///   - modulusDecimals: See there.
    ///   - integerDigits: Most digits before the point.
    ///   - decimals: Most digits after the point.
    init(
        _ range: NumberRange,
        isNegative: Bool,
        modulus: Int,
        modulusDecimals: Int,
        integerDigits: Int,
        decimals: Int
    ) {
        let turned: (NumberRange.Bound) -> NumberRange.Bound = { .init(value: -$0.value, isIncluded: $0.isIncluded) }
        let lower = isNegative ? range.upper.map(turned) : range.lower
        let upper = isNegative ? range.lower.map(turned) : range.upper
        // A lower bound below zero says nothing of magnitudes, an upper one excludes them all.
        ends = [lower.flatMap { $0.value.isNegative ? nil : End($0) }, upper.map { End($0) }]
        start =
            upper?.value.isNegative == true
            ? nil : State(isNegative: isNegative, phase: .beginning, isNonzero: !isNegative)
        self.modulus = modulus
        self.modulusDecimals = modulusDecimals
        self.integerDigits = integerDigits
        self.decimals = decimals
    }

    /// Reads a byte.
    ///
    /// - Parameters:
    ///   - state: What is known.
    ///   - byte: A digit or a point; nothing else can follow.
    /// - Returns: What is then known, or nil when the byte can't follow.
    func next(_ state: State, _ byte: UInt8) -> State? {
        var next = state
        if byte == 0x2E {
            guard state.phase == .integer || state.phase == .leadingZero, decimals > 0 else { return nil }
            next.order = SIMD2(integerOrder(state, 0), integerOrder(state, 1))
            // From here on only the comparison counts, so that states are shared.
            next.integerDigits = 0
            next.phase = .point
            return next
        }
        guard (0x30...0x39).contains(byte) else { return nil }
        let digit = byte - 0x30
        switch state.phase {
        case .leadingZero: return nil
        case .beginning where digit == 0:
            next.phase = .leadingZero
            return next
        case .beginning, .integer:
            guard state.integerDigits < integerDigits else { return nil }
            next.phase = .integer
            for (index, end) in ends.enumerated() where end != nil && state.order[index] == 0 {
                guard let digits = end?.integer, state.integerDigits < digits.count else { continue }
                next.order[index] = Self.compare(digit, digits[state.integerDigits])
            }
            next.integerDigits += 1
        case .point, .fraction:
            guard state.decimals < decimals else { return nil }
            next.phase = .fraction
            for (index, end) in ends.enumerated() where end != nil && state.order[index] == 0 {
                let digits = end?.fraction ?? []
                next.order[index] = Self.compare(digit, state.decimals < digits.count ? digits[state.decimals] : 0)
            }
            next.decimals += 1
        }
        next.remainder = (state.remainder * 10 + Int(digit)) % modulus
        next.isNonzero = state.isNonzero || digit != 0
        return next
    }

    /// Whether the number may end.
    ///
    /// - Parameter state: What is known.
    /// - Returns: Whether it is in the range and wholly written.
    func accepts(_ state: State) -> Bool {
        guard state.phase == .integer || state.phase == .leadingZero || state.phase == .fraction else { return false }
        guard state.isNonzero else { return false }
        var remainder = state.remainder
        for _ in 0..<(modulusDecimals - state.decimals) where remainder != 0 { remainder = remainder * 10 % modulus }
        guard remainder == 0 else { return false }
        for index in 0...1 {
            guard let end = ends[index] else { continue }
            var order = state.phase == .fraction ? state.order[index] : integerOrder(state, index)
            if order == 0, end.fraction.count > state.decimals { order = -1 }
            guard order == (index == 0 ? 1 : -1) || (order == 0 && end.isIncluded) else { return false }
        }
        return true
    }

    private func integerOrder(_ state: State, _ index: Int) -> Int8 {
        guard let end = ends[index] else { return 0 }
        if state.integerDigits == end.integer.count { return state.order[index] }
        return state.integerDigits < end.integer.count ? -1 : 1
    }

    private static func compare(_ left: UInt8, _ right: UInt8) -> Int8 { left == right ? 0 : left < right ? -1 : 1 }
}
