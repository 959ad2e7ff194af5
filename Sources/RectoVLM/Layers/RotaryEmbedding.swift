import Foundation

/// Positions as rotations: pair d of a head turns by position · theta^(-2d / headDimension).
package struct RotaryEmbedding: Sendable {
    private let frequencies: [Float]

    /// Computes the frequencies.
    ///
    /// - Parameters:
    ///   - headDimension: Features of one head; even.
    ///   - theta: The base.
    package init(headDimension: Int, theta: Float) {
        frequencies = (0..<headDimension / 2).map { pair in
            1 / powf(theta, Float(2 * pair) / Float(headDimension))
        }
    }

    /// Computes the rotations of rows; all in float32, as the reference does.
    ///
    /// - Parameter positions: The position of each row.
    /// - Returns: Their rotations.
    package func rotation(at positions: [Int]) -> Rotation {
        var cosines: [Float] = []
        var sines: [Float] = []
        cosines.reserveCapacity(positions.count * frequencies.count)
        sines.reserveCapacity(positions.count * frequencies.count)
        for position in positions {
            for frequency in frequencies {
                let angle = Float(position) * frequency
                cosines.append(cosf(angle))
                sines.append(sinf(angle))
            }
        }
        return Rotation(
            cosines: Tensor(rows: positions.count, columns: frequencies.count, elements: cosines),
            sines: Tensor(rows: positions.count, columns: frequencies.count, elements: sines)
        )
    }
}
