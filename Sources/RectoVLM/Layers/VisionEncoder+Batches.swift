extension VisionEncoder {
    /// Patches that go through the tower together: enough for efficient products, few enough to stay in the caches.
    private static let patchesPerBatch = 2048
    /// Fewer patches than these are not worth a processor of their own.
    private static let fewestPatchesPerBatch = 256

    /// Turns views into image features, several batches of views at a time.
    ///
    /// - Parameters:
    ///   - views: The views.
    ///   - keepsVisionOutput: Whether the states of the tower are wanted, too.
    ///   - connector: Turns the patch states of views into their features: as many rows for each view, one view after the
    ///     other.
    /// - Returns: One result for each view.
    /// - Throws: `VLMError` for a view that cannot be encoded; `CancellationError` when the task was cancelled; what the
    ///   connector throws.
    func encode(
        _ views: [PixelValues],
        keepsVisionOutput: Bool,
        connector: @Sendable (PatchStates) throws -> Tensor
    ) throws -> [EncodedView] {
        var encoded: [EncodedView] = []
        for round in try batches(of: views).pieces(of: roundSize(views)) {
            try Task.checkCancellation()
            let batches = Array(round)
            encoded += try Parallel.map(batches.count) { index in
                try encode(batch: Array(views[batches[index]]), keepsVisionOutput, connector)
            }.joined()
        }
        return encoded
    }

    private func encode(
        batch views: [PixelValues],
        _ keepsVisionOutput: Bool,
        _ connector: @Sendable (PatchStates) throws -> Tensor
    ) throws -> [EncodedView] {
        let states = try self(views)
        let features = try connector(states)
        let count = features.rows / views.count
        return states.rows.enumerated().map { index, rows in
            EncodedView(
                visionOutput: keepsVisionOutput ? states.tensor.rows(rows) : nil,
                features: features.rows(index * count..<(index + 1) * count)
            )
        }
    }

    /// How many batches are worked on at the same time: one, with all processors, when views are large.
    private func roundSize(_ views: [PixelValues]) throws(VLMError) -> Int {
        var largest = 0
        for view in views { largest = max(largest, try grid(of: view).count) }
        return largest > Self.patchesPerBatch / 2 ? 1 : MatrixMultiply.threadCount
    }

    /// Groups consecutive views into batches, at least as many as there are processors; a large view is a batch of its own.
    private func batches(of views: [PixelValues]) throws(VLMError) -> [Range<Int>] {
        var counts: [Int] = []
        for view in views { counts.append(try grid(of: view).count) }
        let share = counts.reduce(0, +) / MatrixMultiply.threadCount
        let limit = min(Self.patchesPerBatch, max(share, Self.fewestPatchesPerBatch))
        var batches: [Range<Int>] = []
        var (start, patches) = (0, 0)
        for (index, count) in counts.enumerated() {
            if index > start, patches + count > limit {
                batches.append(start..<index)
                (start, patches) = (index, 0)
            }
            patches += count
        }
        if start < views.count { batches.append(start..<views.count) }
        return batches
    }
}
