import Foundation
import RectoVLM
import Testing

/// The angles of the kinds of stretched positions, from their definitions in double precision.
struct RotaryEmbeddingTests {
    /// The angle of each pair at one position of a sequence that ends there, by which a pair (1, 0) is turned.
    private func angles(_ scaling: RotaryScaling, position: Int, headDimension: Int = 8, theta: Float = 10000)
        -> [Double]
    {
        let rotary = RotaryEmbedding(headDimension: headDimension, theta: theta, scaling: scaling)
        let pairs = headDimension / 2
        var row = Tensor(
            rows: 1,
            columns: headDimension,
            elements: (0..<headDimension).map { $0 < pairs ? 1 : 0 }
        )
        row.rotate(by: rotary.rotation(of: [position..<position + 1]), headDimension: headDimension)
        return (0..<pairs).map { atan2(Double(row[0][pairs + $0]), Double(row[0][$0])) }
    }

    private func expectSameTurn(_ found: [Double], _ expected: [Double], _ what: String) {
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) {
            #expect(abs(cos(found) - cos(expected)) < 2e-4 && abs(sin(found) - sin(expected)) < 2e-4, "\(what)")
        }
    }

    private func plain(_ position: Double, theta: Double = 10000) -> [Double] {
        (0..<4).map { position * pow(theta, -2 * Double($0) / 8) }
    }

    @Test func linearScalingDividesThePosition() {
        expectSameTurn(angles(.linear(factor: 4), position: 300), plain(75), "linear")
    }

    @Test func dynamicScalingLeavesShortSequencesAloneAndWidensTheBaseOfLongOnes() {
        let scaling = RotaryScaling.dynamic(factor: 2, positions: 64)
        expectSameTurn(angles(scaling, position: 63), plain(63), "within the trained length")
        // 128 tokens: 2 · 128 / 64 - 1 = 3.
        expectSameTurn(angles(scaling, position: 127), plain(127, theta: 10000 * pow(3, 8.0 / 6)), "beyond it")
    }

    @Test func dynamicScalingGoesByTheLengthOfEachSequence() {
        let rotary = RotaryEmbedding(headDimension: 8, theta: 10000, scaling: .dynamic(factor: 2, positions: 64))
        #expect(rotary.fixedLength == 64)
        #expect(RotaryEmbedding(headDimension: 8, theta: 10000, scaling: .linear(factor: 2)).fixedLength == .max)
        let both = rotary.rotation(of: [5..<6, 5..<101])
        #expect(both.cosines[0] == rotary.rotation(of: [5..<6]).cosines[0])
        #expect(both.cosines[0] != both.cosines[1], "the same position of a longer sequence turns less")
    }

    @Test func llama3ScalingStretchesLongWavesOnly() {
        // Wave lengths of theta 10000: 6.3, 63, 628 and 6283 positions.
        let scaling = RotaryScaling.llama3(
            factor: 8,
            lowFrequencyFactor: 1,
            highFrequencyFactor: 4,
            positions: 1024
        )
        var expected = plain(50)
        let share = (1024 / (2 * Double.pi * 100) - 1) / 3
        expected[2] *= (1 - share) / 8 + share
        expected[3] /= 8
        expectSameTurn(angles(scaling, position: 50), expected, "llama3")
    }

    /// As llama.cpp's `convert_hf_to_gguf.py` writes Llama 3.1's stretching into `rope_freqs.weight`.
    @Test func dividedFrequenciesAreThoseOfTheirConversion() {
        let share = (1024 / (2 * Double.pi * 100) - 1) / 3
        let divisors = [1, 1, 1 / ((1 - share) / 8 + share), 8]
        let scaling = RotaryScaling.llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, positions: 1024)
        expectSameTurn(angles(.divided(divisors), position: 50), angles(scaling, position: 50), "divided")
    }
}
