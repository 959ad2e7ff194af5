import Foundation

/// Positions as rotations: pair d of a head turns by position · theta^(-2d / headDimension), stretched as the checkpoint says.
///
/// All in float32, in the order of transformers (`modeling_rope_utils.py`).
package struct RotaryEmbedding: Sendable {
    private let headDimension: Int
    private let theta: Float
    private let scaling: RotaryScaling
    /// The frequencies of sequences that are not longer than `fixedLength`.
    private let frequencies: [Float]

    /// Computes the frequencies.
    ///
    /// - Parameters:
    ///   - headDimension: Features of one head; even.
    ///   - theta: The base.
    ///   - scaling: How positions are stretched.
    package init(headDimension: Int, theta: Float, scaling: RotaryScaling = .none) {
        self.headDimension = headDimension
        self.theta = theta
        self.scaling = scaling
        let plain = Self.frequencies(headDimension: headDimension, theta: theta)
        frequencies =
            switch scaling {
            case .none, .dynamic: plain
            case .linear(let factor): plain.map { $0 / Float(factor) }
            case .divided(let divisors): zip(plain, divisors).map { $0 / Float($1) }
            case .llama3(let factor, let low, let high, let positions):
                plain.map {
                    Self.stretched(
                        $0,
                        by: Float(factor),
                        low: Float(low),
                        high: Float(high),
                        positions: Float(positions)
                    )
                }
            }
    }

    /// Up to so many tokens of a sequence are rotated alike, however long the sequence becomes.
    package var fixedLength: Int {
        if case .dynamic(_, let positions) = scaling { positions } else { .max }
    }

    private static func frequencies(headDimension: Int, theta: Float) -> [Float] {
        (0..<headDimension / 2).map { pair in 1 / powf(theta, Float(2 * pair) / Float(headDimension)) }
    }

    /// A frequency as Llama 3.1 changes it.
    private static func stretched(_ frequency: Float, by factor: Float, low: Float, high: Float, positions: Float)
        -> Float
    {
        let wave = 2 * Float.pi / frequency
        if wave > positions / low { return frequency / factor }
        if wave < positions / high { return frequency }
        let share = (positions / wave - low) / (high - low)
        return (1 - share) * frequency / factor + share * frequency
    }

    /// The frequencies for a sequence of some length.
    private func frequencies(length: Int) -> [Float] {
        guard case .dynamic(let factor, let positions) = scaling, length > positions else { return frequencies }
        let ratio = Float(factor) * Float(length) / Float(positions) - Float(factor - 1)
        let power = Float(Double(headDimension) / Double(headDimension - 2))
        return Self.frequencies(headDimension: headDimension, theta: theta * powf(ratio, power))
    }

    /// Computes the rotations of the newest rows of sequences.
    ///
    /// - Parameter sequences: For each sequence the positions of its new rows; they end where the sequence ends.
    /// - Returns: The rotations of all rows, one sequence after the other.
    package func rotation(of sequences: [Range<Int>]) -> Rotation {
        let rows = sequences.reduce(0) { $0 + $1.count }
        var cosines: [Float] = []
        var sines: [Float] = []
        cosines.reserveCapacity(rows * frequencies.count)
        sines.reserveCapacity(rows * frequencies.count)
        for positions in sequences {
            let frequencies = frequencies(length: positions.upperBound)
            for position in positions {
                for frequency in frequencies {
                    let angle = Float(position) * frequency
                    cosines.append(cosf(angle))
                    sines.append(sinf(angle))
                }
            }
        }
        return Rotation(
            cosines: Tensor(rows: rows, columns: frequencies.count, elements: cosines),
            sines: Tensor(rows: rows, columns: frequencies.count, elements: sines)
        )
    }
}
