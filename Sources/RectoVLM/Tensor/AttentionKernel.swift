import COpenBLAS
import CRectoKernels

/// Scaled dot-product attention with grouped queries over several independent sequences or views.
package struct AttentionKernel: Sendable {
    /// What the rows of one sequence attend to.
    package struct Span: Sendable {
        /// Rows of the query matrix.
        package let queryRows: Range<Int>
        /// The keys; one row per position, all key heads side by side.
        package let keys: Tensor
        /// The values, laid out like the keys.
        package let values: Tensor
        /// Rows of `keys` and `values` that belong to the sequence.
        package let keyRows: Range<Int>

        /// Describes a span.
        ///
        /// - Parameters:
        ///   - queryRows: Rows of the query matrix.
        ///   - keys: The keys.
        ///   - values: The values.
        ///   - keyRows: Rows of both that belong to the sequence.
        package init(queryRows: Range<Int>, keys: Tensor, values: Tensor, keyRows: Range<Int>) {
            precondition(keyRows.upperBound <= min(keys.rows, values.rows), "rows inside keys and values")
            self.queryRows = queryRows
            self.keys = keys
            self.values = values
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
    private static let blockScores = 1 << 18

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

    private var scale: Float { 1 / Float(headDimension).squareRoot() }

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
            precondition(span.keys.columns == keyValueHeadCount * headDimension, "all key heads side by side")
            precondition(span.values.columns == span.keys.columns, "values are laid out like the keys")
            precondition(span.queryRows.upperBound <= queries.rows, "rows inside the queries")
        }
        let result = Tensor(undefinedRows: queries.rows, columns: queries.columns)
        let work = spans.reduce(0) { $0 + $1.queryRows.count * $1.keyRows.count * queries.columns }
        let turns = spans.count * headCount
        // Long spans leave the processors to OpenBLAS; many short ones are shared out here.
        let isShort = spans.allSatisfy { $0.keyRows.count <= 256 || $0.queryRows.count == 1 }
        let parts = work > 1 << 18 && isShort ? min(MatrixMultiply.threadCount, turns) : 1
        Parallel.forEach(parts) { part in
            for turn in turns * part / parts..<turns * (part + 1) / parts {
                let span = spans[turn / headCount]
                if span.queryRows.count == 1 {
                    attendRow(queries, span, mask, head: turn % headCount, into: result)
                } else {
                    attendBlocks(queries, span, mask, head: turn % headCount, into: result)
                }
            }
        }
        return result
    }

    /// The keys that a query sees, as rows of the span's own keys.
    private func visible(_ query: Int, _ span: Span, _ mask: Mask) -> Range<Int> {
        let count = span.keyRows.count
        guard case .causal(let window) = mask else { return 0..<count }
        let end = max(count - span.queryRows.count + query + 1, 0)
        return max(window.map { end - $0 } ?? 0, 0)..<end
    }

    private func attendRow(_ queries: Tensor, _ span: Span, _ mask: Mask, head: Int, into result: Tensor) {
        let keys = visible(0, span, mask)
        let stride = span.keys.columns
        let keyHead = head / (headCount / keyValueHeadCount) * headDimension
        let first = (span.keyRows.lowerBound + keys.lowerBound) * stride + keyHead
        let query = span.queryRows.lowerBound * queries.columns + head * headDimension
        let scores = TensorStorage(count: keys.count)
        unsafe recto_attention_row_f32(
            result.storage.pointer + query,
            scores.pointer,
            queries.storage.pointer + query,
            span.keys.storage.pointer + first,
            span.values.storage.pointer + first,
            keys.count,
            headDimension,
            stride,
            scale
        )
    }

    private func attendBlocks(_ queries: Tensor, _ span: Span, _ mask: Mask, head: Int, into result: Tensor) {
        let (total, stride) = (span.queryRows.count, span.keys.columns)
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
                span.keys.storage.pointer + first,
                blasint(stride),
                0,
                scores.pointer,
                blasint(seen.count)
            )
            for row in rows {
                let keys = visible(row, span, mask)
                unsafe recto_softmax_row_f32(
                    scores.pointer + (row - start) * seen.count,
                    keys.lowerBound - seen.lowerBound,
                    keys.upperBound - seen.lowerBound,
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
                span.values.storage.pointer + first,
                blasint(stride),
                0,
                result.storage.pointer + query,
                blasint(queries.columns)
            )
        }
    }
}
