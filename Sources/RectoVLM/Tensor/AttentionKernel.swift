import COpenBLAS
import CRectoKernels

/// Scaled dot-product attention with grouped queries over several independent sequences or views.
package struct AttentionKernel: Sendable {
    /// What the rows of one sequence attend to.
    package struct Span: Sendable {
        /// Rows of the query matrix.
        package let queryRows: Range<Int>
        /// The keys and values.
        package let memory: Memory
        /// Rows of keys and values that belong to the sequence.
        package let keyRows: Range<Int>

        /// Describes a span.
        ///
        /// - Parameters:
        ///   - queryRows: Rows of the query matrix.
        ///   - memory: The keys and values.
        ///   - keyRows: Rows of both that belong to the sequence.
        package init(queryRows: Range<Int>, memory: Memory, keyRows: Range<Int>) {
            precondition(keyRows.upperBound <= memory.rows, "rows inside keys and values")
            self.queryRows = queryRows
            self.memory = memory
            self.keyRows = keyRows
        }
    }

    /// Which keys a query sees.
    package enum Mask: Sendable {
        /// All.
        case none
        /// Those up to its own position, the last query being the last key; of these the nearest `window` only.
        case causal(window: Int?)
    }

    /// Number of query heads.
    let headCount: Int
    /// Number of key and value heads; each serves as many consecutive query heads.
    let keyValueHeadCount: Int
    /// Features of one head.
    let headDimension: Int

    /// Scores of one block of queries are kept to about this many.
    static let blockScores = 1 << 18

    /// Describes the heads.
    ///
    /// - Parameters:
    ///   - headCount: Number of query heads.
    ///   - keyValueHeadCount: Number of key and value heads.
    ///   - headDimension: Features of one head.
    package init(headCount: Int, keyValueHeadCount: Int, headDimension: Int) {
        precondition(keyValueHeadCount > 0 && headCount % keyValueHeadCount == 0, "groups of equal size")
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
    }

    /// Whether attention may be computed in bfloat16.
    ///
    /// - Parameter key: The layer that makes the keys.
    /// - Returns: Whether its own products are of reduced precision, and heads have whole pairs of features.
    func canBeHalf(_ key: Linear) -> Bool { key.weight.type != .float32 && headDimension % 2 == 0 }

    var scale: Float { 1 / Float(headDimension).squareRoot() }

    /// Lets every query attend.
    ///
    /// - Parameters:
    ///   - queries: One row per position, all heads side by side.
    ///   - spans: What each group of rows attends to; together they cover all rows.
    ///   - mask: Which keys a query sees.
    /// - Returns: The attended values, shaped like the queries.
    package func callAsFunction(_ queries: Tensor, spans: [Span], mask: Mask) -> Tensor {
        precondition(queries.columns == headCount * headDimension, "all heads side by side")
        precondition(spans.reduce(0) { $0 + $1.queryRows.count } == queries.rows, "the spans cover the rows")
        for span in spans {
            precondition(span.memory.columns == keyValueHeadCount * headDimension, "all key heads side by side")
            precondition(span.queryRows.upperBound <= queries.rows, "rows inside the queries")
        }
        let result = Tensor(undefinedRows: queries.rows, columns: queries.columns)
        let work = spans.reduce(0) { $0 + $1.queryRows.count * $1.keyRows.count * queries.columns }
        let turns = spans.count * headCount
        // Long spans in single precision leave the processors to OpenBLAS; all others are shared out here.
        let isShort = spans.allSatisfy { span in
            if case .half = span.memory { return true }
            return span.keyRows.count <= 256 || span.queryRows.count == 1
        }
        let parts = work > 1 << 17 && isShort ? min(MatrixMultiply.threadCount, turns) : 1
        Parallel.forEach(parts) { part in
            for turn in turns * part / parts..<turns * (part + 1) / parts {
                let span = spans[turn / headCount]
                let head = turn % headCount
                switch span.memory {
                case .single(let keys, let values) where span.queryRows.count == 1:
                    attendRow(queries, span, keys, values, mask, head: head, into: result)
                case .single(let keys, let values):
                    attendBlocks(queries, span, keys, values, mask, head: head, into: result)
                case .half(let keys, let values) where span.queryRows.count == 1:
                    attendRow(queries, span, keys, values, mask, head: head, into: result)
                case .half(let keys, let values):
                    attendBlocks(queries, span, keys, values, mask, head: head, into: result)
                }
            }
        }
        return result
    }

    /// The keys that a query sees, as rows of the span's own keys.
    func visible(_ query: Int, _ span: Span, _ mask: Mask) -> Range<Int> {
        let count = span.keyRows.count
        guard case .causal(let window) = mask else { return 0..<count }
        let end = max(count - span.queryRows.count + query + 1, 0)
        return max(window.map { end - $0 } ?? 0, 0)..<end
    }

    private func attendRow(
        _ queries: Tensor,
        _ span: Span,
        _ keys: Tensor,
        _ values: Tensor,
        _ mask: Mask,
        head: Int,
        into result: Tensor
    ) {
        let seen = visible(0, span, mask)
        let stride = keys.columns
        let keyHead = head / (headCount / keyValueHeadCount) * headDimension
        let first = (span.keyRows.lowerBound + seen.lowerBound) * stride + keyHead
        let query = span.queryRows.lowerBound * queries.columns + head * headDimension
        let scores = TensorStorage(count: seen.count)
        unsafe recto_attention_row_f32(
            result.storage.pointer + query,
            scores.pointer,
            queries.storage.pointer + query,
            keys.storage.pointer + first,
            values.storage.pointer + first,
            seen.count,
            headDimension,
            stride,
            scale
        )
    }

    private func attendBlocks(
        _ queries: Tensor,
        _ span: Span,
        _ keys: Tensor,
        _ values: Tensor,
        _ mask: Mask,
        head: Int,
        into result: Tensor
    ) {
        let (total, stride) = (span.queryRows.count, keys.columns)
        let size = min(total, max(16, Self.blockScores / max(span.keyRows.count, 1)))
        let scores = TensorStorage(count: size * span.keyRows.count)
        let keyHead = head / (headCount / keyValueHeadCount) * headDimension
        for start in Swift.stride(from: 0, to: total, by: size) {
            let rows = start..<min(start + size, total)
            // All keys that any query of the block sees: consecutive, since the mask moves with the query.
            let seen =
                visible(rows.lowerBound, span, mask).lowerBound..<visible(rows.upperBound - 1, span, mask).upperBound
            let query = (span.queryRows.lowerBound + start) * queries.columns + head * headDimension
            let first = (span.keyRows.lowerBound + seen.lowerBound) * stride + keyHead
            unsafe cblas_sgemm(
                CblasRowMajor,
                CblasNoTrans,
                CblasTrans,
                blasint(rows.count),
                blasint(seen.count),
                blasint(headDimension),
                1,
                queries.storage.pointer + query,
                blasint(queries.columns),
                keys.storage.pointer + first,
                blasint(stride),
                0,
                scores.pointer,
                blasint(seen.count)
            )
            for row in rows {
                let own = visible(row, span, mask)
                unsafe recto_softmax_row_f32(
                    scores.pointer + (row - start) * seen.count,
                    own.lowerBound - seen.lowerBound,
                    own.upperBound - seen.lowerBound,
                    seen.count,
                    scale
                )
            }
            unsafe cblas_sgemm(
                CblasRowMajor,
                CblasNoTrans,
                CblasNoTrans,
                blasint(rows.count),
                blasint(headDimension),
                blasint(seen.count),
                1,
                scores.pointer,
                blasint(seen.count),
                values.storage.pointer + first,
                blasint(stride),
                0,
                result.storage.pointer + query,
                blasint(queries.columns)
            )
        }
    }
}
