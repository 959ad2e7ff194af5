import CRectoKernels

/// Attention over keys and values in bfloat16: products by the packed kernels, softmax in single precision.
extension AttentionKernel {
    /// Queries and keys of one block: its scores, shares, keys and values stay in a core's second-level cache.
    private static let (blockQueries, blockKeys) = (96, 512)

    func attendRow(
        _ queries: Tensor,
        _ span: Span,
        _ keys: HalfTensor,
        _ values: HalfTensor,
        _ mask: Mask,
        head: Int,
        into result: Tensor
    ) {
        let seen = visible(0, span, mask)
        let keyHead = head / (headCount / keyValueHeadCount) * headDimension
        let first = (span.keyRows.lowerBound + seen.lowerBound) * keys.stride + keyHead
        let query = span.queryRows.lowerBound * queries.columns + head * headDimension
        let scores = TensorStorage(count: seen.count)
        unsafe recto_attention_row_bf16(
            result.storage.pointer + query,
            scores.pointer,
            queries.storage.pointer + query,
            keys.pointer + first,
            values.pointer + first,
            seen.count,
            headDimension,
            keys.stride,
            scale
        )
    }

    func attendBlocks(
        _ queries: Tensor,
        _ span: Span,
        _ keys: HalfTensor,
        _ values: HalfTensor,
        _ mask: Mask,
        head: Int,
        into result: Tensor
    ) {
        let count = span.keyRows.count
        let total = span.queryRows.count
        let keyHead = span.keyRows.lowerBound * keys.stride + head / (headCount / keyValueHeadCount) * headDimension
        let panel = WeightType.panel
        let paddedKeys = (count + panel - 1) / panel * panel
        let paddedHead = (headDimension + panel - 1) / panel * panel
        let packedKeys = TensorStorage(count: paddedKeys * headDimension / 2)
        let packedValues = TensorStorage(count: (count + 1) / 2 * paddedHead)
        unsafe recto_pack_keys(packedKeys.bytes, keys.pointer + keyHead, count, headDimension, keys.stride)
        unsafe recto_pack_values(packedValues.bytes, values.pointer + keyHead, count, headDimension, keys.stride)

        let size = min(total, Self.blockQueries)
        let columns = min(paddedKeys, Self.blockKeys)
        let scores = TensorStorage(count: size * columns)
        let factors = TensorStorage(count: size)
        let largest = TensorStorage(count: size)
        let sums = TensorStorage(count: size)
        // A line more than the keys, so that rows do not fall on the same cache lines.
        let shares = HalfTensor(undefinedRows: size, columns: columns, stride: columns + panel)
        let asked = HalfTensor(undefinedRows: size, columns: headDimension, stride: headDimension)
        var finish = unsafe recto_finish(bias: nil, activation: 0, adds: 0)
        for start in stride(from: 0, to: total, by: size) {
            let rows = start..<min(start + size, total)
            let seen =
                visible(rows.lowerBound, span, mask).lowerBound..<visible(rows.upperBound - 1, span, mask).upperBound
            let query = (span.queryRows.lowerBound + start) * queries.columns + head * headDimension
            for row in 0..<rows.count {
                unsafe recto_narrow_bf16(
                    asked.pointer + row * headDimension,
                    queries.storage.pointer + query + row * queries.columns,
                    1,
                    headDimension,
                    headDimension
                )
                unsafe largest.pointer[row] = -.infinity
                unsafe sums.pointer[row] = 0
            }
            // Blocks of whole panels of keys and whole pairs of values, so that packing serves every block.
            let first = seen.lowerBound / panel * panel
            let end = (seen.upperBound + panel - 1) / panel * panel
            for begin in stride(from: first, to: max(end, first + 1), by: columns) {
                let width = min(columns, end - begin)
                unsafe recto_product_bf16(
                    scores.pointer,
                    width,
                    asked.pointer,
                    headDimension,
                    packedKeys.bytes + begin * headDimension * 2,
                    rows.count,
                    headDimension / 2,
                    width,
                    0,
                    width / panel,
                    &finish
                )
                var isLarger = false
                for row in rows {
                    let own = visible(row, span, mask).clamped(to: begin..<begin + width)
                    let factor = unsafe recto_softmax_block_bf16(
                        shares.pointer + (row - start) * shares.stride,
                        scores.pointer + (row - start) * width,
                        own.lowerBound - begin,
                        own.upperBound - begin,
                        width,
                        scale,
                        largest.pointer + (row - start),
                        sums.pointer + (row - start)
                    )
                    unsafe factors.pointer[row - start] = factor
                    if factor != 1 { isLarger = true }
                }
                if begin > first, isLarger {
                    unsafe recto_scale_rows(
                        result.storage.pointer + query,
                        factors.pointer,
                        rows.count,
                        headDimension,
                        queries.columns
                    )
                }
                unsafe finish.adds = begin > first ? 1 : 0
                unsafe addValues(
                    packedValues,
                    shares,
                    rows.count,
                    from: begin,
                    width: min(width, count - begin),
                    count,
                    &finish
                ) {
                    unsafe (result.storage.pointer + query + $0, queries.columns)
                }
                unsafe finish.adds = 0
            }
            for row in 0..<rows.count {
                let sum = unsafe sums.pointer[row]
                unsafe factors.pointer[row] = sum > 0 ? 1 / sum : 0
            }
            unsafe recto_scale_rows(
                result.storage.pointer + query,
                factors.pointer,
                rows.count,
                headDimension,
                queries.columns
            )
        }
    }

    /// Sums values with their shares, one panel of features after the other: their packing spans all keys.
    private func addValues(
        _ packed: TensorStorage,
        _ shares: HalfTensor,
        _ rows: Int,
        from begin: Int,
        width: Int,
        _ count: Int,
        _ finish: inout recto_finish,
        output: (Int) -> (UnsafeMutablePointer<Float>, Int)
    ) {
        let panel = WeightType.panel
        let pairs = (count + 1) / 2
        for feature in stride(from: 0, to: headDimension, by: panel) {
            let (target, stride) = unsafe output(feature)
            unsafe recto_product_bf16(
                target,
                stride,
                shares.pointer,
                shares.stride,
                packed.bytes + (feature / panel * pairs + begin / 2) * panel * 4,
                rows,
                (width + 1) / 2,
                min(panel, headDimension - feature),
                0,
                1,
                &finish
            )
        }
    }
}

extension TensorStorage {
    /// The memory as bytes.
    var bytes: UnsafeMutablePointer<UInt8> {
        unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
    }
}
