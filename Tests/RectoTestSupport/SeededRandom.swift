/// SplitMix64: the same numbers for the same seed, everywhere.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts a sequence.
    ///
    /// - Parameter seed: Which sequence.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    ///
    /// - Returns: A number of the sequence.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0.
    ///
    /// - Parameter limit: The first number that is too large.
    /// - Returns: A number below the limit.
    public mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
