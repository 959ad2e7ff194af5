import CRectoKernels
import RectoTestSupport
import RectoVLM
import Testing

/// Products with packed weights: against exact arithmetic, against their plain twins, and row by row.
struct PackedProductTests {
    static let sizes = [1, 7, 8, 15, 16, 17, 31, 33, 1000]
    static let types: [WeightType] = [.bfloat16, .q8Group32, .q4MinimumGroup32, .q4Group32]

    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededRandom(seed: seed)
        return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    private func weights(_ type: WeightType, rows: Int, columns: Int, seed: UInt64) -> WeightMatrix {
        WeightMatrix(Tensor(rows: rows, columns: columns, elements: random(rows * columns, seed: seed))).packed(
            as: type
        )
    }

    /// What the packed numbers stand for.
    private func unpacked(_ weight: WeightMatrix) -> [[Double]] {
        let rows = weight.rows(Array(0..<weight.rows))
        return (0..<weight.rows).map { rows[$0].map(Double.init) }
    }

    @Test(arguments: types, sizes)
    func productsAreThoseOfTheNumbersThatWereKept(_ type: WeightType, size: Int) {
        for (rows, outputs) in [(1, 33), (5, size), (13, 40)] {
            let x = random(rows * size, seed: UInt64(size))
            let weight = weights(type, rows: outputs, columns: size, seed: UInt64(1000 + outputs))
            let bias = random(outputs, seed: 3)
            let layer = Linear(weight: weight, bias: Tensor(rows: 1, columns: outputs, elements: bias))
            let found = layer(Tensor(rows: rows, columns: size, elements: x))
            let kept = unpacked(weight)
            for row in 0..<rows {
                let input = x[row * size..<(row + 1) * size].map(Double.init)
                for output in 0..<outputs {
                    let products = zip(input, kept[output]).map { $0 * $1 }
                    let exact = products.reduce(Double(bias[output]), +)
                    // bfloat16 keeps 8 bits of each input, the others 8 of the largest in a group of 32, which is below 1.
                    let relative = products.reduce(0) { $0 + abs($1) } / 256
                    let absolute = kept[output].reduce(0) { $0 + abs($1) } / 254
                    let tolerance = (type == .bfloat16 ? relative : absolute) + 1e-5
                    #expect(abs(Double(found[row][output]) - exact) <= tolerance, "row \(row), output \(output)")
                }
            }
        }
    }

    @Test(arguments: types)
    func aRowsResultDoesNotDependOnItsNeighbours(_ type: WeightType) {
        let weight = weights(type, rows: 70, columns: 100, seed: 9)
        let layer = Linear(weight: weight)
        let x = Tensor(rows: 23, columns: 100, elements: random(2300, seed: 10))
        let together = layer(x)
        for row in 0..<23 { #expect(layer(x.rows(row..<row + 1))[0] == together[row], "row \(row)") }
    }

    @Test func fewerBitsAreFartherFromTheOriginal() {
        let original = random(64 * 256, seed: 12)
        let dense = WeightMatrix(Tensor(rows: 64, columns: 256, elements: original))
        let errors = Self.types.map { type in
            let kept = dense.packed(as: type).rows(Array(0..<64)).elements
            let square = zip(kept, original).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            return (square / original.reduce(0) { $0 + Double($1 * $1) }).squareRoot()
        }
        #expect(errors[0] < 0.003)
        #expect(errors[1] < 0.006)
        #expect(errors[2] < 0.07)
        #expect(errors[3] < 0.1)
        #expect(errors[0] > 0 && errors[3] > errors[2] && errors[2] > errors[1] && errors[1] > errors[0])
    }

    @Test func weightsThatAreAllZeroStayZero() {
        for type in Self.types {
            let packed = WeightMatrix(Tensor(rows: 40, columns: 50)).packed(as: type)
            #expect(packed.rows([0, 39]).elements.allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: [WeightType.bfloat16, .q8Group32], [Activation.gelu, .geluTanh, .quickGELU])
    func whatFollowsAProductIsTheSameInItAndBehindIt(_ type: WeightType, _ activation: Activation) {
        let (rows, outputs, columns) = (5, 37, 40)
        let x = Tensor(rows: rows, columns: columns, elements: random(rows * columns, seed: 51))
        let weight = WeightMatrix(
            Tensor(rows: outputs, columns: columns, elements: random(outputs * columns, seed: 52))
        )
        let layer = Linear(
            weight: weight.packed(as: type),
            bias: Tensor(rows: 1, columns: outputs, elements: random(outputs, seed: 53))
        )
        var expected = layer(x)
        expected.apply(activation)
        let found = layer(x, activation: activation)
        for (one, other) in zip(found.elements, expected.elements) {
            #expect(abs(one - other) <= 2e-6 * max(1, abs(other)))
        }
    }

    /// The versions that this processor chooses against those that every processor runs.
    @Test(arguments: sizes, [Int32(1), 2])
    func fastKernelsEqualTheirPlainTwins(columns: Int, activation: Int32) {
        for (rows, outputs) in [(1, 1), (7, 17), (15, 48), (16, columns)] {
            var plainSums = random(rows * outputs, seed: 20)
            var fastSums = plainSums
            let x = random(rows * columns, seed: 21)
            let weight = random(outputs * columns, seed: 22)
            let bias = random(outputs, seed: 23)
            let groups = (columns + 31) / 32
            let panels = (outputs + 31) / 32
            var values = [Int8](repeating: 0, count: rows * groups * 32)
            var scales = [Float](repeating: 0, count: rows * groups)
            var starts = [Int32](repeating: 0, count: rows * groups)
            unsafe recto_quantize_rows(&values, &scales, &starts, x, rows, columns)
            unsafe bias.withUnsafeBufferPointer { bias in
                var finish = unsafe recto_finish(bias: bias.baseAddress, activation: activation, adds: 1)
                let memory = UnsafeMutableRawPointer.allocate(byteCount: panels * groups * 1088, alignment: 64)
                defer { unsafe memory.deallocate() }
                let packed = unsafe memory.assumingMemoryBound(to: UInt8.self)
                for panel in 0..<panels {
                    unsafe recto_pack_q8(packed + panel * groups * 1088, weight, outputs, columns, panel)
                }
                unsafe recto_product_q8(
                    &fastSums,
                    outputs,
                    values,
                    scales,
                    starts,
                    packed,
                    rows,
                    groups,
                    outputs,
                    0,
                    panels,
                    &finish
                )
                unsafe recto_product_q8_plain(
                    &plainSums,
                    outputs,
                    values,
                    scales,
                    starts,
                    packed,
                    rows,
                    groups,
                    outputs,
                    0,
                    panels,
                    &finish
                )
            }
            for (fast, plain) in zip(fastSums, plainSums) { #expect(abs(fast - plain) <= 2e-5 * max(1, abs(plain))) }
        }
    }

    @Test(arguments: sizes)
    func fastHalfBytesAndBfloat16EqualTheirPlainTwins(columns: Int) {
        let codes: [UInt8] = [1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241]
        for (rows, outputs) in [(1, 1), (7, 17), (15, 48), (16, 33)] {
            let x = random(rows * columns, seed: 31)
            let weight = random(outputs * columns, seed: 32)
            let (groups, panels, pairs) = ((columns + 31) / 32, (outputs + 31) / 32, (columns + 1) / 2)
            var sums = (
                fast: [Float](repeating: 0, count: rows * outputs), plain: [Float](repeating: 0, count: rows * outputs)
            )
            var finish = unsafe recto_finish(bias: nil, activation: 0, adds: 0)
            let memory = UnsafeMutableRawPointer.allocate(byteCount: panels * groups * 2048, alignment: 64)
            defer { unsafe memory.deallocate() }
            let packed = unsafe memory.assumingMemoryBound(to: UInt8.self)

            var values = [Int8](repeating: 0, count: rows * groups * 32)
            var scales = [Float](repeating: 0, count: rows * groups)
            var starts = [Int32](repeating: 0, count: rows * groups)
            unsafe recto_quantize_rows(&values, &scales, &starts, x, rows, columns)
            for panel in 0..<panels {
                unsafe recto_pack_q4(packed + panel * groups * 576, weight, codes, outputs, columns, panel)
            }
            unsafe recto_product_q4(
                &sums.fast,
                outputs,
                values,
                scales,
                starts,
                packed,
                codes,
                rows,
                groups,
                outputs,
                0,
                panels,
                &finish
            )
            unsafe recto_product_q4_plain(
                &sums.plain,
                outputs,
                values,
                scales,
                starts,
                packed,
                codes,
                rows,
                groups,
                outputs,
                0,
                panels,
                &finish
            )
            for (fast, plain) in zip(sums.fast, sums.plain) { #expect(abs(fast - plain) <= 2e-5 * max(1, abs(plain))) }

            for panel in 0..<panels {
                unsafe recto_pack_q4_1(packed + panel * groups * 640, weight, outputs, columns, panel)
            }
            unsafe recto_product_q4_1(
                &sums.fast,
                outputs,
                values,
                scales,
                starts,
                packed,
                rows,
                groups,
                outputs,
                0,
                panels,
                &finish
            )
            unsafe recto_product_q4_1_plain(
                &sums.plain,
                outputs,
                values,
                scales,
                starts,
                packed,
                rows,
                groups,
                outputs,
                0,
                panels,
                &finish
            )
            for (fast, plain) in zip(sums.fast, sums.plain) { #expect(abs(fast - plain) <= 2e-5 * max(1, abs(plain))) }

            let stride = pairs * 2
            var half = [UInt16](repeating: 0, count: rows * stride)
            unsafe recto_narrow_bf16(&half, x, rows, columns, stride)
            for panel in 0..<panels {
                unsafe recto_pack_bf16(packed + panel * pairs * 128, weight, outputs, columns, panel)
            }
            unsafe recto_product_bf16(
                &sums.fast,
                outputs,
                half,
                stride,
                packed,
                rows,
                pairs,
                outputs,
                0,
                panels,
                &finish
            )
            unsafe recto_product_bf16_plain(
                &sums.plain,
                outputs,
                half,
                stride,
                packed,
                rows,
                pairs,
                outputs,
                0,
                panels,
                &finish
            )
            for (fast, plain) in zip(sums.fast, sums.plain) { #expect(abs(fast - plain) <= 1e-4 * max(1, abs(plain))) }
        }
    }
}
