/// Continues sequences: prompts through the decoder in batches, then one token of every sequence at a time.
struct Generator: Sendable {
    let network: any LanguageNetwork
    let configuration: GenerationConfiguration
    /// The checkpoint folder's path, for messages.
    let path: String

    /// Prompt tokens that go through the decoder together.
    private static let rowsPerPrefill = 2048
    /// Fewer prompt tokens than these are not worth a processor of their own.
    private static let fewestRowsPerPrefill = 256
    /// Likewise sequences that are being continued.
    private static let fewestSequencesPerPart = 8
    /// Sequences that are continued together.
    private static let sequencesPerBatch = 128
    /// Keys and values of the sequences that are continued together take at most so many bytes.
    private static let cacheBytesPerBatch = 1 << 30

    /// Continues sequences until each has ended.
    ///
    /// - Parameters:
    ///   - sequences: The sequences.
    ///   - onText: Takes the index of a sequence and text of it that became certain.
    /// - Returns: One answer for each sequence, in order.
    /// - Throws: `VLMError` when a prompt cannot be read; `CancellationError` when the task was cancelled.
    func run(
        _ sequences: [GeneratedSequence],
        onText: (Int, String) -> Void = { _, _ in }
    ) throws -> [Generation] {
        var sequences = sequences
        for (index, sequence) in sequences.enumerated() where !sequence.openingText.isEmpty {
            onText(index, sequence.openingText)
        }
        for batch in batches(sequences) { try runBatch(batch, of: &sequences, onText) }
        return sequences.map(\.generation)
    }

    private func batches(_ sequences: [GeneratedSequence]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var (start, bytes) = (0, 0)
        for (index, sequence) in sequences.enumerated() {
            let images = sequence.features.count * (network.decoder.crossAttention?.bytesPerImage ?? 0)
            let needed = sequence.capacity * network.decoder.cacheBytesPerPosition + images
            if index > start, index - start == Self.sequencesPerBatch || bytes + needed > Self.cacheBytesPerBatch {
                batches.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += needed
        }
        if start < sequences.count { batches.append(start..<sequences.count) }
        return batches
    }

    private func runBatch(
        _ batch: Range<Int>,
        of sequences: inout [GeneratedSequence],
        _ onText: (Int, String) -> Void
    ) throws {
        var active: [(index: Int, cache: KVCache)] = []
        let images = try ImageMemories(of: sequences[batch].flatMap(\.features), in: network.decoder.crossAttention)
        try readSharedPrefixes(batch, of: &sequences, images)
        for round in prefillGroups(batch, sequences).pieces(of: MatrixMultiply.threadCount) {
            try Task.checkCancellation()
            let groups = Array(round)
            let caches = groups.map { group in
                group.map { index in
                    sequences[index].prefix.map { $0.cache.copy(capacity: sequences[index].capacity) }
                        ?? network.decoder.makeCache(capacity: sequences[index].capacity)
                }
            }
            let logits = try Parallel.map(groups.count) { part in
                try prefill(groups[part].map { sequences[$0] }, images, caches: caches[part])
            }
            for (part, group) in groups.enumerated() {
                try choose(group, logits[part], &sequences, onText)
                for (index, cache) in zip(group, caches[part]) {
                    sequences[index].releasePrefix()
                    if sequences[index].stopReason == nil { active.append((index, cache)) }
                }
            }
        }
        while !active.isEmpty {
            try Task.checkCancellation()
            let parts = active.pieces(
                of: max(Self.fewestSequencesPerPart, active.count / MatrixMultiply.threadCount + 1)
            )
            let logits = try Parallel.map(parts.count) { part in
                try step(parts[part].map { (sequences[$0.index].unreadTokens, $0.cache) })
            }
            for (part, scores) in zip(parts, logits) { try choose(part.map(\.index), scores, &sequences, onText) }
            active.removeAll { sequences[$0.index].stopReason != nil }
        }
    }

    /// Reads the newest tokens of sequences and scores what may follow the last of each.
    private func step(_ parts: [(newest: [Int], cache: KVCache)]) throws -> Tensor {
        var spans: [TextDecoder.Span] = []
        for part in parts {
            let start = spans.last?.rows.upperBound ?? 0
            spans.append(network.decoder.span(part.newest, promptCount: 0, at: start, cache: part.cache))
        }
        let hidden = try network.decoder(network.decoder.embed(parts.flatMap(\.newest)), spans: spans)
        // Where every sequence has one new token, all rows are scored.
        if hidden.rows == parts.count { return network.decoder.logits(hidden) }
        return network.decoder.logits(hidden.gathered(spans.map { $0.rows.upperBound - 1..<$0.rows.upperBound }))
    }

    /// Groups of sequences whose prompts together are not too long; one long prompt is a group of its own.
    private func prefillGroups(_ batch: Range<Int>, _ sequences: [GeneratedSequence]) -> [[Int]] {
        let total = batch.reduce(0) { $0 + sequences[$1].unreadIDs.count }
        let share = max(total / MatrixMultiply.threadCount, Self.fewestRowsPerPrefill)
        let limit = min(Self.rowsPerPrefill, share)
        var groups: [[Int]] = []
        var rows = 0
        for index in batch where sequences[index].stopReason == nil {
            let count = sequences[index].unreadIDs.count
            if groups.isEmpty || rows + count > limit {
                groups.append([])
                rows = 0
            }
            groups[groups.count - 1].append(index)
            rows += count
        }
        return groups
    }

    /// Reads the beginnings that prompts have in common, each once.
    private func readSharedPrefixes(
        _ batch: Range<Int>,
        of sequences: inout [GeneratedSequence],
        _ images: ImageMemories
    ) throws {
        let limit = network.decoder.shareableLength
        for group in SharedPrefix.groups(batch, of: sequences, in: network) {
            try Task.checkCancellation()
            if group.members.contains(where: { sequences[$0].unreadIDs.count > limit }) { continue }
            let first = sequences[group.members[0]]
            let cache = network.decoder.makeCache(capacity: group.length)
            let ids = Array(first.promptIDs[..<group.length])
            let beginning = Unread(
                ids: ids,
                promptCount: ids.count,
                features: Array(first.features[..<group.viewCount])
            )
            _ = try hiddenStates([beginning], images, caches: [cache])
            for index in group.members {
                sequences[index].prefix = .init(cache: cache, length: group.length, viewCount: group.viewCount)
            }
        }
    }

    /// Reads prompts and scores what may follow their last tokens.
    private func prefill(
        _ sequences: [GeneratedSequence],
        _ images: ImageMemories,
        caches: [KVCache]
    ) throws -> Tensor {
        let unread = sequences.map { sequence in
            Unread(
                ids: sequence.unreadIDs,
                promptCount: sequence.unreadPromptCount,
                features: sequence.unreadFeatures
            )
        }
        let (hidden, spans) = try hiddenStates(unread, images, caches: caches)
        return network.decoder.logits(hidden.gathered(spans.map { $0.rows.upperBound - 1..<$0.rows.upperBound }))
    }

    /// What of a sequence was not read yet: tokens of the prompt, those that can only follow it, and the features of its views.
    private struct Unread {
        let ids: [Int]
        let promptCount: Int
        let features: [Tensor]
    }

    private func hiddenStates(
        _ prompts: [Unread],
        _ images: ImageMemories,
        caches: [KVCache]
    ) throws -> (Tensor, [TextDecoder.Span]) {
        let hiddenSize = network.decoder.configuration.hiddenSize
        var embeddings = Tensor(undefinedRows: prompts.reduce(0) { $0 + $1.ids.count }, columns: hiddenSize)
        var spans: [TextDecoder.Span] = []
        for (prompt, cache) in zip(prompts, caches) {
            let start = spans.last?.rows.upperBound ?? 0
            embeddings.replaceRows(at: start, with: try network.embed(prompt.ids, features: prompt.features))
            spans.append(
                network.decoder.span(
                    prompt.ids,
                    promptCount: prompt.promptCount,
                    at: start,
                    images: prompt.features.compactMap { images[$0] },
                    cache: cache
                )
            )
        }
        return (try network.decoder(embeddings, spans: spans), spans)
    }

    /// Scores what may follow every token of one prompt.
    ///
    /// - Parameters:
    ///   - ids: The prompt.
    ///   - features: The image features of its views.
    /// - Returns: One row of logits for each token.
    /// - Throws: `VLMError` when the prompt cannot be read; `CancellationError` when the task was cancelled.
    func logits(_ ids: [Int], features: [Tensor]) throws -> Tensor {
        let cache = network.decoder.makeCache(capacity: ids.count)
        let images = try ImageMemories(of: features, in: network.decoder.crossAttention)
        let prompt = Unread(ids: ids, promptCount: ids.count, features: features)
        return network.decoder.logits(try hiddenStates([prompt], images, caches: [cache]).0)
    }

    /// Scores given continuations of one prompt.
    ///
    /// - Parameters:
    ///   - continuations: The tokens of each, at least one.
    ///   - prompt: The prompt's token ids.
    ///   - features: The image features of its views.
    /// - Returns: The natural logarithm of each token's probability behind those before it.
    /// - Throws: `VLMError` when the prompt cannot be read; `CancellationError` when the task was cancelled.
    func logProbabilities(
        of continuations: [[Int]],
        after prompt: [Int],
        features: [Tensor]
    ) throws -> [[Float]] {
        let decoder = network.decoder
        let cache = decoder.makeCache(capacity: prompt.count)
        let images = try ImageMemories(of: features, in: decoder.crossAttention)
        let unread = Unread(ids: prompt, promptCount: prompt.count, features: features)
        let read = try hiddenStates([unread], images, caches: [cache]).0
        let opening = decoder.logits(read.rows(read.rows - 1..<read.rows))
        // The last token of each is scored, not read.
        var spans: [TextDecoder.Span] = []
        for tokens in continuations where tokens.count > 1 {
            let copy = cache.copy(capacity: prompt.count + tokens.count)
            let start = spans.last?.rows.upperBound ?? 0
            spans.append(decoder.span(Array(tokens.dropLast()), promptCount: 0, at: start, cache: copy))
        }
        let ids = continuations.flatMap { $0.dropLast() }
        let scores = spans.isEmpty ? opening : decoder.logits(try decoder(decoder.embed(ids), spans: spans))
        func logProbability(_ token: Int, _ rows: Tensor, row: Int) throws -> Float {
            let sum = rows.logSumExp(row: row)
            if !sum.isFinite { throw VLMError.notFinite(path: path) }
            return rows[row][token] - sum
        }
        var next = 0
        return try continuations.map { tokens in
            var found = [try logProbability(tokens[0], opening, row: 0)]
            for token in tokens.dropFirst() {
                found.append(try logProbability(token, scores, row: next))
                next += 1
            }
            return found
        }
    }

    private func choose(
        _ indices: [Int],
        _ logits: Tensor,
        _ sequences: inout [GeneratedSequence],
        _ onText: (Int, String) -> Void
    ) throws {
        for (row, index) in indices.enumerated() {
            let logSumExp = logits.logSumExp(row: row)
            if !logSumExp.isFinite { throw VLMError.notFinite(path: path) }
            let text = try sequences[index].advance(logits: logits[row], logSumExp: logSumExp, configuration)
            if !text.isEmpty { onText(index, text) }
        }
    }
}
