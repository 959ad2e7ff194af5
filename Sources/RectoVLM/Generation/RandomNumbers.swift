/// SplitMix64: the same numbers for the same seed, on every machine.
package struct RandomNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts a sequence.
    ///
    /// - Parameter seed: Decides the sequence.
    package init(seed: UInt64) { state = seed }

    /// Draws the next number.
    ///
    /// - Returns: 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Draws a number from 0 up to but not including 1.
    ///
    /// - Returns: A multiple of 2⁻⁵³.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
