/// A deterministic automaton over the bytes of decimal numbers without exponents; it has no dead ends.
///
/// Numbers are written as `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, zero without a sign. Bounds are compared digit by digit, divisors
/// by the remainder so far, so that both are exact for numbers of any size.
struct NumberAutomaton: Sendable, Hashable {
    /// The bytes that a number is written with.
    static let alphabet = Array("0123456789.-".utf8)

    /// The next state for state × byte of the alphabet, −1 when there is none; empty when there is no such number.
    let transitions: [Int]
    /// Whether the number may end in each state.
    let isAccepting: [Bool]

    /// Whether there is no such number.
    var isEmpty: Bool { isAccepting.isEmpty }

    /// Builds the automaton of a range; gives nil when it has more states than allowed.
    ///
    /// - Parameters:
    ///   - range: The range.
    ///   - options: How many digits a number without bounds may have.
    init?(_ range: NumberRange, options: AutomatonOptions) {
        guard let divisor = range.divisor(limit: options.maximumStates) else { return nil }
        let ends = [range.lower, range.upper].compactMap { $0?.value }
        let modulus = divisor.value.map { ExactDecimal($0) } ?? .zero
        let wholeDigits = ends.reduce(modulus.digits.count + modulus.exponent) {
            max($0, $1.digits.count + $1.exponent)
        }
        let endDecimals = ends.reduce(0) { max($0, -$1.exponent) }
        let decimals = divisor.value != nil ? divisor.decimals : max(options.maximumDecimals, endDecimals + 1)
        let integerDigits = max(options.maximumIntegerDigits, wholeDigits + 1)
        guard integerDigits + decimals <= options.maximumStates else { return nil }
        let signs = [false, true].map { isNegative in
            DigitReader(
                range,
                isNegative: isNegative,
                modulus: divisor.value ?? 1,
                modulusDecimals: divisor.value == nil ? decimals : divisor.decimals,
                integerDigits: integerDigits,
                decimals: decimals
            )
        }
        var numbers: [DigitReader.State?: Int] = [nil: 0]
        var order: [DigitReader.State?] = [nil]
        var transitions: [Int] = []
        var accepted: [UInt64] = []
        var next = 0
        while next < order.count {
            let state = order[next]
            accepted.append(state.map { signs[$0.isNegative ? 1 : 0].accepts($0) } == true ? 1 : 0)
            for byte in Self.alphabet {
                let target: DigitReader.State? =
                    if let state { signs[state.isNegative ? 1 : 0].next(state, byte) } else {
                        byte == 0x2D ? signs[1].start : signs[0].start.flatMap { signs[0].next($0, byte) }
                    }
                guard let target else {
                    transitions.append(-1)
                    continue
                }
                if numbers[target] == nil {
                    guard order.count < options.maximumStates else { return nil }
                    numbers[target] = order.count
                    order.append(target)
                }
                transitions.append(numbers[target] ?? -1)
            }
            next += 1
        }
        // Columns stand for bytes here; trimming does not care what they stand for.
        let (classes, _) = ScalarClasses.separating(Self.alphabet.dropLast().map { CodePointSet(Unicode.Scalar($0)) })
        let trimmed = TextAutomaton(trimming: classes, transitions: transitions, accepted: accepted)
        self.transitions = trimmed.transitions
        isAccepting = trimmed.accepted.map { $0 != 0 }
    }
}
