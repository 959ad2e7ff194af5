import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// Attention against the formula, one query and one head at a time in double precision.
struct AttentionTests {
    struct Heads: Sendable {
        let count: Int
        let keyValueCount: Int
        let dimension: Int
    }

    static let heads = [
        Heads(count: 1, keyValueCount: 1, dimension: 2), Heads(count: 4, keyValueCount: 2, dimension: 12),
        Heads(count: 6, keyValueCount: 1, dimension: 17), Heads(count: 3, keyValueCount: 3, dimension: 64),
    ]
    static let masks: [AttentionKernel.Mask] = [
        .none, .causal(window: nil), .causal(window: 1), .causal(window: 5), .causal(window: 1000),
    ]

    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor {
        var generator = SeededRandom(seed: seed)
        let elements = (0..<rows * columns).map { _ in Float.random(in: -2...2, using: &generator) }
        return Tensor(rows: rows, columns: columns, elements: elements)
    }

    private func sees(_ query: Int, _ key: Int, of keyCount: Int, queries: Int, _ mask: AttentionKernel.Mask) -> Bool {
        guard case .causal(let window) = mask else { return true }
        let position = keyCount - queries + query
        return key <= position && key > position - (window ?? .max / 2)
    }

    private func reference(
        _ queries: Tensor,
        _ span: AttentionKernel.Span,
        _ mask: AttentionKernel.Mask,
        _ heads: Heads
    ) -> [[Double]] {
        guard case .single(let allKeys, let allValues) = span.memory else { return [] }
        return span.queryRows.map { row in
            (0..<heads.count).flatMap { head -> [Double] in
                let query = queries[row][head * heads.dimension..<(head + 1) * heads.dimension].map(Double.init)
                let group = head / (heads.count / heads.keyValueCount)
                let columns = group * heads.dimension..<(group + 1) * heads.dimension
                var (total, sums) = (0.0, [Double](repeating: 0, count: heads.dimension))
                for (index, key) in span.keyRows.enumerated()
                where sees(
                    row - span.queryRows.lowerBound,
                    index,
                    of: span.keyRows.count,
                    queries: span.queryRows.count,
                    mask
                ) {
                    let score = zip(query, allKeys[key][columns]).reduce(0) { $0 + $1.0 * Double($1.1) }
                    let weight = exp(score / Double(heads.dimension).squareRoot())
                    total += weight
                    for (index, value) in allValues[key][columns].enumerated() {
                        sums[index] += weight * Double(value)
                    }
                }
                return sums.map { $0 / total }
            }
        }
    }

    @Test(arguments: heads, masks)
    func everyHeadSeesWhatItsMaskAllows(_ heads: Heads, _ mask: AttentionKernel.Mask) {
        let attention = AttentionKernel(
            headCount: heads.count,
            keyValueHeadCount: heads.keyValueCount,
            headDimension: heads.dimension
        )
        // Sequences of different lengths in one batch: one token after 29, a fresh prompt of 23, two tokens after 7.
        let queries = random(26, heads.count * heads.dimension, seed: 1)
        let shapes = [(0..<1, 30), (1..<24, 23), (24..<26, 9)]
        let spans = shapes.enumerated().map { index, shape in
            AttentionKernel.Span(
                queryRows: shape.0,
                memory: .single(
                    keys: random(40, heads.keyValueCount * heads.dimension, seed: UInt64(10 + index)),
                    values: random(40, heads.keyValueCount * heads.dimension, seed: UInt64(20 + index))
                ),
                keyRows: 3..<3 + shape.1
            )
        }
        let found = attention(queries, spans: spans, mask: mask)
        for span in spans {
            for (row, expected) in zip(span.queryRows, reference(queries, span, mask, heads)) {
                for (value, wanted) in zip(found[row], expected) {
                    #expect(abs(Double(value) - wanted) < 1e-5, "row \(row)")
                }
            }
        }
    }

    @Test(arguments: [(2, 1, 8), (4, 2, 64), (3, 3, 72), (6, 2, 34)], [1, 7, 31, 33, 200])
    func attentionInHalfPrecisionIsNearTheFormula(shape: (Int, Int, Int), length: Int) {
        let heads = Heads(count: shape.0, keyValueCount: shape.1, dimension: shape.2)
        let attention = AttentionKernel(
            headCount: heads.count,
            keyValueHeadCount: heads.keyValueCount,
            headDimension: heads.dimension
        )
        let queries = random(length + 1, heads.count * heads.dimension, seed: 5)
        let (keys, values) = (
            random(length + 9, heads.keyValueCount * heads.dimension, seed: 6),
            random(length + 9, heads.keyValueCount * heads.dimension, seed: 7)
        )
        for mask in [AttentionKernel.Mask.none, .causal(window: nil), .causal(window: 20)] {
            // A prompt of its own, and one token after it.
            for (rows, keyRows) in [(0..<length, 2..<2 + length), (length..<length + 1, 2..<3 + length)] {
                func span(isHalf: Bool) -> AttentionKernel.Span {
                    let memory = AttentionKernel.Memory(keys: keys, values: values, isHalf: isHalf)
                    return .init(queryRows: rows, memory: memory, keyRows: keyRows)
                }
                let other = rows.lowerBound == 0 ? length..<length + 1 : 0..<length
                let rest = AttentionKernel.Span(
                    queryRows: other,
                    memory: .init(keys: keys, values: values, isHalf: true),
                    keyRows: 2..<2 + max(other.count, 1)
                )
                let found = attention(queries, spans: [span(isHalf: true), rest], mask: mask)
                let expected = reference(queries, span(isHalf: false), mask, heads)
                let largest = expected.joined().map(abs).max() ?? 1
                for (row, wanted) in zip(rows, expected) {
                    for (value, exact) in zip(found[row], wanted) {
                        #expect(abs(Double(value) - exact) < 0.012 * largest, "row \(row), \(mask)")
                    }
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func longSequencesAreComputedInBlocksWithTheSameResult(isHalf: Bool) {
        let heads = Heads(count: 2, keyValueCount: 1, dimension: 8)
        let attention = AttentionKernel(headCount: 2, keyValueHeadCount: 1, headDimension: 8)
        let length = 1500
        let queries = random(length, 16, seed: 2)
        let (keys, values) = (random(length, 8, seed: 3), random(length, 8, seed: 4))
        let span = AttentionKernel.Span(
            queryRows: 0..<length,
            memory: .init(keys: keys, values: values, isHalf: isHalf),
            keyRows: 0..<length
        )
        for mask in [AttentionKernel.Mask.none, .causal(window: 700)] {
            let found = attention(queries, spans: [span], mask: mask)
            // The last row of each kind by the formula: its own query against the keys that it sees.
            for row in [0, 95, 96, 173, 174, 175, 511, 512, 699, 700, 1250, 1499] {
                let keyEnd = if case .causal = mask { row + 1 } else { length }
                let keyStart = if case .causal = mask { max(0, row + 1 - 700) } else { 0 }
                let alone = AttentionKernel.Span(
                    queryRows: row..<row + 1,
                    memory: .single(keys: keys, values: values),
                    keyRows: keyStart..<keyEnd
                )
                let expected = reference(queries, alone, .none, heads)[0]
                for (value, wanted) in zip(found[row], expected) {
                    #expect(abs(Double(value) - wanted) < (isHalf ? 0.024 : 1e-5), "row \(row)")
                }
            }
        }
    }

    @Test func rotationTurnsHalvesOfAHeadByPositionTimesFrequency() {
        let rotary = RotaryEmbedding(headDimension: 6, theta: 10000)
        let x = random(3, 12, seed: 5)
        let positions = [0, 1, 511]
        var found = x
        found.rotate(by: rotary.rotation(of: positions.map { $0..<$0 + 1 }), headDimension: 6)
        for (row, position) in positions.enumerated() {
            for head in 0..<2 {
                for pair in 0..<3 {
                    let angle = Double(position) * pow(10000, -2 * Double(pair) / 6)
                    let (first, second) = (Double(x[row][head * 6 + pair]), Double(x[row][head * 6 + 3 + pair]))
                    let turned = (
                        first * cos(angle) - second * sin(angle), second * cos(angle) + first * sin(angle)
                    )
                    #expect(abs(Double(found[row][head * 6 + pair]) - turned.0) < 1e-4)
                    #expect(abs(Double(found[row][head * 6 + 3 + pair]) - turned.1) < 1e-4)
                }
            }
        }
        #expect(found[0] == x[0], "position 0 does not turn")
    }
}
