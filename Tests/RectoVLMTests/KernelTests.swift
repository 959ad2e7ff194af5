import CRectoKernels
import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// The C kernels against plain loops in double precision, at sizes around the widths of vector registers.
struct KernelTests {
    static let sizes = [0, 1, 7, 8, 15, 16, 17, 1000]

    private func random(_ count: Int, seed: UInt64, scale: Float = 2) -> [Float] {
        var generator = SeededRandom(seed: seed)
        return (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) }
    }

    private func expectClose(_ found: [Float], _ expected: [Double], _ tolerance: Double = 2e-6) {
        #expect(found.count == expected.count)
        for (index, pair) in zip(found, expected).enumerated() {
            #expect(abs(Double(pair.0) - pair.1) <= tolerance * max(1, abs(pair.1)), "element \(index)")
        }
    }

    @Test(arguments: sizes)
    func rmsNormDividesByTheRootMeanSquare(_ size: Int) {
        let (x, weight) = (random(3 * size, seed: 1), random(size, seed: 2))
        let found = Tensor(rows: 3, columns: size, elements: x)
            .rmsNormalized(weight: Tensor(rows: 1, columns: size, elements: weight), epsilon: 1e-5)
        let expected = (0..<3).flatMap { row -> [Double] in
            let values = x[row * size..<(row + 1) * size].map(Double.init)
            let scale = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(max(size, 1)) + 1e-5).squareRoot()
            return values.indices.map { values[$0] * scale * Double(weight[$0]) }
        }
        expectClose(found.elements, expected)
    }

    @Test(arguments: sizes)
    func layerNormGivesMeanZeroAndVarianceOne(_ size: Int) {
        let (x, weight, bias) = (random(2 * size, seed: 3), random(size, seed: 4), random(size, seed: 5))
        let found = Tensor(rows: 2, columns: size, elements: x).layerNormalized(
            weight: Tensor(rows: 1, columns: size, elements: weight),
            bias: Tensor(rows: 1, columns: size, elements: bias),
            epsilon: 1e-6
        )
        let expected = (0..<2).flatMap { row -> [Double] in
            let values = x[row * size..<(row + 1) * size].map(Double.init)
            let mean = values.reduce(0, +) / Double(max(size, 1))
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(size, 1))
            return values.indices.map {
                (values[$0] - mean) / (variance + 1e-6).squareRoot() * Double(weight[$0]) + Double(bias[$0])
            }
        }
        // A single column has variance 0 and divides rounding by 1e-3.
        expectClose(found.elements, expected, size == 1 ? 1e-3 : 5e-6)
    }

    @Test(arguments: sizes)
    func columnsAreScaledAndNegativesCut(_ size: Int) {
        // As many rows as make it worth two processors at the largest size.
        let (x, factors) = (random(40 * size, seed: 31), random(size, seed: 32))
        var scaled = Tensor(rows: 40, columns: size, elements: x)
        let before = scaled
        scaled.scaleColumns(by: Tensor(rows: 1, columns: size, elements: factors))
        #expect(scaled.elements == x.indices.map { x[$0] * factors[$0 % size] })
        var cut = before
        cut.apply(.relu)
        #expect(cut.elements == x.map { max($0, 0) } && before.elements == x)
    }

    @Test(arguments: sizes)
    func additionsAddEveryElement(_ size: Int) {
        let (x, y, bias) = (random(3 * size, seed: 6), random(3 * size, seed: 7), random(size, seed: 8))
        var sum = Tensor(rows: 3, columns: size, elements: x)
        let before = sum
        sum.add(Tensor(rows: 3, columns: size, elements: y))
        sum.addBias(Tensor(rows: 1, columns: size, elements: bias))
        let expected = x.indices.map { Double(x[$0] + y[$0] + bias[$0 % size]) }
        expectClose(sum.elements, expected, 1e-6)
        #expect(before.elements == x, "a copy keeps its values")
    }

    @Test(arguments: sizes)
    func activationsFollowTheirFormulas(_ size: Int) {
        let (x, up) = (random(size, seed: 9, scale: 12), random(size, seed: 10))
        var gate = Tensor(rows: 1, columns: size, elements: x)
        gate.gateSiLU(by: Tensor(rows: 1, columns: size, elements: up))
        expectClose(gate.elements, x.indices.map { Double(x[$0]) / (1 + exp(-Double(x[$0]))) * Double(up[$0]) })
        var gelu = Tensor(rows: 1, columns: size, elements: x)
        gelu.applyGELUTanh()
        let expected = x.map { value -> Double in
            let v = Double(value)
            return 0.5 * v * (1 + tanh((2 / Double.pi).squareRoot() * (v + 0.044715 * v * v * v)))
        }
        expectClose(gelu.elements, expected)
        var exact = Tensor(rows: 1, columns: size, elements: x)
        exact.apply(.gelu)
        expectClose(exact.elements, x.map { 0.5 * Double($0) * (1 + erf(Double($0) / 2.0.squareRoot())) })
        var quick = Tensor(rows: 1, columns: size, elements: x)
        quick.apply(.quickGELU)
        expectClose(quick.elements, x.map { Double($0) / (1 + exp(-1.702 * Double($0))) })
    }

    @Test func activationsOfFarValuesNeitherOverflowNorVanish() {
        let far: [Float] = [-1000, -100, -88, 88, 100, 1000]
        var gate = Tensor(rows: 1, columns: 6, elements: far)
        gate.gateSiLU(by: Tensor(rows: 1, columns: 6, elements: [1, 1, 1, 1, 1, 1]))
        expectClose(gate.elements, [0, 0, 0, 88, 100, 1000])
        for activation in [Activation.gelu, .geluTanh, .quickGELU] {
            var gelu = Tensor(rows: 1, columns: 6, elements: far)
            gelu.apply(activation)
            expectClose(gelu.elements, [0, 0, 0, 88, 100, 1000])
        }
    }

    @Test(arguments: sizes)
    func softmaxSumsToOneOverTheVisibleColumns(_ size: Int) {
        let x = random(size, seed: 11, scale: 30)
        for visible in [0..<size, size / 3..<size - size / 4, 0..<0] {
            var row = Tensor(rows: 1, columns: size, elements: x)
            if size > 0 { row.softmax(row: 0, visible: visible, scale: 0.37) }
            let largest = visible.map { x[$0] }.max() ?? 0
            let total = visible.reduce(0.0) { $0 + exp(Double(x[$1] - largest) * 0.37) }
            let expected = x.indices.map { visible.contains($0) ? exp(Double(x[$0] - largest) * 0.37) / total : 0 }
            expectClose(row.elements, expected)
        }
    }

    @Test(arguments: sizes.dropFirst())
    func logSumExpIsExactAndNoticesWhatIsNoNumber(_ size: Int) {
        let x = random(size, seed: 12, scale: 50)
        let largest = Double(x.max() ?? 0)
        let expected = largest + log(x.reduce(0.0) { $0 + exp(Double($1) - largest) })
        expectClose([Tensor(rows: 1, columns: size, elements: x).logSumExp(row: 0)], [expected])
        for poison in [Float.nan, .infinity, -.infinity] {
            var damaged = x
            damaged[size / 2] = poison
            #expect(!Tensor(rows: 1, columns: size, elements: damaged).logSumExp(row: 0).isFinite)
        }
    }

    @Test(arguments: sizes)
    func linearLayersMultiplyByTheTransposedWeights(_ size: Int) {
        // One row takes the gemv kernel, five rows OpenBLAS; 9 outputs leave a remainder to the blocks of four.
        let weight = random(9 * size, seed: 13)
        for rows in [1, 3, 5] where size > 0 {
            let x = random(rows * size, seed: 14)
            let layer = Linear(weight: WeightMatrix(Tensor(rows: 9, columns: size, elements: weight)))
            let found = layer(Tensor(rows: rows, columns: size, elements: x))
            let expected = (0..<rows).flatMap { row in
                (0..<9).map { output in
                    (0..<size).reduce(0.0) { $0 + Double(x[row * size + $1]) * Double(weight[output * size + $1]) }
                }
            }
            expectClose(found.elements, expected, 1e-5 * Double(size).squareRoot())
        }
    }

    @Test(arguments: ["F16", "BF16"])
    func sixteenBitWeightsAreReadWhereTheyLie(_ type: String) throws {
        for size in Self.sizes.dropFirst() {
            var generator = SeededRandom(seed: UInt64(size))
            let values = (0..<11 * size).map { _ in Float.random(in: -2...2, using: &generator) }
            let patterns = values.map { type == "F16" ? Float16($0).bitPattern : UInt16($0.bitPattern >> 16) }
            let exact = patterns.map { pattern in
                type == "F16" ? Float(Float16(bitPattern: pattern)) : Float(bitPattern: UInt32(pattern) << 16)
            }
            let folder = try TemporaryFolder()
            _ = try folder.write(
                [UInt8](
                    SafetensorsWriter.data(of: [
                        .init(name: "w", elementType: type, shape: [11, size], bitPatterns: patterns)
                    ])
                ),
                as: "model.safetensors"
            )
            let mapped = try WeightStore(folder: folder.url, aliases: .none, widenedBytes: 0)
            #expect(!mapped.widensAtLoad)
            let weight = try mapped.matrix("w", rows: 11, columns: size)
            #expect(try mapped.tensor("w", shape: [11, size]).elements == exact)
            #expect(weight.rows([10, 0]).elements == Array(exact[(10 * size)...]) + Array(exact[..<size]))
            for rows in [1, 6] {
                let x = (0..<rows * size).map { _ in Float.random(in: -1...1, using: &generator) }
                let found = Linear(weight: weight)(Tensor(rows: rows, columns: size, elements: x))
                let dense = Linear(weight: WeightMatrix(Tensor(rows: 11, columns: size, elements: exact)))
                let expected = dense(Tensor(rows: rows, columns: size, elements: x)).elements
                expectClose(found.elements, expected.map(Double.init), 1e-4)
            }
        }
    }

    @Test func everySixteenBitPatternIsWidenedExactly() throws {
        let patterns = Array(UInt16.min...UInt16.max)
        let folder = try TemporaryFolder()
        _ = try folder.write(
            [UInt8](
                SafetensorsWriter.data(of: [
                    .init(name: "half", elementType: "F16", shape: [65536], bitPatterns: patterns),
                    .init(name: "brain", elementType: "BF16", shape: [65536], bitPatterns: patterns),
                ])
            ),
            as: "model.safetensors"
        )
        let store = try WeightStore(folder: folder.url, aliases: .none)
        let half = try store.tensor("half", shape: [65536]).elements
        let brain = try store.tensor("brain", shape: [65536]).elements
        for pattern in patterns {
            let expected = Float(Float16(bitPattern: pattern))
            let found = half[Int(pattern)]
            if found.bitPattern != expected.bitPattern && !(found.isNaN && expected.isNaN) {
                Issue.record("half \(pattern) became \(found) and not \(expected)")
            }
            if brain[Int(pattern)].bitPattern != UInt32(pattern) << 16 {
                Issue.record("bfloat16 \(pattern) became \(brain[Int(pattern)])")
            }
        }
    }

    @Test(arguments: [1, 7, 8, 15, 16, 17, 63, 64, 65, 1000])
    func softmaxInBfloat16EqualsItsPlainTwin(count: Int) {
        var generator = SeededRandom(seed: UInt64(count))
        let scores = (0..<count).map { _ in Float.random(in: -40...40, using: &generator) }
        for (begin, end) in [(0, count), (count / 3, count), (count / 3, count / 3 + (count + 1) / 2), (0, 0)] {
            var fast = [UInt16](repeating: 7, count: count)
            var plain = fast
            // First block, and blocks behind one with a larger and with a smaller score.
            for (before, sum) in [(-Float.infinity, Float(0)), (100, 3), (-100, 3), (scores.first ?? 0, 3)] {
                var (largest, total) = ([before, before], [sum, sum])
                let factor = unsafe recto_softmax_block_bf16(
                    &fast,
                    scores,
                    begin,
                    end,
                    count,
                    0.31,
                    &largest[0],
                    &total[0]
                )
                let expected = unsafe recto_softmax_block_bf16_plain(
                    &plain,
                    scores,
                    begin,
                    end,
                    count,
                    0.31,
                    &largest[1],
                    &total[1]
                )
                #expect(abs(factor - expected) <= 1e-5 * expected)
                #expect(largest[0] == largest[1] && abs(total[0] - total[1]) <= 1e-5 * total[1])
                // One step of bfloat16 apart at most, where a number lies between two.
                for (fast, plain) in zip(fast, plain) { #expect(abs(Int(fast) - Int(plain)) <= 1) }
            }
        }
    }
}
