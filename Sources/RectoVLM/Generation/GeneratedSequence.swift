import RectoSchema

/// One sequence while it is being continued.
struct GeneratedSequence {
    /// The beginning of the prompt that was read together with that of other sequences.
    struct Prefix {
        let cache: KVCache
        let length: Int
        let viewCount: Int
    }

    let request: GenerationRequest
    let promptIDs: [Int]
    /// The image features of the prompt's views.
    let features: [Tensor]
    /// Text that was certain before the first step.
    private(set) var openingText = ""
    /// What of the prompt was read already; it is let go when the rest has been read.
    var prefix: Prefix? { didSet { if let prefix { reusedTokenCount = prefix.length } } }
    private(set) var reusedTokenCount = 0
    private(set) var tokenIDs: [Int] = []
    private(set) var stopReason: StopReason?
    private var logProbabilities: [Float] = []
    private var text = ""
    private var sampler: Sampler
    private var decoder: StreamingDecoder
    private var scanner: StopStringScanner
    private var constraint: ConstrainedText?
    private var loops = LoopDetector()
    private var forcedTokenCount = 0
    /// Generated tokens that the decoder has not read yet.
    private(set) var unreadTokens: [Int] = []
    /// Most tokens of the answer.
    let tokenLimit: Int
    /// Tokens that end this answer beside those that end every one.
    private let endTokens: Set<Int>

    /// Prepares a sequence.
    ///
    /// - Parameters:
    ///   - request: What was asked.
    ///   - promptIDs: The expanded prompt.
    ///   - features: The image features of its views.
    ///   - tokenizer: Turns tokens into text.
    ///   - vocabulary: The tokenizer's vocabulary by bytes, for requests with a schema.
    ///   - maximumPositions: How many positions the checkpoint has.
    ///   - endTokens: Tokens that end this answer beside those that end every one.
    /// - Throws: `VLMError.promptTooLong`.
    init(
        request: GenerationRequest,
        promptIDs: [Int],
        features: [Tensor],
        tokenizer: Tokenizer,
        vocabulary: TokenVocabulary?,
        maximumPositions: Int,
        endTokens: Set<Int> = []
    ) throws(VLMError) {
        if promptIDs.count > maximumPositions {
            throw .promptTooLong(tokens: promptIDs.count, limit: maximumPositions)
        }
        self.request = request
        self.promptIDs = promptIDs
        self.features = features
        self.endTokens = endTokens
        sampler = Sampler(request)
        decoder = tokenizer.streamingDecoder(skipsSpecialTokens: !request.keepsSpecialTokens)
        scanner = StopStringScanner(request.stopStrings)
        tokenLimit = min(request.maximumTokens, maximumPositions - promptIDs.count + 1)
        if tokenLimit < 1 { stopReason = .maximumTokens }
        guard let schema = request.schema, let vocabulary else { return }
        constraint = ConstrainedText(masks: schema.masks(for: vocabulary), tokenizer: tokenizer)
        let opening = takeForcedTokens()
        openingText = certain(opening)
    }

    /// The part of the prompt that was not read yet, and what can only follow it.
    var unreadIDs: [Int] { (prefix.map { Array(promptIDs[$0.length...]) } ?? promptIDs) + unreadTokens }

    /// How many of these belong to the prompt.
    var unreadPromptCount: Int { promptIDs.count - (prefix?.length ?? 0) }

    /// The features of the views in that part.
    var unreadFeatures: [Tensor] { prefix.map { Array(features[$0.viewCount...]) } ?? features }

    /// Lets go of what was read together: the sequence has a copy now.
    mutating func releasePrefix() { prefix = nil }

    /// Positions that the cache must hold at most.
    var capacity: Int { promptIDs.count + max(min(tokenLimit, 1024), 0) }

    /// Chooses the next token.
    ///
    /// - Parameters:
    ///   - logits: The scores.
    ///   - logSumExp: The logarithm of the sum of their exponentials.
    ///   - configuration: End tokens and bad words.
    /// - Returns: Text that became certain.
    /// - Throws: `VLMError.schemaNotWritable`.
    mutating func advance(logits: [Float], logSumExp: Float, _ configuration: GenerationConfiguration) throws(VLMError)
        -> String
    {
        let forbidden = configuration.badWords.forbidden(after: promptIDs + tokenIDs)
        let allowed = constraint?.allowedTokens()
        if let allowed, allowed.count == 0 { throw .schemaNotWritable(text: text) }
        let (scores, kept) = allowed.map { logits.kept(by: $0) } ?? (logits, [])
        var id = sampler.token(from: scores, forbidden: forbidden)
        // Where every allowed token is a bad word, the schema counts more.
        if scores[id] == -.infinity { id = sampler.token(from: scores, forbidden: []) }
        let mass = allowed == nil ? logSumExp : Self.logSumExp(of: kept)
        constraint?.accept(id)
        unreadTokens = []
        let ends = configuration.endTokens.contains(id) || endTokens.contains(id)
        let isEnd = ends && !request.ignoresEndTokens
        var piece = take(id, logProbability: scores[id] - mass, isEnd: isEnd)
        if isEnd { stopReason = .endOfSequence }
        // What a schema forces may repeat itself: only the model's own choices count.
        if !request.ignoresEndTokens, loops.append(id), stopReason == nil { stopReason = .loop }
        if stopReason == nil { piece += takeForcedTokens() }
        return certain(piece)
    }

    private static func logSumExp(of scores: [Float]) -> Float {
        Tensor(rows: 1, columns: scores.count, elements: scores).logSumExp(row: 0)
    }

    /// Adds tokens that can only follow; they are read together with the one before them.
    private mutating func takeForcedTokens() -> String {
        var piece = ""
        for id in constraint?.takeForcedTokens() ?? [] where stopReason == nil {
            piece += take(id, logProbability: 0)
            forcedTokenCount += 1
        }
        if stopReason == nil, constraint?.isFinished == true { stopReason = .endOfSequence }
        return piece
    }

    private mutating func take(_ id: Int, logProbability: Float, isEnd: Bool = false) -> String {
        tokenIDs.append(id)
        unreadTokens.append(id)
        logProbabilities.append(logProbability)
        if tokenIDs.count >= tokenLimit { stopReason = .maximumTokens }
        // The end is no text, even where special tokens are.
        return isEnd && request.keepsSpecialTokens ? "" : decoder.append(id)
    }

    /// What of a piece no later token can change.
    private mutating func certain(_ piece: String) -> String {
        var piece = piece
        if stopReason != nil { piece += decoder.finish() }
        var certain = scanner.append(piece)
        if scanner.hasStopped {
            stopReason = .stopString
        } else if stopReason != nil {
            certain += scanner.finish()
        }
        text += certain
        return certain
    }

    /// The finished answer.
    var generation: Generation {
        var generation = Generation(
            text: text,
            tokenIDs: tokenIDs,
            logProbabilities: logProbabilities,
            stopReason: stopReason ?? .maximumTokens,
            promptTokenCount: promptIDs.count
        )
        generation.reusedPromptTokenCount = reusedTokenCount
        generation.forcedTokenCount = forcedTokenCount
        return generation
    }
}

extension [Float] {
    /// The scores of the tokens of a mask.
    ///
    /// - Parameter mask: At least one token.
    /// - Returns: All scores, those of other tokens minus infinity, and the scores of the mask's tokens alone.
    fileprivate func kept(by mask: TokenMask) -> (all: [Float], kept: [Float]) {
        var all = [Float](repeating: -.infinity, count: count)
        var kept: [Float] = []
        kept.reserveCapacity(count)
        for (index, word) in mask.words.enumerated() where word != 0 {
            let first = index * 64
            guard first < count else { break }
            let end = Swift.min(first + 64, count)
            if word == .max {
                all.replaceSubrange(first..<end, with: self[first..<end])
                kept.append(contentsOf: self[first..<end])
                continue
            }
            var rest = word
            while rest != 0 {
                let id = first + rest.trailingZeroBitCount
                rest &= rest - 1
                guard id < end else { break }
                all[id] = self[id]
                kept.append(self[id])
            }
        }
        return (all, kept)
    }
}
